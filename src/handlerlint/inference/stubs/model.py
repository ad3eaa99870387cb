"""What a stub says, as plain data: modules, classes, functions and variables a `StubStore` hands out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, TypeAlias, Union

from handlerlint.inference.stubs.types import StubFunction
from handlerlint.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handlerlint.inference.stubs.types import ModuleType, Type, TypeVarType


class Answer(IntEnum):
    """A three-valued answer; `min` is and, `max` is or."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: its type (None when unknown; a LiteralType when it is a constant)."""

    type: Type | None
    name: str | None = None
    star: Literal["", "*", "**"] = ""


@dataclass(frozen=True, slots=True)
class StubVariable:
    """A variable of a module or class; `value` is the type of the constant it is bound to, if it shows."""

    type: Type
    value: Type | None = None


@dataclass(frozen=True, slots=True)
class StubAlias:
    """A name for something defined elsewhere: a re-export or a type alias."""

    target: str | None
    type: Type | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StubClass:
    """A class; `bases` have their arguments in terms of `type_parameters`."""

    qualname: str
    type_parameters: tuple[TypeVarType, ...]
    bases: tuple[Type, ...]
    members: Mapping[str, Member]
    metaclass: str | None = None
    is_protocol: bool = False
    is_abstract: bool = False
    is_enum: bool = False
    is_typed_dict: bool = False
    is_named_tuple: bool = False
    is_dataclass: bool = False
    has_unknown_base: bool = False
    # The stub names only some of the class's members: one it does not name is unknown, not absent.
    is_partial: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StubModule:
    """A module's stub; `members` hold what the file itself defines or imports by name."""

    name: str
    members: Mapping[str, Member]
    is_package: bool
    is_partial: bool = False
    exports: tuple[str, ...] | None = None


Member: TypeAlias = Union[StubClass, StubFunction, StubVariable, StubAlias, "ModuleType"]


class LazyMembers(Mapping[str, Member]):
    """Members by name, each built when it is first asked for."""

    __slots__ = ("_build", "_built", "_names")

    def __init__(self, names: Iterable[str], build: Callable[[str], Member]) -> None:
        self._names = names if isinstance(names, dict) else dict.fromkeys(names)
        self._build = build
        self._built: dict[str, Member] = {}

    def __getitem__(self, name: str) -> Member:
        if name not in self._built:
            if name not in self._names:
                raise KeyError(name)
            self._built[name] = self._build(name)
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
