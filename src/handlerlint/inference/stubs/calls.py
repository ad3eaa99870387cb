"""Calls: binding of arguments, choice of the overload, constructors; what `StubStore.call` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from handlerlint.inference.stubs.attributes import able_members, special_attribute
from handlerlint.inference.stubs.classes import arguments_by_name
from handlerlint.inference.stubs.matching import Matcher
from handlerlint.inference.stubs.model import Answer, Argument, StubClass
from handlerlint.inference.stubs.types import (
    BOOL,
    NEVER,
    OBJECT,
    SELF,
    TYPE_GUARD,
    UNKNOWN,
    CallableType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    NamedType,
    NeverType,
    NoneType,
    ParameterKind,
    SelfType,
    StubFunction,
    StubParameter,
    StubSignature,
    TupleType,
    Type,
    TypeVarType,
    UnionType,
    closed,
    substitute,
    union_of,
    widened,
)
from handlerlint.records import dataclass, replace

if TYPE_CHECKING:
    from handlerlint.inference.stubs.questions import Questions

_MAXIMUM_DEPTH = 12
UNCOUNTED = -1
# The index of an argument, the annotation of its parameter, and its type.
_Pair: TypeAlias = tuple[int, Type, Type | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one overload makes of a call, and whether it applies.

    `declared` are the annotations that the arguments met, by their index; `doubtful` those arguments that may not fit
    (UNCOUNTED: something else is in doubt, such as how many arguments a star stands for).
    """

    answer: Answer
    result: Type
    declared: Mapping[int, Type]
    doubtful: frozenset[int]


def call_type(store: Questions, called: Type, arguments: Sequence[Argument], depth: int) -> Type:
    """The type of the value of a call; unknown when it cannot be told."""
    if depth > _MAXIMUM_DEPTH:
        return UNKNOWN
    match called:
        case FunctionType():
            return _chosen(outcomes(store, called, arguments, depth), called)
        case ClassObjectType(of):
            return _construct(store, of, arguments, depth)
        case CallableType(result):
            return closed(result)
        case UnionType():
            able = able_members(store, called, "__call__")
            return union_of(call_type(store, member, arguments, depth) for member in able)
        case NamedType() | LiteralType() | TupleType():
            method = special_attribute(store, called, "__call__")
            return UNKNOWN if method is None else call_type(store, method, arguments, depth + 1)
        case _:
            return UNKNOWN


def outcomes(
    store: Questions, called: FunctionType, arguments: Sequence[Argument], depth: int
) -> list[Outcome]:
    """What each overload makes of the call, where its parameters take the arguments."""
    if called.receiver is not None:
        arguments = [Argument(called.receiver), *arguments]
    found = []
    for signature in called.function.signatures:
        outcome = _outcome(store, called, signature, arguments, depth)
        if outcome is not None:
            found.append(outcome)
            if outcome.answer is Answer.YES:
                break
    return found


def _chosen(found: list[Outcome], called: FunctionType) -> Type:
    """The result of the first overload that certainly applies, or what all that may apply have in common."""
    if len(called.function.signatures) == 1:
        # Whatever is passed, a function gives what it declares.
        return found[0].result if found else UNKNOWN
    possible = [outcome for outcome in found if outcome.answer is not Answer.NO]
    if possible and _is_decided(possible[0], possible[1:]):
        return possible[0].result
    return merged([outcome.result for outcome in possible or found])


def _is_decided(first: Outcome, others: Sequence[Outcome]) -> bool:
    """Whether an overload applies because an argument that does not fit it fits none of the others either."""
    return UNCOUNTED not in first.doubtful and all(
        other.declared.get(index) == first.declared[index] for index in first.doubtful for other in others
    )


def merged(results: Sequence[Type]) -> Type:
    """What several possible results have in common: one type, perhaps of unknown arguments; or unknown."""
    # An overload that never returns says which arguments are wrong; a program that runs does not take it.
    different: list[Type] = [result for result in dict.fromkeys(results) if not isinstance(result, NeverType)]
    if not different and results:
        return results[0]
    if len(different) == 1:
        return different[0]
    if different and all(isinstance(result, LiteralType) for result in different):
        different = list(dict.fromkeys(map(widened, different)))
    first, *others = different or [UNKNOWN]
    match first:
        case NamedType(name) if all(isinstance(other, NamedType) and other.name == name for other in others):
            count = max(len(other.args) for other in different if isinstance(other, NamedType))
            same = [{_argument(other, index) for other in different} for index in range(count)]
            return NamedType(name, tuple(parts.pop() if len(parts) == 1 else UNKNOWN for parts in same))
        case TupleType() if all(isinstance(other, TupleType) for other in others):
            return TupleType((), UNKNOWN)
        case _:
            return UNKNOWN


