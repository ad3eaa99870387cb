"""Chalice 1.34: routes, and what it makes of their results."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.checks import serializability
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import Call, closure, overlay
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    UNKNOWN,
    FunctionValue,
    Instance,
    Json,
    Native,
    Unknown,
    Value,
    Wrapped,
)
from handlerlint.inference.interpreter import opaque_decorators, routes
from handlerlint.inference.objects import class_facts
from handlerlint.inference.types.conversion import opaque, to_value

CHALICE = "chalice"
EVENTS = (
    *(
        "on_cw_event",
        "on_dynamodb_record",
        "on_kinesis_record",
        "on_s3_event",
        "on_sns_message",
        "on_sqs_message",
    ),
    "schedule",
)

_RESPONSE = "chalice.app.Response"


@overlay("chalice.app.DecoratorAPI.route")
def _chalice_route(call: Call) -> Value | None:
    return routes.decorator(CHALICE)


@overlay(*(f"chalice.app.DecoratorAPI.{kind}" for kind in (*EVENTS, "lambda_function")))
def _event_handler(call: Call) -> Value | None:
    """A Lambda function of its own, which Chalice calls with an event of its own, or with event and context."""
    if not isinstance(getattr(call.function, "receiver", None), Instance):
        return UNKNOWN  # a class of the program may wrap its functions in another way
    return Native("chalice.handler", (call.name.rpartition(".")[2],))


@closure("chalice.handler", "function")
def _handler(call: Call) -> Value | None:
    function = call.required("function")
    if opaque_decorators.function_behind(function) is not None or not isinstance(function, FunctionValue):
        return UNKNOWN
    return Wrapped(str(call.data[0]), function)


@overlay("chalice.app.Response")
def _response(call: Call) -> Value | None:
    """A response, with what Chalice makes text of."""
    return Instance(_RESPONSE, (opaque(call.frame, call.required("body")),), call.frame.step(call.node))


@overlay("chalice.app.DecoratorAPI.middleware", "chalice.app.DecoratorAPI.register_middleware")
def _chalice_middleware(call: Call) -> Value | None:
    call.frame.interpreter.has_middleware = True
    return None


def chalice_problems(frame: Frame, state: State, result: Value) -> list[Problem]:
    """What `Response.to_dict` fails at: `json.dumps` with a `default` for Decimal, of all but text and responses."""
    walk = Walk(frame, state, "json", _default)
    found: list[Problem] = []
    for value in members(result):
        order, complete = class_facts.class_of(frame, state, value)
        if isinstance(value, Instance) and value.class_name == _RESPONSE:
            body = to_value(frame, state, value.arguments[0], cst.Pass()) if value.arguments else UNKNOWN
            walked = serializability.walk_value(walk, body, ".body", (), 0)
            found += [
                problem
                for problem in walked
                if problem.class_name != "builtins.bytes" or problem.path != ".body"
            ]
            continue
        if isinstance(value, (Unknown, Json)) or (complete and _RESPONSE not in order):
            own = serializability.walk_value(walk, value, "", (), 0)
            found += [problem for problem in own if problem.path or problem.class_name != "builtins.bytes"]
    return found


def _default(value: Value) -> Value | None:
    """`handle_extra_types`."""
    is_decimal = isinstance(value, Instance) and value.class_name == "decimal.Decimal"
    return Instance("builtins.float") if is_decimal else None
