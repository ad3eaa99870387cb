"""contextlib: context managers that hand on what they are given."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import NONE, Native, Value


@overlay("contextlib.nullcontext")
def _entered(call: Call) -> Value | None:
    return Native("contextmanager.entered", (call.argument("enter_result") or NONE,))


@overlay("contextlib.closing")
def _closing(call: Call) -> Value | None:
    return Native("closing.entered", (call.required("thing"),))
