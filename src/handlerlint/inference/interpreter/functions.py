"""Functions of the project: binding arguments to parameters, and interpreting the body in a frame of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import (
    DEEPEST_CALL,
    WIDEST_FORK,
    BudgetExceeded,
    Flow,
    Frame,
    InterpreterContext,
    ModuleRecord,
    Raise,
    names_of,
)
from handlerlint.inference.core.dispatch import (
    invokes,
    limit_raised,
    may_raise,
    reduced,
)
from handlerlint.inference.core.garbage import forget_locals
from handlerlint.inference.core.summaries import CallKey, Paths, Raised
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Entry, Namespace, OpenAnswer, State, lose, weaken_changes
from handlerlint.inference.domain.join import SURMISED, join_into, mergeable
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NONE,
    UNBOUND,
    UNKNOWN,
    Constant,
    Coroutine,
    FunctionValue,
    Instance,
    Lazy,
    TupleValue,
    Value,
    constant,
    with_step,
)
from handlerlint.inference.effects import (
    answers,
    deferred,
    suspended,
)
from handlerlint.inference.interpreter import (
    calls,
    imports,
    swallowing,
)
from handlerlint.inference.objects import lists
from handlerlint.inference.syntax.scopes import nodes_in, scope_of
from handlerlint.records import replace

#: The same function inside itself at most this often.
DEEPEST_RECURSION = 2


@invokes(FunctionValue)
def call_function(
    frame: Frame, state: State, function: FunctionValue, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    """What a function of the project gives for the arguments; one with a cache, what it has given for them before."""
    cache = allocation.cache_of(function)
    constants = [value for value in arguments.values if isinstance(value, Constant)]
    if state.heap.peek(cache) is None or len(constants) < len(arguments.values):
        return _call(frame, state, function, arguments, node)
    name = repr(([one.value for one in constants], list(arguments.keywords)))
    before = members(names_of(state, cache).names.get(name, UNBOUND))
    given = [value for value in before if value is not UNBOUND]
    if len(given) == len(before):
        return [(state, join_all(given))]
    paths = [
        (path, join_all([*given, value])) for path, value in _call(frame, state, function, arguments, node)
    ]
    for path, value in paths:
        path.bind(cache, name, value)
    return paths


def _call(
    frame: Frame, state: State, function: FunctionValue, arguments: Arguments, node: cst.CSTNode
) -> Paths:
    """Interpret a function of the project with the given arguments."""
    interpreter = frame.interpreter
    inside = sum(1 for active in interpreter.active if active is function.node)
    module = interpreter.by_site.get(function.module)
    if inside >= DEEPEST_RECURSION or frame.depth >= DEEPEST_CALL or module is None:
        interpreter.summaries.cuts += 1
        value = calls.call_unknown(frame, state, function, arguments, node)
        if interpreter.trying and any(map(_raises, _recursing(interpreter, function))):
            state.heap["guess", id(node)] = OpenAnswer(True)  # it may refuse what lies deeper
        return [(state, value)]
    context = interpreter.context(frame.context, node, function.node)
    if inside:
        interpreter.generic.add(context)
    circumstances = (
        *(bool(interpreter.trying), bool(interpreter.probing), bool(interpreter.swallowing)),
        frozenset(interpreter.running),
    )
    same_call = CallKey(function, arguments, (context, *circumstances), (function.node, *circumstances))
    known = interpreter.summaries.find(same_call, state, interpreter.changes)
    if known is not None:
        for dump in known.dumps:
            interpreter.note_dump(replace(dump, visited=dump.visited | state.visited))
        asked = None if known.is_open else (state.copy(), known.read)
        paths, left = interpreter.summaries.again(known, state)
    else:
        recording = interpreter.summaries.begin(state, interpreter.work, interpreter.changes)
        try:
            ways_out = _interpreted(frame, state, module, function, arguments, node, context)
        finally:
            seen = interpreter.summaries.end(recording)
        if ways_out is None:
            may_raise(frame, state)
            return []
        ways_out = (
            suspended.called(function, recording.before, seen.sites | seen.names, ways_out[0]),
            ways_out[1],
        )
        paths, left = ways_out
        before = recording.before
        asked = None if seen.open else (before, before.heap.looked_at(seen.sites))
        interpreter.summaries.keep(
            recording, seen, same_call, state, ways_out, interpreter.work, interpreter.changes
        )
    if asked is not None:
        paths = answers.consistent(same_call, *asked, paths)
    _leave(frame, state, left)
    what = f"returned by `{function.name}()` here"
    return [(path, with_step(value, what, frame.module.file, node)) for path, value in paths]


def _recursing(interpreter: InterpreterContext, function: FunctionValue) -> Sequence[cst.CSTNode]:
    """The functions that are active since a function was called the first time; none if it is not active."""
    active = interpreter.active
    first = next((place for place, one in enumerate(active) if one is function.node), len(active))
    return active[first:]


@lru_cache(maxsize=1024)
def _raises(node: cst.CSTNode) -> bool:
    """Whether a function raises exceptions of its own."""
    return any(isinstance(part, cst.Raise) for part in nodes_in(node))


def _leave(frame: Frame, state: State, raised: Raised) -> None:
    """What a call raises may leave the caller, too; `state` itself goes on as what the call returns."""
    frame.raised.extend(Raise(path.copy() if path is state else path, value) for path, value in raised)
    limit_raised(frame)


def _interpreted(
    frame: Frame,
    state: State,
    module: ModuleRecord,
    function: FunctionValue,
    arguments: Arguments,
    node: cst.CSTNode,
    context: int,
) -> tuple[Paths, Raised] | None:
    """What a call of a function of the project returns and raises; None if the arguments do not fit."""
    interpreter = frame.interpreter
    info = scope_of(function.node)
    scope = ("scope", id(function.node), context)
    interpreter.scope_names[id(function.node)] = function.name
    activation = Frame(
        interpreter,
        module,
        scope,
        info,
        function.scopes,
        context,
        function,
        frame,
        frame.depth + 1,
        call=node,
    )
    state.heap[scope] = Namespace({})
    if not bind_parameters(activation, state, function, arguments):
        return None
    before, outer = state.copy(), interpreter.share()
    activation.entered = before
    if outer is None:
        return _not_followed(interpreter, before, function, arguments)
    interpreter.active.append(function.node)
    try:
        paths = _run(activation, state, function)
    except BudgetExceeded:
        swallowing.give_up(activation)
        if interpreter.work > outer[0]:
            raise
        return _not_followed(interpreter, before, function, arguments)
    finally:
        interpreter.restore(outer)
        interpreter.active.pop()
    raised = [(item.state, item.value) for item in activation.raised] if interpreter.trying else []
    swallowing.end(activation, [path for path, _ in paths])
    for path, value in (*paths, *raised):
        forget_locals(activation, path, value)
    return (
        [(path, _returned(frame, activation, value, node)) for path, value in _merged(paths)],
        [(item.state, item.value) for item in reduced([Raise(*item) for item in raised])],
    )


def _not_followed(
    interpreter: InterpreterContext, state: State, function: FunctionValue, arguments: Arguments
) -> tuple[Paths, Raised]:
    """A call that is too much work: it may change what it is given and what modules hold, and return anything."""
    if function.node not in interpreter.unfollowed:
        interpreter.unfollowed.add(function.node)
        import logging

        logging.getLogger(__name__).debug("%s(): too much work, taken for unknown", function.name)
    interpreter.summaries.cuts += 1
    imports.lose_globals(interpreter, state)
    lose(state, (function, *arguments.values))
    return [(state, UNKNOWN)], [(state.copy(), None)] if interpreter.trying else []


def _returned(frame: Frame, activation: Frame, value: Value, node: cst.CSTNode) -> Value:
    function = activation.function
    assert function is not None
    if activation.info.is_generator and isinstance(value, Lazy):
        return replace(value, origin=frame.step(node))
    if suspended.is_async(function):
        return Coroutine(value, function.name, frame.step(node))
    return value


def _run(activation: Frame, state: State, function: FunctionValue) -> Paths:
    if isinstance(function.node, cst.Lambda):
        return dispatch.evaluate_paths(activation, state, function.node.body)
    if not activation.info.is_generator:
        return _run_body(activation, state, function.node.body)
    before = state.copy()
    body = function.node.body
    outcomes, effect = deferred.effect_of(state, lambda: _run_body(activation, state, body))
    before.heap.trace.written |= effect.written
    if not outcomes:
        effect.lose(before, ())
    return _generators(activation, before, outcomes)


def _run_body(activation: Frame, state: State, body: cst.BaseSuite) -> Paths:
    flow = Flow()
    after = dispatch.run_body(activation, [state], body, flow)
    activation.raised.extend(flow.raises)
    outcomes: Paths = [(path, NONE) for path in after]
    return outcomes + [(item.state, item.value) for item in flow.returns]


def _generators(activation: Frame, before: State, outcomes: Paths) -> Paths:
    """The generator on each path of its body, which knows what it has yielded there.

    One that comes to no end (`while True`) yields any of what it yields, and may have changed all that it changes.
    """
    assert activation.function is not None
    is_async = suspended.is_async(activation.function)
    kind = "types.AsyncGeneratorType" if is_async else "types.GeneratorType"
    if not outcomes:
        return [(before, Lazy(kind, None, join_all(activation.yields), result=NONE))]
    generators: Paths = []
    for path, result in outcomes:
        # It runs when it is asked for elements, perhaps not to its end, and others run in between.
        weaken_changes(path, before)
        elements = lists.yielded(path, activation.scope)
        path.heap.remove(lists.site_of_yields(activation.scope))
        every = join_all(elements.parts())
        generator = Lazy(kind, elements.known_elements, every, nonempty=elements.truth is True, result=result)
        generators.append((path, generator))
    return generators


def _merged(outcomes: Paths) -> Paths:
    """Join outcomes that nothing later can tell apart; keep at most as many as paths are kept apart anywhere.

    There is one more where some are surmised.
    """
    surmised = [pair for pair in outcomes if SURMISED in pair[0].heap]
    if surmised:
        others = [pair for pair in outcomes if SURMISED not in pair[0].heap]
        return [*_merged(others), dispatch.merged(surmised)]
    found: Paths = []
    for path, value in outcomes:
        for other, same in found:
            if same == value and mergeable(other, path):
                join_into(other, path)
                break
        else:
            found.append((path, value))
    if len(found) <= WIDEST_FORK:
        return found
    return [*found[: WIDEST_FORK - 1], dispatch.merged(found[WIDEST_FORK - 1 :])]


def bind_parameters(activation: Frame, state: State, function: FunctionValue, arguments: Arguments) -> bool:
    """Bind arguments to parameters; false when they certainly do not fit (a TypeError)."""
    node = function.node.params
    defaults = dict(function.defaults)
    keywords = dict(arguments.keywords)
    positional = list(arguments.positional)
    names: dict[str, Value] = {}
    positional_only = {parameter.name.value for parameter in node.posonly_params}
    for parameter in (*node.posonly_params, *node.params, *node.kwonly_params):
        name, by_position = parameter.name.value, parameter not in node.kwonly_params
        if by_position and positional:
            if name in keywords and name not in positional_only:
                return False
            names[name] = positional.pop(0)
        elif name in keywords and name not in positional_only:
            names[name] = keywords.pop(name)
        else:
            further = arguments.further if by_position else None
            further = arguments.further_keyword(name) if further is None else further
            possible = [value for value in (further, defaults.get(name)) if value is not None]
            if not possible:
                return False
            names[name] = join_all(possible)
    if isinstance(node.star_arg, cst.Param):
        names[node.star_arg.name.value] = TupleValue(tuple(positional), arguments.further)
    elif positional:
        return False
    if node.star_kwarg is not None:
        entries: dict[Value, Entry] = {constant(key): Entry(value) for key, value in keywords.items()}
        rest = arguments.further_keywords
        names[node.star_kwarg.name.value] = allocation.new_dict(
            activation, state, node.star_kwarg, entries,
            None if rest is None else Instance("builtins.str"), rest,
        )  # fmt: skip
    elif keywords:
        return False
    state.heap[activation.scope] = Namespace(names)
    return True
