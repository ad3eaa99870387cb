"""Sets: iteration, and what their methods do."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import set_elements
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import SetObject, State
from handlerlint.inference.domain.values import NEVER, NONE, UNKNOWN, Lazy, Reference, Value, join, join_all
from handlerlint.inference.objects import hashing, iterating, kinds
from handlerlint.inference.objects.iterating import Iteration


@iterating.iterates(SetObject)
def _iterate(frame: Frame, state: State, value: Reference, record: SetObject, node: cst.CSTNode) -> Iteration:
    return Iteration(() if record.element is NEVER else None, record.element, None)


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
    first, second = (iterating.iterate(frame, state, value, node).element for value in (left, right))
    return new_set(frame, state, node, _ARITHMETIC[name](first, second))


#: The methods behind augmented assignments.
_IN_PLACE = {"BitOr": "update", "Subtract": "difference_update", "BitAnd": "intersection_update"}


@kinds.operators_in_place(SetObject)
def _operator_in_place(
    frame: Frame, state: State, left: Reference, record: SetObject, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`s |= other` and the like."""
    if name in _IN_PLACE:
        _set_method(frame, state, left, record, _IN_PLACE[name], Arguments((right,)), node)
    return left if name in _IN_PLACE or name == "BitXor" else None


@kinds.methods(SetObject)
def _set_method(
    frame: Frame,
    state: State,
    reference: Reference,
    record: SetObject,
    name: str,
    arguments: Arguments,
    node: cst.CSTNode,
) -> Value | None:
    """What a method of a set does to it, and gives; None for the stub to answer."""
    match name:
        case "add":
            added = hashing.hashed(frame, state, arguments.get(0) or UNKNOWN, node)
            if state.dead:
                return NEVER
            state.heap[reference.site] = SetObject(record.class_name, join(record.element, added))
            return NONE
        case "update":
            elements = [
                iterating.iterate(frame, state, value, node).element for value in arguments.positional
            ]
            state.heap[reference.site] = SetObject(record.class_name, join_all([record.element, *elements]))
            return NONE
        case "discard" | "remove":
            if name == "remove":
                may_raise(frame, state)
            left = set_elements.without_one(record.element, arguments.get(0) or UNKNOWN)
            state.heap[reference.site] = SetObject(record.class_name, left)
            return NONE
        case "intersection_update" | "difference_update" | "intersection" | "difference":
            others = [iterating.iterate(frame, state, value, node).element for value in arguments.positional]
            left = record.element
            for other in others:
                left = (set_elements.common if "inter" in name else set_elements.without)(left, other)
            if not name.endswith("_update"):
                return new_set(frame, state, node, left, record.class_name)
            state.heap[reference.site] = SetObject(record.class_name, left)
            return NONE
        case "symmetric_difference_update":
            return NONE
        case "clear":
            state.heap[reference.site] = SetObject(record.class_name, NEVER)
            return NONE
        case "pop":
            may_raise(frame, state)
            return record.element
        case "copy":
            return new_set(frame, state, node, record.element, record.class_name)
        case "union" | "symmetric_difference":
            elements = [
                iterating.iterate(frame, state, value, node).element for value in arguments.positional
            ]
            return new_set(frame, state, node, join_all([record.element, *elements]), record.class_name)
        case _:
            return None
