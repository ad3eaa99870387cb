"""datetime: durations that are certainly not zero."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Constant, Instance, Value


@overlay("datetime.timedelta")
def _timedelta(call: Call) -> Value | None:
    """A duration of so many days, hours …, none of them less than none, and one of them more, is true."""
    parts = call.arguments.values
    numbers = [part.value for part in parts if isinstance(part, Constant)]
    amounts = [number for number in numbers if isinstance(number, (int, float))]
    is_true = len(amounts) == len(parts) and min(amounts, default=0) >= 0 and max(amounts, default=0) > 0
    return Instance(call.name, origin=call.frame.step(call.node), is_true=True) if is_true else None