def _argument(type_: Type, index: int) -> Type:
    return type_.args[index] if isinstance(type_, NamedType) and index < len(type_.args) else UNKNOWN


def _outcome(
    store: Questions,
    called: FunctionType,
    signature: StubSignature,
    arguments: Sequence[Argument],
    depth: int,
) -> Outcome | None:
    """The result of a call by one signature, and how sure it is that the arguments fit; None if they cannot."""
    bound = _bind(store, signature.parameters, arguments)
    if bound is None:
        return None
    is_counted, pairs = bound
    mapping = dict(called.substitution)
    matcher = Matcher(store, depth)
    answers: dict[int, Answer] = {}
    for index, annotation, type_ in pairs:
        answer = matcher.match(substitute(annotation, mapping, called.self_type), type_)
        answers[index] = min(answers.get(index, Answer.YES), answer)
    answers[UNCOUNTED] = min(answers.get(UNCOUNTED, Answer.YES), is_counted, matcher.settle_callables())
    result = substitute(substitute(signature.result, mapping, called.self_type), matcher.solution())
    result = _certain(closed(result))
    if signature.is_async:
        result = NamedType("types.CoroutineType", (UNKNOWN, UNKNOWN, result))
    return Outcome(
        min(answers.values()),
        result,
        {index: annotation for index, annotation, _ in pairs},
        frozenset(index for index, answer in answers.items() if answer is Answer.MAYBE),
    )


def _certain(result: Type) -> Type:
    if result == TYPE_GUARD:
        return BOOL
    return UNKNOWN if result == OBJECT or isinstance(result, SelfType) else result


def _bind(
    store: Questions, parameters: Sequence[StubParameter], arguments: Sequence[Argument]
) -> tuple[Answer, list[_Pair]] | None:
    """Each argument with the annotation of its parameter; None when the call does not fit the parameters."""
    return _Binder(store, parameters).bind(arguments)


class _Binder:
    """Binds the arguments of one call to the parameters of one signature."""

    def __init__(self, store: Questions, parameters: Sequence[StubParameter]) -> None:
        self._store = store
        self._positional = [each for each in parameters if each.kind <= ParameterKind.POSITIONAL]
        self._named = {
            each.name: each
            for each in parameters
            if each.kind in (ParameterKind.POSITIONAL, ParameterKind.KEYWORD_ONLY)
        }
        self._rest = next((each for each in parameters if each.kind is ParameterKind.VAR_POSITIONAL), None)
        self._keywords = next((each for each in parameters if each.kind is ParameterKind.VAR_KEYWORD), None)
        self._required = {
            each.name
            for each in parameters
            if not each.has_default
            and each.kind not in (ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD)
        }
        self._filled: set[str] = set()
        self._next = 0
        self._after_star = False
        self._answer = Answer.YES
        self._index = 0
        self._pairs: list[_Pair] = []

    def bind(self, arguments: Sequence[Argument]) -> tuple[Answer, list[_Pair]] | None:
        has_keywords = False
        for self._index, argument in enumerate(arguments):
            if argument.star == "*":
                fits = self._star(argument.type)
            elif argument.star == "**":
                has_keywords = fits = True
                self._answer = Answer.MAYBE
            elif argument.name is not None:
                fits = self._keyword(argument.name, argument.type)
            else:
                fits = self._position(argument.type)
            if not fits:
                return None
        missing = self._required - self._filled
        if has_keywords:
            missing -= self._named.keys()
        if self._after_star:
            missing -= {each.name for each in self._positional}
        return None if missing else (self._answer, self._pairs)

    def _position(self, type_: Type | None) -> bool:
        if self._after_star:
            # How many arguments came before is not known.
            self._answer = Answer.MAYBE
            return self._next < len(self._positional) or self._rest is not None
        if self._next < len(self._positional):
            parameter = self._positional[self._next]
            self._next += 1
            self._filled.add(parameter.name)
        elif self._rest is not None:
            parameter = self._rest
        else:
            return False
        self._pairs.append((self._index, parameter.annotation, type_))
        return True

    def _keyword(self, name: str, type_: Type | None) -> bool:
        parameter = self._named.get(name)
        if parameter is None or name in self._filled:
            parameter = self._keywords if name not in self._filled else None
        if parameter is None:
            return False
        self._filled.add(name)
        self._pairs.append((self._index, parameter.annotation, type_))
        return True

    def _star(self, type_: Type | None) -> bool:
        items = self._store.tuple_items(type_) if type_ is not None else None
        if items is not None and items.rest is None:
            return all(self._position(item) for item in items.items)
        element = self._store.iterate(type_) if type_ is not None else None
        remaining = self._positional[self._next :]
        if remaining:
            self._answer = Answer.MAYBE
        self._pairs += [(UNCOUNTED, parameter.annotation, element) for parameter in remaining]
        if self._rest is not None:
            self._pairs.append((UNCOUNTED, self._rest.annotation, element))
        self._after_star = True
        return True


