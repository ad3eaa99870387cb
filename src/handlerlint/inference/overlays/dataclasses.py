"""dataclasses: the decorator, fields, and what `asdict` and `replace` make."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, decorator, native
from handlerlint.inference.domain.heap import InstanceObject
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Reference,
    TupleValue,
    Value,
    join_all,
    members,
)
from handlerlint.inference.interpreter import classes
from handlerlint.inference.objects.copies import as_plain


@decorator("dataclasses.dataclass", decorates="cls")
def _dataclass(call: Call, cls: Value) -> Value | None:
    return classes.mark_dataclass(call.state, cls)


@native("dataclasses.field")
def _field(call: Call) -> Value | None:
    return classes.field(call)


@native("dataclasses.asdict", "dataclasses.astuple")
def _asdict(call: Call) -> Value | None:
    as_tuple = call.name == "dataclasses.astuple"
    if call.passed != {"obj"}:
        return UNKNOWN  # dict_factory decides
    found = [
        as_plain(call.frame, call.state, m, call.node, as_tuple, 0) for m in members(call.required("obj"))
    ]
    return join_all(found)


@native("dataclasses.replace", "copy.replace")
def _replace(call: Call) -> Value | None:
    value = call.required("obj")
    record = call.state.heap.get(value.site) if isinstance(value, Reference) else None
    if not isinstance(record, InstanceObject) or not call.arguments.complete:
        return UNKNOWN
    site = call.frame.site(call.node, "replace")
    fields = {**record.attributes, **call.arguments.keywords}
    content = TupleValue(tuple(fields.values())) if isinstance(record.content, TupleValue) else record.content
    call.state.heap[site] = InstanceObject(record.cls, fields, content, record.open)
    return Reference(site, call.frame.step(call.node))
