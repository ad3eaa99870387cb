"""What the parts of the stub engine ask of each other: the interface of `StubStore` as seen from below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from handlerlint.inference.stubs.classes import ClassTable
from handlerlint.inference.stubs.model import Argument, StubClass
from handlerlint.inference.stubs.names import NameTable
from handlerlint.inference.stubs.types import NamedType, TupleType, Type


class Questions(Protocol):
    """The questions that answering one question about types may lead to; `StubStore` says what each means."""

    names: NameTable
    classes: ClassTable
    open_questions: set[tuple[str, Type]]

    def class_(self, qualname: str) -> StubClass | None:
        """The class of a qualified name."""

    def mro(self, qualname: str) -> tuple[str, ...]:
        """The names of a class and its ancestors."""

    def linearization(self, qualname: str) -> tuple[NamedType, ...]:
        """A class and its ancestors, each with its arguments."""

    def tuple_items(self, type_: Type) -> TupleType | None:
        """The items of a tuple or of a named tuple."""

    def attribute(self, receiver: Type, name: str) -> Type | None:
        """The type of `receiver.name`."""

    def call(self, function: Type, arguments: Sequence[Argument] = (), depth: int = 0) -> Type:
        """The type of a call."""

    def iterate(self, type_: Type) -> Type:
        """What `for` finds in a value."""
