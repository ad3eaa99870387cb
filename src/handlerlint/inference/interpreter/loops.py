"""Loops: `for` over known items one by one, over others by one element that stands for each; `while`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Flow, Frame
from handlerlint.inference.core.dispatch import evaluate, evaluate_paths, executes, split
from handlerlint.inference.core.failing import fail, fails, judge_rounds
from handlerlint.inference.domain import constraints, naming, real_classes, terms
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import (
    LOST,
    Container,
    Facts,
    HeapObject,
    Namespace,
    State,
    is_json,
    lose,
    reachable,
    weaken_changes,
)
from handlerlint.inference.domain.join import (
    MORE_ROUNDS,
    SURMISED,
    WIDENED,
    into_one,
    merge_paths,
    mergeable,
    moves_on,
    widen,
)
from handlerlint.inference.domain.values import (
    NEVER,
    Constant,
    Instance,
    Lazy,
    Reference,
    Site,
    TupleValue,
    UnionValue,
    Value,
)
from handlerlint.inference.interpreter import certain_errors, implied_else, narrowing, statements, swallowing
from handlerlint.inference.objects import dicts, emptiness, iterating, lists, nulls
from handlerlint.records import replace

#: Loops over at most this many known items are run item by item; the largest responses of S3 have about 40 members.
LONGEST_UNROLLING = 48
#: Rounds of a loop of unknown length that are followed. Each is a path that some input takes; that longer ones are
#: not followed only means that what needs a third round is not seen.
MOST_PASSES = 2


@executes(cst.For)
def _for(frame: Frame, states: list[State], node: cst.For, flow: Flow) -> list[State]:
    """The paths after a `for` loop: over known items one by one, over others none, one and two rounds."""
    ends: list[State] = []
    breaks: list[State] = []
    paths = [pair for before in states for pair in evaluate_paths(frame, before, node.iter)]
    for state, value in paths:
        failure = certain_errors.of_iteration(frame, state, value, node.iter)
        if node.asynchronous is None and fails(frame, state, failure, node):
            continue
        iteration = iterating.iterate(frame, state, value, node.iter)
        if state.dead:
            continue
        if node.asynchronous is not None and iteration.items is None:
            iteration = iterating.Iteration(None, iteration.element)
        if _known_to_be_true(state, value):
            iteration = replace(iteration, certain=True)
        inner = Flow(flow.returns, breaks, [], flow.raises)
        left = _rounds(frame, state, node, value, iteration, inner)
        for path in left if iteration.items is None else ():
            nulls.leave_loop(path)
        ends += left
    ends = implied_else.happening(frame, node, node.iter, ends)
    if node.orelse is not None and ends:
        ends = dispatch.run_body(
            frame, merge_paths(ends, frame.interpreter.widest_fork), node.orelse.body, flow
        )
    return ends + breaks


def _rounds(
    frame: Frame, state: State, node: cst.For, value: Value, iteration: iterating.Iteration, flow: Flow
) -> list[State]:
    """The paths after all rounds of a loop over a value, whatever is known of its elements."""
    if iteration.items is None:
        swallowing.doubt(frame, [state])
    elif len(iteration.items) <= LONGEST_UNROLLING:
        return _one_by_one(frame, state, node, value, iteration, iteration.items, flow)
    several = individuals(state, iteration)
    by_length = None
    if not several and frame.interpreter.widest_fork > 1:
        by_length = iterating.exact(state, value, iteration)
    if not by_length:
        frame.interpreter.passed.add(node.body)  # there are elements of which nobody knows
    if several:
        without = [] if iteration.certain else [emptiness.not_run(state, iteration)]
        emptiness.has_run(state, iteration.source)
        return without + _unrolled(frame, state, node, several, flow)
    if by_length:
        return [
            end
            for path, items in by_length
            for end in _one_by_one(frame, path, node, value, iteration, items, flow)
        ]
    return _generic(frame, state, node, iteration, flow)


def _one_by_one(
    frame: Frame,
    state: State,
    node: cst.For,
    value: Value,
    iteration: iterating.Iteration,
    items: tuple[Value, ...],
    flow: Flow,
) -> list[State]:
    """The paths after a round for each item, and after many where as many as there are stand for more."""
    is_whole = len(items) < MOST_PASSES or MORE_ROUNDS not in state.heap
    if is_whole or certain_errors.is_written(frame, state, value):
        ways_out = (flow.returns, flow.breaks, flow.raises)
        before, noted = [len(each) for each in ways_out], len(frame.interpreter.noted)
        is_guess = SURMISED in state.heap or WIDENED in state.heap
        changed = None if is_guess or not is_whole else _size_changed(frame, state, node, value)
        after = _unrolled(frame, state, node, items, flow, changed=changed)
        goes_on = bool(after) or before != [len(each) for each in ways_out]
        if goes_on or not is_guess:
            judge_rounds(frame, node.body, noted, goes_on=goes_on and bool(items))
        return after
    start, rounds = state.copy(), list[list[State]]()
    after = _unrolled(frame, state, node, items, flow, rounds)
    if after:
        frame.interpreter.passed.add(node.body)
    if len(rounds) == len(items) and _may_move_on(rounds):
        many = _after_many(start, rounds[-2:], partial(_one_more, frame, node, iteration, {}, flow))
        for path in many:
            iterating.forget_length(path, value, iteration)
        after += many
    return after


def _one_more(
    frame: Frame,
    node: cst.For,
    iteration: iterating.Iteration,
    fresh: Mapping[Site, HeapObject | None],
    flow: Flow,
    path: State,
) -> list[State]:
    """The paths after a further round, with another element, to which the body has not been applied yet."""
    for site, record in fresh.items():
        _restore(path, site, naming.with_new_names(record))
    outer = frame.context
    frame.context = frame.interpreter.generic_context(outer, node, "each")
    try:
        return _iteration(frame, [path], node, iteration.element, flow)
    finally:
        frame.context = outer


def _may_move_on(rounds: Sequence[Sequence[State]]) -> bool:
    """Whether the last rounds have come to something that those before have not."""
    *_, before, last = rounds
    return any(all(moves_on(path, other) for other in before) for path in last)


def _known_to_be_true(state: State, value: Value) -> bool:
    """Whether this path has found what is iterated over to be true, and so not empty."""
    term = naming.name_of(state, value)
    return term is not None and constraints.decide(state, terms.is_true(term)) is True


def individuals(state: State, iteration: iterating.Iteration) -> tuple[Value, ...]:
    """The objects, constants or entries of a dict that an element may be, where these are several: each meets the body.

    Not all of them need be there, but those that are not, nobody finds in what was looped over.
    """
    of_dict = iteration.items is not None or dicts.are_entries(state, iteration.source)
    return _individuals(state, iteration.element, of_dict=of_dict)


def _individuals(state: State, element: Value, *, of_dict: bool = False) -> tuple[Value, ...]:
    match element:
        case UnionValue(members=alternatives) if of_dict or any(map(_is_one, alternatives)):
            return alternatives
        case Instance(term=("index", ("object", tuple() as site))):
            return lists.positions(state, site)
        case TupleValue(items=items, rest=None):
            several = {
                place: found for place, item in enumerate(items) if (found := _individuals(state, item))
            }
            if len(several) > 1 and not _is_index(items[0]):
                return ()
            rows = [dict(zip(several, row, strict=True)) for row in zip(*several.values(), strict=False)]
            parts = [tuple(row.get(place, item) for place, item in enumerate(items)) for row in rows]
            return tuple(TupleValue(part, None, element.origin) for part in parts)
        case _:
            return ()


def _is_index(value: Value) -> bool:
    return (terms.own_term(value) or ("",))[0] == "index"


def _is_one(value: Value) -> bool:
    """Whether a value is one thing, an object or a constant, and not any of a class."""
    return isinstance(value, (Reference, Constant)) or (
        isinstance(value, TupleValue) and any(isinstance(item, Reference) for item in value.items)
    )


def _unrolled(
    frame: Frame,
    state: State,
    node: cst.For,
    items: tuple[Value, ...],
    flow: Flow,
    rounds: list[list[State]] | None = None,
    changed: Callable[[State], bool] | None = None,
) -> list[State]:
    """The paths after a round for each item; `rounds` get those after each round, those that have `changed` end."""
    states = [state]
    outer = frame.context
    for position, item in enumerate(items):
        frame.context = frame.interpreter.context(outer, node, position)
        states = _iteration(frame, states, node, item, flow)
        if changed is not None:
            states = [path for path in states if not changed(path)]
        if not states:
            break
        if rounds is not None:
            rounds.append([path.copy() for path in states])
    frame.context = outer
    return states


def _size_changed(frame: Frame, state: State, node: cst.For, value: Value) -> Callable[[State], bool] | None:
    """Ends the paths on which a round has changed the size of the dict that is gone through: the next step raises."""
    whole = value
    if isinstance(value, Lazy) and value.class_name.startswith(dicts.VIEW) and value.source is not None:
        whole = Reference(value.source)
    before = _size(state, whole)
    if before is None:
        return None

    def ends(path: State) -> bool:
        after = _size(path, whole)
        if after is None or after == before:
            return False
        said = "dictionary changed size during iteration"
        what = f"the body of this loop changes what it goes through: it always raises RuntimeError: {said}"
        advice = "go through a copy, as `list(…)` makes one"
        file = frame.module.file
        fail(frame, path, Failure(file, node.iter, "RuntimeError", said, what, advice), node.body)
        return True

    return ends


def _size(state: State, value: Value) -> int | None:
    """How many entries a dict certainly has."""
    record = state.object_of(value)
    if not isinstance(record, Container) or not record.is_mapping or record.known_elements is None:
        return None
    cls = real_classes.find(record.class_name)
    return record.length if getattr(cls, "__iter__", None) is dict.__iter__ else None


def _iteration(frame: Frame, states: list[State], node: cst.For, item: Value, flow: Flow) -> list[State]:
    bound: list[State] = []
    for state in states:
        for path, value in split(state, item):
            statements.assign(frame, path, node.target, value, node.iter)
            bound.append(path)
    states = [state for state in bound if not state.dead]
    flow.continues = []
    after = dispatch.run_body(frame, states, node.body, flow) if states else []
    return merge_paths(after + flow.continues, frame.interpreter.widest_fork)


def _generic(
    frame: Frame, state: State, node: cst.For, iteration: iterating.Iteration, flow: Flow
) -> list[State]:
    """One element stands for each: what the body does to it has been done to all when the loop is over."""
    ends: list[State] = []
    if not iteration.certain:
        ends.append(emptiness.not_run(state, iteration))
    if iteration.element is NEVER:
        return ends
    start = state.copy()
    fresh = {site: state.heap.get(site) for site in reachable(state, (iteration.element,))}
    outer = frame.context
    frame.context = frame.interpreter.generic_context(outer, node, "each")
    heads = [state.copy()]
    emptiness.has_run(heads[0], iteration.source)
    seen: list[State] = [state]
    run, rounds = list[State](), list[list[State]]()
    try:
        for position in range(MOST_PASSES):
            if position:
                fresh = {site: naming.with_new_names(record) for site, record in fresh.items()}
            after: list[State] = []
            for head in heads:
                for site, record in fresh.items():
                    _restore(head, site, record)
                after += _iteration(frame, [head], node, iteration.element, flow)
            run += [path.copy() for path in after]
            rounds.append([path.copy() for path in after])
            heads = [path for path in after if not any(_covered(path, other) for other in seen)]
            seen += [path.copy() for path in heads]
            if not heads:
                break
    finally:
        frame.context = outer
    if len(rounds) == MOST_PASSES and _may_move_on(rounds):
        run += _after_many(start, rounds, partial(_one_more, frame, node, iteration, fresh, flow))
    return merge_paths(ends + run, frame.interpreter.widest_fork)


def _after_many(
    start: State, rounds: list[list[State]], one_more: Callable[[State], list[State]]
) -> list[State]:
    """A path after more rounds than are followed one by one, if the loop gets there.

    What the last of these has changed may be anything there, and so may what a further round changes then. Nothing is
    reported of what the loop has made: that is done on the paths with fewer rounds, which know how it has come about.
    """
    path = into_one(rounds[-1])
    for before in rounds[:-1]:
        widen(path, into_one(before))
    weaken_changes(path, start)
    for site in [one for one, record in path.heap.changed() if isinstance(record, Facts)]:
        if start.heap.peek(site) is None:  # another round has other answers
            path.heap.remove(site)
    path.heap[SURMISED] = LOST
    for after in one_more(path.copy()):
        weaken_changes(after, start)
        widen(path, after)
    return [path]


def _restore(state: State, site: Site, record: HeapObject | None) -> None:
    """Another pass is another element, to which the body has not been applied yet."""
    if record is None:
        state.heap.remove(site)
    elif not isinstance(record, Namespace):
        state.heap[site] = record


def _covered(state: State, other: State) -> bool:
    """Whether a path brings nothing that another has not brought already."""
    return state.heap.same(other.heap) or (mergeable(state, other) and _same_shape(state, other))


def _same_shape(state: State, other: State) -> bool:
    return all(
        other.heap.peek(site) is not None or not is_json(site, record)
        for site, record in state.heap.changed()
    )


@executes(cst.While)
def _while(frame: Frame, states: list[State], node: cst.While, flow: Flow) -> list[State]:
    ends: list[State] = []
    breaks: list[State] = []
    outer = frame.context
    for state in states:
        inner = Flow(flow.returns, breaks, [], flow.raises)
        for head in _decided_rounds(frame, state, node, inner, ends):
            _undecided_rounds(frame, head, node, inner, ends)
        frame.context = outer
    ends = merge_paths(implied_else.happening(frame, node, node.test, ends), frame.interpreter.widest_fork)
    if node.orelse is not None and ends:
        ends = dispatch.run_body(frame, ends, node.orelse.body, flow)
    return ends + breaks


def _decided_rounds(
    frame: Frame, state: State, node: cst.While, flow: Flow, ends: list[State]
) -> list[State]:
    """Run a loop round by round as long as its condition is decided; gives the paths where it is not."""
    is_whole, start = MORE_ROUNDS not in state.heap, state.copy()
    rounds = list[list[State]]()
    undecided: list[State] = []
    states = [state]
    outer = frame.context
    for position in range(LONGEST_UNROLLING):
        frame.context = frame.interpreter.context(outer, node, position)
        after: list[State] = []
        for head in states:
            before = head.copy()
            truthy, falsy = narrowing.assume(frame, head, node.test)
            if truthy and falsy:
                undecided.append(before)
                continue
            ends += falsy
            flow.continues = []
            if truthy:
                after += dispatch.run_body(frame, truthy, node.body, flow) + flow.continues
        states = merge_paths(after, frame.interpreter.widest_fork)
        if not is_whole and states:
            rounds = [*rounds[-1:], [path.copy() for path in states]]
        if not states or len(states) > frame.interpreter.widest_fork // 2 or _is_forever(node):
            break
    if len(rounds) == MOST_PASSES and not (states or undecided) and _may_move_on(rounds):
        frame.context = frame.interpreter.generic_context(outer, node, "while", MOST_PASSES)
        for path in _after_many(start, rounds, partial(_one_more_while, frame, node, flow)):
            ends += narrowing.assume(frame, path, node.test)[1]
    frame.context = outer
    return undecided + states


def _one_more_while(frame: Frame, node: cst.While, flow: Flow, path: State) -> list[State]:
    """The paths after a further round, if the loop makes one."""
    truthy, _ = narrowing.assume(frame, path, node.test)
    flow.continues = []
    body = dispatch.run_body(frame, truthy, node.body, flow) if truthy else []
    return [*body, *flow.continues]


def _is_forever(node: cst.While) -> bool:
    """`while True`: its condition being decided says nothing about how often it runs."""
    return isinstance(node.test, cst.Integer) or (
        isinstance(node.test, cst.Name) and node.test.value == "True"
    )


def _lose_measured(frame: Frame, state: State, test: cst.BaseExpression) -> None:
    """`while i < len(rows)` has worked through the rows when it ends, in ways that were not followed."""
    if not isinstance(test, cst.Comparison):
        return
    for operand in (test.left, *(target.comparator for target in test.comparisons)):
        match operand:
            case cst.Call(func=cst.Name(value="len"), args=[measured]):
                value = evaluate(frame, state, measured.value)
                if isinstance(state.object_of(value), Container):
                    lose(state, (value,))
            case _:
                continue


def _is_lost(frame: Frame, state: State, test: cst.BaseExpression) -> bool:
    value = evaluate(frame, state.copy(), test) if isinstance(test, cst.Name) else None
    return value is not None and state.object_of(value) == LOST


def _undecided_rounds(frame: Frame, state: State, node: cst.While, flow: Flow, ends: list[State]) -> None:
    """The rounds of a `while` whose test cannot be decided, at most two."""
    heads, seen = [state], [state.copy()]
    run: list[State] = []
    rounds: list[list[State]] = []
    outer = frame.context
    for position in range(MOST_PASSES):
        frame.context = frame.interpreter.generic_context(outer, node, "while", position)
        after: list[State] = []
        for head in heads:
            if _is_lost(frame, head, node.test):
                continue  # what the loop works off is not known any more, so neither is when it ends
            truthy, falsy = narrowing.assume(frame, head, node.test)
            for path in falsy:
                _lose_measured(frame, path, node.test)
            run += falsy
            flow.continues = []
            body = dispatch.run_body(frame, truthy, node.body, flow) if truthy else []
            after += [*body, *flow.continues]
        rounds.append([path.copy() for path in after])
        heads = merge_paths(after, frame.interpreter.widest_fork)
        heads = [path for path in heads if not any(_covered(path, other) for other in seen)]
        seen += [path.copy() for path in heads]
        if not heads:
            break
    if len(rounds) == MOST_PASSES and _may_move_on(rounds):
        for path in _after_many(seen[0], rounds, partial(_one_more_while, frame, node, flow)):
            run += narrowing.assume(frame, path, node.test)[1]
    for path in run:
        nulls.leave_loop(path)
    frame.context = outer
    ends += run
