"""importlib: modules imported by name."""

from __future__ import annotations

from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import UNKNOWN, Constant, Value
from handlerlint.inference.interpreter.imports import import_module


@overlay("importlib.import_module")
def _import_module(call: Call) -> Value | None:
    name = call.argument("name")
    if isinstance(name, Constant) and isinstance(name.value, str) and not name.value.startswith("."):
        return import_module(call.frame, call.state, name.value)
    may_raise(call.frame, call.state)
    return UNKNOWN
