"""AWS Lambda Powertools 3.37: routes of event handlers, middleware, idempotency, events as objects."""

from __future__ import annotations

from typing import cast

import libcst as cst

from handlerlint.inference.core import registry
from handlerlint.inference.core.allocation import new_dict, new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import Call, attributes_of, closure, decorator, overlay
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import (
    NONE,
    UNKNOWN,
    FunctionValue,
    Instance,
    Native,
    Partial,
    Reference,
    Value,
    Wrapped,
    members,
)
from handlerlint.inference.interpreter import opaque_decorators, routes
from handlerlint.inference.objects import attributes, class_facts
from handlerlint.inference.sdk.shapes import DYNAMODB_VALUE

_EVENT_HANDLER = "aws_lambda_powertools.event_handler."


@overlay(
    *(f"{_EVENT_HANDLER}api_gateway.BaseRouter.{method}" for method in ("route", *routes.HTTP_METHODS)),
    _EVENT_HANDLER + "appsync.AppSyncResolver.resolver",
)
def _route(call: Call) -> Value | None:
    return routes.decorator()


@overlay(
    _EVENT_HANDLER + "api_gateway.ApiGatewayResolver.resolve",
    _EVENT_HANDLER + "api_gateway.ApiGatewayResolver.__call__",
    _EVENT_HANDLER + "appsync.AppSyncResolver.resolve",
    _EVENT_HANDLER + "appsync.AppSyncResolver.__call__",
)
def _resolve(call: Call) -> Value | None:
    """The registered functions are called; what the application makes of their results, its stub says."""
    opaque_decorators.serve(call.frame, call.state)
    if ".api_gateway." in call.name:  # what others answer may be null
        call.frame.machine.resolved.add(call.node)
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
    if len(members(function)) > 1 or opaque_decorators.function_behind(function) is not None:
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


_PARSER = "aws_lambda_powertools.utilities.parser."
# What `parse` of an envelope gives, as its annotation says (3.37); DynamoDBStreamEnvelope gives dicts of two models.
_OF_ONE = (
    *(
        "ApiGateway",
        "ApiGatewayV2",
        "ApiGatewayWebSocket",
        "BedrockAgent",
        "BedrockAgentFunction",
        "EventBridge",
    ),
    *("LambdaFunctionUrl", "VpcLattice", "VpcLatticeV2"),
)
_OF_MANY = ("CloudWatchLogs", "Kafka", "KinesisDataStream", "KinesisFirehose", "Sns", "SnsSqs", "Sqs")


@overlay(_PARSER + "parser.parse")
def _parse(call: Call) -> Value | None:
    """The model that is made of the event, or of what an envelope finds in it: one, or a list of them."""
    model, envelope = call.required("model"), call.argument("envelope")
    maker = None
    if isinstance(model, Reference):
        maker = registry.instance_maker(attributes.stub_bases(call.frame, call.state, model))
    if maker is None or not isinstance(model, Reference):
        return None
    name = None if envelope is None else class_facts.class_name_of(envelope)
    short = "" if name is None else name.rpartition(".")[2].removesuffix("Envelope")
    if envelope not in (None, NONE) and short not in (*_OF_ONE, *_OF_MANY):
        return UNKNOWN
    one = maker(call.frame, call.state, model, call.node, "")
    if short not in _OF_MANY:
        return one
    return new_list(call.frame, call.state, call.node, (), one)


_STREAM = "aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event."


@attributes_of(_STREAM + "DynamoDBRecord", _STREAM + "StreamRecord")
def _of_stream(frame: Frame, state: State, value: Instance, name: str, node: cst.CSTNode) -> Value | None:
    """The images of a record of a stream are items as a DynamoDB resource gives them."""
    if name == "dynamodb":
        return Instance(_STREAM + "StreamRecord", origin=frame.step(node))
    if name not in ("new_image", "old_image"):
        return None
    attribute = Instance(DYNAMODB_VALUE, origin=frame.step(node))
    return new_dict(frame, state, node, None, Instance("builtins.str"), attribute, tag=name)