def _construct(store: Questions, of: Type, arguments: Sequence[Argument], depth: int) -> Type:
    """The type of what calling a class gives."""
    if isinstance(of, UnionType):
        return union_of(_construct(store, member, arguments, depth) for member in of.members)
    if isinstance(of, NoneType):
        return of
    if isinstance(of, TupleType):
        of = NamedType("builtins.tuple")
    if not isinstance(of, NamedType) or (class_ := store.class_(of.name)) is None:
        return UNKNOWN
    if of.name == "builtins.type":
        first = arguments[0].type if len(arguments) == 1 and not arguments[0].star else None
        return UNKNOWN if first is None else ClassObjectType(widened(first))
    if of.name == "builtins.object":
        return of
    if class_.is_enum:
        return _enum_call(store, of, class_, arguments)
    if class_.is_typed_dict:
        return of
    return _tuple_or(store, _construct_instance(store, of, class_, arguments, depth))


def _tuple_or(store: Questions, result: Type) -> Type:
    if isinstance(result, NamedType) and result.name == "builtins.tuple":
        return TupleType((), result.args[0] if result.args else UNKNOWN)
    return result


def _enum_call(store: Questions, of: NamedType, class_: StubClass, arguments: Sequence[Argument]) -> Type:
    # An enumeration without members makes new classes: `Enum("Color", "RED GREEN")`.
    return UNKNOWN if of.name.startswith("enum.") or len(arguments) != 1 else of


def _construct_instance(
    store: Questions, of: NamedType, class_: StubClass, arguments: Sequence[Argument], depth: int
) -> Type:
    self_type = of if of.args else NamedType(of.name, class_.type_parameters)
    mapping = arguments_by_name(class_.type_parameters, of.args) if of.args else {}
    new = _constructor(store, of.name, "__new__", mapping)
    initializer = _constructor(store, of.name, "__init__", mapping)
    # The new instance itself decides nothing yet: as a receiver it fits every annotation of `self`.
    if new is not None and (initializer is None or new[0] < initializer[0]):
        function = FunctionType(new[1], NEVER, self_type, new[2])
        return call_type(store, function, arguments, depth + 1)
    if initializer is not None:
        function = FunctionType(
            _returning_self(store, of.name, initializer[1]), NEVER, self_type, initializer[2]
        )
        return call_type(store, function, arguments, depth + 1)
    if arguments and not (class_.is_partial or class_.has_unknown_base or class_.is_protocol):
        return UNKNOWN
    return closed(self_type)


def _constructor(
    store: Questions, class_name: str, method: str, arguments: Mapping[str, Type]
) -> tuple[int, StubFunction, tuple[tuple[str, Type], ...]] | None:
    """Where in its order of resolution a class has a constructor, and what the type variables mean there."""
    for index, ancestor in enumerate(store.linearization(class_name)[:-1]):
        owner = store.class_(ancestor.name)
        member = None if owner is None else owner.members.get(method)
        if owner is not None and isinstance(member, StubFunction):
            replaced = tuple(substitute(argument, arguments) for argument in ancestor.args)
            mapping = arguments_by_name(owner.type_parameters, replaced) if index else arguments
            return index, member, tuple(mapping.items())
    return None


def _returning_self(store: Questions, class_name: str, initializer: StubFunction) -> StubFunction:
    """`__init__` as a function that gives the new instance, as its first parameter declares it."""
    signatures = tuple(
        replace(signature, result=_declared_self(store, class_name, signature))
        for signature in initializer.signatures
    )
    return StubFunction(initializer.qualname, "method", signatures)


def _declared_self(store: Questions, class_name: str, signature: StubSignature) -> Type:
    """The instance that a signature of `__init__` makes: `self: dict[str, _VT]` binds the key's variable."""
    declared = signature.parameters[0].annotation if signature.parameters else SELF
    class_ = store.class_(class_name)
    if not isinstance(declared, NamedType) or class_ is None:
        return SELF
    for ancestor in store.linearization(class_name):
        if ancestor.name == declared.name:
            mapping = {
                variable.name: argument
                for variable, argument in zip(ancestor.args, declared.args, strict=False)
                if isinstance(variable, TypeVarType)
            }
            return substitute(NamedType(class_name, class_.type_parameters), mapping)
    return SELF
