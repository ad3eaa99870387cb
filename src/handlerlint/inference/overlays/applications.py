"""Applications: objects of a library that hand events to the functions registered with them (`@app.get("/")`).

Registered when imported. Such a function is reached when its application is given an event: when the handler calls
`app.resolve(event, context)`, or hands the application to a function that is not known, or is itself an object
of a library. Facts: chalice 1.34 (app.py), aws-lambda-powertools 3.37 (event_handler/), Flask 3.1, fastapi 0.118,
crhelper 2.0.
"""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.checks import serializability
from handlerlint.inference.core.context import Frame, Route
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.domain.values import (
    UNKNOWN,
    FunctionValue,
    Instance,
    Json,
    Native,
    Unknown,
    Value,
    members,
)
from handlerlint.inference.interpreter import opaque_decorators
from handlerlint.inference.objects import class_facts

_POWERTOOLS = "aws_lambda_powertools.event_handler."
CHALICE = "chalice"
_RESPONSE = "chalice.app.Response"
_FASTAPI = ("applications.FastAPI", "routing.APIRouter")
_CRHELPER = ("create", "update", "delete", "poll_create", "poll_update", "poll_delete")
_METHODS = ("get", "post", "put", "delete", "patch", "head", "options")


@native(
    _POWERTOOLS + "api_gateway.BaseRouter.route",
    *(f"{_POWERTOOLS}api_gateway.BaseRouter.{method}" for method in _METHODS),
    _POWERTOOLS + "appsync.AppSyncResolver.resolver",
    "flask.sansio.scaffold.Scaffold.route",
    *(f"flask.sansio.scaffold.Scaffold.{method}" for method in _METHODS),
    *(f"fastapi.{name}.{method}" for name in _FASTAPI for method in ("api_route", *_METHODS)),
)
def _route(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Native("route", ("",))


@native("chalice.app.DecoratorAPI.route")
def _chalice_route(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Native("route", (CHALICE,))


@native("chalice.app.DecoratorAPI.middleware", "chalice.app.DecoratorAPI.register_middleware")
def _chalice_middleware(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    frame.machine.has_middleware = True
    return None


@native(*(f"crhelper.resource_helper.CfnResource.{event}" for event in _CRHELPER))
def _custom_resource(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    function = arguments.get(0, "func") or UNKNOWN
    _register(frame, function, "")
    return function


@native("route")
def _registered(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    """The function stays as it is."""
    this, function = arguments.get(0), arguments.get(1) or UNKNOWN
    assert isinstance(this, Native)
    _register(frame, function, str(this.data[0]))
    return function


def _register(frame: Frame, function: Value, library: str) -> None:
    behind = opaque_decorators.hidden_function(function)
    if behind is not None:  # what another decorator makes of its result is not known
        function, library = behind, ""
    if isinstance(function, FunctionValue):
        route = Route(function, library)
        if route not in frame.machine.routes:
            frame.machine.routes.append(route)


@native(
    _POWERTOOLS + "api_gateway.ApiGatewayResolver.resolve",
    _POWERTOOLS + "api_gateway.ApiGatewayResolver.__call__",
    _POWERTOOLS + "appsync.AppSyncResolver.resolve",
    _POWERTOOLS + "appsync.AppSyncResolver.__call__",
)
def _resolve(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    """The registered functions are called; what the application makes of their results, its stub says."""
    opaque_decorators.serve(frame, state)
    return None


# --- what Chalice makes of a result ----------------------------------------------------------------------


def chalice_problems(frame: Frame, state: State, result: Value) -> list[Problem]:
    """What `Response.to_dict` fails at: `json.dumps` with a `default` for Decimal, of all but text and responses."""
    walk = serializability.Walk(frame, state, "json", _default)
    found: list[Problem] = []
    for value in members(result):
        order, complete = class_facts.class_of(frame, state, value)
        if isinstance(value, (Unknown, Json)) or (complete and _RESPONSE not in order):
            own = serializability.walk_value(walk, value, "", (), 0)
            found += [problem for problem in own if problem.path or problem.class_name != "builtins.bytes"]
    return found


def _default(value: Value) -> Value | None:
    """`handle_extra_types`."""
    is_decimal = isinstance(value, Instance) and value.class_name == "decimal.Decimal"
    return Instance("builtins.float") if is_decimal else None
