"""Suspended frames: generators, coroutines and the functions of `map` and `filter` run when they are consumed.

They are interpreted where they are created. The objects that they read are stored with the value; if one of them has
changed when the value is consumed, its elements are Unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

import libcst as cst

from handlerlint.inference.domain.heap import HeapObject, Namespace, State, lose
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Coroutine,
    FunctionValue,
    Lazy,
    Reference,
    Site,
    Value,
)
from handlerlint.inference.syntax.scopes import scope_of
from handlerlint.records import dataclass, replace


class Reads(tuple[tuple[Site, object], ...]):
    """Objects as a body has seen them: a class of its own, so that nobody takes them for parts of the value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """A body that is being interpreted: the state before it, and what is read by the code around it."""

    before: State
    sites: set[Site]
    names: set[Site]


def watch(state: State) -> Watch:
    """Note from here on what is looked at."""
    trace = state.heap.trace
    watch = Watch(state.copy(), trace.sites, trace.names)
    trace.sites, trace.names = set(), set()
    return watch


def watched(watch: Watch | None) -> set[Site]:
    """The body is at its end, one way or the other: what was looked at, names among it."""
    if watch is None:
        return set()
    trace = watch.before.heap.trace
    found = trace.sites | trace.names
    trace.sites |= watch.sites
    trace.names |= watch.names
    return found


def lazily(state: State, make: Callable[[], Value | None]) -> Value | None:
    """The iterator that `make` gives, which calls a function when it is asked for elements."""
    watched_from = watch(state)
    try:
        made = make()
    finally:
        read = watched(watched_from)
    return None if made is None else with_reads(made, watched_from.before, state, read)


def going_through(state: State, made: Lazy, iterables: Iterable[Value]) -> Lazy:
    """An iterator that takes the elements of these objects only when it is asked for its own."""
    there = {one.site: state.heap.get(one.site) for one in iterables if isinstance(one, Reference)}
    return replace(made, reads=Reads((*made.reads, *there.items()))) if there else made


def with_reads(value: Value, before: State, after: State, read: Iterable[Site]) -> Value:
    """A generator or coroutine that knows what it has read of the objects that were there before it."""
    if isinstance(value, (Lazy, Coroutine)):
        return replace(value, reads=Reads(_reads(before, after, read)))
    return value


def called(
    function: FunctionValue, before: State, read: Iterable[Site], paths: list[tuple[State, Value]]
) -> list[tuple[State, Value]]:
    """The outcomes of a call; a generator or a coroutine that it gives knows what its body has read."""
    if not scope_of(function.node).is_generator and not is_async(function):
        return paths
    if not any(isinstance(value, (Lazy, Coroutine)) for _, value in paths):
        return paths
    return [(path, with_reads(value, before, path, read)) for path, value in paths]


def is_async(function: FunctionValue) -> bool:
    """Whether a function is an `async def`."""
    return isinstance(function.node, cst.FunctionDef) and function.node.asynchronous is not None


def _reads(before: State, after: State, read: Iterable[Site]) -> Iterable[tuple[Site, HeapObject]]:
    for site in read:
        scope, name = (site[1], str(site[2])) if site[0] == "name" else (site, None)
        record = after.heap.peek(cast("Site", scope))
        if record is None or before.heap.peek(cast("Site", scope)) is None:
            continue
        if name is None and not isinstance(record, Namespace):
            yield site, record
        elif name is not None and isinstance(record, Namespace) and name in record.names:
            yield cast("Site", scope), Namespace({name: record.names[name]})


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
