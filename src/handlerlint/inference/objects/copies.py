"""Copies of values with all that can be reached from them: deep ones, and those of plain data that `asdict` makes."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    Container,
    Entry,
    InstanceObject,
    State,
)
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import UNKNOWN, Json, Reference, Site, TupleValue, Value, constant
from handlerlint.inference.objects import attributes, decoded_json, instances
from handlerlint.inference.objects.fields import fields_of


def deep_copy(
    frame: Frame, state: State, value: Value, node: cst.CSTNode, done: dict[Site, Reference]
) -> Value:
    """A copy of a value and of everything that can be reached from it."""
    match value:
        case TupleValue(items=items, rest=rest):
            return TupleValue(
                tuple(deep_copy(frame, state, item, node, done) for item in items),
                None if rest is None else deep_copy(frame, state, rest, node, done),
                value.origin,
            )
        case Json():
            return shallow_copy(frame, state, value, node)
        case Reference(site=site):
            known = done.get(site)
            if known is not None:
                return known
            own = attributes.call_special(frame, state, value, "__deepcopy__", (UNKNOWN,), node)
            if own is not None:
                return own
            record = state.heap.get(site)
            copied = frame.site(node, f"deep{len(done)}")
            reference = done[site] = Reference(copied, value.origin)

            def again(part: Value) -> Value:
                return join_all(deep_copy(frame, state, member, node, done) for member in members(part))

            match record:
                case Container():
                    state.heap[copied] = record.mapped(again)
                case InstanceObject():
                    fields = {name: again(item) for name, item in record.attributes.items()}
                    content = None if record.content is None else again(record.content)
                    state.heap[copied] = InstanceObject(record.cls, fields, content, record.open)
                case _:
                    return value
            return reference
        case _:
            return value


def as_plain(
    frame: Frame,
    state: State,
    value: Value,
    node: cst.CSTNode,
    as_tuple: bool,
    depth: int,
    factory: Value | None = None,
) -> Value:
    """What `dataclasses.asdict` makes of a value: dataclasses become dicts, containers are copied.

    A `factory` is called with the pairs of names and values of each data class, if there is one.
    """
    if depth > 6:
        return UNKNOWN
    if len(members(value)) > 1:
        return join_all(as_plain(frame, state, m, node, as_tuple, depth, factory) for m in members(value))

    def inner(part: Value) -> Value:
        return as_plain(frame, state, part, node, as_tuple, depth + 1, factory)

    record = state.object_of(value)
    match record:
        case InstanceObject():
            cls = instances.data_class_of(state, value)
            if cls is None:
                return value if depth else UNKNOWN
            names = fields_of(cls)
            if record.open and not all(name in record.attributes for name in names):
                return UNKNOWN
            fields = {name: inner(record.attributes.get(name, UNKNOWN)) for name in names}
            if as_tuple:
                return TupleValue(tuple(fields.values()), None, frame.step(node))
            assert isinstance(value, Reference)
            if factory is not None:
                return _made_of_pairs(frame, state, value.site, fields, factory, node)
            entries: dict[Value, Entry] = {constant(name): Entry(part) for name, part in fields.items()}
            return allocation.new_dict(frame, state, node, entries, tag=f"asdict{hash(value.site)}")
        case Container():
            assert isinstance(value, Reference)
            return allocation.new_object(frame, state, node, record.mapped(inner), f"as{hash(value.site)}")
        case _:
            if isinstance(value, TupleValue):
                rest = None if value.rest is None else inner(value.rest)
                return TupleValue(tuple(map(inner, value.items)), rest, value.origin)
            return value


def _made_of_pairs(
    frame: Frame, state: State, site: Site, fields: Mapping[str, Value], factory: Value, node: cst.CSTNode
) -> Value:
    """What a factory makes of the fields of the object at a site; of each object by itself."""
    outer, frame.context = frame.context, frame.interpreter.context(frame.context, node, site)
    pairs = [TupleValue((constant(name), part)) for name, part in fields.items()]
    given = allocation.new_list(frame, state, node, pairs, tag="pairs")
    made = dispatch.call(frame, state, factory, Arguments((given,)), node)
    frame.context = outer
    return made


def shallow_copy(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """`copy.copy(value)`, `dict.copy`, `list.copy`: a new container with the same elements."""
    match value:
        case Json():
            return decoded_json.copied(frame, state, value, node)
        case Reference(site=site):
            own = attributes.call_special(frame, state, value, "__copy__", (), node)
            if own is not None:
                return own
            record = state.heap.get(site)
            if isinstance(record, (Container, InstanceObject)):
                copied = frame.site(node, "copy")
                state.heap[copied] = record
                return Reference(copied, frame.step(node))
            return value
        case _:
            return value
