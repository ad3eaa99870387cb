"""importlib: modules imported by name."""

from __future__ import annotations

from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import UNKNOWN, Constant, Value
from handlerlint.inference.interpreter.imports import import_module, lose_globals


@overlay("importlib.import_module")
def _import_module(call: Call) -> Value | None:
    name = call.argument("name")
    if isinstance(name, Constant) and isinstance(name.value, str) and not name.value.startswith("."):
        return import_module(call.frame, call.state, name.value)
    return _import_any(call) or UNKNOWN


@overlay("_frozen_importlib.module_from_spec")
def _import_any(call: Call) -> Value | None:
    """A module of which it is not known which it is may register what it defines with any other."""
    may_raise(call.frame, call.state)
    lose_globals(call.frame.interpreter, call.state)
    return None
