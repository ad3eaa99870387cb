"""Named tuples: what their own methods give; and copies of instances with other values, as `replace` makes them."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import allocation
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Entry, InstanceObject, State
from handlerlint.inference.domain.values import UNKNOWN, Reference, TupleValue, Value, constant
from handlerlint.inference.objects import kinds
from handlerlint.inference.objects.kinds import MethodCall


def with_fields(frame: Frame, state: State, value: Value, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A copy of an instance, with the given values in place of its own."""
    record = state.object_of(value)
    if not isinstance(record, InstanceObject) or not arguments.complete:
        return UNKNOWN
    site = frame.site(node, "replace")
    fields = {**record.attributes, **arguments.keywords}
    content = TupleValue(tuple(fields.values())) if isinstance(record.content, TupleValue) else record.content
    state.heap[site] = InstanceObject(record.cls, fields, content, record.open)
    return Reference(site, frame.step(node))


@kinds.method(InstanceObject, "_replace")
def _replace(call: MethodCall, record: InstanceObject) -> Value:
    """`_replace` of a named tuple."""
    return with_fields(call.frame, call.state, call.value, call.arguments, call.node)


@kinds.method(InstanceObject, "_asdict")
def _asdict(call: MethodCall, record: InstanceObject) -> Value:
    """`_asdict` of a named tuple: its fields, whose values are not copied."""
    entries: dict[Value, Entry] = {constant(name): Entry(value) for name, value in record.attributes.items()}
    return UNKNOWN if record.open else allocation.new_dict(call.frame, call.state, call.node, entries)
