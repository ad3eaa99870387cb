"""itertools: chains and groups."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Lazy, TupleValue, Value, join_all
from handlerlint.inference.effects import deferred
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
    return replace(_chained(call.frame, call.state, (iterables.element,), call.node), nonempty=False)


@overlay("itertools.groupby")
def _groups(call: Call) -> Value | None:
    """Each group holds at least one element, and there is a group where there are elements."""
    if not call.arguments.complete:
        return None
    whole = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    key = call.argument("key")
    deferred.lose_to_key(call.state, key, whole.element)
    step = call.frame.step(call.node)
    if whole.element is NEVER:
        return Lazy("itertools.groupby", (), NEVER, None, step)
    is_one = whole.items is not None and len(whole.items) == 1
    group = Lazy(
        "itertools._grouper", whole.items if is_one else None, whole.element, None, step, nonempty=True
    )
    pair = TupleValue((whole.element if key is None else UNKNOWN, group))
    return Lazy("itertools.groupby", (pair,) if is_one else None, pair, None, step, whole.certain)


def _chained(frame: Frame, state: State, iterables: Sequence[Value], node: cst.CSTNode) -> Lazy:
    """The elements of several iterables, one after the other."""
    parts = [iterating.iterate(frame, state, value, node) for value in iterables]
    element = join_all(part.element for part in parts)
    certain = any(part.certain for part in parts)
    return Lazy("itertools.chain", None, element, None, frame.step(node), certain)
