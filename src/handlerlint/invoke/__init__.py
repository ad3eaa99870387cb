"""Dynamic mode: sample events through the real runtime client. The public names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlerlint.invoke.environment import Environment, configured_function
    from handlerlint.invoke.model import Event, FunctionError, Invocation, Logs, Response
    from handlerlint.invoke.session import Session
    from handlerlint.invoke.variables import Limits, limits_of

_MODULES = {
    "Environment": "environment",
    "Event": "model",
    "FunctionError": "model",
    "Invocation": "model",
    "Limits": "variables",
    "Logs": "model",
    "Response": "model",
    "Session": "session",
    "configured_function": "environment",
    "limits_of": "variables",
}

__all__ = [
    "Environment",
    "Event",
    "FunctionError",
    "Invocation",
    "Limits",
    "Logs",
    "Response",
    "Session",
    "configured_function",
    "limits_of",
]


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
