"""Dicts: loads, stores, views, iteration, updating, and what their methods do."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.allocation import is_known_key, new_object
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import constraints, naming
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.containers import has_name
from handlerlint.inference.domain.entries import kept_apart
from handlerlint.inference.domain.heap import (
    LARGEST_DICT,
    LOST,
    USUALLY_ABSENT,
    Container,
    DictObject,
    Entry,
    JsonChange,
    State,
)
from handlerlint.inference.domain.join import WIDENED
from handlerlint.inference.domain.unions import join, join_all, members
from handlerlint.inference.domain.values import (
    JSON,
    NEVER,
    NONE,
    TRUE,
    UNKNOWN,
    Constant,
    EnumMember,
    Instance,
    Json,
    Lazy,
    Reference,
    Site,
    Step,
    TupleValue,
    Value,
    is_harmless,
    json_part,
    with_step,
)
from handlerlint.inference.domain.weak_updates import weaken, weaken_entries, weaken_optional
from handlerlint.inference.effects import dependences
from handlerlint.inference.objects import (
    attributes,
    emptiness,
    hashing,
    iterating,
    json_keys,
    kinds,
    lists,
    membership,
    nulls,
    sdk_responses,
)
from handlerlint.inference.objects.dict_keys import (
    choose_entries,
    current,
    is_definite,
    is_none_of,
    is_text,
    leave_out,
    may_equal,
    may_equal_text,
    open_entries,
    place,
    with_entry,
    without_entry,
)
from handlerlint.inference.objects.iterating import Iteration, one_of_many
from handlerlint.inference.objects.kinds import MethodCall
from handlerlint.inference.objects.membership import Membership
from handlerlint.inference.objects.truth import truth
from handlerlint.records import replace


def entries_of(state: State, value: Value) -> Mapping[Value, Entry] | None:
    """The known entries of the dict that a value refers to; None if it is no dict."""
    record = state.object_of(value)
    return record.entries if isinstance(record, DictObject) else None


def is_dict(state: State, value: Value) -> bool:
    """Whether a value is a dict of the heap."""
    return entries_of(state, value) is not None


def are_entries(state: State, source: Site | None) -> bool:
    """Whether elements of a source are taken out of a dict, or out of a list of what one holds."""
    record = None if source is None else state.heap.get(source)
    if isinstance(record, Container) and not record.is_mapping:
        return are_entries(state, record.empty_with or record.selected_from)
    return isinstance(record, (Container, JsonChange))


def further_of(state: State, value: Value) -> list[tuple[Value, Value]]:
    """What any further key and value of the dict are that a value refers to: one pair, or none."""
    record = state.object_of(value)
    if not isinstance(record, DictObject) or record.rest_value is None:
        return []
    return [(record.rest_key or UNKNOWN, record.rest_value)]


def put(state: State, value: Value, items: Mapping[Value, Value]) -> None:
    """What a library puts into a dict, if the value is one: these entries are certainly there."""
    record = state.object_of(value)
    if isinstance(record, DictObject) and isinstance(value, Reference):
        entries = {**record.entries, **{key: Entry(item) for key, item in items.items()}}
        state.heap[value.site] = replace(record, entries=entries, term=None)


def narrow(state: State, value: Value, key: Value, item: Value) -> None:
    """What a path has found to be under a key that a dict has, if the value is one."""
    record = state.object_of(value)
    if isinstance(record, DictObject) and isinstance(value, Reference) and key in record.entries:
        entries = {**record.entries, key: Entry(item)}
        state.heap.learn(value.site, replace(record, entries=entries, term=None))


def discard(state: State, value: Value, key: Value) -> None:
    """Take a known key out of a dict, if the value is one and has it."""
    record = state.object_of(value)
    if isinstance(record, DictObject) and isinstance(value, Reference) and key in record.entries:
        state.heap[value.site] = replace(without_entry(record, key), term=None)


@kinds.loads_items(DictObject)
def _load(
    frame: Frame, state: State, value: Reference, record: DictObject, index: Value, node: cst.CSTNode
) -> Value:
    """`d[key]`; the path ends where the key has no hash."""
    key = hashing.hashed(frame, state, index, node)
    if state.dead:
        return NEVER
    return naming.named_item(state, value.site, key, dict_load(frame, state, record, key, node, value.site))


def dict_load(
    frame: Frame, state: State, record: DictObject, key: Value, node: cst.CSTNode, site: Site | None = None
) -> Value:
    """`d[key]`; Never where the key is certainly absent. With its `site`, a defaultdict keeps what it makes."""
    if site is not None and record.default is not None and record.default != NONE:
        return _load_or_make(frame, state, record, key, node, site)
    is_counter = record.class_name == "collections.Counter"  # its missing keys are 0, none raises
    several = [entry.value for entry in open_entries(state, record, key)]
    if len(several) > 1 and not is_counter:
        may_raise(frame, state)
        return join_all(several if record.rest_value is None else [*several, record.rest_value])
    known = place(state, record, key, is_there=not is_counter)
    if known is not None:
        entry = record.entries[known]
        if entry.maybe:
            raise_without(frame, state, record, known, site)
        return entry.value
    behind = json_behind(record) if is_known_key(key) else None
    if behind is not None:
        return json_part(behind, key) if json_keys.require(frame, state, behind, key, is_dict=True) else NEVER
    is_missing = record.is_closed and (is_known_key(key) or is_none_of(state, record, key))
    may_raise(frame, state, Instance("builtins.KeyError") if is_missing else None)
    if is_definite(key) and is_counter:
        equal = [one for one in record.entries if may_equal(frame, state, one, key)]
        found = [record.entries[one].value for one in equal]
        return join_all([*found, record.rest_value or NEVER, _missing(frame, state, record, node)])
    if is_definite(key):
        return _missing(frame, state, record, node) if record.rest_value is None else _further(record, key)
    if record.entries and is_missing:
        return _missing(frame, state, record, node)
    values = [entry.value for entry in record.entries.values()]
    if record.rest_value is not None:
        values.append(record.rest_value)
    if record.default is not None or record.class_name == "collections.Counter":
        values.append(_missing(frame, state, record, node))
    return one_of_many(state, join_all(values), key)


def _further(record: DictObject, key: Value) -> Value:
    """What a dict has under a key that is none of its entries'; of JSON that was put into it, that part of it."""
    assert record.rest_value is not None
    behind = json_behind(record)
    return record.rest_value if behind is None else json_part(behind, key)


