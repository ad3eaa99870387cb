"""The dispatchers: nodes find their evaluator or executor here, values their invoker. Used by all of inference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

import libcst as cst

from handlerlint.inference.core.context import (
    MOST_CHOICES,
    MOST_RAISES,
    WIDEST_CATCH,
    WIDEST_FORK,
    BudgetExceeded,
    Choices,
    Flow,
    Frame,
    Raise,
)
from handlerlint.inference.core.garbage import forget_left, forget_unread, is_left_alike
from handlerlint.inference.core.summaries import Paths
from handlerlint.inference.core.tables import entered
from handlerlint.inference.domain import constraints, naming
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.entries import is_plain
from handlerlint.inference.domain.heap import LOST, Container, OpenAnswer, State, reachable
from handlerlint.inference.domain.join import (
    MORE_ROUNDS,
    SURMISED,
    guesses,
    has_asked_again,
    into_one,
    join_states,
    merge_paths,
    mergeable,
    take_in,
)
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    BuiltinMethod,
    Json,
    Reference,
    Site,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    is_harmless,
)
from handlerlint.inference.domain.weak_updates import weaken
from handlerlint.inference.syntax.liveness import Guard
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.inference.syntax.segments import is_branching

_EVALUATORS: dict[type[cst.CSTNode], Callable[[Frame, State, object], Value]] = {}

_EXECUTORS: dict[type[cst.CSTNode], Callable[[Frame, list[State], object, Flow], list[State]]] = {}

_FORKS: dict[type[cst.CSTNode], Callable[[Frame, State, object], Paths]] = {}

#: (frame, path, the value that is called, arguments, node)
Invoker = Callable[..., Paths]
_INVOKERS: dict[type, Invoker] = {}

#: (frame, path, the value, name, node)
AttributeLoader = Callable[..., Value]
_LOADERS: dict[type, AttributeLoader] = {}

#: What chooses while it is evaluated itself: how many elements there are, what a property gives.
_CHOOSING = (cst.Call, cst.Attribute, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)

_FORKING = (cst.IfExp, cst.BooleanOperation, cst.Comparison, cst.Await, cst.Subscript, *_CHOOSING)

_Result = TypeVar("_Result")
_Function = TypeVar("_Function", bound=Callable[..., object])


def evaluates(*kinds: type[cst.CSTNode]) -> Callable[[_Function], _Function]:
    """Register the evaluator of some expression nodes."""
    return entered(_EVALUATORS, kinds)


def executes(*kinds: type[cst.CSTNode]) -> Callable[[_Function], _Function]:
    """Register the executor of some statement nodes."""
    return entered(_EXECUTORS, kinds)


def invokes(*kinds: type) -> Callable[[Invoker], Invoker]:
    """Register what calling some kinds of values comes to."""
    return entered(_INVOKERS, kinds)


def loads_attributes(*kinds: type) -> Callable[[AttributeLoader], AttributeLoader]:
    """Register what `value.name` is for some kinds of values."""
    return entered(_LOADERS, kinds)


def attribute_loader(value: Value) -> AttributeLoader | None:
    """What loads the attributes of this kind of value, if anything has registered for it."""
    return _LOADERS.get(type(value))


def evaluate(frame: Frame, state: State, node: cst.CSTNode) -> Value:
    """The value of an expression; `state` becomes the state after it (dead if it cannot complete)."""
    interpreter = frame.interpreter
    interpreter.work += 1
    if interpreter.work > interpreter.limit:
        raise BudgetExceeded
    evaluator = _EVALUATORS.get(type(node))
    if evaluator is None:
        return UNKNOWN
    value = evaluator(frame, state, node)
    if value is NEVER:
        state.dead = True
    elif interpreter.watched and node in interpreter.watched:
        _watch(frame, state, node, value)
    return constraints.refined(state, value)


def _watch(frame: Frame, state: State, node: cst.CSTNode, value: Value) -> None:
    if frame.interpreter.watcher is not None:
        frame.interpreter.watcher(frame, state, node, value)


def peek(frame: Frame, state: State, node: cst.BaseExpression) -> Value:
    """The value that an expression would have here; what it would do, and that it would raise, does not count."""
    raised, frame.raised = frame.raised, []
    frame.interpreter.peeking += 1
    try:
        return evaluate(frame, state.copy(), node)
    finally:
        frame.interpreter.peeking -= 1
        frame.raised = raised


def forks(*kinds: type[cst.CSTNode]) -> Callable[[_Function], _Function]:
    """Register what keeps the paths apart that some expression nodes open."""
    return entered(_FORKS, kinds)


def evaluate_paths(frame: Frame, state: State, node: cst.BaseExpression) -> Paths:
    """Like `evaluate`, but the paths that calls, conditions and unions open are kept apart.

    Where a call inside the expression has several outcomes that a finding may depend on, the expression is evaluated
    once for each: what is joined in the middle of an expression is a state that no run is in.
    """
    fork = _FORKS.get(type(node))

    def evaluated(path: State) -> Paths:
        return [(path, evaluate(frame, path, node))] if fork is None else fork(frame, path, node)

    paths = [pair for found in with_choices(frame, state, node, evaluated) for pair in found]
    if node in frame.interpreter.watched:  # a fork of its own does not go through `evaluate`
        for path, value in paths:
            if value is not NEVER:
                _watch(frame, path, node, value)
    return [
        alternative
        for path, value in paths
        if not path.dead and value is not NEVER
        for alternative in split(path, value)
    ]


def with_choices(
    frame: Frame,
    state: State,
    node: cst.BaseExpression,
    run: Callable[[State], _Result],
) -> list[_Result]:
    """What an evaluation of an expression gives, once for each choice of outcomes of the calls inside it."""
    if not _may_fork_inside(node) and not isinstance(node, _CHOOSING):
        return [run(state)]
    most = frame.interpreter.widest_fork
    ways = (_each_way(frame, state, run, most, widest) for widest in (MOST_CHOICES, most, 1))
    return next(found for found in ways if found is not None)


def _each_way(
    frame: Frame, state: State, run: Callable[[State], _Result], most: int, widest: int
) -> list[_Result] | None:
    """What an evaluation gives on each way; None where there are more than `most`, or not the same each time.

    Outcomes are told apart while their numbers multiply to at most `widest`.
    """
    results: list[_Result] = []
    outer = frame.choices
    script: tuple[tuple[int, int], ...] | None = ()
    pending = 1
    while script is not None and len(results) + pending <= most:
        frame.choices = choices = Choices(widest, script)
        results.append(run(state.copy()))
        if choices.is_other:
            break
        script, pending = choices.following(), choices.pending
    frame.choices = outer
    return results if script is None else None


@lru_cache(maxsize=4096)
def _may_fork_inside(node: cst.BaseExpression) -> bool:
    """Whether an expression holds others that may have several outcomes."""
    return any(isinstance(part, _FORKING) for part in nodes_in(node) if part is not node)


def execute(frame: Frame, states: list[State], node: cst.CSTNode, flow: Flow) -> list[State]:
    """The paths after a statement; paths that leave otherwise are added to `flow`."""
    interpreter = frame.interpreter
    interpreter.work += len(states)
    if interpreter.work > interpreter.limit:
        raise BudgetExceeded
    executor = _EXECUTORS.get(type(node))
    if executor is None:
        return states
    frame.noted.clear()
    after = executor(frame, states, node, flow)
    if len(after) > interpreter.widest_fork:
        forget_unread(frame, after, node)
    if len(after) > 1:
        return merge_paths(after, interpreter.widest_fork)
    return [state for state in after if not state.dead]


def execute_all(frame: Frame, states: list[State], body: Sequence[cst.CSTNode], flow: Flow) -> list[State]:
    """The paths after a sequence of statements."""
    begins = frame.function is not None
    for statement in body:
        if not states:
            break
        if begins:
            for state in states:
                state.visited |= {statement}
        begins = frame.function is not None and is_branching(statement)
        states = execute(frame, states, statement, flow)
    return states


def may_raise(
    frame: Frame, state: State, value: Value | None = None, called: cst.CSTNode | None = None
) -> None:
    """Note that the program may leave here by an exception, if anything around could catch it.

    `called` is a call of which not even that is known, whether it ever raises.
    """
    if not frame.interpreter.trying or state.dead or (value is None and id(state) in frame.noted):
        return
    if value is None:
        frame.noted.add(id(state))  # once a statement is enough
    guard = frame.guards[-1] if frame.guards else None
    for known in frame.raised[-WIDEST_FORK:]:
        if known.value == value and is_left_alike(frame, known.state, state, guard):
            take_in(known.state, state)
            return
    path = state.copy()
    if called is not None:
        path.heap["raised", id(called)] = OpenAnswer(True)
    frame.raised.append(Raise(path, value))
    limit_raised(frame)


def limit_raised(frame: Frame) -> None:
    """Keep few of the exceptional paths of an activation where there are many."""
    if len(frame.raised) > frame.most_raised:
        frame.raised = caught(frame, frame.raised, frame.guards[-1] if frame.guards else None)
        # Of many exceptions there are many, still.
        frame.most_raised = max(MOST_RAISES, 2 * len(frame.raised))


def caught(frame: Frame, raised: Sequence[Raise], guard: Guard | None) -> list[Raise]:
    """Few exceptional paths for those that leave the body of a `try` or a `with`, or else the whole activation."""
    if len(raised) > 1:
        for item in raised:
            forget_left(frame, item.state, item.value, guard)
    return reduced(raised)


def reduced(raised: Sequence[Raise]) -> list[Raise]:
    """Few exceptional paths for many: equal ones once, the surplus widened into one."""
    by_value: dict[Value | None, list[State]] = {}
    for item in raised:
        by_value.setdefault(item.value, []).append(item.state)
    return [
        Raise(state, value)
        for value, states in by_value.items()
        for state in merge_paths(states, WIDEST_CATCH)
    ]


def split(state: State, value: Value) -> list[tuple[State, Value]]:
    """One path for each alternative of a value that a later branch could tell apart."""
    value = constraints.refined(state, value)
    if not isinstance(value, UnionValue):
        return [(state, value)]
    # Of the entries of a dict, a later question about the key is one about the value, too: all are kept apart.
    if len(value.members) > 4 and not all(isinstance(member, TupleValue) for member in value.members):
        return [(state, value)]
    if all(isinstance(member, (Json, Unknown)) for member in value.members):
        return [(state, value)]
    if value.term is not None and is_harmless(value):
        return [(state, value)]  # which of them it is, is asked when it matters, and stays
    paths = [state, *(state.copy() for _ in value.members[1:])]
    return [
        (path, naming.choose(path, value, member)) for path, member in zip(paths, value.members, strict=True)
    ]


def invoke(frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.CSTNode) -> Paths:
    """The outcomes of calling a value, each on its own path."""
    if isinstance(function, UnionValue):
        paths: Paths = []
        for member in function.members:
            outcomes = invoke(frame, state.copy(), member, arguments, node)
            for path, _ in outcomes:
                _doubt_others(path, state, member, function)
            paths += outcomes
        return paths
    return _INVOKERS[type(function)](frame, state, function, arguments, node)


def _doubt_others(path: State, before: State, called: Value, function: UnionValue) -> None:
    """Where a method has changed one of several objects, it may as well have changed another one."""
    receiver = _changeable(called)
    if receiver is None or path.heap.peek(receiver) is before.heap.peek(receiver):
        return
    for member in function.members:
        other = _changeable(member)
        record = None if other is None else path.heap.get(other)
        if other is not None and other != receiver and isinstance(record, Container):
            path.heap[other] = record.mapped(weaken)


def _changeable(method: Value) -> Site | None:
    """The object that a method of a container belongs to."""
    match method:
        case BuiltinMethod(receiver=Reference(site=site)):
            return site
        case _:
            return None


def call(frame: Frame, state: State, function: Value, arguments: Arguments, node: cst.CSTNode) -> Value:
    """Call a value; `state` becomes the state after the call."""
    return joined(frame, state, invoke(frame, state, function, arguments, node))


def joined(frame: Frame, state: State, paths: Paths) -> Value:
    """The value that stands for several outcomes; `state` becomes the state after any of them.

    Outcomes that differ in what a finding may depend on are not joined where the expression is evaluated once for
    each of them: then it is the one whose turn it is.
    """
    alive = [(path, value) for path, value in paths if not path.dead and value is not NEVER]
    if not alive:
        state.dead = True
        return NEVER
    if len(alive) == 1 and alive[0][0] is state:
        return alive[0][1]
    if len(alive) > 1 and _differ(alive):
        position = pick(frame, len(alive))
        if position is None:
            alive = _without_surmised(alive)
            position = pick(frame, len(alive)) if len(alive) > 1 else 0
        if position is not None:
            path, value = alive[position]
            state.take(path)
            return value
        path, value = merged(alive)
        state.take(path)
        return value
    state.take(alive[0][0] if len(alive) == 1 else join_states([path for path, _ in alive]))
    return join_all(value for _, value in alive)


def merged(outcomes: Paths) -> tuple[State, Value]:
    """One outcome that stands for all of some.

    Where a path has been given an answer again that it had forgotten, or has guessed one that another has not, nothing
    is known of what it has come to by that. Nor is it where an object that only one of them gives has become something
    else on another one: the object stands for both.
    """
    outcomes = _without_surmised(outcomes)
    value = join_all(value for _, value in outcomes)
    is_mixed = any(is_harmless(value) for _, value in outcomes)
    is_open = not is_harmless(value) and (
        is_mixed
        or any(has_asked_again(path) for path, _ in outcomes)
        or len({guesses(path) for path, _ in outcomes}) > 1
        or _differ_elsewhere(outcomes)
    )
    path = into_one([path for path, _ in outcomes])
    if not is_open:
        return path, value
    path.escaped |= reachable(path, (value,))  # whichever it is, it can be changed through this value
    return path, UNKNOWN


def _differ_elsewhere(outcomes: Paths) -> bool:
    """Whether an object that one outcome gives is another one on a path that gives something else."""
    return any(
        other.heap.peek(site) not in (None, path.heap.peek(site))
        for path, value in outcomes
        for site in reachable(path, (value,))
        for other, another in outcomes
        if value != another
    )


def _without_surmised(outcomes: Paths) -> Paths:
    """Outcomes of which something may be reported, each of which stands for those with more rounds of a loop, too."""
    kept = [pair for pair in outcomes if SURMISED not in pair[0].heap]
    if not kept or len(kept) == len(outcomes):
        return outcomes
    for path, _ in kept:
        path.heap[MORE_ROUNDS] = LOST
    return kept


def pick(frame: Frame, count: int) -> int | None:
    """Which of several ways the evaluation of this expression goes; None where they cannot be told apart now."""
    choices = frame.choices
    return None if choices is None else choices.choose(count)


def _differ(paths: Paths) -> bool:
    """Whether outcomes differ in what a later branch may ask, or a finding depend on."""
    first, value = paths[0]
    return any(
        not (value == other or (is_plain(value) and is_plain(other))) or not mergeable(first, path)
        for path, other in paths[1:]
    )


def run_body(frame: Frame, states: list[State], body: cst.BaseSuite, flow: Flow) -> list[State]:
    """The paths after an indented block or the statements on one line."""
    return execute_all(frame, states, body.body, flow)
