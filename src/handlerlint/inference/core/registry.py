"""The registry of natives: functions and classes whose meaning the interpreter knows better than a stub can say.

A native takes (frame, state, arguments, node) and gives a value, or None to let the stub answer after all.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from handlerlint.inference.core.machine import Frame
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import StubValue, Value
from handlerlint.inference.types.stubs.types import ClassObjectType, FunctionType, NamedType, TupleType

NativeFunction = Callable[[Frame, State, Arguments, cst.CSTNode], "Value | None"]

NATIVES: dict[str, NativeFunction] = {}


def native(*names: str) -> Callable[[NativeFunction], NativeFunction]:
    """Register what a function or class of the standard library means."""

    def register(function: NativeFunction) -> NativeFunction:
        for name in names:
            NATIVES[name] = function
        return function

    return register


def find(value: StubValue) -> NativeFunction | None:
    """The native behind a stub's function or class, if there is one."""
    match value.type:
        case FunctionType(function=function):
            return NATIVES.get(function.qualname)
        case ClassObjectType(of=NamedType(name=name)):
            return NATIVES.get(name)
        case ClassObjectType(of=TupleType()):
            return NATIVES.get("builtins.tuple")
        case _:
            return None