def json_behind(record: DictObject) -> Json | None:
    """The decoded JSON whose keys a dict has besides its own entries."""
    match record.rest_value:
        case Json(path=(*whole, "[]")) as rest:
            return replace(rest, path=tuple(whole))
        case _:
            return None


def json_with(state: State, value: Value, key: Value) -> Json | None:
    """The decoded JSON that has a key or not where a value has it or not: itself, or what was put into a dict."""
    record = state.object_of(value)
    if isinstance(record, DictObject) and is_known_key(key) and key not in record.entries:
        return json_behind(record)
    return value if isinstance(value, Json) else None


def raise_without(frame: Frame, state: State, record: DictObject, key: Value, site: Site | None) -> None:
    """The `KeyError` of an entry that may be absent: on that path, it is."""
    if not frame.interpreter.trying or site is None:
        may_raise(frame, state)
        return
    absent = state.copy()
    absent.heap.learn(site, without_entry(record, key))
    if site[0] == "event" and not isinstance(record.entries[key].value, Json):
        absent.heap[WIDENED] = LOST  # configuration decides whether it is there
    may_raise(frame, absent, Instance("builtins.KeyError", origin=None))


def _load_or_make(
    frame: Frame, state: State, record: DictObject, key: Value, node: cst.CSTNode, site: Site
) -> Value:
    """`d[key]` of a defaultdict: a missing entry is made and kept."""
    known_key = place(state, record, key, is_there=False)
    entry = None if known_key is None else record.entries[known_key]
    if entry is not None and not entry.maybe:
        return entry.value
    made = _missing(frame, state, record, node)
    if made is NEVER:
        return NEVER
    current = state.heap.get(site)
    if not isinstance(current, DictObject):
        return UNKNOWN
    known = [entry.value] if entry is not None else []
    if entry is None and record.rest_value is not None:
        known.append(record.rest_value)
    known += [
        other.value
        for one, other in record.entries.items()
        if one != known_key and (not is_definite(key) or may_equal(frame, state, one, key))
    ]
    value = join_all([*known, made])
    if is_definite(key):
        dict_store(frame, state, site, current, key, value)
    else:
        rest = made if record.rest_value is None else join(record.rest_value, made)
        rest_key = key if record.rest_key is None else join(record.rest_key, key)
        state.heap[site] = DictObject(
            record.class_name, current.entries, rest_key, rest, record.default, is_filled=True
        )
    return value


