"""Items of containers: `c[k]`, `c[k] = v`, `del c[k]`, updating and copying. Called for every kind of value."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import is_known_key, new_dict, new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain.heap import (
    ClassObject,
    DictObject,
    Entry,
    InstanceObject,
    JsonChange,
    ListObject,
    Lost,
    Namespace,
    SetObject,
    State,
    lose,
)
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
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
    is_harmless,
    join,
    join_all,
    json_part,
    members,
    with_step,
)
from handlerlint.inference.objects import attributes, containers, decoded_json, hashing, iterating, lists
from handlerlint.inference.types import queries


def load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]`."""
    if isinstance(index, UnionValue) and len(index.members) <= 4:
        found = [load_item(frame, state, value, member, node) for member in index.members]
        return join_all(found)
    return iterating.each(frame, state, value, lambda member: _load_item(frame, state, member, index, node))


def _is_slice(index: Value) -> bool:
    return isinstance(index, BuiltinMethod) and index.name == "slice"


def _load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    if _is_slice(index):
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
    match state.heap.get(site):
        case DictObject() as record:
            index = hashing.hashed(frame, state, index, node)
            return NEVER if state.dead else containers.dict_load(frame, state, record, index, node, site)
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
                if known is not None and record.rest is None:
                    return new_list(frame, state, node, record.items[known], None, record.class_name)
                rest = join_all([*record.items, record.rest or NEVER])
                return new_list(frame, state, node, (), rest, record.class_name)
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
    match state.heap.get(site):
        case DictObject() as record:
            index = hashing.hashed(frame, state, index, node)
            if state.dead:
                return
            containers.dict_store(frame, state, site, record, index, value)
            attributes.mirror(state, site)
        case ListObject() as record if not _is_slice(index):
            lists.list_store(state, site, record, index, value)
        case ListObject() as record if _keeps_head(record, index):
            known, rest = iterating.unpack(frame, state, value, node)
            head = _head(record, index)
            state.heap[site] = ListObject(record.class_name, (*head, *known), rest)
        case ListObject() as record:
            known, rest = iterating.unpack(frame, state, value, node)
            everything = join_all([*record.items, record.rest or NEVER, *known, rest or NEVER])
            element = everything if is_harmless(everything) else UNKNOWN
            state.heap[site] = ListObject(record.class_name, (), element)
        case InstanceObject() as record:
            if attributes.call_special(frame, state, target, "__setitem__", (index, value), node) is None:
                content = record.content
                if content is not None:
                    store_item(frame, state, content, index, value, node)
        case _:
            iterating.escape(state, value)


def _keeps_head(record: ListObject, index: Value) -> bool:
    """Whether `l[n:] = …` replaces the end of a list whose beginning is known."""
    match index:
        case BuiltinMethod(receiver=TupleValue(items=(Constant(value=int(start)), upper, step))):
            return 0 <= start <= 8 and upper == NONE and step == NONE
        case _:
            return False


def _head(record: ListObject, index: Value) -> tuple[Value, ...]:
    assert isinstance(index, BuiltinMethod) and isinstance(index.receiver, TupleValue)
    start = index.receiver.items[0]
    assert isinstance(start, Constant) and isinstance(start.value, int)
    further = () if record.rest is None else (record.rest,) * max(start.value - len(record.items), 0)
    return (*record.items[: start.value], *further)


def _store_weakly(state: State, site: Site, index: Value, value: Value) -> None:
    record = state.heap.get(site)
    if isinstance(record, DictObject) and is_known_key(index):
        before = record.entries.get(index)
        kept = value if before is None else join(before.value, value)
        if not is_harmless(kept) and before is not None:
            kept = UNKNOWN
        entries = {**record.entries, index: Entry(kept, before is None or before.maybe)}
        state.heap[site] = DictObject(
            record.class_name, entries, record.rest_key, record.rest_value, record.default
        )
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
                    containers.dict_remove(state, site, record, index)
                    attributes.mirror(state, site)
                elif isinstance(record, ListObject):
                    _delete_from_list(state, site, record, index)
            case _:
                continue


def _may_miss(frame: Frame, state: State, target: Value, index: Value) -> None:
    """The exception of an item that is not there, unless it certainly is."""
    record = state.heap.get(target.site) if isinstance(target, Reference) else None
    entry = record.entries.get(index) if isinstance(record, DictObject) and is_known_key(index) else None
    if isinstance(record, DictObject) and isinstance(target, Reference) and entry is not None:
        if entry.maybe:
            containers.raise_without(frame, state, record, index, target.site)
        return
    may_raise(frame, state)


