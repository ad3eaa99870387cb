"""contextvars: what a context variable holds is what anybody has set, in this context or around it."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import UNKNOWN, Value


@overlay("_contextvars.ContextVar.get")
def _get(call: Call) -> Value | None:
    return UNKNOWN