def _missing(frame: Frame, state: State, record: DictObject, node: cst.CSTNode) -> Value:
    if record.class_name == "collections.Counter":
        return Constant(0, "int")
    if record.default is None or record.default == NONE:
        return NEVER if record.class_name in ("builtins.dict", "collections.OrderedDict") else UNKNOWN
    return dispatch.call(frame, state, record.default, Arguments(), node)


def dict_store(frame: Frame, state: State, site: Site, record: DictObject, key: Value, value: Value) -> None:
    """`d[key] = value`."""
    is_open_item = has_name(key) and sdk_responses.is_open_value(value)
    if is_definite(key) and len(record.entries) < LARGEST_DICT and not is_open_item:
        known_key = place(state, record, key, is_there=False) or key
        is_apart = is_known_key(known_key) and known_key not in members(record.rest_key or UNKNOWN)
        rest = record.rest_value if is_apart else weaken_optional(record.rest_value)
        entries = weaken_entries(
            record.entries, lambda known, _: may_equal(frame, state, known, known_key), by=value
        )
        entries[known_key] = Entry(value)
        state.heap[site] = replace(record, entries=entries, rest_value=rest, term=None)
        return
    # Some entry is replaced, which one is not known: what was bad may have been mended.
    is_no_text = not may_equal_text(frame, state, key)
    keys = members(key)
    is_one_of = all(map(is_known_key, keys))
    entries = weaken_entries(
        record.entries,
        lambda known, _: known in keys if is_one_of else not (is_no_text and is_text(known)),
        by=value,
    )
    rest_value = record.rest_value
    if rest_value in (None, value):
        rest_value = value
    else:
        rest_value = join(rest_value, value) if is_harmless(rest_value) else UNKNOWN
    rest_key = key if record.rest_key is None else join(record.rest_key, key)
    state.heap[site] = DictObject(
        record.class_name, entries, rest_key, rest_value, record.default, is_filled=True
    )


@kinds.stores_items(DictObject)
def store(
    frame: Frame,
    state: State,
    target: Reference,
    record: DictObject,
    key: Value,
    value: Value,
    node: cst.CSTNode,
) -> None:
    """`d[key] = value`, of a dict that may be `vars()` of an object; the path ends where the key has no hash."""
    key = hashing.hashed(frame, state, key, node)
    if not state.dead:
        dict_store(frame, state, target.site, record, key, value)
        attributes.mirror(state, target.site)


@kinds.deletes_items(DictObject)
def _delete(frame: Frame, state: State, target: Reference, record: DictObject, key: Value) -> None:
    """`del d[key]`, of a dict that may be `vars()` of an object."""
    is_open = bool(open_entries(state, record, key))
    known_key = None if is_open else place(state, record, key, is_there=True)
    if known_key is None:
        may_raise(frame, state)
    elif record.entries[known_key].maybe:
        raise_without(frame, state, record, known_key, target.site)
    dict_remove(state, target.site, record, key)
    attributes.mirror(state, target.site)


@kinds.stores_items_weakly(DictObject)
def _store_weakly(state: State, target: Reference, record: DictObject, key: Value, value: Value) -> None:
    """`d[key] = value`, of a dict that may be another one than is changed."""
    if not is_known_key(key):
        state.heap[target.site] = LOST
        return
    before = record.entries.get(key)
    kept = value if before is None else join(before.value, value)
    if not is_harmless(kept) and before is not None:
        kept = UNKNOWN
    entries = {**record.entries, key: Entry(kept, before is None or before.maybe)}
    state.heap[target.site] = replace(record, entries=entries, term=None)


def dict_remove(state: State, site: Site, record: DictObject, key: Value) -> None:
    """`del d[key]`, whether the key is there or not."""
    if is_definite(key) and not open_entries(state, record, key):
        removed = place(state, record, key, is_there=True)
        entries = {known: entry for known, entry in record.entries.items() if known != removed}
    else:
        entries = {known: Entry(weaken(entry.value), True) for known, entry in record.entries.items()}
    # What is taken out of a DynamoDB item may have been its only number; of others, it may have been what is bad.
    known = is_known_key(key) and not sdk_responses.is_item(record)
    rest_key, rest_value = record.rest_key, record.rest_value
    if not known:
        rest_key, rest_value = weaken_optional(rest_key), weaken_optional(rest_value)
    if json_behind(record) is not None:
        rest_value = JSON  # it lacks a key that the JSON may have
    state.heap[site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)


