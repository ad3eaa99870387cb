"""decimal: numbers whose text is known."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, native
from handlerlint.inference.domain.values import Instance, Value


@native("decimal.Decimal")
def _decimal(call: Call) -> Value | None:
    return Instance("decimal.Decimal", origin=call.frame.step(call.node))
