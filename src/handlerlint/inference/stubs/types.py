"""The types that stubs speak of: what the interpreter hands to a `StubStore` and what it gets back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Literal, TypeAlias, Union

from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class AnyType:
    """Nothing is known: `Any`, a missing annotation, or something this engine does not understand."""

    def described(self) -> str:
        return "Any"


@dataclass(frozen=True, slots=True)
class NeverType:
    """No value at all: the result of a function that never returns, such as `sys.exit`."""

    def described(self) -> str:
        return "Never"


@dataclass(frozen=True, slots=True)
class NoneType:
    """The type of `None`."""

    def described(self) -> str:
        return "None"


@dataclass(frozen=True, slots=True)
class SelfType:
    """`Self`, until a method is bound to a receiver."""

    def described(self) -> str:
        return "Self"


@dataclass(frozen=True, slots=True)
class NamedType:
    """An instance of a class, by the name under which its stub defines it (`StubStore.canonical`).

    Without `args` a generic class is not parametrised: its arguments are unknown.
    """

    name: str
    args: tuple[Type, ...] = ()

    def described(self) -> str:
        short = self.name.removeprefix("builtins.")
        return f"{short}[{', '.join(map(describe, self.args))}]" if self.args else short


@dataclass(frozen=True, slots=True)
class UnionType:
    """One of several types: at least two members, none a union, none Any; made by `union_of`."""

    members: tuple[Type, ...]

    def described(self) -> str:
        return " | ".join(map(describe, self.members))


@dataclass(frozen=True, slots=True)
class LiteralType:
    """One value: a constant of the class `of`, or the member called `value` of the enum class `of`."""

    value: str | int | bool | bytes
    of: str

    def described(self) -> str:
        is_builtin = self.of.startswith("builtins.")
        return f"Literal[{self.value!r}]" if is_builtin else f"{self.of}.{self.value!s}"


@dataclass(frozen=True, slots=True)
class TypeVarType:
    """A type variable (or ParamSpec, TypeVarTuple), by the qualified name of its definition."""

    name: str
    bound: Type | None = None
    constraints: tuple[Type, ...] = ()
    default: Type | None = None
    is_variadic: bool = False

    def described(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class TupleType:
    """A tuple of known length, or (`rest` given) `items` followed by any number of `rest`."""

    items: tuple[Type, ...] = ()
    rest: Type | None = None

    def described(self) -> str:
        rest = () if self.rest is None else (f"*{describe(self.rest)}",)
        return f"tuple[{', '.join([*map(describe, self.items), *rest]) or '()'}]"


@dataclass(frozen=True, slots=True)
class CallableType:
    """Something callable of which only the result (and perhaps what it is called with) is known."""

    result: Type
    parameters: tuple[Type, ...] | None = None

    def described(self) -> str:
        inside = "..." if self.parameters is None else f"[{', '.join(map(describe, self.parameters))}]"
        return f"Callable[{inside}, {describe(self.result)}]"


@dataclass(frozen=True, slots=True)
class ClassObjectType:
    """A class itself rather than an instance: `type[of]`."""

    of: Type

    def described(self) -> str:
        return f"type[{describe(self.of)}]"


@dataclass(frozen=True, slots=True)
class ModuleType:
    """A module, by its full name."""

    name: str

    def described(self) -> str:
        return f"Module[{self.name}]"


@dataclass(frozen=True, slots=True)
class FunctionType:
    """A function of a stub; a method remembers its receiver and what the class's variables stand for.

    `receiver` is the first argument when the function is bound (None: it takes all of its parameters);
    `self_type` is what `Self` means in it.
    """

    function: StubFunction
    receiver: Type | None = None
    self_type: Type | None = None
    substitution: tuple[tuple[str, Type], ...] = ()

    def described(self) -> str:
        return f"Function[{self.function.qualname}]"


Type: TypeAlias = Union[  # noqa: UP007 - one member a line
    AnyType,
    NeverType,
    NoneType,
    SelfType,
    NamedType,
    UnionType,
    LiteralType,
    TypeVarType,
    TupleType,
    CallableType,
    ClassObjectType,
    ModuleType,
    FunctionType,
]

# Classes of this name stand for values that the interpreter knows and no stub describes: functions, objects of the
# project. They are never None.
OPAQUE = "handlerlint_values."

#: Functions that `type.__new__` makes class methods of (`type_new_classmethod` in CPython's Objects/typeobject.c).
IMPLICIT_CLASS_METHODS = frozenset({"__init_subclass__", "__class_getitem__"})

UNKNOWN = AnyType()
NEVER = NeverType()
NONE = NoneType()
SELF = SelfType()
OBJECT = NamedType("builtins.object")
BOOL = NamedType("builtins.bool")
INT = NamedType("builtins.int")
FLOAT = NamedType("builtins.float")
STR = NamedType("builtins.str")
BYTES = NamedType("builtins.bytes")
# What a function returns that narrows its argument: a bool, but no other function counts as one that narrows.
TYPE_GUARD = NamedType("typing.TypeGuard")
#: `TypeIs[X]`: what a function returns that tells whether its argument is an instance of X.
TYPE_IS = "typing.TypeIs"


def is_guard(type_: Type) -> bool:
    """Whether a function that is declared to return this tells of which type its argument is."""
    return type_ == TYPE_GUARD or (isinstance(type_, NamedType) and type_.name == TYPE_IS)


# JSON-decoded data, every part of it again JSON: the class stands in our own stub `handlerlint_types`.
JSON = NamedType("handlerlint_types.Json")


def literal_type(value: str | int | bool | bytes | None) -> Type:
    """The type of one constant."""
    if value is None:
        return NONE
    return LiteralType(value, f"builtins.{type(value).__name__}")


def union_of(members: Iterable[Type]) -> Type:
    """The union of `members`, flat and without repetition; unknown when one of them is unknown."""
    found: dict[Type, None] = {}
    for member in members:
        if isinstance(member, UnionType):
            found.update(dict.fromkeys(member.members))
        elif isinstance(member, AnyType):
            return UNKNOWN
        elif not isinstance(member, NeverType):
            found[member] = None
    if not found:
        return NEVER
    kept = tuple(
        member for member in found if not (isinstance(member, LiteralType) and NamedType(member.of) in found)
    )
    return kept[0] if len(kept) == 1 else UnionType(kept)


def members_of(type_: Type) -> tuple[Type, ...]:
    """The members of a union, or the type itself as the only one."""
    return type_.members if isinstance(type_, UnionType) else (type_,)


def widened(type_: Type) -> Type:
    """The type without its constants: `Literal["a"]` becomes str, `tuple[Literal[1]]` tuple[int]."""
    match type_:
        case LiteralType(of=name):
            return NamedType(name)
        case UnionType(members):
            return union_of(widened(member) for member in members)
        case NamedType(name, args) if args:
            return NamedType(name, tuple(widened(arg) for arg in args))
        case TupleType(items, rest):
            return TupleType(tuple(widened(item) for item in items), rest and widened(rest))
        case _:
            return type_


def element_of(type_: TupleType) -> Type:
    """What any element of a tuple may be."""
    members = (*type_.items, *(() if type_.rest is None else (type_.rest,)))
    return union_of(members) if members else UNKNOWN


def free_variables(type_: Type) -> Iterator[TypeVarType]:
    """The type variables in a type, in the order in which they stand there."""
    match type_:
        case TypeVarType():
            yield type_
        case NamedType(args=inner) | UnionType(members=inner):
            for part in inner:
                yield from free_variables(part)
        case TupleType(items, rest):
            for part in items:
                yield from free_variables(part)
            if rest is not None:
                yield from free_variables(rest)
        case CallableType(result, parameters):
            for part in parameters or ():
                yield from free_variables(part)
            yield from free_variables(result)
        case ClassObjectType(of):
            yield from free_variables(of)


def parts_of(type_: Type) -> Iterator[Type]:
    """The type and all types in it."""
    yield type_
    match type_:
        case NamedType(args=inner) | UnionType(members=inner):
            for part in inner:
                yield from parts_of(part)
        case TupleType(items, rest):
            for part in (*items, *(() if rest is None else (rest,))):
                yield from parts_of(part)
        case _:
            return


def substitute(type_: Type, mapping: Mapping[str, Type], self_type: Type | None = None) -> Type:
    """`type_` with type variables replaced by `mapping`, all at once, and `Self` by `self_type`."""
    match type_:
        case TypeVarType(name):
            return mapping.get(name, type_)
        case SelfType():
            return type_ if self_type is None else self_type
        case NamedType(name, args) if args:
            return NamedType(name, tuple(_spread(args, mapping, self_type)))
        case UnionType(members):
            return union_of(substitute(member, mapping, self_type) for member in members)
        case TupleType(items, rest):
            return TupleType(
                tuple(_spread(items, mapping, self_type)),
                None if rest is None else substitute(rest, mapping, self_type),
            )
        case CallableType(result, parameters):
            return CallableType(
                substitute(result, mapping, self_type),
                None if parameters is None else tuple(_spread(parameters, mapping, self_type)),
            )
        case ClassObjectType(of):
            return ClassObjectType(substitute(of, mapping, self_type))
        case _:
            return type_


def _spread(parts: tuple[Type, ...], mapping: Mapping[str, Type], self_type: Type | None) -> Iterator[Type]:
    for part in parts:
        yield substitute(part, mapping, self_type)


def closed(type_: Type) -> Type:
    """`type_` with the variables that nothing determined replaced by their default, else by unknown."""
    solution: dict[str, Type] = {}
    for variable in free_variables(type_):
        default = UNKNOWN if variable.default is None else variable.default
        solution[variable.name] = substitute(default, solution)
    return closed(substitute(type_, solution)) if solution else type_


def describe(type_: Type) -> str:
    """The type as one writes it in an annotation."""
    return type_.described()


FunctionKind: TypeAlias = Literal["function", "method", "classmethod", "staticmethod", "property"]


class ParameterKind(IntEnum):
    """How a parameter takes its argument, in the order in which parameters stand."""

    POSITIONAL_ONLY = 0
    POSITIONAL = 1
    VAR_POSITIONAL = 2
    KEYWORD_ONLY = 3
    VAR_KEYWORD = 4


@dataclass(frozen=True, slots=True)
class StubParameter:
    """One parameter; for `*args` and `**kwargs` the annotation is that of one argument."""

    name: str
    kind: ParameterKind
    annotation: Type
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class StubSignature:
    """One way to call a function; a method's first parameter is among `parameters`."""

    parameters: tuple[StubParameter, ...]
    result: Type
    is_async: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StubFunction:
    """A function or method with its overloads in order; the same function is the same object."""

    qualname: str
    kind: FunctionKind
    signatures: tuple[StubSignature, ...]
    is_abstract: bool = False
