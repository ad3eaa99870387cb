"""Functions behind opaque decorators (those that are not understood): what their bodies pass to `json.dumps`.

`classes` applies such decorators, `calls` calls what they return, and the handler in `entry` may be such a function. It
is not known which arguments the decorator passes and what it does with the result, but the body runs. So nothing is
reported about the returned value, and of the calls of `json.dumps` only those that fail for any arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.domain import feasibility
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.problem import DumpCall
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BoundMethod,
    FunctionValue,
    Instance,
    Native,
    Partial,
    Step,
    Unknown,
    Value,
    Wrapped,
)
from handlerlint.inference.effects.deferred import ANYTHING
from handlerlint.records import dataclass, replace

_SOMETHING = Native("something")
"""An object that is not None."""

_OFTEN_ENOUGH = 4
"""How often the body of one such function is interpreted."""


_APPLICATIONS = frozenset(
    {
        "aws_lambda_powertools.event_handler.api_gateway.ApiGatewayResolver",
        "aws_lambda_powertools.event_handler.appsync.AppSyncResolver",
        "chalice.app.Chalice",
        "crhelper.resource_helper.CfnResource",
        "fastapi.applications.FastAPI",
        "flask.app.Flask",
    }
)
"""Classes of objects that are given the event, or handed to an adapter together with it."""


@dataclass(frozen=True, slots=True)
class OpaqueStep(Step):
    """How an Unknown came about: a decorator that is not understood was given `function`."""

    function: Value = UNKNOWN


def applied(frame: Frame, function: Value, decorator: cst.Decorator) -> Unknown:
    """What a decorator that is not understood makes of a function."""
    if function_behind(function) is not None:
        assert isinstance(function, Unknown)
        return function  # the second such decorator
    if not isinstance(function, (FunctionValue, BoundMethod, Partial, Wrapped)):
        return UNKNOWN
    return Unknown(OpaqueStep("decorated here", frame.module.file, decorator, None, function))


def function_behind(value: Value) -> Value | None:
    """The function of the project behind an Unknown, if there is one."""
    origin = value.origin if isinstance(value, Unknown) else None
    return origin.function if isinstance(origin, OpaqueStep) else None


def arguments_for(parameters: cst.Parameters, bound: int) -> list[Arguments]:
    """What a decorator may pass to a function of which `bound` parameters have their values already.

    Each of these is to be tried: anything at all, and the parameters with defaults left alone, and given.
    """
    positional = (*parameters.posonly_params, *parameters.params)[bound:]
    required = sum(parameter.default is None for parameter in positional)
    named = [parameter.name.value for parameter in parameters.kwonly_params if parameter.default is None]
    optional = [
        parameter.name.value for parameter in parameters.kwonly_params if parameter.default is not None
    ]
    if required == len(positional) and not optional:
        return [ANYTHING]
    least = Arguments((UNKNOWN,) * required, dict.fromkeys(named, UNKNOWN))
    most = Arguments(
        (*least.positional, *(_SOMETHING for _ in positional[required:])),
        {**least.keywords, **dict.fromkeys(optional, _SOMETHING)},
    )
    return [ANYTHING, least, most]


def look_into(frame: Frame, state: State, function: Value, arguments: Arguments) -> None:
    """A function behind an opaque decorator is called: note what its body passes to `json.dumps`."""
    interpreter = frame.interpreter
    if interpreter.routes and not interpreter.running:
        given = (function, *arguments.values)  # `app(event, context)`, `awsgi.response(app, event, context)`
        if any(_is_application(frame, value) for value in given):
            serve(frame, state)
    behind = function_behind(function)
    if behind is None or interpreter.probing:
        return
    assert isinstance(function, Unknown) and function.origin is not None
    if _is_method(behind):
        arguments = Arguments(
            (UNKNOWN, *arguments.positional),
            arguments.keywords,
            arguments.further,
            arguments.further_keywords,
        )
    others = arguments_for(behind.node.params, 0) if isinstance(behind, FunctionValue) else [ANYTHING]
    _try_all(frame, state, behind, [arguments, *others], function.origin.node)


def _is_method(function: Value) -> bool:
    """Whether the object that it was taken from is its first argument."""
    if not isinstance(function, FunctionValue) or function.owner is None:
        return False
    parameters = (*function.node.params.posonly_params, *function.node.params.params)
    return bool(parameters) and parameters[0].name.value in ("self", "cls")


def _is_application(frame: Frame, value: Value) -> bool:
    return isinstance(value, Instance) and not _APPLICATIONS.isdisjoint(
        frame.interpreter.stubs.mro(value.class_name)
    )


def serve(frame: Frame, state: State) -> None:
    """An application is given an event: note what the functions that are registered with it give to `json.dumps`."""
    if frame.interpreter.probing:
        return
    for route in tuple(frame.interpreter.routes):
        node = route.function.node
        _try_all(frame, state, route.function, arguments_for(node.params, 0), node)


def _try_all(
    frame: Frame, state: State, function: Value, attempts: Sequence[Arguments], node: cst.CSTNode
) -> None:
    """Call a function in several ways, each on a path of its own, and note what fails in all of them."""
    interpreter = frame.interpreter
    times = interpreter.looked_into.get(node, 0)
    if times >= _OFTEN_ENOUGH:
        return
    interpreter.looked_into[node] = times + 1
    raised, trying = frame.raised, interpreter.trying
    frame.raised, interpreter.trying = [], 0
    runs = [partial(dispatch.call, frame, state.copy(), function, given, node) for given in attempts]
    try:
        certain_dumps(interpreter, *runs)
    finally:
        frame.raised, interpreter.trying = raised, trying


def certain_dumps(interpreter: InterpreterContext, *attempts: Callable[[], object]) -> None:
    """Note only those failures of `json.dumps` that every attempt comes to.

    One attempt takes the arguments as they are written, the other anything in their place: what fails in both does
    so whether the decorator keeps the arguments or replaces them.
    """
    outside, noted, looked_into = interpreter.dumps, interpreter.summaries.dumps, interpreter.looked_into
    failures, uncaught = interpreter.failures, len(interpreter.uncaught)
    found: list[dict[cst.CSTNode, DumpCall]] = []
    failing: list[dict[cst.CSTNode, Failure]] = []
    try:
        for attempt in attempts:
            interpreter.dumps, interpreter.summaries.dumps, interpreter.looked_into = (
                {},
                [],
                dict(looked_into),
            )
            interpreter.failures = {}
            attempt()
            found.append({call.node: call for call in feasibility.failing_calls(interpreter.dumps)})
            failing.append(interpreter.failures)
            if not found[-1] and not interpreter.failures:
                break
    finally:
        interpreter.dumps, interpreter.summaries.dumps, interpreter.looked_into = outside, noted, looked_into
        interpreter.failures = failures
        del interpreter.uncaught[uncaught:]
    if len(found) < len(attempts):
        return
    for node, failure in failing[0].items():
        if all(node in other for other in failing):
            interpreter.failures.setdefault(node, failure)
    first, *others = found
    for node, call in first.items():
        keys = [{problem.key for problem in other[node].problems} for other in others if node in other]
        if len(keys) == len(others):
            problems = tuple(
                problem for problem in call.problems if all(problem.key in known for known in keys)
            )
            if problems:
                interpreter.note_dump(replace(call, problems=problems))
