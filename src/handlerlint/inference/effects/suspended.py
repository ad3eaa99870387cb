"""Suspended frames: generators, coroutines and the functions of `map` and `filter` run when they are consumed.

They are interpreted where they are created. The objects that they read are stored with the value; if one of them has
changed when the value is consumed, its elements are Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

import libcst as cst

from handlerlint.inference.domain.heap import HeapObject, Namespace, State, lose
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BoundMethod,
    Coroutine,
    FunctionValue,
    Lazy,
    Reference,
    Site,
    Value,
)
from handlerlint.inference.syntax.scopes import mentioned, scope_of
from handlerlint.records import dataclass, replace


class Reads(tuple[tuple[Site, object], ...]):
    """Objects as a body has seen them: a class of its own, so that nobody takes them for parts of the value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A body that is being interpreted: the state before it, and what is read by the code around it."""

    before: State
    around: set[Site]


def watch(state: State) -> Watch:
    """Note from here on what is looked at."""
    trace = state.heap.trace
    around, trace.sites = trace.sites, set()
    return Watch(state.copy(), around)


def watched(watch: Watch | None) -> set[Site]:
    """The body is at its end, one way or the other: what was looked at."""
    if watch is None:
        return set()
    trace = watch.before.heap.trace
    sites, trace.sites = trace.sites, watch.around | trace.sites
    return sites


def lazily(state: State, function: Value, make: Callable[[], Value | None]) -> Value | None:
    """The iterator that `make` gives, which calls the function when it is asked for elements."""
    watched_from = watch(state)
    try:
        made = make()
    finally:
        read = watched(watched_from)
    if made is None:
        return None
    called = function.function if isinstance(function, BoundMethod) else function
    names = mentioned(called.node) if isinstance(called, FunctionValue) else frozenset()
    return with_reads(made, watched_from.before, state, read, names)


def with_reads(
    value: Value, before: State, after: State, sites: Iterable[Site], names: frozenset[str]
) -> Value:
    """A generator or coroutine that knows what it has read of the objects that were there before it."""
    if isinstance(value, (Lazy, Coroutine)):
        return replace(value, reads=Reads(_reads(before, after, sites, names)))
    return value


def called(
    function: FunctionValue, before: State, sites: Iterable[Site], paths: list[tuple[State, Value]]
) -> list[tuple[State, Value]]:
    """The outcomes of a call; a generator or a coroutine that it gives knows what its body has read."""
    if not scope_of(function.node).is_generator and not is_async(function):
        return paths
    if not any(isinstance(value, (Lazy, Coroutine)) for _, value in paths):
        return paths
    names = mentioned(function.node)
    return [(path, with_reads(value, before, path, sites, names)) for path, value in paths]


def is_async(function: FunctionValue) -> bool:
    """Whether a function is an `async def`."""
    return isinstance(function.node, cst.FunctionDef) and function.node.asynchronous is not None


def _reads(
    before: State, after: State, sites: Iterable[Site], names: frozenset[str]
) -> Iterable[tuple[Site, HeapObject]]:
    for site in sites:
        record = after.heap.peek(site)
        if record is None or before.heap.peek(site) is None:
            continue
        if isinstance(record, Namespace):
            record = Namespace(dict(_mentioned_in(record.names, names)))
        yield site, record


def _mentioned_in(bound: Mapping[str, Value], names: frozenset[str]) -> Iterable[tuple[str, Value]]:
    """The names that a body looks up, and those that the functions look up that it calls."""
    wanted = set(names)
    for name in names:
        found = bound.get(name)
        if isinstance(found, FunctionValue):
            wanted |= mentioned(found.node)
    return ((name, bound[name]) for name in wanted if name in bound)


def has_changed(state: State, value: Lazy | Coroutine) -> bool:
    """Whether the body, if it runs only now, may do something else than it did where it stands.

    Then what it does to the objects that have changed is not known either.
    """
    changed = [
        Reference(site)
        for site, then in value.reads
        if _differs(cast("HeapObject", then), state.heap.get(site))
    ]
    if changed:
        lose(state, [each for each in changed if not isinstance(state.heap.get(each.site), Namespace)])
    return bool(changed)


def result_of(state: State, coroutine: Coroutine) -> Value:
    """What a coroutine gives to who awaits it now."""
    return UNKNOWN if has_changed(state, coroutine) else coroutine.result


def _differs(then: HeapObject, now: HeapObject | None) -> bool:
    if now is None or now is then:
        return False
    return now.reads_otherwise(then) if type(now) is type(then) else True


def names_after_first(node: cst.BaseComp) -> frozenset[str]:
    """The names that a generator expression looks up when it runs: not those of what it goes through first."""
    clause = node.for_in
    parts: list[cst.CSTNode] = [clause.target, *clause.ifs]
    if clause.inner_for_in is not None:
        parts.append(clause.inner_for_in)
    if isinstance(node, (cst.GeneratorExp, cst.ListComp, cst.SetComp)):
        parts.append(node.elt)
    return frozenset().union(*(mentioned(part) for part in parts))
