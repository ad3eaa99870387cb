"""struct: how many values a known format gives, and of which classes."""

from __future__ import annotations

import struct

from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Constant, Instance, TupleValue, Value

_LARGEST = 1024


@overlay("_struct.unpack", "_struct.unpack_from")
def _unpack(call: Call) -> Value | None:
    text = call.required("format")
    if not isinstance(text, Constant) or not isinstance(text.value, (str, bytes)):
        return None
    try:
        size = struct.calcsize(text.value)
        found = struct.unpack(text.value, bytes(size)) if size <= _LARGEST else None
    except struct.error:
        return None  # it raises
    if found is None:
        return None
    may_raise(call.frame, call.state)
    step = call.frame.step(call.node)
    values = tuple(Instance(f"builtins.{type(one).__name__}", origin=step) for one in found)
    return TupleValue(values, None, step)
