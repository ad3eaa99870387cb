"""Updates of dicts: `d.update(x)`, `d | x`, `d |= x` and `{**x}`, from dicts, JSON and pairs."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import is_known_key, new_dict
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import (
    DictObject,
    Entry,
    InstanceObject,
    JsonChange,
    ListObject,
    Lost,
    State,
)
from handlerlint.inference.domain.unions import join, join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    FunctionValue,
    Instance,
    Json,
    Reference,
    TupleValue,
    Unknown,
    Value,
    constant,
    is_harmless,
    json_part,
    with_step,
)
from handlerlint.inference.domain.weak_updates import weaken_entries
from handlerlint.inference.objects import (
    attributes,
    dict_keys,
    dicts,
    iterating,
    kinds,
)
from handlerlint.inference.objects.kinds import MethodCall


@kinds.operators(DictObject)
def _operator(
    frame: Frame,
    state: State,
    left: Reference,
    record: DictObject,
    name: str,
    right: Value,
    node: cst.CSTNode,
) -> Value | None:
    """`d | other`."""
    if name != "BitOr":
        return None
    merged = new_dict(frame, state, node)
    update_dict(frame, state, merged, left, node)
    update_dict(frame, state, merged, right, node)
    return merged


@kinds.operators_in_place(DictObject)
def _operator_in_place(
    frame: Frame,
    state: State,
    left: Reference,
    record: DictObject,
    name: str,
    right: Value,
    node: cst.CSTNode,
) -> Value | None:
    """`d |= other`."""
    if name != "BitOr":
        return None
    update_dict(frame, state, left, right, node)
    return left


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
    """`d.update(value)`: from a dict, from JSON, from pairs, or from something of which nothing is known."""
    source = state.object_of(value)
    if isinstance(source, InstanceObject) and isinstance(source.content, Reference):
        source = state.heap.get(source.content.site)
    match source:
        case DictObject():
            state.heap[target.site] = _with_entries_of(record, source)
        case InstanceObject() if _update_from_mapping(frame, state, target, record, value, node):
            pass
        case InstanceObject() if _gives_pairs(frame, state, value):
            _update_from_pairs(frame, state, target, record, value, node)
        case _ if isinstance(value, Json):
            _update_from_json(state, target, record, value)
        case ListObject() | None if not isinstance(value, Unknown):
            _update_from_pairs(frame, state, target, record, value, node)
        case _:
            state.heap[target.site] = _of_anything(record)


def _with_entries_of(record: DictObject, source: DictObject) -> DictObject:
    """A dict that has been updated from another one."""
    entries = dict(record.entries)
    for given, entry in source.entries.items():
        key = dict_keys.equal_key(entries, given) or given
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
        entries = weaken_entries(entries, lambda key, _: key not in source.entries, by=source.rest_value)
    return DictObject(record.class_name, entries, rest_key, rest_value, record.default)


def _gives_pairs(frame: Frame, state: State, value: Value) -> bool:
    """Whether an object of the program is gone through for pairs: it has an `__iter__`, and certainly no `keys()`."""
    cls = attributes.class_of_instance(state, value) if isinstance(value, Reference) else None
    if cls is None:
        return False
    keys, is_complete = attributes.find_in_class(frame, state, cls, "keys")
    iterator, _ = attributes.find_in_class(frame, state, cls, "__iter__")
    return keys is None and is_complete and isinstance(iterator, FunctionValue)


def _of_anything(record: DictObject) -> DictObject:
    """A dict that has been updated from something of which nothing is known."""
    entries = weaken_entries(record.entries, by=UNKNOWN)
    return DictObject(record.class_name, entries, UNKNOWN, UNKNOWN, record.default)


def _update_from_pairs(
    frame: Frame, state: State, target: Reference, record: DictObject, value: Value, node: cst.CSTNode
) -> None:
    """Update from pairs of keys and values, all of which are known, or of which all are like one."""
    iteration = iterating.iterate(frame, state, value, node)
    if iteration.items is not None:
        for pair in iteration.items:
            parts = iterating.iterate(frame, state, pair, node).items or ()
            key, item = parts if len(parts) == 2 else (UNKNOWN, UNKNOWN)
            record = dict_keys.current(state, target.site, record)
            dicts.store(frame, state, target, record, key, item, node)
        return
    pairs = _pairs(iteration.element)
    if pairs and not record.entries and record.rest_value is None:
        state.heap[target.site] = _of_any_pairs(record, pairs)
    elif len(pairs) == 1:
        [(key, item)] = pairs
        dicts.dict_store(frame, state, target.site, record, join(key, Instance("builtins.str")), item)
    else:
        state.heap[target.site] = _of_anything(record)


def _pairs(element: Value) -> list[tuple[Value, Value]]:
    """The alternatives of an element, each a key and a value; none if one of them may be something else."""
    pairs = [pair.items for pair in members(element) if isinstance(pair, TupleValue) and pair.rest is None]
    found = [(items[0], items[1]) for items in pairs if len(items) == 2]
    return found if len(found) == len(members(element)) else []


def _of_any_pairs(record: DictObject, pairs: list[tuple[Value, Value]]) -> DictObject:
    """A dict of any number of pairs, each of which is one of these."""
    entries: dict[Value, Entry] = {}
    further = [(key, value) for key, value in pairs if not is_known_key(key)]
    for key, value in pairs:
        if is_known_key(key):
            before = entries.get(key)
            entries[key] = Entry(value if before is None else join(before.value, value), True)
    rest_key = join_all(key for key, _ in further) if further else None
    rest_value = join_all(value for _, value in further) if further else None
    return DictObject(record.class_name, entries, rest_key, rest_value, record.default)


def _update_from_mapping(
    frame: Frame, state: State, target: Reference, record: DictObject, value: Value, node: cst.CSTNode
) -> bool:
    """Update from an object of the program with `keys()` and `__getitem__`; false if its keys are not known."""
    names = attributes.call_special(frame, state, value, "keys", (), node)
    keys = None if names is None or state.dead else iterating.iterate(frame, state, names, node).items
    if keys is None or not all(map(is_known_key, keys)):
        return False
    for key in keys:
        item = attributes.call_special(frame, state, value, "__getitem__", (key,), node)
        if state.dead:
            return True
        stored = with_step(item or UNKNOWN, "put into the dict here", frame.module.file, node)
        dicts.store(frame, state, target, dict_keys.current(state, target.site, record), key, stored, node)
    return True


def _update_from_json(state: State, target: Reference, record: DictObject, value: Json) -> None:
    from_event = value.path is not None and value.path[:2] == ("json", "event")
    # What the event holds is open, so there is an event that leaves the entry as it is. Other JSON may
    # well be the entry itself, converted.
    entries = {
        key: Entry(join(entry.value, json_part(value, key)), entry.maybe)
        if is_harmless(entry.value)
        else Entry(entry.value if from_event else UNKNOWN, entry.maybe)
        for key, entry in record.entries.items()
    }
    change = state.change_of(value)
    if isinstance(change, JsonChange):
        entries.update(change.entries)
    element = UNKNOWN if isinstance(change, Lost) else json_part(value, None)
    rest_value = element if record.rest_value is None else join(record.rest_value, element)
    rest_key = join_all([record.rest_key or NEVER, Instance("builtins.str")])
    state.heap[target.site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)


@kinds.method(DictObject, "update")
def _update(call: MethodCall, record: DictObject) -> Value | None:
    frame, state, node = call.frame, call.state, call.node
    for value in call.arguments.positional:
        if record.class_name == "collections.Counter":
            dicts.dict_store(frame, state, call.site, record, UNKNOWN, Instance("builtins.int"))
        else:
            update_dict(frame, state, call.value, value, node)
    if call.arguments.further is not None:
        update_dict(frame, state, call.value, UNKNOWN, node)
    if (mapping := call.arguments.unpacked) is not None:
        update_dict(frame, state, call.value, mapping, node)
    assert isinstance(call.value, Reference)
    for key, value in call.arguments.keywords.items():
        stored = with_step(value, "put into the dict here", frame.module.file, node)
        dicts.store(
            frame, state, call.value, dict_keys.current(state, call.site, record), constant(key), stored, node
        )
    return NONE
