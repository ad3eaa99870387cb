"""attrs: its classes are data classes."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, decorator, overlay
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Value
from handlerlint.inference.interpreter import classes
from handlerlint.inference.objects import copies


@decorator(
    *("attr.define", "attr.s", "attrs.define", "attr.frozen", "attr.mutable"),
    decorates="maybe_cls",
    unknown_with=frozenset({"init", "field_transformer", "these"}),
)
def _define(call: Call, cls: Value) -> Value | None:
    return classes.mark_dataclass(call.state, cls)


@overlay("attr.field", "attr.ib", "attrs.field")
def _field(call: Call) -> Value | None:
    return classes.field(call)


@overlay("attr.asdict", "attrs.asdict", "attr.astuple", "attrs.astuple")
def _as_plain(call: Call) -> Value | None:
    if call.passed != {"inst"}:
        return UNKNOWN
    as_tuple = call.name.endswith(".astuple")
    found = [
        copies.as_plain(call.frame, call.state, member, call.node, as_tuple, 0)
        for member in members(call.required("inst"))
    ]
    return join_all(found) if found else NEVER
