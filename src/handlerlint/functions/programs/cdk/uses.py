"""The calls of a CDK application as `connections` asks for them, whichever language they are written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from handlerlint.functions.programs.cdk.constructs import Configured
from handlerlint.functions.programs.cdk.results import Value


class Use(Protocol):
    """A call, with the values of its arguments: names as in Python, positions as `0`, `1` …; `**` for unknown ones."""

    @property
    def call(self) -> object:
        """What tells it from other calls: the `call` of the `Made` that it gives."""

    @property
    def arguments(self) -> Mapping[str, Value]:
        """The values of its arguments."""

    @property
    def receiver(self) -> Value:
        """What a method is called of."""

    @property
    def around(self) -> Use | None:
        """The innermost call around it."""

    def functions(self, value: Value) -> Iterator[Configured]:
        """The functions that a value is, or has in it."""

    def given(self, keys: Iterable[str]) -> Iterator[Configured]:
        """The functions that are given as one of these arguments."""

    def receivers(self) -> Iterator[Configured]:
        """The functions that a method is called of."""


class Calls(Protocol):
    """All calls of an application."""

    def constructs(self, names: Iterable[str]) -> Iterator[tuple[str, Use]]:
        """The calls of constructs of the CDK of these names (without modules), with their paths."""

    def methods(self, names: Iterable[str]) -> Iterator[Use]:
        """The calls of methods of these names."""

    def mentions(self, name: str) -> bool:
        """Whether the application has an argument of such a name anywhere."""