@membership.finds(DictObject)
def _find(state: State, value: Reference, record: DictObject, key: Value) -> Membership | None:
    """`key in d`: on the one path the entry is there, on the other it is not."""
    is_known = isinstance(key, (Constant, EnumMember)) or key in record.entries
    if not is_definite(key) or (record.is_closed and not is_known):
        return None
    if key in record.entries and not record.entries[key].maybe:
        return Membership(state)
    without = state.copy()
    known_key = place(state, record, key, is_there=True)
    entry = None if known_key is None else record.entries[known_key]
    may_lack = leave_out(without, record, key)
    if entry is not None and not entry.maybe:
        return Membership(state, without if may_lack else None)
    if entry is None and record.is_closed:
        return Membership(None, state)
    if entry is None and record.rest_value is None:
        return Membership(None, without)
    if entry is None or known_key is None:
        return Membership(asked=json_behind(record) or value)
    state.heap.learn(value.site, with_entry(record, known_key))
    without.heap.learn(value.site, without_entry(record, known_key))
    return Membership(state, without)


#: How the classes of the views of a dict begin.
VIEW = "_collections_abc.dict_"


def dict_view(state: State, record: DictObject, kind: str, site: Site, origin: Step) -> Value:
    """`keys()`, `values()` or `items()` of a dict."""

    def pick(key: Value, value: Value) -> Value:
        key = dependences.chosen_by(key, value)
        return {"keys": key, "values": value}.get(kind) or TupleValue((key, value))

    entries = {key: entry for key, entry in record.entries.items() if entry.maybe != USUALLY_ABSENT}
    every = [(key, naming.named_item(state, site, key, entry.value)) for key, entry in entries.items()]
    items: tuple[Value, ...] | None = None
    is_whole = record.rest_value is None and len(entries) == len(record.entries)
    if is_whole and not any(entry.maybe for entry in entries.values()):
        items = tuple(pick(*pair) for pair in every)
    if record.rest_value is not None:
        every.append((record.rest_key or UNKNOWN, record.rest_value))
    element = kept_apart(every, pick)
    certain = record.truth is True
    return Lazy(f"{VIEW}{kind}", items, element, site, origin, certain)


@kinds.method(DictObject, "get")
def _get(call: MethodCall, record: DictObject) -> Value | None:
    """`d.get(key, default)`."""
    default = call.arguments.get(1, "default") or nulls.default(call.frame, call.node)
    key = call.at(0, "key")
    return naming.named_item(call.state, call.site, key, _load_or(call, record, key, default))


def _load_or(call: MethodCall, record: DictObject, key: Value, default: Value) -> Value:
    """The value under a key, or the default where there is none."""
    several = [entry.value for entry in open_entries(call.state, record, key)]
    if several:
        return join_all(
            [*several, default] if record.rest_value is None else [*several, record.rest_value, default]
        )
    known_key = place(call.state, record, key, is_there=True)
    if known_key is None and not is_known_key(key):
        if record.entries and record.is_closed and is_none_of(call.state, record, key):
            return default
        return join(dict_load(call.frame, call.state, _without_missing(record), key, call.node), default)
    entry = None if known_key is None else record.entries[known_key]
    if entry is not None:
        return join(entry.value, default) if entry.maybe else entry.value
    if record.rest_value is None:
        return default
    further, behind = _further(record, key), json_behind(record)
    if behind is not None and (verdict := constraints.decide_key(call.state, behind, key)) is not None:
        return further if verdict else default
    return further if isinstance(further, Json) and default == NONE else join(further, default)


def _without_missing(record: DictObject) -> DictObject:
    """The dict for methods that do not ask `__missing__`, as those of a Counter or a defaultdict do not."""
    return replace(record, class_name="builtins.dict", default=None)


