"""The analysis of one handler: what its name is bound to, what it can return, what it gives to `json.dumps`.

The one entry to inference for the linter (`analyse`); what it finds is a `HandlerAnalysis`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.inference.analysis import BrokenContract, HandlerAnalysis, ReturnedProblem, Unreturned
from handlerlint.inference.checks.answers import broken_clauses, lost_failures
from handlerlint.inference.checks.describing import Part
from handlerlint.inference.checks.fulfilled import are_met
from handlerlint.inference.checks.sightings import Sightings
from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import (
    WORK_LIMIT,
    BudgetExceeded,
    Flow,
    Frame,
    InterpreterContext,
    ModuleRecord,
    names_of,
)
from handlerlint.inference.core.failing import certain_failures
from handlerlint.inference.core.summaries import Summaries
from handlerlint.inference.domain import feasibility, other_events
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.feasibility import Arrival
from handlerlint.inference.domain.heap import ClassObject, Container, InstanceObject, Namespace, State
from handlerlint.inference.domain.join import SURMISED, merge_paths
from handlerlint.inference.domain.problem import causes, distinct
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    NONE,
    UNBOUND,
    UNKNOWN,
    BoundMethod,
    Constant,
    FunctionValue,
    Instance,
    Json,
    Lazy,
    ModuleValue,
    Partial,
    Reference,
    StubValue,
    TupleValue,
    Value,
    Wrapped,
)
from handlerlint.inference.handler import (
    ANOTHER_EVENT,
    CHALICE_EVENTS,
    CONTEXT,
    EVENT,
    Callable,
    Serializer,
    arguments_of,
    callable_behind,
    problems_of,
)

# Imported for what they register, too: the families of nodes and the kinds of objects.
from handlerlint.inference.interpreter import (  # noqa: F401
    calls,
    classes,
    comparisons,
    comprehensions,
    context_managers,
    exceptions,
    expressions,
    functions,
    imports,
    literals,
    loading,
    loops,
    matching,
    opaque_decorators,
    routes,
    statements,
    swallowing,
    type_hints,
)
from handlerlint.inference.objects import (  # noqa: F401
    attributes,
    decoded_json,
    dict_updates,
    dicts,
    events,
    lists,
    named_tuples,
    sets,
)
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.stubs.types import ModuleType
from handlerlint.inference.syntax.scopes import MODULE_SCOPE, ScopeInfo, nodes_in, scope_of
from handlerlint.records import replace
from handlerlint.runtime.contracts.events import refuses
from handlerlint.source.modules import FoundModule, ModuleFinder

if TYPE_CHECKING:
    from handlerlint.runtime.contracts.invokers import Invoker


def analyse(
    module: FoundModule,
    attribute: str,
    finder: ModuleFinder,
    stubs: StubStore,
    python_version: tuple[int, int],
    *,
    version_is_known: bool = True,
    invoke: bool = True,
    invokers: Iterable[Invoker] = (),
    is_shared: bool = False,
    loads: loading.Loads | None = None,
) -> HandlerAnalysis:
    """Interpret a handler's module and, unless only what its name is bound to is asked for, the handler itself.

    For each of `invokers` the handler is interpreted once more, with what is certain of the events that it sends;
    `is_shared` tells that sources of several kinds send it events, whether or not they ask anything of the answer.
    Unless `version_is_known`, nothing fails for what that version of Python lacks. `loads` are those of the run.
    """
    loaded = (loads or loading.Loads()).of(module, finder, stubs, python_version, version_is_known)

    def again(watched: frozenset[cst.CSTNode]) -> Sightings:
        sightings = Sightings()
        before = loaded
        if loaded.has_evaluated(watched):
            fresh = InterpreterContext(finder, stubs, python_version, version_is_known)
            fresh.watched, fresh.watcher = watched, sightings.watch
            before = loading.load(fresh, module)
        interpreter, state = before.copies()
        interpreter.watched, interpreter.watcher = watched, sightings.watch
        try:
            _analyse(interpreter, state, before.record, HandlerAnalysis(module, attribute), invoke, (), False)
        except (BudgetExceeded, RecursionError):
            return Sightings()
        # What is cut short may have seen less than there is.
        return Sightings() if interpreter.work > interpreter.limit else sightings

    interpreter, state = loaded.copies()
    analysis = HandlerAnalysis(module, attribute, again=again)
    analysis.load_failures = tuple(interpreter.load_failures)
    try:
        _analyse(interpreter, state, loaded.record, analysis, invoke, tuple(invokers), is_shared)
    except (BudgetExceeded, RecursionError) as error:
        interpreter.note_giving_up(f"{module.name}.{attribute}", error)
        return HandlerAnalysis(module, attribute, complete=False, load_failures=analysis.load_failures)
    return analysis


def _analyse(
    interpreter: InterpreterContext,
    state: State,
    record: ModuleRecord | None,
    analysis: HandlerAnalysis,
    invoke: bool,
    invokers: tuple[Invoker, ...],
    is_shared: bool,
) -> None:
    """Fill in the analysis after the load: find what the name is bound to, and judge what it returns."""
    if record is None:
        analysis.complete = False
        return
    namespace = names_of(state, record.site)
    value = _bound_value(interpreter, state, record, namespace, analysis)
    analysis.value = value
    if value is None:
        _name_others(analysis, state, namespace)
        return
    frame = Frame(interpreter, record, record.site, MODULE_SCOPE, context=interpreter.context("handler"))
    _find_callables(frame, state, value, analysis)
    if not invoke:
        return
    before = state.copy() if invokers else state
    _invoke_all(frame, state, value, analysis)
    _note_failures(interpreter, state, analysis)
    analysis.dumps = tuple(
        replace(call, problems=tuple(causes(call.problems, call.node)))
        for call in feasibility.failing_calls(interpreter.dumps)
    )
    analysis.unreturned = tuple(
        Unreturned(node.value, one)
        for one in (analysis.callables if interpreter.resolved else ())
        for node in nodes_in(one.node.body)
        if isinstance(node, cst.Expr) and node.value in interpreter.resolved
    )
    # What every answer meets already, it meets as well where more is known of the event.
    asked = frozenset(
        one for one in invokers if one.contracts and not are_met(one.contracts, analysis.answers)
    )
    for one in analysis.callables:
        if not (one.is_async or one.is_generator):
            _judge_by_event(frame, before, one, invokers, asked, analysis, is_shared)


def _find_callables(frame: Frame, state: State, value: Value, analysis: HandlerAnalysis) -> None:
    """Note which functions a call of the handler runs, or that it certainly cannot be called."""
    found = [callable_behind(frame.interpreter, state, member) for member in members(value)]
    analysis.not_callable_class = _class_without_call(frame, state, value)
    analysis.not_callable = analysis.not_callable_class is not None or all(
        _is_not_callable(state, member) for member in members(value)
    )
    if all(one is not None for one in found):
        analysis.callables = tuple(one for one in found if one is not None)


def _invoke_all(frame: Frame, state: State, value: Value, analysis: HandlerAnalysis) -> None:
    """Interpret invocations of all that a handler may be, of what is behind its decorators, and of its routes."""
    for one in analysis.callables:
        analysis.returned.extend(_invocations(frame, state.copy(), one, analysis.answers))
    for member in members(value):
        analysis.returned.extend(_instances(frame, state.copy(), member))
    found = (_behind_opaque_decorator(frame.interpreter, state, member) for member in members(value))
    behind = [one for one in found if one is not None]
    try:
        for one in behind:
            _interpret_hidden(frame, state, one)
        if not (analysis.callables or behind or analysis.not_callable):
            opaque_decorators.serve(frame, state.copy())  # an application, or an adapter around one
        analysis.returned.extend(_route_responses(frame, state, value))
    except BudgetExceeded:
        pass  # what has been found by then is as true


def _note_failures(interpreter: InterpreterContext, state: State, analysis: HandlerAnalysis) -> None:
    """Note what certainly fails; that a wrapper cannot call the handler is said of the handler."""
    for failure in certain_failures(interpreter):
        below = _decorated(interpreter, state, failure, analysis.attribute)
        if below is None:
            analysis.failures = (*analysis.failures, failure)
        else:
            analysis.decorated = (*analysis.decorated, below)


def _name_others(analysis: HandlerAnalysis, state: State, namespace: Namespace) -> None:
    """What the module binds in place of the name that is missing."""
    analysis.names = tuple(
        name
        for name, bound in namespace.names.items()
        if not name.startswith("__") and not any(_is_not_callable(state, member) for member in members(bound))
    )
    analysis.functions = tuple(
        name
        for name, bound in namespace.names.items()
        if isinstance(bound, (FunctionValue, BoundMethod, Partial))
    )


def _bound_value(
    interpreter: InterpreterContext,
    state: State,
    record: ModuleRecord,
    namespace: Namespace,
    analysis: HandlerAnalysis,
) -> Value | None:
    value = namespace.names.get(analysis.attribute)
    if value is not None:
        bound = [member for member in members(value) if member is not UNBOUND]
        # Bound on some path only: which one the module takes is not for us to say.
        return value if len(bound) == len(members(value)) else UNKNOWN
    if namespace.open or interpreter.reaches_modules or "__getattr__" in namespace.names:
        return UNKNOWN
    loaded = interpreter.modules.get(f"{record.name}.{analysis.attribute}")
    return UNKNOWN if loaded is not None else None


def _decorated(
    interpreter: InterpreterContext, state: State, failure: Failure, attribute: str
) -> Callable | None:
    """The handler below a wrapper that hands the event and the context on to it, and that cannot take them."""
    callee = failure.callee
    if callee is None or failure.given != (EVENT, CONTEXT) or not isinstance(callee.node, cst.FunctionDef):
        return None
    is_it = callee.node.name.value == attribute and callee.node.decorators
    return callable_behind(interpreter, state, callee) if is_it else None


def _class_without_call(frame: Frame, state: State, value: Value) -> str | None:
    """The class of an instance that certainly cannot be called."""
    record = state.object_of(value)
    if not isinstance(record, InstanceObject):
        return None
    found, complete = attributes.find_in_class(frame, state, Reference(record.cls), "__call__")
    cls = state.heap.get(record.cls)
    return cls.name if found is None and complete and isinstance(cls, ClassObject) else None


def _is_not_callable(state: State, value: Value) -> bool:
    """Whether a value certainly cannot be called."""
    match value:
        case Constant() | TupleValue() | Lazy() | ModuleValue() | Json() | StubValue(type=ModuleType()):
            return True
        case Reference(site=site):
            return isinstance(state.heap.get(site), Container)
        case _:
            return False


# --- running the handler ---------------------------------------------------------------------------------


def _behind_opaque_decorator(interpreter: InterpreterContext, state: State, value: Value) -> Callable | None:
    """The function of the project behind a decorator that is not understood."""
    is_event_handler = isinstance(value, Wrapped) and value.kind in CHALICE_EVENTS
    while isinstance(value, Wrapped):
        value = value.function
    if is_event_handler and interpreter.has_middleware:
        return callable_behind(interpreter, state, value)
    function = opaque_decorators.function_behind(value)
    return None if function is None else callable_behind(interpreter, state, function)


def _interpret_hidden(frame: Frame, state: State, handler: Callable) -> None:
    """Note what a handler behind a decorator gives to `json.dumps`: all else is up to the decorator."""
    runs = [
        partial(_invoke_twice, frame, state.copy(), replace(handler, given=given))
        for given in opaque_decorators.arguments_for(handler.node.params, len(handler.first))
    ]
    opaque_decorators.certain_dumps(frame.interpreter, *runs)


#: Applications that make text of what their routes return, by the library that registers those.
_APPLICATIONS = {
    "chalice.app.Chalice": "chalice",
    "aws_lambda_powertools.event_handler.api_gateway.ApiGatewayResolver": "powertools",
}


def _route_responses(frame: Frame, state: State, handler: Value) -> Iterator[ReturnedProblem]:
    """What the routes of an application return that it cannot serialize, unless a middleware may mend it.

    It is the handler, or the handler has given it the event.
    """
    interpreter = frame.interpreter
    bases = interpreter.stubs.mro(handler.class_name) if isinstance(handler, Instance) else ()
    served = interpreter.served.union(_APPLICATIONS[name] for name in bases if name in _APPLICATIONS)
    views, changed = list[Callable](), list[State]()
    for route in () if interpreter.has_middleware else tuple(interpreter.routes):
        serializer: Serializer = "chalice" if route.library == "chalice" else "powertools"
        library = route.library
        if library == "powertools router" and "converting" not in served:
            library = "powertools"
        if library not in served:
            continue
        one = callable_behind(interpreter, state, route.function)
        parameters = route.function.node.params.params
        if one is None or one.is_async or one.is_generator or any(p.default is not None for p in parameters):
            continue
        text = Instance("builtins.str")
        given = Arguments((), {parameter.name.value: text for parameter in parameters}, further_keywords=text)
        view = replace(one, given=given, serializer=serializer)
        activation, outcomes = _invoke_twice(frame, state.copy(), view)
        yield from _judge(view, activation, outcomes)
        views.append(view)
        changed += (path.copy() for path, _, _ in outcomes if path.heap.has_changed())
    # What one route leaves behind, the others find there.
    for path in merge_paths(changed, 2) if len(views) > 1 else ():
        for view in views:
            _run(frame, path.copy(), view, "second")


def _invocations(
    frame: Frame, state: State, handler: Callable, answers: list[Part]
) -> Iterator[ReturnedProblem]:
    """What an invocation returns that does not serialize; `answers` gets all that it returns."""
    if handler.is_async or handler.is_generator:
        return  # rules on the signature say so, and the value never gets out
    activation, outcomes = _invoke_twice(frame, state, handler)
    answers += ((activation, path, value) for path, value, _ in outcomes)
    yield from _judge(handler, activation, outcomes)


def _instances(frame: Frame, state: State, cls: Value) -> Iterator[ReturnedProblem]:
    """What is wrong with the instance that the runtime gets of a handler that is a class."""
    record = state.object_of(cls)
    if not isinstance(record, ClassObject) or record.node is None:
        return
    initializer, _ = attributes.find_in_class(frame, state, cls, "__init__")
    handler = callable_behind(frame.interpreter, state, initializer or UNKNOWN)
    module = frame.interpreter.by_site.get(record.module)
    if handler is None or module is None:
        return
    frame = Frame(frame.interpreter, module, module.site, MODULE_SCOPE, context=frame.context)
    for path, made in dispatch.invoke(frame, state, cls, Arguments((EVENT, CONTEXT)), record.node):
        for problem in distinct(problems_of(handler, frame, path, made), record.node):
            yield ReturnedProblem(
                handler.file, record.node, record.node, replace(problem, part=None), handler
            )


def _invoke_twice(frame: Frame, state: State, handler: Callable) -> tuple[Frame, Outcomes]:
    """Interpret a first invocation and, where it leaves something behind in what was loaded, a second one."""
    outcomes, activation = _run(frame, state, handler, "first")
    changed = [path for path, _, _ in outcomes if path.heap.has_changed()]
    for path in merge_paths([path.copy() for path in changed], 2):
        outcomes = outcomes + _run(frame, path, handler, "second")[0]
    return activation, outcomes


Outcomes = list[tuple[State, Value, cst.CSTNode]]


def _run(frame: Frame, state: State, handler: Callable, which: str) -> tuple[Outcomes, Frame]:
    """Interpret one call of the handler: the value that each path returns, and where."""
    interpreter = frame.interpreter
    module = interpreter.by_site[handler.function.module]
    info: ScopeInfo = scope_of(handler.node)
    context = interpreter.context("call", handler.node, which)
    scope = ("scope", id(handler.node), context)
    interpreter.scope_names[id(handler.node)] = handler.name
    activation = Frame(
        interpreter, module, scope, info, handler.function.scopes, context, handler.function, frame, 1
    )
    state.heap[scope] = Namespace({})
    event: Value = EVENT if which == "first" else ANOTHER_EVENT
    if handler.shape is not None:
        events.invoked_by_service(state)
        event = events.event_of(state, handler.shape, () if which == "first" else ("another",))
    arguments = arguments_of(activation, state, handler, event)
    if not functions.bind_parameters(activation, state, handler.function, arguments):
        return [], activation
    activation.entered = state.copy()
    interpreter.active.append(handler.node)
    flow = Flow()
    outcomes: Outcomes
    if isinstance(handler.node, cst.Lambda):
        outcomes = [
            (path, value, handler.node.body)
            for path, value in dispatch.evaluate_paths(activation, state, handler.node.body)
        ]
    else:
        after = dispatch.run_body(activation, [state], handler.node.body, flow)
        outcomes = [(item.state, item.value, item.node) for item in flow.returns]
        outcomes += [(path, NONE, handler.node) for path in after]
    interpreter.active.pop()
    swallowing.end(activation, [path for path, _, _ in outcomes])
    certain = [outcome for outcome in outcomes if SURMISED not in outcome[0].heap]
    return certain or outcomes, activation


def _judge_by_event(
    frame: Frame,
    state: State,
    handler: Callable,
    invokers: tuple[Invoker, ...],
    asked: frozenset[Invoker],
    analysis: HandlerAnalysis,
    is_shared: bool,
) -> None:
    """Judge the handler for the events of its invokers: what fails because of what they have and lack, and what
    those that are `asked` refuse of its answers; what several of these refuse is told once.
    """
    # What a decorator makes of the event does not tell whose it is.
    tells_apart = len(invokers) == 1 or not handler.event_is_annotated
    answers = handler.serializer in ("runtime", "idempotent") and tells_apart
    found: dict[object, BrokenContract] = {}
    known = {failure.node for failure in certain_failures(frame.interpreter)}
    for invoker in invokers:
        may_fail = len(invokers) == 1 and not is_shared
        may_fail = may_fail and any(refuses(invoker.event, *use) for use in frame.interpreter.event_uses)
        is_asked = answers and invoker in asked
        if not (may_fail or is_asked):
            continue
        interpreter, outcomes = _answers(frame, state.copy(), handler, invoker)
        if may_fail:
            analysis.failures += tuple(
                replace(failure, premise="event")
                for failure in certain_failures(interpreter)
                if failure.node not in known and failure.premise in (None, "event")
            )
        if is_asked:
            _note_broken(found, handler, invoker, outcomes, is_shared)
    analysis.broken += tuple(found.values())


def _note_broken(
    found: dict[object, BrokenContract],
    handler: Callable,
    invoker: Invoker,
    outcomes: list[tuple[Frame, State, Value, cst.CSTNode]],
    is_shared: bool,
) -> None:
    """Note what an invoker refuses of what the handler returns for its events."""
    if is_shared:
        outcomes = [one for one in outcomes if not (one[2] is NONE and events.is_of_another(one[1]))]
    meant = [
        one
        for one in outcomes
        if not (events.is_of_another_method(one[1]) or other_events.is_meant_for_others(one[1]))
    ]
    # One of them is the answer of this deployment: where all are refused, so is that.
    if meant or not all(any(broken_clauses(handler.node, invoker.contracts, [one])) for one in outcomes):
        outcomes = meant
    for answer, contract, flaw in (
        *broken_clauses(handler.node, invoker.contracts, outcomes),
        *lost_failures(handler.node, invoker.contracts, outcomes),
    ):
        key = (flaw.clause.code, answer.node, *(step for step in flaw.steps if isinstance(step, str)))
        known = found.get(key)
        if known is None:
            found[key] = BrokenContract(answer, contract, flaw, (invoker,), handler)
        elif invoker not in known.invokers:
            found[key] = replace(known, invokers=(*known.invokers, invoker))


def _answers(
    frame: Frame, state: State, handler: Callable, invoker: Invoker
) -> tuple[InterpreterContext, list[tuple[Frame, State, Value, cst.CSTNode]]]:
    """What the handler returns for the events of one invoker, on paths that certainly happen, and what fails there."""
    interpreter = replace(
        frame.interpreter,
        summaries=Summaries(),
        dumps={},
        failures={},
        passed=set(),
        noted=[],
        work=0,
        limit=WORK_LIMIT,
        reserve=WORK_LIMIT // 4,
        looked_into={},
        unfollowed=set(),
        paused={},
        suspended=dict(frame.interpreter.suspended),
        routes=list(frame.interpreter.routes),
        event_uses=[],
        knows_event=True,
        doubts_the_unwritten=True,
    )
    if not (handler.event_is_annotated or handler.given is not None):
        handler = replace(handler, shape=invoker.event)
        interpreter.event = invoker.event
    try:
        activation, outcomes = _invoke_twice(replace(frame, interpreter=interpreter), state, handler)
    except BudgetExceeded:
        return interpreter, []
    return interpreter, [(activation, path, value, node) for path, value, node in outcomes]


def _shown(node: cst.CSTNode) -> cst.CSTNode:
    """A finding about a return stands at its expression."""
    return node.value if isinstance(node, cst.Return) and node.value is not None else node


def _judge(handler: Callable, frame: Frame, outcomes: Outcomes) -> Iterator[ReturnedProblem]:
    """What does not serialize at each `return`, whichever path leads to it."""
    arrivals = [
        Arrival(
            *(node, feasibility.assumed_on(state), tuple(problems_of(handler, frame, state, value))),
            visited=state.visited,
        )
        for state, value, node in outcomes
    ]
    for node, found in feasibility.certain(arrivals).items():
        expression = _shown(node)
        for problem in distinct(found, expression):
            yield ReturnedProblem(frame.module.file, expression, node, problem, handler)
