"""Comprehensions and generator expressions: over known items one by one, else by one element for each."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import allocation, context
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import evaluate, evaluates, pick, split
from handlerlint.inference.core.failing import fails, judge_rounds
from handlerlint.inference.domain.heap import LOST, Entry, Namespace, State, weaken_changes
from handlerlint.inference.domain.join import WIDENED, join_states
from handlerlint.inference.domain.set_elements import any_of
from handlerlint.inference.domain.unions import join, join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Lazy,
    Reference,
    TupleValue,
    Value,
    is_harmless,
    with_step,
)
from handlerlint.inference.effects import suspended
from handlerlint.inference.interpreter import certain_errors, loops, narrowing, statements
from handlerlint.inference.objects import emptiness, hashing, iterating, subscripts
from handlerlint.inference.syntax.scopes import COMPREHENSION

#: At most this many known items are gone through one by one.
LONGEST_UNROLLING = 16


class _Collector:
    """Gathers the elements of a comprehension: in order as long as all are certain, else joined."""

    def __init__(self) -> None:
        self.items: list[Value] | None = []
        self.every: list[Value] = []
        self.has_one = False

    def add(self, value: Value, certain: bool) -> None:
        self.every.append(value)
        self.has_one = self.has_one or certain
        if not certain:
            self.items = None
        elif self.items is not None:
            self.items.append(value)


@evaluates(cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
def comprehend(frame: Frame, state: State, node: cst.BaseComp) -> Value:
    """The value of a comprehension; of a generator expression as if it were consumed here."""
    scope = frame.site(node, "comprehension")
    inner = Frame(
        frame.interpreter, frame.module, scope, COMPREHENSION, context.enclosing_scopes(frame), frame.context,
        frame.function, frame, frame.depth, choices=frame.choices,
    )  # fmt: skip
    if frame.scope != frame.module.site and frame.scope not in inner.scopes:
        inner.scopes = (*inner.scopes, frame.scope)
    state.heap[scope] = Namespace({})
    collector = _Collector()
    first = evaluate(frame, state, node.for_in.iter)
    watch = suspended.watch(state) if isinstance(node, cst.GeneratorExp) else None
    try:
        source = _go(inner, state, node, node.for_in, first, collector, True)
    finally:
        read = suspended.watched(watch)
    state.heap.remove(scope)
    if frame.interpreter.trying:
        frame.raised.extend(inner.raised)
    if state.dead:
        return NEVER
    selects = _selects(node.for_in) or (isinstance(first, Lazy) and first.selects)
    taken = iterating.Iteration(None, join_all(collector.every), source, collector.has_one, selects)
    result = _result(frame, state, node, collector, taken)
    if watch is not None:
        return suspended.with_reads(result, watch.before, state, read)
    return result


def _result(
    frame: Frame,
    state: State,
    node: cst.BaseComp,
    collector: _Collector,
    taken: iterating.Iteration,
) -> Value:
    """The container or generator that a comprehension makes of what its element expression gives."""
    element = taken.element
    known = None if collector.items is None else tuple(collector.items)
    match node:
        case cst.ListComp():
            if known is not None:
                return allocation.new_list(frame, state, node, known)
            made = allocation.new_list(frame, state, node, (), element)
            return emptiness.taken_from(frame, state, made, taken, node)
        case cst.SetComp():
            each = element if known is not None else any_of(element)
            made = allocation.new_set(frame, state, node, each, is_filled=taken.certain)
            return emptiness.taken_from(frame, state, made, taken, node)
        case cst.DictComp():
            if known is None:
                made = _open_dict(frame, state, node, element, is_filled=taken.certain)
                return emptiness.taken_from(frame, state, made, taken, node)
            reference = allocation.new_dict(frame, state, node)
            for pair in known:
                if isinstance(pair, TupleValue):
                    key, value = pair.items
                    subscripts.store_item(frame, state, reference, key, value, node)
            return reference
        case _:
            iterating.begin(state, node)
            return Lazy(
                *("types.GeneratorType", known, element, taken.source, frame.step(node)),
                nonempty=taken.certain,
                selects=taken.selects,
            )


def _selects(clause: cst.CompFor) -> bool:
    return bool(clause.ifs) or clause.inner_for_in is not None


def _open_dict(
    frame: Frame, state: State, node: cst.DictComp, element: Value, *, is_filled: bool
) -> Reference:
    """A dict of which it is not known which of its entries there are: any of the pairs may be one."""
    entries: dict[Value, Entry] = {}
    rest_key: Value | None = None
    rest_value: Value | None = None
    for pair in members(element):
        key, value = pair.items if isinstance(pair, TupleValue) else (UNKNOWN, UNKNOWN)
        if allocation.is_known_key(key):
            before = entries.get(key)
            entries[key] = Entry(value if before is None else join(before.value, value), True)
        else:
            rest_key = key if rest_key is None else join(rest_key, key)
            rest_value = value if rest_value is None else join(rest_value, value)
    return allocation.new_dict(frame, state, node, entries, rest_key, rest_value, is_filled=is_filled)


def _go(
    frame: Frame,
    state: State,
    node: cst.BaseComp,
    clause: cst.CompFor,
    value: Value,
    collector: _Collector,
    certain: bool,
) -> tuple[object, ...] | None:
    """Run one `for` clause over a value; gives the container iterated over, if the elements are those of one."""
    around = frame if clause is not node.for_in else _outer(frame)
    if state.dead:
        return None
    failure = certain_errors.of_iteration(around, state, value, clause.iter)
    if clause.asynchronous is None and fails(around, state, failure, clause):
        return None
    iteration = iterating.choose(frame, state, value, clause.iter)
    if iteration.items is not None and len(iteration.items) <= LONGEST_UNROLLING:
        outer, noted = frame.context, len(frame.interpreter.noted)
        for position, item in enumerate(iteration.items):
            frame.context = frame.interpreter.context(outer, clause, position)
            _each(frame, state, node, clause, item, collector, certain)
        frame.context = outer
        if iteration.items and clause is node.for_in:
            judge_rounds(frame, node, noted, goes_on=not state.dead)
        return None
    if clause is node.for_in:
        frame.interpreter.passed.add(node)  # there are elements of which nobody knows
    if iteration.element is NEVER:
        return None
    outer = frame.context
    for position, element in enumerate(loops.individuals(state, iteration) or (iteration.element,)):
        frame.context = frame.interpreter.generic_context(outer, clause, f"each{position or ''}")
        _each(frame, state, node, clause, element, collector, False)
    frame.context = outer
    if certain and iteration.certain and not _selects(clause):
        collector.has_one = True
    return iteration.source


def _outer(frame: Frame) -> Frame:
    assert frame.parent is not None
    return frame.parent


def _passing(
    frame: Frame, paths: list[State], clause: cst.CompFor, certain: bool
) -> tuple[list[State], list[State]]:
    """The paths on which all conditions of a `for` clause hold, and those on which one does not."""
    skipped: list[State] = []
    for condition in clause.ifs:
        passing: list[State] = []
        for one in paths:
            truthy, falsy = narrowing.assume(frame, one, condition.test)
            chosen = _one_of(frame, [*truthy, *falsy]) if certain else [*truthy, *falsy]
            passing += [path for path in truthy if path in chosen]
            skipped += [path for path in falsy if path in chosen]
        paths = passing
    return paths, skipped


def _each(
    frame: Frame,
    state: State,
    node: cst.BaseComp,
    clause: cst.CompFor,
    item: Value,
    collector: _Collector,
    certain: bool,
) -> None:
    """Run one `for` clause, and those inside it, for every item; the results are collected."""
    paths: list[State] = []
    for path, value in split(state.copy(), item):
        statements.assign(frame, path, clause.target, value, clause.iter)
        if not path.dead:
            paths.append(path)
    paths, skipped = _passing(frame, _one_of(frame, paths) if certain else paths, clause, certain)
    certain = certain and not skipped and len(paths) == 1
    ends: list[State] = []
    for one in paths:
        if clause.inner_for_in is not None:
            inner = evaluate(frame, one, clause.inner_for_in.iter)
            _go(frame, one, node, clause.inner_for_in, inner, collector, certain)
        else:
            value = _element(frame, one, node)
            if not one.dead:
                collector.add(value, certain)
        if not one.dead:
            ends.append(one)
    survivors = ends + skipped
    if not survivors:
        if not certain:
            return  # an element that cannot be made: there may be none at all
        state.dead = True
        return
    passed = ends[0].copy() if ends and skipped else None
    joined = join_states(survivors)
    if passed is not None:
        weaken_changes(joined, passed)  # what is collected has passed the conditions
    state.take(joined)


def _one_of(frame: Frame, paths: list[State]) -> list[State]:
    """The path whose turn it is of several; all of them where they cannot be told apart now."""
    position = pick(frame, len(paths)) if len(paths) > 1 else None
    if position is not None:
        return [paths[position]]
    for path in paths if len(paths) > 1 else ():
        path.heap[WIDENED] = LOST  # that none passes is no longer known to be that each of them fails
    return paths


def _element(frame: Frame, state: State, node: cst.BaseComp) -> Value:
    if isinstance(node, cst.DictComp):
        key = hashing.hashed(frame, state, evaluate(frame, state, node.key), node.key)
        value = evaluate(frame, state, node.value)
        stored = with_step(value, "put into the dict here", frame.module.file, node.value)
        return TupleValue((with_step(key, "put into the dict here", frame.module.file, node.key), stored))
    assert isinstance(node, (cst.ListComp, cst.SetComp, cst.GeneratorExp))
    value = evaluate(frame, state, node.elt)
    if isinstance(node, cst.SetComp):
        value = hashing.hashed(frame, state, value, node.elt)
    return value if is_harmless(value) else with_step(value, "collected here", frame.module.file, node.elt)
