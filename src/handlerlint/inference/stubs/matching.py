"""Three-valued assignability, and what type variables stand for when arguments fit their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.inference.stubs.attributes import attribute_of, instance_class, special_attribute
from handlerlint.inference.stubs.classes import arguments_by_name
from handlerlint.inference.stubs.model import Answer, Argument, StubClass
from handlerlint.inference.stubs.types import (
    JSON,
    OBJECT,
    OPAQUE,
    UNKNOWN,
    AnyType,
    CallableType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    ModuleType,
    NamedType,
    NeverType,
    NoneType,
    SelfType,
    StubFunction,
    TupleType,
    Type,
    TypeVarType,
    UnionType,
    free_variables,
    is_guard,
    members_of,
    substitute,
    union_of,
    widened,
)

if TYPE_CHECKING:
    from handlerlint.inference.stubs.questions import Questions

# The numeric tower of PEP 484: an int is welcome where a float is declared.
_PROMOTIONS = {
    "builtins.float": ("builtins.int", "builtins.bool"),
    "builtins.complex": ("builtins.int", "builtins.bool", "builtins.float"),
}
# The classes of JSON-decoded data.
_JSON_CLASSES = ("str", "int", "float", "bool", "list", "dict")
_MAXIMUM_DEPTH = 12


class Matcher:
    """Matches arguments to parameters, gathering what each type variable has to hold."""

    def __init__(self, store: Questions, depth: int = 0) -> None:
        self._store = store
        self._depth = depth
        self._held: dict[str, list[Type]] = {}
        self._deferred: list[tuple[CallableType, Type]] = []

    def solution(self) -> dict[str, Type]:
        """What each type variable stands for, after everything was matched."""
        return {name: _joined(types) for name, types in self._held.items()}

    def settle_callables(self) -> Answer:
        """Call the functions given as arguments with what their parameters turned out to be."""
        answer = Answer.YES
        deferred, self._deferred = self._deferred, []
        for wanted, given in deferred:
            if wanted.parameters is None:
                arguments = [Argument(None, star="*"), Argument(None, star="**")]
            else:
                solution = self.solution()
                arguments = [Argument(_known(substitute(each, solution))) for each in wanted.parameters]
            answer = min(
                answer, self.match(wanted.result, self._store.call(given, arguments, self._depth + 1))
            )
        return answer

    def match(self, to: Type, given: Type | None) -> Answer:
        """Whether a value of type `given` fits a parameter of type `to`."""
        if self._depth > _MAXIMUM_DEPTH:
            return Answer.MAYBE
        self._depth += 1
        try:
            return self._match(to, UNKNOWN if given is None else given)
        finally:
            self._depth -= 1

    def _match(self, to: Type, given: Type) -> Answer:
        if isinstance(to, AnyType) or to == OBJECT or isinstance(given, NeverType):
            return Answer.YES
        if isinstance(to, TypeVarType):
            return self._match_variable(to, given)
        if is_guard(to):
            return Answer.NO
        if isinstance(given, (AnyType, SelfType)):
            for variable in free_variables(to):
                self._hold(variable, UNKNOWN)
            return Answer.MAYBE
        if isinstance(given, TypeVarType):
            return Answer.MAYBE if given.bound is None else self.match(to, given.bound)
        if isinstance(given, UnionType):
            return _of_all([self.match(to, member) for member in given.members])
        if given == OBJECT:
            return Answer.MAYBE
        if isinstance(to, UnionType):
            return self._match_union(to, given)
        return self._match_one(to, given)

    def _match_one(self, to: Type, given: Type) -> Answer:
        """Whether a type that is no union may stand where another one is declared, by the kind of what is declared."""
        match to:
            case NoneType():
                if isinstance(given, NamedType) and given.name.startswith(OPAQUE):
                    return Answer.NO
                return Answer.YES if given == to else self._if_open(given)
            case LiteralType():
                return self._match_literal(to, given)
            case ClassObjectType(of):
                if isinstance(given, ClassObjectType):
                    return self.match(of, given.of)
                return self._metaclass_answer(given)
            case CallableType():
                return self._match_callable(to, given)
            case TupleType():
                return self._match_tuple(to, given)
            case NamedType():
                return self._match_named(to, given)
            case ModuleType():
                return Answer.YES if given == to else Answer.NO
            case _:
                return Answer.MAYBE

    def _match_variable(self, to: TypeVarType, given: Type) -> Answer:
        if to.is_variadic:
            return Answer.MAYBE
        if to.constraints:
            return self._match_constraints(to, given)
        answer = Answer.YES
        if to.bound is not None:
            answer = Matcher(self._store, self._depth).match(to.bound, given)
        if answer is not Answer.NO:
            self._hold(to, given)
        return answer

    def _match_constraints(self, to: TypeVarType, given: Type) -> Answer:
        for constraint in to.constraints:
            if Matcher(self._store, self._depth).match(constraint, given) is Answer.YES:
                self._hold(to, constraint)
                return Answer.YES
        best = max(
            Matcher(self._store, self._depth).match(constraint, given) for constraint in to.constraints
        )
        if best is not Answer.NO:
            self._hold(to, UNKNOWN)
        return best

    def _match_union(self, to: UnionType, given: Type) -> Answer:
        best = Answer.NO
        # The plain members first: `None` for `T | None` says nothing about T.
        for member in sorted(to.members, key=_openness):
            scratch = Matcher(self._store, self._depth)
            answer = scratch.match(member, given)
            if answer is not Answer.NO:
                self._take_over(scratch)
            best = max(best, answer)
            if best is Answer.YES:
                break
        return best

    def _match_literal(self, to: LiteralType, given: Type) -> Answer:
        if isinstance(given, LiteralType):
            return Answer.YES if given == to else Answer.NO
        named = instance_class(given)
        if named is not None and (named.name == to.of or named == JSON):
            return Answer.MAYBE
        return self._if_open(given, NamedType(to.of))

    def _match_callable(self, to: CallableType, given: Type) -> Answer:
        match given:
            case FunctionType() | ClassObjectType() | CallableType():
                pass
            case _:
                call = special_attribute(self._store, given, "__call__")
                if call is None:
                    return self._if_open(given)
                if isinstance(call, AnyType):
                    self._match(to.result, UNKNOWN)
                    return Answer.MAYBE
        self._deferred.append((to, given))
        return Answer.YES

    def _match_tuple(self, to: TupleType, given: Type) -> Answer:
        """Whether a type may stand where a tuple is declared: as many items, each where its own is declared."""
        items = self._store.tuple_items(given)
        if items is None:
            named = instance_class(given)
            if named is not None and self._arguments_as("builtins.tuple", named) is not None:
                items = TupleType((), (self._arguments_as("builtins.tuple", named) or (UNKNOWN,))[0])
            else:
                return self._if_open(given, NamedType("builtins.tuple"))
        if to.rest is None and items.rest is None and len(to.items) != len(items.items):
            return Answer.NO
        if len(items.items) < len(to.items) and items.rest is None:
            return Answer.NO
        answer = Answer.YES if (items.rest is None) or to.rest is not None else Answer.MAYBE
        rest = UNKNOWN if to.rest is None else to.rest
        given_rest = UNKNOWN if items.rest is None else items.rest
        for index in range(max(len(to.items), len(items.items))):
            wanted = to.items[index] if index < len(to.items) else rest
            value = items.items[index] if index < len(items.items) else given_rest
            answer = min(answer, self.match(wanted, value))
        if to.rest is not None and items.rest is not None:
            answer = min(answer, self.match(to.rest, items.rest))
        return answer

    def _match_named(self, to: NamedType, given: Type) -> Answer:
        """Whether a type may stand where a class is declared: as a subclass, or by what a protocol asks for."""
        named = instance_class(given)
        if isinstance(given, ClassObjectType):
            return self._match_class_object(to, given)
        if isinstance(given, CallableType):
            class_ = self._store.class_(to.name)
            return (
                Answer.MAYBE
                if class_ is None or class_.is_protocol or "__call__" in class_.members
                else Answer.NO
            )
        if named is None:
            return Answer.MAYBE
        if named.name.startswith(OPAQUE) and named.args:
            return self._match_named(to, named.args[0])
        if named == JSON:
            return self._match_json(to)
        if named.name in _PROMOTIONS.get(to.name, ()):
            return Answer.YES
        arguments = self._arguments_as(to.name, named)
        if arguments is not None:
            return self._match_arguments(to, arguments)
        class_ = self._store.class_(to.name)
        if class_ is None:
            return Answer.MAYBE
        if class_.is_protocol:
            answer = self._match_protocol(class_, to, given)
            return max(answer, self._if_open(given)) if answer is Answer.NO else answer
        return self._if_open(given, to)

    def _match_class_object(self, to: NamedType, given: ClassObjectType) -> Answer:
        class_ = self._store.class_(to.name)
        if to.name in ("builtins.type", "typing.Hashable"):
            return Answer.YES
        if class_ is not None and class_.is_protocol:
            return self._match_protocol(class_, to, given)
        return (
            self._metaclass_answer(given)
            if class_ is None or "builtins.type" in self._store.mro(to.name)
            else Answer.NO
        )

    def _match_json(self, to: NamedType) -> Answer:
        if to == JSON:
            return Answer.YES
        found = [
            Matcher(self._store, self._depth).match(to, NamedType(f"builtins.{name}"))
            for name in _JSON_CLASSES
        ]
        for variable in free_variables(to):
            self._hold(variable, JSON)
        return min(max(found), Answer.MAYBE)

    def _match_arguments(self, to: NamedType, arguments: tuple[Type, ...]) -> Answer:
        answer = Answer.YES
        for wanted, value in zip(to.args, arguments, strict=False):
            # Elements of several types are all there, unlike an argument that is one of several.
            answer = min(answer, *(self.match(wanted, member) for member in members_of(value)))
        return answer

    def _match_protocol(self, protocol: StubClass, to: NamedType, given: Type) -> Answer:
        """Whether the value has what the protocol asks for; the value's methods give its arguments."""
        question = (protocol.qualname, given)
        if question in self._store.open_questions:
            # An iterator's `__iter__` gives an iterator: true unless something else speaks against it.
            return Answer.YES
        self._store.open_questions.add(question)
        try:
            return self._match_members(protocol, to, given)
        finally:
            self._store.open_questions.discard(question)

    def _match_members(self, protocol: StubClass, to: NamedType, given: Type) -> Answer:
        """Whether a type has each member that a protocol asks for."""
        inner = Matcher(self._store, self._depth)
        answer = Answer.YES
        for ancestor in self._store.linearization(protocol.qualname)[:-1]:
            owner = self._store.class_(ancestor.name)
            if owner is None or not owner.is_protocol:
                continue
            mapping = arguments_by_name(owner.type_parameters, ancestor.args)
            for name, member in owner.members.items():
                if name in ("__slots__", "__class_getitem__", "__doc__"):
                    continue
                found = (
                    special_attribute(self._store, given, name)
                    if name.startswith("__")
                    else attribute_of(self._store, given, name)
                )
                if found is None or isinstance(found, NoneType):
                    return Answer.NO
                if isinstance(found, AnyType):
                    answer = Answer.MAYBE
                elif isinstance(member, StubFunction) and to.args:
                    inner._match_result(member, found, mapping)
        solved = inner.solution()
        for parameter, wanted in zip(protocol.type_parameters, to.args, strict=False):
            answer = min(answer, self.match(wanted, solved.get(parameter.name, UNKNOWN)))
        return answer

    def _match_result(self, member: StubFunction, found: Type, mapping: dict[str, Type]) -> None:
        signature = member.signatures[-1]
        wanted = substitute(signature.result, mapping)
        if any(True for _ in free_variables(wanted)):
            parameters = signature.parameters if member.kind == "staticmethod" else signature.parameters[1:]
            arguments = [
                Argument(_known(substitute(parameter.annotation, mapping)))
                for parameter in parameters
                if not parameter.has_default and parameter.kind < 2
            ]
            self.match(wanted, self._store.call(found, arguments, self._depth + 1))

    def _arguments_as(self, name: str, given: NamedType) -> tuple[Type, ...] | None:
        """The arguments that `given` has when seen as its base class `name`; None when that is no base."""
        class_ = self._store.class_(given.name)
        if class_ is None:
            return None
        for ancestor in self._store.linearization(given.name):
            if ancestor.name == name:
                mapping = arguments_by_name(class_.type_parameters, given.args)
                return tuple(substitute(argument, mapping) for argument in ancestor.args)
        return None

    def _metaclass_answer(self, given: Type) -> Answer:
        named = instance_class(given)
        if named is not None and "builtins.type" in self._store.mro(named.name):
            return Answer.MAYBE
        return self._if_open(given, NamedType("builtins.type"))

    def _if_open(self, given: Type, to: NamedType | None = None) -> Answer:
        """Maybe when the value's class is not the last word: its real class may derive from both."""
        named = instance_class(given)
        class_ = None if named is None else self._store.class_(named.name)
        if named is None or class_ is None:
            return Answer.MAYBE if named is not None else Answer.NO
        if class_.has_unknown_base or class_.is_protocol or class_.is_abstract:
            return Answer.MAYBE
        if to is not None and named.name in self._store.mro(to.name):
            return Answer.MAYBE
        return Answer.NO

    def _hold(self, variable: TypeVarType, type_: Type) -> None:
        self._held.setdefault(variable.name, []).append(type_)

    def _take_over(self, other: Matcher) -> None:
        for name, types in other._held.items():
            self._held.setdefault(name, []).extend(types)
        self._deferred += other._deferred


def _joined(types: list[Type]) -> Type:
    joined = widened(union_of(types))
    return UNKNOWN if isinstance(joined, NeverType) else joined


def _of_all(answers: list[Answer]) -> Answer:
    return answers[0] if len(set(answers)) == 1 else Answer.MAYBE


def _openness(type_: Type) -> int:
    """Plain members of a union before generic ones before bare type variables."""
    if isinstance(type_, TypeVarType):
        return 2
    return 1 if any(True for _ in free_variables(type_)) else 0


def _known(type_: Type) -> Type | None:
    return None if any(True for _ in free_variables(type_)) else type_
