"""Folding the elements of an iterable into one value, as `reduce` does, and `sum` where a class says what `+` is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Reference, Value

#: (path, what has been made so far, the next element)
Combine = Callable[[State, Value, Value], Value]

#: Elements are combined one by one up to so many.
MOST_FOLDED = 16


def fold_all(
    frame: Frame, state: State, start: Value, items: Sequence[Value], combine: Combine, node: cst.CSTNode
) -> Value:
    """What is made of a value and of all of some items, one by one."""
    outer = frame.context
    for position, item in enumerate(items):
        frame.context = frame.interpreter.context(outer, node, position)
        start = combine(state, start, item)
        if state.dead:
            break
    frame.context = outer
    return NEVER if state.dead else start


def fold_some(state: State, start: Value, element: Value, combine: Combine) -> Value:
    """What is made of a value and of any elements, one at least.

    Where a second one makes something else of it, more of them may come to anything.
    """
    once = combine(state, start, element)
    if state.dead:
        return NEVER
    later = state.copy()
    twice = combine(later, once, element)
    return once if later.dead or _kinds(twice) == _kinds(once) else UNKNOWN


def _kinds(value: Value) -> set[object]:
    """What a value may be: which object, or of which class."""
    return {
        one.site if isinstance(one, Reference) else (type(one), getattr(one, "class_name", None))
        for one in members(value)
    }
