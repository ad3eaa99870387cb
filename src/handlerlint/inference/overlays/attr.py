"""attrs: its classes are data classes."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, native
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Native, Value, join_all, members
from handlerlint.inference.interpreter import classes
from handlerlint.inference.objects import copies


@native("attr.define", "attr.s", "attrs.define", "attr.frozen", "attr.mutable")
def _define(call: Call) -> Value | None:
    cls = call.arguments.get(0, "maybe_cls")
    if call.arguments.keywords.keys() & {"init", "field_transformer", "these"}:
        return UNKNOWN
    return Native("dataclasses.decorator") if cls is None else classes.mark_dataclass(call.state, cls)


@native("attr.field", "attr.ib", "attrs.field")
def _field(call: Call) -> Value | None:
    return Native("dataclasses.field", (classes.FieldArguments(call.arguments),))


@native("attr.asdict", "attrs.asdict", "attr.astuple", "attrs.astuple")
def _as_plain(call: Call) -> Value | None:
    if call.arguments.keywords or len(call.arguments.positional) != 1:
        return UNKNOWN
    as_tuple = call.name.endswith(".astuple")
    found = [
        copies.as_plain(call.frame, call.state, member, call.node, as_tuple, 0)
        for member in members(call.arguments.positional[0])
    ]
    return join_all(found) if found else NEVER
