"""Sets: iteration, and what their methods do."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise, pick
from handlerlint.inference.domain import set_elements
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import DictObject, HeapObject, ListObject, SetObject, State
from handlerlint.inference.domain.unions import join, join_all
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    BuiltinMethod,
    Constant,
    Json,
    Lazy,
    Reference,
    UnionValue,
    Value,
    constant,
    is_harmless,
)
from handlerlint.inference.objects import dict_keys, dicts, emptiness, hashing, iterating, json_keys, kinds
from handlerlint.inference.objects.iterating import Iteration
from handlerlint.inference.objects.kinds import MethodCall
from handlerlint.inference.objects.truth import truth
from handlerlint.records import replace

_KEYS = "_collections_abc.dict_keys"


@iterating.iterates(SetObject)
def _iterate(frame: Frame, state: State, value: Reference, record: SetObject, node: cst.CSTNode) -> Iteration:
    items = set_elements.all_of(record.element)
    return Iteration(items, record.element, value.site, record.truth is True)


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
    other = state.object_of(right)
    added = other.element if isinstance(other, SetObject) else NEVER
    has_one = name == "BitOr" and (
        record.truth is True or (isinstance(other, SetObject) and other.truth is True)
    )
    element = join(record.element, added)
    return new_set(frame, state, node, element, record.class_name, is_filled=has_one)


@kinds.operators(Lazy)
def _operator_of_keys(
    frame: Frame, state: State, left: Lazy, record: None, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`d.keys() - other`, `d.keys() & other`."""
    if left.class_name != _KEYS or name not in _ARITHMETIC:
        return None
    return _arithmetic(frame, state, name, left, right, node)


_ARITHMETIC = {"Subtract": set_elements.without, "BitAnd": set_elements.common}


def _arithmetic(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """A set of what is left of the elements of `left`, or of what both have."""
    record = state.object_of(left)
    class_name = record.class_name if isinstance(record, SetObject) else "builtins.set"
    for view, other in ((right, left), (left, right)):
        found = _among(frame, state, other, view, node)
        if found is not None and (name == "BitAnd" or view is right):
            kept = found[0] if name == "BitAnd" else found[1]
            return new_set(frame, state, node, join_all(kept), class_name)
    first, second = (iterating.iterate(frame, state, value, node).element for value in (left, right))
    return new_set(frame, state, node, _ARITHMETIC[name](first, second), class_name)


def is_part(frame: Frame, state: State, part: Value, whole: Value, node: cst.CSTNode) -> bool | None:
    """Whether all elements of one iterable are in another one, on the path whose turn it is; None where not known."""
    found = _among(frame, state, part, whole, node)
    return None if found is None else not found[1]


def compared(
    frame: Frame, state: State, operator: str, left: Value, right: Value, node: cst.CSTNode
) -> bool | None:
    """Whether `left <operator> right` of two sets or views of keys holds, on the path whose turn it is."""
    if not (_is_set(state, left) and _is_set(state, right)):
        return None
    match operator:
        case "LessThanEqual":
            return is_part(frame, state, left, right, node)
        case "GreaterThanEqual":
            return is_part(frame, state, right, left, node)
        case "LessThan" | "GreaterThan":
            smaller, larger = (left, right) if operator == "LessThan" else (right, left)
            return False if is_part(frame, state, smaller, larger, node) is False else None
        case "Equal" | "NotEqual":
            parts = [is_part(frame, state, *pair, node) for pair in ((left, right), (right, left))]
            return operator == "NotEqual" if False in parts else None
        case _:
            return None


def _is_set(state: State, value: Value) -> bool:
    if isinstance(value, Lazy):
        return value.class_name == _KEYS
    return isinstance(state.object_of(value), SetObject)


def _among(
    frame: Frame, state: State, part: Value, whole: Value, node: cst.CSTNode
) -> tuple[list[Value], list[Value]] | None:
    """Those of some constants that are among the elements of an iterable, and those that are not.

    None where that is not known, or where they are not all constants. Which keys of a dict a list out of the event
    names, is chosen by who knows what they hold.
    """
    if isinstance(part, Lazy) and not isinstance(whole, Lazy) and isinstance(keys_behind(state, whole), Json):
        return None
    wanted = iterating.iterate(frame, state, part, node).items
    if wanted is None or not all(isinstance(one, Constant) for one in wanted):
        return None
    keys = _keys_among(frame, state, whole, wanted)
    if keys is None:
        known = iterating.iterate(frame, state, whole, node).items
        if known is None or not all(isinstance(one, Constant) for one in known):
            return None
        keys = [one for one in wanted if one in known]
    return keys, [one for one in wanted if one not in keys]


def with_keys(state: State, made: Reference, iterable: Value) -> Reference:
    """Remember of a set or a list which dict's or decoded JSON's keys it holds."""
    owner, record = keys_behind(state, iterable), state.heap.get(made.site)
    if owner is not None and isinstance(record, (ListObject, SetObject)):
        state.heap[made.site] = replace(record, keys_of=(owner, _as_it_is(state, owner)))
    return made


def _as_it_is(state: State, owner: Json | Reference) -> HeapObject | None:
    """What a dict holds now, or what the program has changed of decoded JSON by now."""
    return state.change_of(owner) if isinstance(owner, Json) else state.object_of(owner)


def keys_behind(state: State, value: Value) -> Json | Reference | None:
    """What the elements of an iterable are the keys of: decoded JSON or a dict as it is now."""
    match value:
        case Json():
            return value
        case Lazy(class_name=name, source=site) if name == _KEYS and site is not None:
            return Json(site) if site[0] == "json" else Reference(site)
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, (ListObject, SetObject)) and record.keys_of is not None:
                owner, then = record.keys_of
                return owner if _as_it_is(state, owner) is then else None
            return value if isinstance(record, DictObject) else None
        case _:
            return None


