"""AWS Lambda Powertools 3.37: routes of event handlers, middleware, idempotency, events as objects."""

from __future__ import annotations

from typing import cast

from handlerlint.inference.core.registry import Call, closure, decorator, native
from handlerlint.inference.domain.values import (
    UNKNOWN,
    FunctionValue,
    Native,
    Partial,
    Value,
    Wrapped,
    members,
)
from handlerlint.inference.interpreter import opaque_decorators, routes

_EVENT_HANDLER = "aws_lambda_powertools.event_handler."


@native(
    *(f"{_EVENT_HANDLER}api_gateway.BaseRouter.{method}" for method in ("route", *routes.HTTP_METHODS)),
    _EVENT_HANDLER + "appsync.AppSyncResolver.resolver",
)
def _route(call: Call) -> Value | None:
    return routes.decorator()


@native(
    _EVENT_HANDLER + "api_gateway.ApiGatewayResolver.resolve",
    _EVENT_HANDLER + "api_gateway.ApiGatewayResolver.__call__",
    _EVENT_HANDLER + "appsync.AppSyncResolver.resolve",
    _EVENT_HANDLER + "appsync.AppSyncResolver.__call__",
)
def _resolve(call: Call) -> Value | None:
    """The registered functions are called; what the application makes of their results, its stub says."""
    opaque_decorators.serve(call.frame, call.state)
    return None


@decorator("aws_lambda_powertools.middleware_factory.lambda_handler_decorator", decorates="decorator")
def _middleware_factory(call: Call, middleware: Value) -> Value | None:
    return Native("middleware", (middleware,)) if isinstance(middleware, FunctionValue) else UNKNOWN


@closure("middleware")
def _middleware(call: Call) -> Value | None:
    """`@middleware` and `@middleware(option=…)`: called as `middleware(handler, event, context, option=…)`."""
    (middleware,), function = call.data, call.arguments.get(0, "func")
    if not call.arguments.complete:
        return UNKNOWN
    options = tuple(item for item in call.arguments.keywords.items() if item[0] != "func")
    if function is None:
        return Partial(Native("middleware", (middleware,)), (), options)
    if len(members(function)) > 1 or opaque_decorators.hidden_function(function) is not None:
        return UNKNOWN
    return Partial(cast("Value", middleware), (function,), options)


@decorator("aws_lambda_powertools.utilities.idempotency.idempotency.idempotent", decorates="handler")
def _idempotent(call: Call, handler: Value) -> Value | None:
    """The first result goes on as it is; it is stored, too, so that what JSON does not take fails there already."""
    return Wrapped("idempotent", handler)


@decorator(
    "aws_lambda_powertools.utilities.parser.parser.event_parser",
    "aws_lambda_powertools.utilities.data_classes.event_source.event_source",
    decorates="handler",
)
def _with_event(call: Call, handler: Value) -> Value | None:
    """Decorators that give the handler an object made of the event: its annotation says which."""
    return Wrapped("event", handler)
