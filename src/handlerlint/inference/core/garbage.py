"""Abstract garbage collection: removes the local names of a finished call, and the objects that only they referred to.

Used by `functions` before the outcomes of a call are compared, so that those which differ only in garbage are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, cast

import libcst as cst

from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.domain import terms
from handlerlint.inference.domain.heap import (
    LOST,
    Container,
    Dependences,
    Facts,
    HeapObject,
    InstanceObject,
    Namespace,
    State,
    differing,
    differing_assumptions,
    differing_objects,
)
from handlerlint.inference.domain.join import LOSSY, MORE_ROUNDS, SURMISED, WIDENED
from handlerlint.inference.domain.values import UNKNOWN, Site, Step, Value, is_harmless
from handlerlint.inference.stubs.types import OPAQUE
from handlerlint.inference.syntax.liveness import Guard, read_after, read_outside
from handlerlint.records import replace, values_of


def collect_garbage(
    before: State, path: State, sites: Collection[Site], values: Iterable[object], opaque: Mapping[str, Value]
) -> None:
    """Take out what was made since `before` and cannot be reached from `values` or from what was there before.

    `sites` are those that were touched since; `opaque` the values that types stand for by name.
    """
    heap = path.heap
    made: dict[Site, HeapObject] = {}
    assumed: dict[Site, frozenset[Site]] = {}
    roots: list[object] = list(values)
    for site, known, record in differing(before.heap, heap):
        if site not in sites or record is None or isinstance(record, Dependences):
            continue
        if known is None and _may_go(site, record):
            made[site] = record
            continue
        roots.append(_difference(known, record))
        term = terms.term_at(site) if known is None else None
        if term is not None:
            assumed[site] = terms.objects_in(term)
    if not made:
        return
    gone = made.keys() - _reached(roots, made, opaque)
    for site in gone:
        heap.remove(site)
    for site, objects in assumed.items():
        if not objects.isdisjoint(gone):  # nobody can ask of it again
            heap.remove(site)


def forget_locals(activation: Frame, path: State, value: Value | None) -> None:
    """Take out the local names of a call that a path leaves with a value, and what only they referred to."""
    before = activation.entered
    if before is None:
        return
    if not activation.info.nested:
        path.heap.remove(activation.scope)
    values = (value, *activation.yields)
    collect_garbage(before, path, before.heap.trace.sites, values, activation.interpreter.opaque)


def forget_left(frame: Frame, path: State, value: Value | None, guard: Guard | None) -> None:
    """Take out what nothing reads on a path that leaves the body of a guard by an exception; without one, the call."""
    if guard is None:
        forget_locals(frame, path, value)
        return
    function, before = frame.function, frame.entered
    if before is None or function is None or not isinstance(function.node, cst.FunctionDef):
        return
    read, is_held = read_outside(function.node, guard)
    if read is None or frame.info.is_generator:
        return
    namespace = names_of(path, frame.scope)
    names = {name: bound for name, bound in namespace.names.items() if name in read}
    if len(names) < len(namespace.names):
        path.heap[frame.scope] = replace(namespace, names=names)
    if not is_held:
        sites = before.heap.trace.sites
        collect_garbage(before, path, sites, (value, frame.handled), frame.interpreter.opaque)


def is_left_alike(frame: Frame, path: State, other: State, guard: Guard | None) -> bool:
    """Whether a path that leaves the body of a guard, or the call, by an exception stands for another one as well.

    Neither local names that nothing reads then, nor what has been made in between, tells the two apart.
    """
    function, before, info = frame.function, frame.entered, frame.info
    if before is None or function is None or info.is_generator:
        return False
    read: frozenset[str] | None = frozenset()
    if guard is not None:
        assert isinstance(function.node, cst.FunctionDef)
        read, _ = read_outside(function.node, guard)
    if read is None or (guard is None and info.nested):
        return False
    for site, mine, theirs in differing_objects(path.heap, other.heap):
        if site == frame.scope:
            ours, others = names_of(path, site).names, names_of(other, site).names
            if any(ours.get(name) is not others.get(name) for name in read):
                return False
        elif (
            theirs is None
            or not _may_go(site, theirs)
            or (mine is not None and (guard is not None or before.heap.peek(site) is not None))
        ):
            return False
    return all(
        mine is None
        or (isinstance(mine, Facts) and isinstance(theirs, Facts) and mine.joined(theirs) == mine)
        for _, mine, theirs in differing_assumptions(path.heap, other.heap)
    )


def forget_unread(frame: Frame, states: Iterable[State], statement: cst.CSTNode) -> None:
    """Take out the local names that nothing reads after a statement, and what only they referred to."""
    function, before = frame.function, frame.entered
    if before is None or function is None or frame.info.is_generator:
        return
    read = read_after(function.node, statement) if isinstance(function.node, cst.FunctionDef) else None
    if read is None:
        return
    for state in states:
        namespace = names_of(state, frame.scope)
        values = namespace.names.items()
        unread = [name for name, value in values if name not in read and not is_harmless(value)]
        if unread:
            names = {**namespace.names, **dict.fromkeys(unread, UNKNOWN)}
            state.heap[frame.scope] = replace(namespace, names=names)
            sites = before.heap.trace.sites
            collect_garbage(before, state, sites, (frame.handled,), frame.interpreter.opaque)


#: What marks a path, or is no object of its own.
_STAYING = frozenset({"json", "iterator", WIDENED[0], LOSSY[0], MORE_ROUNDS[0], SURMISED[0]})


def _may_go(site: Site, record: HeapObject) -> bool:
    """Whether an object that nothing refers to may be taken out: classes and changes of decoded JSON stay."""
    if isinstance(record, Namespace):
        return site[0] == "scope"
    may_go = isinstance(record, (Container, InstanceObject)) or record == LOST
    return may_go and site[0] not in _STAYING


def _difference(known: HeapObject | None, record: HeapObject) -> object:
    """The part of a changed object in which something new can be."""
    if isinstance(known, Namespace) and isinstance(record, Namespace):
        names = known.names
        return tuple(value for name, value in record.names.items() if names.get(name) is not value)
    return record


def _reached(roots: list[object], made: Mapping[Site, HeapObject], opaque: Mapping[str, Value]) -> set[Site]:
    """The sites among `made` that a walk through all fields of the roots comes to."""
    reached: set[Site] = set()
    seen: set[int] = set()
    waiting = list(roots)  # which keeps them alive: two objects must not share an id
    while waiting and len(reached) < len(made):
        item = waiting.pop()
        if item is None or id(item) in seen:
            continue
        cls = item.__class__
        if cls is tuple:
            parts = cast("tuple[object, ...]", item)
            if parts and parts[0].__class__ in (str, tuple) and parts in made and parts not in reached:
                reached.add(parts)
                waiting.append(made[parts])
            seen.add(id(item))
            waiting += parts
        elif cls is str:
            if cast("str", item).startswith(OPAQUE):
                waiting.append(opaque.get(cast("str", item)))
        else:
            inside = _INSIDE[cls] if cls in _INSIDE else _inside_of(cls)
            if inside is not None:
                seen.add(id(item))
                waiting += inside(item)
    return reached


def _inside_of(cls: type) -> _Inside | None:
    """What gives all that is inside of an object of this class; None where nothing is: nodes, files, stubs."""
    found: _Inside | None = None
    if issubclass(cls, Step):
        found = _function_of
    elif issubclass(cls, dict):
        found = _keys_and_values
    elif issubclass(cls, frozenset):
        found = tuple
    elif cls.__module__.startswith("handlerlint.inference.") and cls.__name__ not in _NOT_ENTERED:
        names = getattr(cls, "__record_fields__", ())
        if names:
            found = values_of(names)
    _INSIDE[cls] = found
    return found


def _function_of(step: object) -> tuple[object]:
    return (getattr(step, "function", None),)


def _keys_and_values(mapping: Any) -> tuple[object, ...]:
    return (*mapping, *mapping.values())


_Inside = Callable[[Any], "tuple[object, ...]"]
_NOT_ENTERED = frozenset({"StubFunction"})
_INSIDE: dict[type, _Inside | None] = {}
