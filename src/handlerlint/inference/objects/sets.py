"""Sets: iteration, and what their methods do."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import set_elements
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import DictObject, SetObject, State
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    BuiltinMethod,
    Lazy,
    Reference,
    UnionValue,
    Value,
    is_harmless,
    join,
    join_all,
)
from handlerlint.inference.objects import dicts, hashing, iterating, kinds
from handlerlint.inference.objects.iterating import Iteration
from handlerlint.inference.objects.kinds import MethodCall
from handlerlint.records import replace


@iterating.iterates(SetObject)
def _iterate(frame: Frame, state: State, value: Reference, record: SetObject, node: cst.CSTNode) -> Iteration:
    items = set_elements.all_of(record.element)
    return Iteration(items, record.element, None, record.truth is True)


@kinds.loads_items(SetObject)
def _load(
    frame: Frame, state: State, value: Reference, record: SetObject, index: Value, node: cst.CSTNode
) -> Value:
    """Sets have no items."""
    may_raise(frame, state)
    return NEVER


@kinds.operators(SetObject)
def _operator(
    frame: Frame, state: State, left: Reference, record: SetObject, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`s | other`, `s - other` and the like."""
    if name in _ARITHMETIC:
        return _arithmetic(frame, state, name, left, right, node)
    if name not in ("BitOr", "BitXor"):
        return None
    other = kinds.object_of(state, right)
    added = other.element if isinstance(other, SetObject) else NEVER
    return new_set(frame, state, node, join(record.element, added), record.class_name)


@kinds.operators(Lazy)
def _operator_of_keys(
    frame: Frame, state: State, left: Lazy, record: None, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`d.keys() - other`, `d.keys() & other`."""
    if left.class_name != "_collections_abc.dict_keys" or name not in _ARITHMETIC:
        return None
    return _arithmetic(frame, state, name, left, right, node)


_ARITHMETIC = {"Subtract": set_elements.without, "BitAnd": set_elements.common}


def _arithmetic(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """A set of what is left of the elements of `left`, or of what both have."""
    for view, other in ((left, right), (right, left)):
        wanted = set_elements.all_of(iterating.iterate(frame, state, other, node).element)
        found = None if wanted is None else _keys_among(frame, state, view, wanted)
        if found is not None:
            kept = found if name == "BitAnd" else [key for key in wanted or () if key not in found]
            if name == "BitAnd" or view is right:
                return new_set(frame, state, node, join_all(kept))
    first, second = (iterating.iterate(frame, state, value, node).element for value in (left, right))
    return new_set(frame, state, node, _ARITHMETIC[name](first, second))


def _keys_among(frame: Frame, state: State, view: Value, wanted: tuple[Value, ...]) -> list[Value] | None:
    """Those of some constants that are keys of a dict, of a view of its keys; None where that is not known."""
    match view:
        case Lazy(class_name="_collections_abc.dict_keys", source=site) if site is not None:
            record = state.heap.get(site)
        case _:
            return None
    if not isinstance(record, DictObject):
        return None
    record = dicts.choose_entries(frame, state, site, record, wanted)
    found: list[Value] = []
    for key in wanted:
        entry = record.entries.get(key)
        if entry is not None and entry.maybe and not is_harmless(entry.value):
            return None
        if entry is not None or dicts.has_in_json(state, record, key):
            found.append(key)
        elif record.rest_value is not None and dicts.json_behind(record) is None:
            return None
    return found


#: The methods behind augmented assignments.
_IN_PLACE = {"BitOr": "update", "Subtract": "difference_update", "BitAnd": "intersection_update"}


@kinds.operators_in_place(SetObject)
def _operator_in_place(
    frame: Frame, state: State, left: Reference, record: SetObject, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`s |= other` and the like."""
    if name in _IN_PLACE:
        kinds.call_method(frame, state, BuiltinMethod(left, _IN_PLACE[name]), Arguments((right,)), node)
    return left if name in _IN_PLACE or name == "BitXor" else None


def _elements(call: MethodCall) -> list[Value]:
    """What each element of each argument is."""
    given = call.arguments.positional
    return [iterating.iterate(call.frame, call.state, value, call.node).element for value in given]


@kinds.method(SetObject, "add")
def _add(call: MethodCall, record: SetObject) -> Value | None:
    added = hashing.hashed(call.frame, call.state, call.at(0), call.node)
    if call.state.dead:
        return NEVER
    if isinstance(added, UnionValue):
        added = set_elements.any_of(added)
    return call.becomes(SetObject(record.class_name, join(record.element, added), is_filled=True))


@kinds.method(SetObject, "update", "union", "symmetric_difference")
def _union(call: MethodCall, record: SetObject) -> Value | None:
    element = join_all([record.element, *_elements(call)])
    if call.name == "update":
        return call.becomes(replace(record, element=element))
    return new_set(call.frame, call.state, call.node, element, record.class_name)


@kinds.method(SetObject, "discard", "remove")
def _discard(call: MethodCall, record: SetObject) -> Value | None:
    if call.name == "remove":
        may_raise(call.frame, call.state)
    return call.becomes(SetObject(record.class_name, set_elements.without_one(record.element, call.at(0))))


@kinds.method(SetObject, "intersection_update", "difference_update", "intersection", "difference")
def _intersection(call: MethodCall, record: SetObject) -> Value | None:
    left = record.element
    for other in _elements(call):
        left = (set_elements.common if "inter" in call.name else set_elements.without)(left, other)
    if call.name.endswith("_update"):
        return call.becomes(SetObject(record.class_name, left))
    return new_set(call.frame, call.state, call.node, left, record.class_name)


@kinds.method(SetObject, "symmetric_difference_update")
def _symmetric_difference_update(call: MethodCall, record: SetObject) -> Value | None:
    return NONE


@kinds.method(SetObject, "clear")
def _clear(call: MethodCall, record: SetObject) -> Value | None:
    return call.becomes(record.emptied())


@kinds.method(SetObject, "pop")
def _pop(call: MethodCall, record: SetObject) -> Value | None:
    may_raise(call.frame, call.state)
    call.becomes(replace(record, is_filled=False))
    return record.element


@kinds.method(SetObject, "copy")
def _copy(call: MethodCall, record: SetObject) -> Value | None:
    return new_set(call.frame, call.state, call.node, record.element, record.class_name)
