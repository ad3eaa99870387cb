"""functools: partial, caches, reduce, and single dispatch."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Constant, Native, Partial, Value, join
from handlerlint.inference.objects import iterating


@native("functools.partial")
def _partial(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional or not arguments.complete:
        return UNKNOWN
    function, *rest = arguments.positional
    return Partial(function, tuple(rest), tuple(arguments.keywords.items()), frame.step(node))


@native("functools.wraps", "functools.total_ordering")
def _wraps(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if isinstance(node, cst.Decorator) and arguments.positional:
        return arguments.positional[0]  # @total_ordering
    return Native("identity")


@native("identity")
def _identity(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return arguments.get(1) or UNKNOWN


@native("functools.lru_cache", "functools.cache")
def _cache(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    function = arguments.get(0)
    if function is None or isinstance(function, Constant):
        return Native("identity")
    return function


@native("functools.reduce")
def _reduce(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    function, iterable, start = arguments.get(0), arguments.get(1), arguments.get(2)
    if function is None or iterable is None:
        return None
    iteration = iterating.iterate(frame, state, iterable, node)
    if iteration.items is not None and len(iteration.items) <= 16:
        items = list(iteration.items)
        if start is None:
            if not items:
                return NEVER
            start = items.pop(0)
        for item in items:
            start = dispatch.call(frame, state, function, Arguments((start, item)), node)
            if state.dead:
                return NEVER
        return start
    first = start if start is not None else iteration.element
    if iteration.element is NEVER:
        return first
    once = dispatch.call(frame, state, function, Arguments((first, iteration.element)), node)
    return first if state.dead else join(first, once)
