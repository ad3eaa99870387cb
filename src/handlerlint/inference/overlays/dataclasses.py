"""dataclasses: the decorator, fields, and what `asdict` and `replace` make."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import InstanceObject, State
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Native,
    Reference,
    TupleValue,
    Value,
    join_all,
    members,
)
from handlerlint.inference.interpreter import classes
from handlerlint.inference.objects.copies import as_plain
from handlerlint.inference.overlays.json import _name_of


@native("dataclasses.dataclass")
def _dataclass(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    cls = arguments.get(0)
    if cls is None:
        return Native("dataclasses.decorator")
    return classes.mark_dataclass(state, cls)


@native("dataclasses.decorator")
def _dataclass_decorator(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return classes.mark_dataclass(state, arguments.get(1) or UNKNOWN)


@native("dataclasses.field")
def _field(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Native("dataclasses.field", (classes.FieldArguments(arguments),))


@native("dataclasses.asdict", "dataclasses.astuple")
def _asdict(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    as_tuple = isinstance(node, cst.Call) and _name_of(node) == "astuple"
    if arguments.keywords:
        return UNKNOWN  # dict_factory decides
    found = [as_plain(frame, state, m, node, as_tuple, 0) for m in members(arguments.get(0) or UNKNOWN)]
    return join_all(found)


@native("dataclasses.replace", "copy.replace")
def _replace(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    value = arguments.get(0) or UNKNOWN
    record = state.heap.get(value.site) if isinstance(value, Reference) else None
    if not isinstance(record, InstanceObject) or not arguments.complete:
        return UNKNOWN
    site = frame.site(node, "replace")
    fields = {**record.attributes, **arguments.keywords}
    content = TupleValue(tuple(fields.values())) if isinstance(record.content, TupleValue) else record.content
    state.heap[site] = InstanceObject(record.cls, fields, content, record.open)
    return Reference(site, frame.step(node))