@kinds.method(DictObject, "setdefault")
def _setdefault(call: MethodCall, record: DictObject) -> Value | None:
    """`d.setdefault(key, default)`: what is there, or the default, which is there from now on."""
    frame, state, node, site = call.frame, call.state, call.node, call.site
    key = call.at(0, "key")
    default = with_step(
        call.arguments.get(1, "default") or NONE, "put into the dict here", frame.module.file, node
    )
    if not is_definite(key):
        found = dict_load(frame, state, _without_missing(record), key, node)
        if found is NEVER or is_harmless(found) or found == default:
            dict_store(frame, state, site, record, key, default)
            return join(found, default)
        return found
    known_key = place(state, record, key, is_there=False)
    entry = None if known_key is None else record.entries[known_key]
    if entry is not None and not entry.maybe:
        return entry.value
    known = [entry.value] if entry is not None else []
    if record.rest_value is not None:
        known.append(record.rest_value)
    value = join_all([*known, default])
    dict_store(frame, state, site, record, key, value)
    return value


@kinds.method(DictObject, "pop")
def _pop(call: MethodCall, record: DictObject) -> Value | None:
    """`d.pop(key, default)`: the value, which is not in the dict any more."""
    key, default = call.at(0, "key"), call.arguments.get(1, "default")
    if default is None:
        value = dict_load(call.frame, call.state, record, key, call.node)
    else:
        value = _load_or(call, record, key, default)
    dict_remove(call.state, call.site, current(call.state, call.site, record), key)
    return value


@kinds.method(DictObject, "keys", "values", "items")
def _view(call: MethodCall, record: DictObject) -> Value | None:
    record = choose_entries(call.frame, call.state, call.site, record)
    return dict_view(call.state, record, call.name, call.site, call.frame.step(call.node))


@kinds.method(DictObject, "copy", "__copy__")
def _copy(call: MethodCall, record: DictObject) -> Value | None:
    return new_object(
        call.frame, call.state, call.node, replace(record, entries=dict(record.entries)), "dict"
    )


@kinds.method(DictObject, "clear")
def _clear(call: MethodCall, record: DictObject) -> Value | None:
    return call.becomes(record.emptied())


@kinds.method(DictObject, "popitem")
def _popitem(call: MethodCall, record: DictObject) -> Value | None:
    emptiness.raise_at_end(call.frame, call.state, call.site, "KeyError")
    view = dict_view(call.state, record, "items", call.site, call.frame.step(call.node))
    dict_remove(call.state, call.site, record, UNKNOWN)
    return weaken(view.element) if isinstance(view, Lazy) else UNKNOWN


@kinds.method(DictObject, "move_to_end")
def _move_to_end(call: MethodCall, record: DictObject) -> Value | None:
    """`d.move_to_end(key, last)`: the entry comes last, or first; where that is open, so is what comes when."""
    is_last = truth(call.frame, call.state, call.arguments.get(1, "last") or TRUE)
    key = place(call.state, record, call.at(0, "key"), is_there=True)
    if key is None or is_last is None:
        entries = {known: replace(entry, maybe=True) for known, entry in record.entries.items()}
        return call.becomes(replace(record, entries=entries, is_filled=record.truth is True, term=None))
    others = {known: entry for known, entry in record.entries.items() if known != key}
    moved = {key: record.entries[key]}
    return call.becomes(replace(record, entries=others | moved if is_last else moved | others, term=None))


@kinds.method(DictObject, "most_common")
def _most_common(call: MethodCall, record: DictObject) -> Value | None:
    view = dict_view(call.state, record, "items", call.site, call.frame.step(call.node))
    iteration = iterating.iterate(call.frame, call.state, view, call.node)
    if call.arguments.get(0, "n") not in (None, NONE):
        iteration = replace(iteration, selects=True)
    return lists.in_unknown_order(call.frame, call.state, iteration, call.node)


@kinds.method(DictObject, "elements", "fromkeys", "total")
def _look(call: MethodCall, record: DictObject) -> Value | None:
    return None  # the dict stays as it is


@kinds.method(DictObject, "__getitem__")
def _getitem(call: MethodCall, record: DictObject) -> Value | None:
    return dict_load(call.frame, call.state, record, call.at(0), call.node)


@kinds.method(DictObject, "__setitem__")
def _setitem(call: MethodCall, record: DictObject) -> Value | None:
    dict_store(call.frame, call.state, call.site, record, call.at(0), call.at(1))
    return NONE


@iterating.iterates(DictObject)
def _iterate(
    frame: Frame, state: State, value: Reference, record: DictObject, node: cst.CSTNode
) -> Iteration:
    record = choose_entries(frame, state, value.site, record)
    view = dict_view(state, record, "keys", value.site, frame.step(node))
    assert isinstance(view, Lazy)
    return Iteration(view.items, view.element, view.source, bool(view.items) or view.nonempty)