def _delete_from_list(state: State, site: Site, record: ListObject, index: Value) -> None:
    if record.rest is None and isinstance(index, Constant) and isinstance(index.value, int):
        items = list(record.items)
        if -len(items) <= index.value < len(items):
            del items[index.value]
        state.heap[site] = ListObject(record.class_name, tuple(items))
        return
    everything = join_all([*record.items, record.rest or NEVER])
    state.heap[site] = ListObject(
        record.class_name, (), everything if is_harmless(everything) or not record.items else UNKNOWN
    )


def update_dict(frame: Frame, state: State, target: Value, value: Value, node: cst.CSTNode) -> None:
    """`target.update(value)`, and `{**value}` into a new dict."""
    if not isinstance(target, Reference):
        return
    for member in members(value):
        record = state.heap.get(target.site)
        if not isinstance(record, DictObject):
            return
        _update_from(frame, state, target, record, member, node)


def _update_from(
    frame: Frame, state: State, target: Reference, record: DictObject, value: Value, node: cst.CSTNode
) -> None:
    source = state.heap.get(value.site) if isinstance(value, Reference) else None
    if isinstance(source, InstanceObject) and isinstance(source.content, Reference):
        source = state.heap.get(source.content.site)
    if isinstance(source, DictObject):
        entries = dict(record.entries)
        for key, entry in source.entries.items():
            before = entries.get(key)
            if entry.maybe and before is not None:
                # The entry may be there exactly where what was there before has to be replaced.
                mended = is_harmless(entry.value) and not is_harmless(before.value)
                kept = UNKNOWN if mended else join(before.value, entry.value)
                entries[key] = Entry(kept, before.maybe)
            else:
                entries[key] = entry
        rest_key, rest_value = record.rest_key, record.rest_value
        if source.rest_value is not None:
            rest_value = source.rest_value if rest_value is None else join(rest_value, source.rest_value)
            rest_key = join_all([record.rest_key or NEVER, source.rest_key or NEVER])
            entries = {
                key: entry
                if key in source.entries or is_harmless(entry.value)
                else Entry(UNKNOWN, entry.maybe)
                for key, entry in entries.items()
            }
        state.heap[target.site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)
        return
    if isinstance(value, Json):
        _update_from_json(state, target, record, value)
        return
    iteration = None if isinstance(value, Unknown) or (source is not None and not isinstance(
        source, ListObject
    )) else iterating.iterate(frame, state, value, node)  # fmt: skip
    if iteration is not None and iteration.items is not None:
        for pair in iteration.items:
            if isinstance(pair, TupleValue) and len(pair.items) == 2:
                store_item(frame, state, target, pair.items[0], pair.items[1], node)
        return
    if (
        iteration is not None
        and isinstance(iteration.element, TupleValue)
        and len(iteration.element.items) == 2
    ):
        key, item = iteration.element.items
        containers.dict_store(frame, state, target.site, record, join(key, Instance("builtins.str")), item)
        return
    entries = {
        key: Entry(entry.value if is_harmless(entry.value) else UNKNOWN, entry.maybe)
        for key, entry in record.entries.items()
    }
    state.heap[target.site] = DictObject(record.class_name, entries, UNKNOWN, UNKNOWN, record.default)


def _update_from_json(state: State, target: Reference, record: DictObject, value: Json) -> None:
    from_event = value.path is not None and value.path[:2] == ("json", "event")
    entries = {
        # What the event holds is open, so there is an event that leaves the entry as it is. Other JSON may
        # well be the entry itself, converted.
        key: entry if from_event or is_harmless(entry.value) else Entry(UNKNOWN, entry.maybe)
        for key, entry in record.entries.items()
    }
    change = state.heap.get(value.path) if value.path is not None else None
    if isinstance(change, JsonChange):
        entries.update(change.entries)
    element = UNKNOWN if isinstance(change, Lost) else json_part(value, None)
    rest_value = element if record.rest_value is None else join(record.rest_value, element)
    rest_key = join_all([record.rest_key or NEVER, Instance("builtins.str")])
    state.heap[target.site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)


def shallow_copy(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """`copy.copy(value)`, `dict.copy`, `list.copy`: a new container with the same elements."""
    match value:
        case Json():
            change = state.heap.get(value.path) if value.path is not None else None
            if change is None:
                return Json(
                    None if value.path is None else ("json", "copy", id(node), frame.context, value.path)
                )
            if isinstance(change, Lost):
                return UNKNOWN
            reference = new_dict(frame, state, node)
            update_dict(frame, state, reference, value, node)
            return reference
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, (ListObject, DictObject, SetObject, InstanceObject)):
                copied = frame.site(node, "copy")
                state.heap[copied] = record
                return Reference(copied, frame.step(node))
            return value
        case _:
            return value


def stored(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """A value on its way into a container."""
    return with_step(value, "put in here", frame.module.file, node)
