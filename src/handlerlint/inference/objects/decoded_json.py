"""Decoded JSON: reading it, and remembering what the program has put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import libcst as cst

from handlerlint.inference.core.allocation import is_known_key, new_dict, new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import loads_attributes, may_raise
from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.entries import kept_apart
from handlerlint.inference.domain.facts import NONE_KIND
from handlerlint.inference.domain.heap import (
    LOST,
    NO_FACTS,
    Entry,
    Facts,
    JsonChange,
    ListObject,
    Lost,
    State,
)
from handlerlint.inference.domain.unions import join, join_all
from handlerlint.inference.domain.values import (
    JSON,
    NEVER,
    NONE,
    UNKNOWN,
    BuiltinMethod,
    Constant,
    Instance,
    Json,
    Lazy,
    Site,
    Term,
    TupleValue,
    UnionValue,
    Value,
    is_harmless,
    json_part,
    with_step,
)
from handlerlint.inference.domain.weak_updates import weaken_entries
from handlerlint.inference.objects import (
    dict_updates,
    dicts,
    iterating,
    json_keys,
    kinds,
    membership,
    sdk_responses,
)
from handlerlint.inference.objects.class_facts import JSON_CLASSES
from handlerlint.inference.objects.iterating import Iteration
from handlerlint.inference.objects.kinds import MethodCall
from handlerlint.inference.objects.membership import Membership
from handlerlint.inference.types import queries
from handlerlint.records import replace


def json_load(frame: Frame, state: State, value: Json, key: Value) -> Value:
    """What decoded JSON holds under a key, with what the program has put there itself; Never where it has none."""
    change = state.change_of(value)
    if isinstance(change, Lost):
        return UNKNOWN
    if isinstance(change, JsonChange):
        entry = change.entries.get(key)
        if entry is not None:
            return join(entry.value, json_part(value, key)) if entry.maybe else entry.value
        if key in change.removed:
            return NEVER
        if not is_known_key(key) and not all(is_harmless(entry.value) for entry in change.entries.values()):
            return UNKNOWN
    if constraints.decide_key(state, value, key) is False:
        return NEVER
    return json_part(value, key)


def load_item(frame: Frame, state: State, value: Json, key: Value) -> Value:
    """`j[key]`, after which the key is there; where it is not, or `j` is no dict, the path ends."""
    asked = constraints.has_key(value, key)
    if value.path is not None and value.path[:2] == ("json", "event") and isinstance(key, Constant):
        frame.interpreter.event_uses.append(
            ((*value.path[2:], (key.kind, key.value)), NONE_KIND.__contains__)
        )
    change = state.change_of(value)
    is_as_it_came = not isinstance(change, Lost) and not (
        isinstance(change, JsonChange) and key in (*change.entries, *change.removed)
    )
    if asked is None or not is_as_it_came:
        found = json_load(frame, state, value, key)
        if not _is_put_there(state, value, key):
            may_raise(frame, state, Instance("builtins.KeyError") if found is NEVER else None)
        return found
    json_keys.require(frame, state, value, key)
    return json_load(frame, state, value, key)


def _is_put_there(state: State, value: Json, key: Value) -> bool:
    """Whether the program itself has put something under a key of decoded JSON."""
    change = state.change_of(value)
    return isinstance(change, JsonChange) and key in change.entries and not change.entries[key].maybe


def may_be_there(state: State, value: Json, key: Value) -> bool:
    """Whether the program has put something under a key of decoded JSON, or has asked whether there is one."""
    change = state.change_of(value)
    is_put = isinstance(change, Lost) or (isinstance(change, JsonChange) and key in change.entries)
    return is_put or constraints.decide_key(state, value, key) is True


@membership.finds(Json)
def _find(state: State, value: Json, record: None, key: Value) -> Membership:
    """`key in j`: known where the program has put it there, or taken it out, itself."""
    change = state.change_of(value)
    if isinstance(change, JsonChange) and key in change.entries and not change.entries[key].maybe:
        return Membership(state)
    if isinstance(change, JsonChange) and key in change.removed:
        return Membership(None, state)
    return Membership(asked=value)


def json_store(state: State, value: Json, key: Value, item: Value) -> None:
    """`j[key] = item`."""
    if value.path is None:
        return
    change = state.heap.get(value.path)
    if isinstance(change, Lost):
        return
    if not is_known_key(key):
        if not is_harmless(item):
            state.heap[value.path] = LOST
        elif isinstance(change, JsonChange):
            state.heap[value.path] = replace(change, entries=weaken_entries(change.entries))
        return
    if isinstance(key, Constant) and key.kind == "str":
        _is_certainly(state, value.path, "builtins.dict")
        if (
            isinstance(value.path[-1], tuple) and value.path[-1][0] == "int"
        ):  # what gives dicts one by one is a list
            _is_certainly(state, value.path[:-1], "builtins.list")
    entries = dict(change.entries) if isinstance(change, JsonChange) else {}
    removed = change.removed if isinstance(change, JsonChange) else frozenset()
    entries[key] = Entry(item)
    state.heap[value.path] = JsonChange(entries, removed - {key})


def _is_certainly(state: State, path: Term, kind: str) -> None:
    """Let a path of the program be one on which decoded JSON is of a class, unless it is known not to be."""
    constraints.assume_if_open(state, ("kind", path, frozenset({kind})), True)


def json_remove(state: State, value: Json, key: Value) -> None:
    """`del j[key]`."""
    if value.path is None:
        return
    change = state.heap.get(value.path)
    if isinstance(change, Lost):
        return
    if not is_known_key(key):
        if isinstance(change, JsonChange):
            state.heap[value.path] = replace(change, entries=weaken_entries(change.entries))
        return
    entries = dict(change.entries) if isinstance(change, JsonChange) else {}
    removed = change.removed if isinstance(change, JsonChange) else frozenset()
    entries.pop(key, None)
    state.heap[value.path] = JsonChange(entries, removed | {key})


@loads_attributes(Json)
def _attribute(frame: Frame, state: State, value: Json, name: str, node: cst.CSTNode) -> Value:
    """A name of decoded JSON: of whatever kinds of it have the name."""
    may_raise(frame, state, Instance("builtins.AttributeError"))
    found: list[Value] = []
    for cls in JSON_CLASSES:
        of_class = queries.attribute(frame, state, Instance(cls), name, node)
        if of_class is not None:
            is_method = queries.is_method(frame, cls, name)
            found.append(BuiltinMethod(value, name, frame.step(node)) if is_method else of_class)
    result = join_all(found)
    return UNKNOWN if isinstance(result, UnionValue) and not is_harmless(result) else result


def json_element(state: State, value: Json) -> Value:
    """Any one element of decoded JSON that is a list, or any one value that is a dict."""
    change = state.change_of(value)
    if isinstance(change, Lost):
        return UNKNOWN
    if isinstance(change, JsonChange) and not all(is_harmless(e.value) for e in change.entries.values()):
        return UNKNOWN
    return json_part(value, None)


def changes_inside(state: State, whole: Site) -> Iterator[tuple[Site, Mapping[Value, Entry]]]:
    """What the program has put into decoded JSON and into parts of it that are still in the whole, by their places."""
    for site, record in state.heap.json_items():
        if not isinstance(record, JsonChange) or site[: len(whole)] != whole:
            continue
        if not _is_replaced(state, site, len(whole)):
            yield site, record.entries


def _is_replaced(state: State, site: Site, size: int) -> bool:
    """Whether a part of decoded JSON is no longer in the whole, which is the first `size` parts of its path."""
    for position in range(size, len(site)):
        part = site[position]
        change = state.heap.get(site[:position])
        if isinstance(change, Lost):
            return True
        if isinstance(part, tuple) and isinstance(change, JsonChange):
            key = Constant(part[1], part[0])
            entry = change.entries.get(key)
            if key in change.removed or (entry is not None and not entry.maybe):
                return True
    return False


def may_have(frame: Frame, name: str) -> bool:
    """Whether anything that JSON can be has an attribute."""
    return any(queries.has_attribute(frame, cls, name) for cls in JSON_CLASSES)


def is_lacking(frame: Frame, name: str, kind: str) -> bool:
    """Whether a class of decoded JSON does not have an attribute."""
    return not queries.has_attribute(frame, kind, name)


@iterating.iterates(Json)
def _iterate(frame: Frame, state: State, value: Json, record: None, node: cst.CSTNode) -> Iteration:
    """The keys of what the program has put something into under texts; else any element."""
    view = _view_of_changed(state, value, "keys")
    return Iteration(None, json_element(state, value), value.path) if view is None else view


def _view_of_changed(state: State, value: Json, kind: str) -> Iteration | None:
    """The keys, values or items of a dict that the program has put values into which do not serialize.

    Each of these is there by itself, beside those that have been sent. None for other decoded JSON.
    """
    change = state.change_of(value)
    if not isinstance(change, JsonChange) or all(is_harmless(each.value) for each in change.entries.values()):
        return None
    if not all(isinstance(key, Constant) and key.kind == "str" for key in change.entries):
        return None
    pairs: list[tuple[Value, Value]] = [(key, entry.value) for key, entry in change.entries.items()]
    pairs.append((Instance("builtins.str"), json_part(value, None)))
    views: dict[str, Callable[[Value, Value], Value]] = {
        "keys": lambda key, item: key,
        "values": lambda key, item: item,
        "items": lambda key, item: TupleValue((key, item)),
    }
    element = kept_apart(pairs, views[kind])
    return Iteration(None, element, value.path, any(not entry.maybe for entry in change.entries.values()))


def copied(frame: Frame, state: State, value: Json, node: cst.CSTNode) -> Value:
    """A shallow copy: JSON again, or a dict where the program has put something into it."""
    change = state.change_of(value)
    if change is None:
        return Json(None if value.path is None else ("json", "copy", id(node), frame.context, value.path))
    if isinstance(change, Lost):
        return UNKNOWN
    reference = new_dict(frame, state, node)
    dict_updates.update_dict(frame, state, reference, value, node)
    return reference


@kinds.operators(Json)
def _operator(
    frame: Frame, state: State, left: Json, record: None, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`j + l` with a list, `j | d` with a dict, which holds what both hold."""
    other = state.object_of(right)
    if name == "Add" and isinstance(other, ListObject):
        element = iterating.iterate(frame, state, left, node).element
        return new_list(frame, state, node, (), join_all([element, *other.parts()]))
    changed = any(isinstance(part, Json) and part.path and part.path in state.heap for part in (left, right))
    if name != "BitOr" or not (dicts.is_dict(state, right) or (changed and isinstance(right, Json))):
        return None
    merged = new_dict(frame, state, node)
    dict_updates.update_dict(frame, state, merged, left, node)
    dict_updates.update_dict(frame, state, merged, right, node)
    return merged


