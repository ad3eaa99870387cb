"""Items of containers: `c[k]`, `c[k] = v`, `del c[k]`, updating and copying. Called for every kind of value."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import is_known_key
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain.heap import (
    ClassObject,
    DictObject,
    InstanceObject,
    ListObject,
    Lost,
    Namespace,
    SetObject,
    State,
    lose,
)
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    BuiltinMethod,
    Constant,
    EnumMember,
    Instance,
    Json,
    Reference,
    Site,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    join_all,
    json_part,
    members,
    with_step,
)
from handlerlint.inference.objects import attributes, decoded_json, dicts, hashing, iterating, lists
from handlerlint.inference.types import queries


def load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]`."""
    if isinstance(index, UnionValue) and len(index.members) <= 4:
        found = [load_item(frame, state, value, member, node) for member in index.members]
        return join_all(found)
    return iterating.each(frame, state, value, lambda member: _load_item(frame, state, member, index, node))


def _load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]` for a value that is no union."""
    if lists.is_slice(index):
        return _load_slice(frame, state, value, index, node)
    match value:
        case Unknown():
            may_raise(frame, state)
            return UNKNOWN
        case Json():
            return decoded_json.json_load(frame, state, value, index)
        case TupleValue(items=items, rest=rest):
            return lists.list_load(state, ListObject("builtins.tuple", items, rest), index)
        case Reference(site=site):
            return _load_from_object(frame, state, site, value, index, node)
        case Constant(value=None):
            may_raise(frame, state)
            return NEVER
        case Constant(value=str() as text) if isinstance(index, Constant) and isinstance(index.value, int):
            may_raise(frame, state)
            return constant(text[index.value]) if -len(text) <= index.value < len(text) else NEVER
        case _:
            may_raise(frame, state)
            return queries.subscript(frame, state, value, index, node)


def _load_from_object(
    frame: Frame, state: State, site: Site, value: Reference, index: Value, node: cst.CSTNode
) -> Value:
    """`value[index]` for an object in the heap, by the kind of object."""
    match state.heap.get(site):
        case DictObject() as record:
            index = hashing.hashed(frame, state, index, node)
            return NEVER if state.dead else dicts.dict_load(frame, state, record, index, node, site)
        case ListObject() as record:
            may_raise(frame, state)
            return lists.list_load(state, record, index)
        case InstanceObject() as record:
            special = attributes.call_special(frame, state, value, "__getitem__", (index,), node)
            if special is not None:
                return special
            content = record.content
            return UNKNOWN if content is None else load_item(frame, state, content, index, node)
        case ClassObject(kind="enum") as record if isinstance(index, Constant):
            member = record.names.get(str(index.value))
            return member if isinstance(member, EnumMember) else UNKNOWN
        case ClassObject(kind="enum") as record:
            may_raise(frame, state)
            return join_all(member for member in record.names.values() if isinstance(member, EnumMember))
        case ClassObject():
            return value  # Generic[…]: the class itself
        case SetObject():
            may_raise(frame, state)
            return NEVER
        case _:
            return UNKNOWN


def _load_slice(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[a:b]`: of the same kind, with the elements that the bounds leave where they are known."""
    assert isinstance(index, BuiltinMethod) and isinstance(index.receiver, TupleValue)
    bounds = [
        bound.value for bound in index.receiver.items
        if isinstance(bound, Constant) and (bound.value is None or isinstance(bound.value, int))
    ]  # fmt: skip
    known = slice(*bounds) if len(bounds) == 3 else None
    match value:
        case Json():
            return json_part(value, None) if value.path is None else Json((*value.path, "[:]"), value.origin)
        case TupleValue(items=items, rest=rest):
            if known is not None and rest is None:
                return TupleValue(items[known], None, frame.step(node))
            return TupleValue((), join_all([*items, rest or NEVER]), frame.step(node))
        case Constant(value=str() | bytes() as text) if known is not None:
            return constant(text[known], frame.step(node))
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, ListObject):
                return lists.list_slice(frame, state, record, known, node)
            return UNKNOWN
        case Constant(kind=kind) if kind in ("str", "bytes"):
            return Instance("builtins." + kind, origin=frame.step(node))
        case Instance(class_name="builtins.str" | "builtins.bytes" | "builtins.bytearray" as name):
            return Instance(name, origin=frame.step(node))
        case _:
            return UNKNOWN


def store_item(
    frame: Frame, state: State, target: Value, index: Value, value: Value, node: cst.CSTNode
) -> None:
    """`target[index] = value`."""
    alternatives = members(target)
    for member in alternatives:
        if len(alternatives) > 1 and isinstance(member, Reference):
            # Which object is changed is not known: each of them may have been, or not.
            _store_weakly(state, member.site, index, value)
            continue
        match member:
            case Json():
                decoded_json.json_store(state, member, index, value)
            case Reference(site=site):
                _store_into_object(frame, state, member, site, index, value, node)
            case Unknown():
                iterating.escape(state, value)
                lose(state, ())  # it may be any object that unknown code has seen
            case Constant():
                may_raise(frame, state)
                state.dead = state.dead or len(alternatives) == 1
            case _:
                may_raise(frame, state)


def _store_into_object(
    frame: Frame, state: State, target: Reference, site: Site, index: Value, value: Value, node: cst.CSTNode
) -> None:
    """`target[index] = value` for an object in the heap, by the kind of object."""
    match state.heap.get(site):
        case DictObject() as record:
            dicts.store(frame, state, target, record, index, value, node)
        case ListObject() as record if not lists.is_slice(index):
            lists.list_store(state, site, record, index, value)
        case ListObject() as record:
            lists.list_store_slice(frame, state, site, record, index, value, node)
        case InstanceObject() as record:
            if attributes.call_special(frame, state, target, "__setitem__", (index, value), node) is None:
                content = record.content
                if content is not None:
                    store_item(frame, state, content, index, value, node)
        case _:
            iterating.escape(state, value)


def _store_weakly(state: State, site: Site, index: Value, value: Value) -> None:
    record = state.heap.get(site)
    if isinstance(record, DictObject) and is_known_key(index):
        dicts.store_weakly(state, site, record, index, value)
    elif record is not None and not isinstance(record, (Namespace, ClassObject)):
        state.heap[site] = Lost()


def delete_item(frame: Frame, state: State, target: Value, index: Value) -> None:
    """`del target[index]`."""
    for member in members(target):
        _may_miss(frame, state, member, index)
        match member:
            case Json():
                decoded_json.json_remove(state, member, index)
            case Reference(site=site):
                record = state.heap.get(site)
                if isinstance(record, InstanceObject) and isinstance(record.content, Reference):
                    delete_item(frame, state, record.content, index)
                elif isinstance(record, DictObject):
                    dicts.remove(state, site, record, index)
                elif isinstance(record, ListObject):
                    lists.list_remove(state, site, record, index)
            case _:
                continue


def _may_miss(frame: Frame, state: State, target: Value, index: Value) -> None:
    """The exception of an item that is not there, unless it certainly is."""
    record = state.heap.get(target.site) if isinstance(target, Reference) else None
    entry = record.entries.get(index) if isinstance(record, DictObject) and is_known_key(index) else None
    if isinstance(record, DictObject) and isinstance(target, Reference) and entry is not None:
        if entry.maybe:
            dicts.raise_without(frame, state, record, index, target.site)
        return
    may_raise(frame, state)


def stored(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """A value on its way into a container."""
    return with_step(value, "put in here", frame.module.file, node)
