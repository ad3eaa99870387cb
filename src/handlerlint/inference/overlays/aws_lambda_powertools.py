"""AWS Lambda Powertools 3.37: routes of event handlers, middleware, idempotency, events as objects."""

from __future__ import annotations

from functools import partial
from typing import cast

import libcst as cst

from handlerlint.inference.checks.serializability import walk_value
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core import dispatch, registry
from handlerlint.inference.core.allocation import new_dict, new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import Call, attributes_of, closure, decorator, forking, overlay
from handlerlint.inference.core.summaries import Paths
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    FALSE,
    JSON,
    NONE,
    UNKNOWN,
    Constant,
    FunctionValue,
    Instance,
    Native,
    Partial,
    Reference,
    TupleValue,
    Value,
    Wrapped,
)
from handlerlint.inference.interpreter import opaque_decorators, routes
from handlerlint.inference.objects import attributes, class_facts, copies, instances
from handlerlint.inference.sdk.shapes import DYNAMODB_VALUE
from handlerlint.inference.stubs.types import UNKNOWN as ANY
from handlerlint.inference.stubs.types import LiteralType
from handlerlint.inference.syntax.scopes import scope_of
from handlerlint.inference.types.conversion import opaque, to_value

_EVENT_HANDLER = "aws_lambda_powertools.event_handler."


_HTTP = _EVENT_HANDLER + "api_gateway."
_RESPONSE = _HTTP + "Response"
#: Routes of an application that makes text of their results with `json.dumps`, and those of a router that some
#: application includes; that there is an application which does otherwise.
POWERTOOLS, ROUTER, CONVERTING = "powertools", "powertools router", "converting"
_PLAIN = LiteralType("plain", "builtins.str")
_APPSYNC = "appsync"


@overlay(*(f"{_HTTP}BaseRouter.{method}" for method in ("route", *routes.HTTP_METHODS)))
def _route(call: Call) -> Value | None:
    if not call.passed.isdisjoint(
        {"middlewares", "enable_validation", "custom_response_validation_http_code"}
    ):
        call.frame.interpreter.has_middleware = True
    application = getattr(call.function, "receiver", None)
    if not isinstance(application, Instance) or application.class_name == _HTTP + "Router":
        return routes.decorator(ROUTER)
    return routes.decorator(POWERTOOLS if _PLAIN in application.arguments else "")


@overlay(_EVENT_HANDLER + "appsync.AppSyncResolver.resolver")
def _resolver(call: Call) -> Value | None:
    return routes.decorator(_APPSYNC)


@overlay(
    _HTTP + "ApiGatewayResolver",
    *(_HTTP + name for name in ("APIGatewayRestResolver", "APIGatewayHttpResolver", "ALBResolver")),
    _EVENT_HANDLER + "bedrock_agent.BedrockAgentResolver",
    _EVENT_HANDLER + "lambda_function_url.LambdaFunctionUrlResolver",
    *(_EVENT_HANDLER + "vpc_lattice." + name for name in ("VPCLatticeResolver", "VPCLatticeV2Resolver")),
)
def _application(call: Call) -> Value | None:
    """With a serializer of the program, or with validation, more serializes than `json.dumps` takes."""
    options = (call.argument("serializer"), call.argument("enable_validation"))
    always_validates = call.name.endswith("BedrockAgentResolver")
    if always_validates or any(value not in (None, NONE, FALSE) for value in options):
        call.frame.interpreter.served.add(CONVERTING)
        return None
    return Instance(call.name, (_PLAIN,), call.frame.step(call.node))


@overlay(_HTTP + "BaseRouter.use")
def _more_serializes(call: Call) -> Value | None:
    call.frame.interpreter.has_middleware = True
    return None


@overlay(_HTTP + "ApiGatewayResolver.resolve", _HTTP + "ApiGatewayResolver.__call__")
def _resolve(call: Call) -> Value | None:
    """The registered functions are called; what the application makes of their results, its stub says."""
    opaque_decorators.serve(call.frame, call.state)
    call.frame.interpreter.resolved.add(call.node)
    application = getattr(call.function, "receiver", None)
    if isinstance(application, Instance) and _PLAIN in application.arguments:
        call.frame.interpreter.served.add(POWERTOOLS)
    return None


@forking(
    _EVENT_HANDLER + "appsync.AppSyncResolver.resolve", _EVENT_HANDLER + "appsync.AppSyncResolver.__call__"
)
def _resolve_field(call: Call, is_joined: bool) -> Paths | None:
    """Each of the registered functions may be called, with arguments out of the event; its result comes back."""
    paths: Paths = []
    for route in call.frame.interpreter.routes:
        parameters = route.function.node.params
        if route.library != _APPSYNC or scope_of(route.function.node).is_generator:
            continue
        given: dict[str, Value] = {p.name.value: JSON for p in parameters.params if p.default is None}
        arguments = Arguments((), given, further_keywords=JSON)  # of those with defaults, any may be given
        path = call.state.copy()
        paths += dispatch.invoke(call.frame, path, route.function, arguments, call.node)
    return paths or None


@overlay(_RESPONSE)
def _response(call: Call) -> Value | None:
    """A response, with its body where the resolver makes text of that."""
    content_type, body = call.argument("content_type"), call.argument("body")
    is_json = isinstance(content_type, Constant) and str(content_type.value).startswith("application/json")
    kept = (opaque(call.frame, body),) if is_json and body is not None else ()
    return Instance(_RESPONSE, kept, call.frame.step(call.node))


def route_problems(frame: Frame, state: State, result: Value) -> list[Problem]:
    """What a resolver's own encoder fails at (shared/json_encoder.py), in a response or in what becomes one."""
    found: list[Problem] = []
    for value in members(result):
        path = ""
        if isinstance(value, TupleValue) and len(value.items) == 2 and value.rest is None:
            value, path = value.items[0], "[0]"
        elif isinstance(value, Instance) and value.class_name == _RESPONSE:
            kept = value.arguments[0] if value.arguments else ANY
            value, path = to_value(frame, state, kept, cst.Pass()), ".body"
        walk = Walk(frame, state, "json", partial(_encoded, frame, state))
        found += walk_value(walk, value, path, (), 0)
    return found


def _encoded(frame: Frame, state: State, value: Value) -> Value | None:
    """What the encoder's `default` makes of a Decimal, of a model of pydantic, and of a data class."""
    order, complete = class_facts.class_of(frame, state, value)
    if instances.data_class_of(state, value) is not None:
        return copies.as_plain(frame, state, value, cst.Pass(), False, 0)
    if not complete or any(str(name).startswith("pydantic.") for name in order):
        return UNKNOWN
    return Instance("builtins.str") if {"decimal.Decimal", "_decimal.Decimal"} & set(order) else None


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
