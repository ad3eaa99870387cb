"""contextlib: context managers that hand on what they are given."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import NONE, Native, Value


@overlay("contextlib.closing", "contextlib.nullcontext")
def _closing(call: Call) -> Value | None:
    return Native("contextmanager.entered", (call.argument("thing", "enter_result") or NONE,))
