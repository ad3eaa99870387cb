"""importlib: modules imported by name."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import UNKNOWN, Constant, Value
from handlerlint.inference.interpreter.imports import import_module


@native("importlib.import_module")
def _import_module(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    name = arguments.get(0, "name")
    if isinstance(name, Constant) and isinstance(name.value, str) and not name.value.startswith("."):
        return import_module(frame, state, name.value)
    may_raise(frame, state)
    return UNKNOWN
