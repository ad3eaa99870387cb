"""The frames that a CDK application's source is evaluated in, and the values that its own classes and functions are.

Used by `evaluation` and `calls`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import libcst as cst

from handlerlint.functions.programs.cdk.results import Symbol, Value
from handlerlint.functions.programs.cdk.scopes import CallSite, Scope
from handlerlint.records import dataclass, field


@dataclass(eq=False, slots=True)
class Frame:
    """One way to reach a scope: the values of its parameters and of the loops around a call.

    `order` is the place in the file up to which the scope has been run; None for all of it.
    """

    scope: Scope
    names: dict[str, Value] = field(default_factory=dict)
    depth: int = 0
    order: int | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """What a class of the application is derived from at last, and the call and frame that say how it is made."""

    symbol: Symbol
    call: cst.Call | None
    frame: Frame | None


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the application, and the arguments that it was made with.

    `constructors` holds the frames of its constructor and of those of the application's classes it is derived from.
    """

    scope: Scope
    call: cst.Call | None = None
    arguments: Mapping[str, Value] = field(default_factory=dict)
    constructors: dict[Scope, Frame] = field(default_factory=dict)
    base: Base | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Instance)
            and self.scope is other.scope
            and self.call is other.call
            and self.arguments == other.arguments
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Defined:
    """A class or function of the application; `instance` is what a method was taken from."""

    scope: Scope
    instance: Instance | None = None


class Evaluator(Protocol):
    """What `calls` asks of the program that it evaluates the calls of; see `evaluation.Program`."""

    def sites_of(self, name: str) -> list[CallSite]: ...

    def derived_from(self, name: str) -> list[Scope]: ...

    def bases(self, owner: Scope) -> list[Value]: ...

    def frames(self, site: CallSite, depth: int) -> list[Frame]: ...

    def scope_frames(self, scope: Scope, depth: int) -> list[Frame]: ...

    def arguments(self, call: cst.Call, frame: Frame) -> dict[str, Value]: ...

    def bound(
        self, scope: Scope, call: cst.Call | None, caller: Frame | None, instance: Instance | None = None
    ) -> dict[str, Value]: ...

    def value(self, node: cst.BaseExpression, frame: Frame) -> Value: ...
