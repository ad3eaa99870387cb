"""operator: functions that are made of keys."""

from __future__ import annotations

from typing import cast

from handlerlint.inference.core.registry import Call, closure, overlay
from handlerlint.inference.domain.values import Native, TupleValue, Value
from handlerlint.inference.objects import subscripts


@overlay("operator.itemgetter")
def _itemgetter(call: Call) -> Value | None:
    keys = call.arguments.positional
    return Native("operator.getter", keys, call.frame.step(call.node)) if call.arguments.complete else None


@closure("operator.getter", "obj")
def _get(call: Call) -> Value:
    """`itemgetter("a")(value)` is `value["a"]`; of several keys, a tuple of what each gives."""
    whole, keys = call.required("obj"), cast("tuple[Value, ...]", call.data)
    found = tuple(subscripts.load_item(call.frame, call.state, whole, key, call.node) for key in keys)
    return found[0] if len(found) == 1 else TupleValue(found, None, call.frame.step(call.node))