def _keys_among(frame: Frame, state: State, whole: Value, wanted: tuple[Value, ...]) -> list[Value] | None:
    """Those of some constants that are keys of a dict or of decoded JSON; None where that is not known."""
    owner = keys_behind(state, whole)
    record = state.object_of(owner) if isinstance(owner, Reference) else None
    behind = owner if isinstance(owner, Json) else None
    if isinstance(record, DictObject) and isinstance(owner, Reference):
        record = dict_keys.choose_entries(frame, state, owner.site, record, wanted)
        behind = dicts.json_behind(record)
    elif behind is None:
        return None
    found: list[Value] = []
    for key in wanted:
        entry = record.entries.get(key) if isinstance(record, DictObject) else None
        if entry is not None:
            has_it = None if entry.maybe and not is_harmless(entry.value) else True
        elif behind is not None:
            has_it = json_keys.choose_whether(frame, state, behind, key)
        else:
            is_open = isinstance(record, DictObject) and record.rest_value is not None
            position = pick(frame, 2) if is_open else 0
            has_it = None if position is None else bool(position)
        if has_it is None:
            return None
        if has_it:
            found.append(key)
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
    given = (truth(call.frame, call.state, value) for value in call.arguments.positional)
    has_one = record.truth is True or any(known is True for known in given)
    if call.name == "update":
        return call.becomes(replace(record, element=element, is_filled=has_one, keys_of=None, term=None))
    is_filled = has_one and call.name == "union"
    return new_set(call.frame, call.state, call.node, element, record.class_name, is_filled=is_filled)


@kinds.method(SetObject, "discard", "remove")
def _discard(call: MethodCall, record: SetObject) -> Value | None:
    if call.name == "remove":
        may_raise(call.frame, call.state)
    return call.becomes(SetObject(record.class_name, set_elements.without_one(record.element, call.at(0))))


@kinds.method(SetObject, "intersection_update", "difference_update", "intersection", "difference")
def _intersection(call: MethodCall, record: SetObject) -> Value | None:
    name = "BitAnd" if "inter" in call.name else "Subtract"
    if not call.arguments.positional:
        return None
    left = call.value
    for other in call.arguments.positional:
        left = _arithmetic(call.frame, call.state, name, left, other, call.node)
    found = call.state.object_of(left)
    return call.becomes(found) if found is not None and call.name.endswith("_update") else left


@kinds.method(SetObject, "issubset", "issuperset", "isdisjoint")
def _is_subset(call: MethodCall, record: SetObject) -> Value | None:
    pair = (call.at(0), call.value) if call.name == "issuperset" else (call.value, call.at(0))
    found = _among(call.frame, call.state, *pair, call.node)
    return None if found is None else constant(not found[call.name != "isdisjoint"])


@kinds.method(SetObject, "symmetric_difference_update")
def _symmetric_difference_update(call: MethodCall, record: SetObject) -> Value | None:
    return NONE


@kinds.method(SetObject, "clear")
def _clear(call: MethodCall, record: SetObject) -> Value | None:
    return call.becomes(record.emptied())


@kinds.method(SetObject, "pop")
def _pop(call: MethodCall, record: SetObject) -> Value | None:
    emptiness.raise_at_end(call.frame, call.state, call.site, "KeyError")
    call.becomes(replace(record, is_filled=False, keys_of=None, term=None))
    return record.element


@kinds.method(SetObject, "copy")
def _copy(call: MethodCall, record: SetObject) -> Value | None:
    return new_set(call.frame, call.state, call.node, record.element, record.class_name)
