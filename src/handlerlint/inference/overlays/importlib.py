"""importlib: modules imported by name."""

from __future__ import annotations

from importlib.util import resolve_name

from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import UNKNOWN, Constant, Value
from handlerlint.inference.interpreter.imports import import_module, lose_globals


@overlay("importlib.import_module")
def _import_module(call: Call) -> Value | None:
    name = _text(call.argument("name"))
    if name is not None and name.startswith("."):
        name = _resolved(name, _text(call.argument("package")))
    if name is not None:
        return import_module(call.frame, call.state, name)
    return _import_any(call) or UNKNOWN


@overlay("_frozen_importlib.module_from_spec")
def _import_any(call: Call) -> Value | None:
    """A module of which it is not known which it is may register what it defines with any other."""
    may_raise(call.frame, call.state)
    lose_globals(call.frame.interpreter, call.state)
    return None


def _text(value: Value | None) -> str | None:
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None


def _resolved(name: str, package: str | None) -> str | None:
    """The whole name of a module that is named relatively to a package; None where that leads nowhere."""
    try:
        return resolve_name(name, package) if package else None
    except ImportError:
        return None
