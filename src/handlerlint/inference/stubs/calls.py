"""Calls: binding of arguments, choice of the overload, constructors; what `StubStore.call` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from handlerlint.inference.stubs.attributes import able_members, special_attribute
from handlerlint.inference.stubs.binding import UNCOUNTED, Binder, Binding, CallShape, bind_by_name
from handlerlint.inference.stubs.classes import arguments_by_name
from handlerlint.inference.stubs.matching import Matcher
from handlerlint.inference.stubs.model import Answer, Argument, StubClass
from handlerlint.inference.stubs.types import (
    BOOL,
    NEVER,
    NONE,
    OBJECT,
    SELF,
    UNKNOWN,
    CallableType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    NamedType,
    NeverType,
    NoneType,
    SelfType,
    StubFunction,
    StubSignature,
    TupleType,
    Type,
    TypeVarType,
    UnionType,
    closed,
    is_guard,
    substitute,
    union_of,
    widened,
)
from handlerlint.records import dataclass, replace

if TYPE_CHECKING:
    from handlerlint.inference.stubs.questions import Questions

_MAXIMUM_DEPTH = 12


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
    bound = Binder(store, signature.parameters).bind(arguments)
    if bound is None:
        return None
    is_counted, pairs = bound
    mapping = dict(called.substitution)
    matcher = Matcher(store, depth)
    answers: dict[int, Answer] = {}
    for index, parameter, type_ in pairs:
        answer = matcher.match(substitute(parameter.annotation, mapping, called.self_type), type_)
        answers[index] = min(answers.get(index, Answer.YES), answer)
    answers[UNCOUNTED] = min(answers.get(UNCOUNTED, Answer.YES), is_counted, matcher.settle_callables())
    result = substitute(substitute(signature.result, mapping, called.self_type), matcher.solution())
    result = _certain(closed(result))
    if signature.is_async:
        result = NamedType("types.CoroutineType", (UNKNOWN, UNKNOWN, result))
    return Outcome(
        min(answers.values()),
        result,
        {index: parameter.annotation for index, parameter, _ in pairs},
        frozenset(index for index, answer in answers.items() if answer is Answer.MAYBE),
    )


def _certain(result: Type) -> Type:
    if is_guard(result):
        return BOOL
    return UNKNOWN if result == OBJECT or isinstance(result, SelfType) else result


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
    function = constructor(store, of, class_, self_type)
    if function is not None:
        made = call_type(store, function, arguments, depth + 1)
        if isinstance(made, NamedType) and NONE in made.args and not of.args:
            # `ContextVar("tenant", default=None)`: what is None at first is so for something else to come.
            return NamedType(made.name, tuple(UNKNOWN if one == NONE else one for one in made.args))
        return made
    if arguments and not (class_.is_partial or class_.has_unknown_base or class_.is_protocol):
        return UNKNOWN
    return closed(self_type)


def constructor(
    store: Questions, of: NamedType, class_: StubClass, self_type: NamedType
) -> FunctionType | None:
    """The function that calling a class comes to: its `__new__`, or its `__init__` as one that gives the instance."""
    mapping = arguments_by_name(class_.type_parameters, of.args) if of.args else {}
    new = _method_of_construction(store, of.name, "__new__", mapping)
    initializer = _method_of_construction(store, of.name, "__init__", mapping)
    # The new instance itself decides nothing yet: as a receiver it fits every annotation of `self`.
    if new is not None and (initializer is None or new[0] < initializer[0]):
        return FunctionType(new[1], NEVER, self_type, new[2])
    if initializer is None:
        return None
    return FunctionType(_returning_self(store, of.name, initializer[1]), NEVER, self_type, initializer[2])


def _method_of_construction(
    store: Questions, class_name: str, method: str, arguments: Mapping[str, Type]
) -> tuple[int, StubFunction, tuple[tuple[str, Type], ...]] | None:
    """Where in its order of resolution a class has `__new__` or `__init__`, and what the type variables mean there."""
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


def binding(store: Questions, called: Type, shape: CallShape) -> Binding | None:
    """Which parameters of a function or class the arguments of a call are for; None if it cannot take them."""
    match called:
        case FunctionType(function=function, receiver=receiver):
            overloads = [signature.parameters for signature in function.signatures]
            return bind_by_name(store, overloads, shape, 0 if receiver is None else 1)
        case ClassObjectType(of=TupleType()):
            return binding(store, ClassObjectType(NamedType("builtins.tuple")), shape)
        case ClassObjectType(of=NamedType() as of) if (class_ := store.class_(of.name)) is not None:
            made_by = constructor(store, of, class_, of)
            return Binding(frozenset(), {}) if made_by is None else binding(store, made_by, shape)
        case _:
            return Binding(frozenset(), {})


def called_with_elements(store: Questions, called: Type, shape: CallShape) -> Mapping[int, int]:
    """Which arguments of a call a function calls with elements of the others, and with how many at a time.

    That is told by an annotation such as `Callable[[_T], Any]`, and counts where each overload tells the same.
    """
    if isinstance(called, ClassObjectType) and isinstance(called.of, NamedType):
        class_ = store.class_(called.of.name)
        made_by = None if class_ is None else constructor(store, called.of, class_, called.of)
        return {} if made_by is None else called_with_elements(store, made_by, shape)
    counts: dict[int, set[int | None]] = {}
    for signature in called.function.signatures if isinstance(called, FunctionType) else ():
        receivers = 0 if not isinstance(called, FunctionType) or called.receiver is None else 1
        bound = bind_by_name(store, [signature.parameters], shape, receivers)
        for index, type_ in bound.declared.items() if bound is not None else ():
            for one in type_.members if isinstance(type_, UnionType) else (type_,):
                if isinstance(one, CallableType):
                    counts.setdefault(index, set()).add(_count_of_elements(one))
    return {index: count for index, (count, *more) in counts.items() if count and not more}


def _count_of_elements(callback: CallableType) -> int | None:
    """How many elements a callback gets; None where it gets anything else."""
    parameters = callback.parameters or ()
    return len(parameters) if all(isinstance(one, TypeVarType) for one in parameters) else None
