"""itertools: chains."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Lazy, Value, join_all
from handlerlint.inference.objects import iterating
from handlerlint.records import replace


@native("itertools.chain")
def _chain(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.complete:
        return None
    return _chained(frame, state, arguments.positional, node)


@native("itertools.chain.from_iterable")
def _chain_from(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    iterables = iterating.iterate(frame, state, arguments.get(0, "iterable") or UNKNOWN, node)
    if iterables.items is not None:
        return _chained(frame, state, iterables.items, node)
    if iterables.element is NEVER:
        return Lazy("itertools.chain", (), NEVER, None, frame.step(node))
    return replace(_chained(frame, state, (iterables.element,), node), nonempty=False)


def _chained(frame: Frame, state: State, iterables: Sequence[Value], node: cst.CSTNode) -> Lazy:
    """The elements of several iterables, one after the other."""
    parts = [iterating.iterate(frame, state, value, node) for value in iterables]
    element = join_all(part.element for part in parts)
    certain = any(part.certain for part in parts)
    return Lazy("itertools.chain", None, element, None, frame.step(node), certain)