@kinds.operators_in_place(Json)
def _operator_in_place(
    frame: Frame, state: State, left: Json, record: None, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`j |= d`."""
    if name != "BitOr" or not dicts.is_dict(state, right):
        return None
    _json_update(frame, state, left, right, node)
    return left


@kinds.method(Json, "get")
def _get(call: MethodCall, record: None) -> Value | None:
    default = call.arguments.get(1, "default") or NONE
    return _json_get(call.frame, call.state, _json(call), call.at(0, "key"), default)


@kinds.method(Json, "setdefault")
def _setdefault(call: MethodCall, record: None) -> Value | None:
    value, key, default = _json(call), call.at(0, "key"), call.arguments.get(1, "default") or NONE
    found = json_load(call.frame, call.state, value, key)
    if found is not NEVER and (not isinstance(found, Json) or is_harmless(default)):
        asked = constraints.has_key(value, key)
        if asked is not None:
            constraints.assume_if_open(call.state, asked, True)
        return found
    json_store(call.state, value, key, with_step(default, "put in here", call.frame.module.file, call.node))
    return join(JSON if found is NEVER else found, default)


@kinds.method(Json, "pop")
def _pop(call: MethodCall, record: None) -> Value | None:
    value, key, state = _json(call), call.at(0, "key"), call.state
    fallback = call.arguments.get(1, "default")
    if not call.arguments.positional:
        found = json_element(state, value)
    elif fallback is None:
        found = load_item(call.frame, state, value, key)
    else:
        found = json_load(call.frame, state, value, key)
    json_remove(state, value, key)
    return found if fallback is None else join(JSON if found is NEVER else found, fallback)


@kinds.method(Json, "items", "keys", "values")
def _view(call: MethodCall, record: None) -> Value | None:
    name = f"_collections_abc.dict_{call.name}"
    step = call.frame.step(call.node)
    view = _view_of_changed(call.state, _json(call), call.name)
    if view is not None:
        return Lazy(name, None, view.element, view.source, step, view.certain)
    key, value = Instance("builtins.str"), json_element(call.state, _json(call))
    element: dict[str, Value] = {"items": TupleValue((key, value)), "keys": key, "values": value}
    return Lazy(name, None, element[call.name], _json(call).path, step)


@kinds.method(Json, "copy")
def _copy(call: MethodCall, record: None) -> Value | None:
    return copied(call.frame, call.state, _json(call), call.node)


@kinds.method(Json, "update")
def _update(call: MethodCall, record: None) -> Value | None:
    for other in call.arguments.positional:
        _json_update(call.frame, call.state, _json(call), other, call.node)
    for word, item in call.arguments.keywords.items():
        stored = with_step(item, "put into the dict here", call.frame.module.file, call.node)
        json_store(call.state, _json(call), Constant(word, "str"), stored)
    return NONE


@kinds.method(Json, "append", "insert", "extend")
def _append(call: MethodCall, record: None) -> Value | None:
    value, given = _json(call), call.arguments.positional
    added = given[-1] if given else UNKNOWN
    if value.path is not None and not is_harmless(added):
        change = call.state.heap.get(value.path)
        position = len(change.entries) if isinstance(change, JsonChange) else 0
        json_store(call.state, value, Constant(f"[{position}]", "appended"), added)
    return NONE


@kinds.method(Json, "remove", "sort", "reverse", "clear")
def _shrink(call: MethodCall, record: None) -> Value | None:
    return NONE


def _json(call: MethodCall) -> Json:
    assert isinstance(call.value, Json)
    return call.value


def _json_get(frame: Frame, state: State, value: Json, key: Value, default: Value) -> Value:
    """`j.get(key, default)`: the same as `j[key]`, of which an absent one counts as null."""
    found = json_load(frame, state, value, key)
    if found is NEVER:
        return default
    if _is_put_there(state, value, key):
        return found
    if not isinstance(found, Json) or found.path is None:
        return join(found, default)
    if default == NONE or constraints.decide_key(state, value, key):
        return found
    other = terms.term_of(default)
    if other is None or not is_harmless(default):
        return join(found, default)
    either = Json((*found.path, ("default", other)), found.origin)
    _know_with_default(state, found, either, default)
    return either


def _know_with_default(state: State, found: Json, either: Json, default: Value) -> None:
    """What a part of a known class, or a constant in its place, is: of the class of either of them."""
    one, other = terms.own_term(found), terms.own_term(either)
    if one is None or other is None or not isinstance(default, Constant):
        return
    kinds = constraints.facts_of(state, one).kinds
    if kinds is not None and constraints.facts_of(state, other) is NO_FACTS:
        kinds = (kinds - {"types.NoneType"}) | {f"builtins.{default.kind}"}
        state.heap[terms.site_of(other)] = Facts(kinds=kinds)


def _json_update(frame: Frame, state: State, value: Json, other: Value, node: cst.CSTNode) -> None:
    entries = dicts.entries_of(state, other)
    if entries is not None:
        for key, entry in entries.items():
            json_store(
                state, value, key, with_step(entry.value, "put into the dict here", frame.module.file, node)
            )
        for key, item in dicts.further_of(state, other):
            json_store(state, value, key, item)
    elif value.path is not None and (
        not isinstance(other, Json) or sdk_responses.shape_of(frame, value) is not None
    ):
        state.heap[value.path] = LOST
