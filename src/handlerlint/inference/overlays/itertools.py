"""itertools: chains and groups."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, zip_longest
from types import NoneType

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    Constant,
    Lazy,
    TupleValue,
    Unknown,
    Value,
)
from handlerlint.inference.effects import deferred, suspended
from handlerlint.inference.objects import iterating
from handlerlint.records import replace


@overlay("itertools.chain")
def _chain(call: Call) -> Value | None:
    if not call.arguments.complete:
        return None
    return _chained(call.frame, call.state, call.arguments.positional, call.node)


@overlay("itertools.chain.from_iterable")
def _chain_from(call: Call) -> Value | None:
    iterables = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    if iterables.items is not None:
        return _chained(call.frame, call.state, iterables.items, call.node)
    if iterables.element is NEVER:
        return Lazy("itertools.chain", (), NEVER, None, call.frame.step(call.node))
    chained = _chained(call.frame, call.state, (iterables.element,), call.node)
    return replace(chained, nonempty=False, source=iterables.source, selects=True)


@overlay("itertools.islice")
def _slice(call: Call) -> Value | None:
    """Some of the elements; an iterator that all of them are known of has lost those and the ones before them."""
    if not call.arguments.complete or not 2 <= len(call.arguments.positional) <= 4:
        return None
    whole, *rest = call.arguments.positional
    bounds = [
        one.value for one in rest if isinstance(one, Constant) and isinstance(one.value, (int, NoneType))
    ]
    found = iterating.iterate(call.frame, call.state, whole, call.node)
    step = call.frame.step(call.node)
    if len(bounds) < len(rest):
        return Lazy("itertools.islice", None, found.element, None, step)
    taken = slice(*bounds)
    if found.items is None:
        is_first = not taken.start and taken.stop != 0 and not isinstance(whole, Lazy)
        return Lazy("itertools.islice", None, found.element, None, step, found.certain and is_first)
    items = found.items[taken]
    if isinstance(whole, Lazy):
        for _ in found.items[: taken.stop]:
            iterating.advance(call.state, whole)
    made = Lazy("itertools.islice", items, join_all(items), None, step, bool(items))
    return suspended.going_through(call.state, made, (whole,))


@overlay("itertools.cycle")
def _cycle(call: Call) -> Value | None:
    """The elements in turn, where all are known; of no elements there is nothing to repeat."""
    whole = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    if whole.items is None:
        return None
    step = call.frame.step(call.node)
    ring = Lazy(iterating.ENDLESS, whole.items, whole.element, whole.source, step, whole.certain)
    return suspended.going_through(call.state, ring, call.arguments.positional)


@overlay("itertools.groupby")
def _groups(call: Call) -> Value | None:
    """Each group holds at least one element, and there is a group where there are elements."""
    if not call.arguments.complete:
        return None
    whole = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    key = call.argument("key")
    deferred.call_key(call.frame, call.state, key, whole.items, whole.element, call.node)
    step = call.frame.step(call.node)
    if whole.element is NEVER:
        return Lazy("itertools.groupby", (), NEVER, None, step)
    is_one = whole.items is not None and len(whole.items) == 1
    group = Lazy(
        "itertools._grouper", whole.items if is_one else None, whole.element, None, step, nonempty=True
    )
    pair = TupleValue((_key_of(call, key, whole.element), group))
    items = (pair,) if is_one else None
    return Lazy("itertools.groupby", items, pair, whole.source, step, whole.certain, selects=whole.selects)


def _key_of(call: Call, key: Value | None, element: Value) -> Value:
    """The key of a group: what the key function gives for its elements, or an element itself."""
    if key is None or key == NONE:
        return element
    if isinstance(key, Unknown):
        return UNKNOWN
    found = dispatch.call(call.frame, call.state, key, Arguments((element,)), call.node)
    if call.state.dead:
        call.state.dead = False  # there may be no element
        return UNKNOWN
    return found


@overlay("itertools.zip_longest")
def _zip_longest(call: Call) -> Value | None:
    """Rows of elements, with a value in place of those that a shorter iterable lacks."""
    if call.arguments.further is not None or call.arguments.further_keywords is not None:
        return None
    fill = call.arguments.keywords.get("fillvalue", NONE)
    columns = [
        iterating.iterate(call.frame, call.state, value, call.node) for value in call.arguments.positional
    ]
    known = [column.items for column in columns if column.items is not None]
    items: tuple[Value, ...] | None = None
    if len(known) == len(columns):
        items = tuple(TupleValue(row) for row in zip_longest(*known, fillvalue=fill))
    certain = any(column.certain for column in columns)
    row = TupleValue(tuple(join_all((column.element, fill)) for column in columns))
    return Lazy("itertools.zip_longest", items, row, None, call.frame.step(call.node), certain)


def _chained(frame: Frame, state: State, iterables: Sequence[Value], node: cst.CSTNode) -> Lazy:
    """The elements of several iterables, one after the other."""
    parts = [iterating.iterate(frame, state, value, node) for value in iterables]
    element = join_all(part.element for part in parts)
    certain = any(part.certain for part in parts)
    known = [part.items for part in parts if part.items is not None]
    items = tuple(chain.from_iterable(known)) if len(known) == len(parts) else None
    made = Lazy("itertools.chain", items, element, None, frame.step(node), certain)
    return suspended.going_through(state, made, iterables)
