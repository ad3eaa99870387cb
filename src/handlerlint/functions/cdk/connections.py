"""Who invokes the functions of a Python CDK application, as calls that take them say; called by `python_apps`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from handlerlint.functions.cdk.constructs import Construct
from handlerlint.functions.cdk.evaluation import Frame, Program
from handlerlint.functions.cdk.results import Made, Symbol, Value
from handlerlint.functions.cdk.scopes import CallSite, dotted_name
from handlerlint.functions.events import Properties
from handlerlint.functions.model import EventSource

# The last part of a construct's name, and the kind of event source that it makes of the function it is given.
_TAKERS = {
    "DynamoEventSource": "dynamodb",
    "HttpLambdaAuthorizer": "authorizer",
    "HttpLambdaIntegration": "http-api",
    "KinesisEventSource": "kinesis",
    "LambdaDestination": "s3",
    "LambdaIntegration": "api",
    "LambdaInvoke": "step-functions",
    "LambdaRestApi": "api",
    "LambdaSubscription": "sns",
    "LambdaTarget": "alb",
    "ManagedKafkaEventSource": "msk",
    "Provider": "custom-resource",
    "RequestAuthorizer": "authorizer",
    "S3EventSource": "s3",
    "SnsEventSource": "sns",
    "SqsEventSource": "sqs",
    "TokenAuthorizer": "authorizer",
    "WebSocketLambdaIntegration": "web-socket",
}


def events_of(construct: Construct, program: Program) -> tuple[EventSource, ...]:
    """The event sources of a function: its `events`, and the calls in its file that name its variable."""
    sources: dict[str, EventSource] = {}

    def add(source: EventSource | None) -> None:
        if source is not None:
            sources[repr(source)] = source

    events = construct.arguments.get("events")
    for event in events if isinstance(events, list) else ():
        if isinstance(event, Made):
            add(_source(event.path, event.arguments))
    target = construct.site.target
    if target is not None:
        for site in construct.site.scope.file.calls_with(target):
            if _sees(site, construct.site, target):
                for source in _sources_at(site, target, program):
                    add(source)
    return tuple(sources.values())


def _sees(site: CallSite, made: CallSite, target: str) -> bool:
    """Whether a name means the same at a call as where the function was made."""
    if target.startswith("self."):
        return site.scope.enclosing_class is made.scope.enclosing_class
    return site.scope is made.scope


def _sources_at(site: CallSite, target: str, program: Program) -> Iterator[EventSource | None]:
    name = dotted_name(site.call.func)
    if name == f"{target}.add_event_source" and site.call.args:
        value = program.value(site.call.args[0].value, Frame(site.scope))
        if isinstance(value, Made):
            yield _source(value.path, value.arguments)
    elif name == f"{target}.add_function_url":
        yield EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": "BUFFERED"})
    elif name is not None and any(_is_named(argument.value, target) for argument in site.call.args):
        function = program.value(site.call.func, Frame(site.scope))
        if isinstance(function, Symbol) and function.path.startswith("aws_cdk."):
            yield _source(function.path, program.arguments(site.call, Frame(site.scope)))


def _is_named(node: cst.BaseExpression, target: str) -> bool:
    return dotted_name(node) == target


def _source(path: str, arguments: Mapping[str, Value]) -> EventSource | None:
    name = path.rpartition(".")[2]
    if name == "LambdaFunction":
        kind = "alb" if "elasticloadbalancing" in path else "event-bridge-rule"
        return EventSource(kind, {"multi_value_headers": False} if kind == "alb" else {})
    found = _TAKERS.get(name)
    if found is None:
        return None
    properties: Properties = {}
    match found:
        case "sqs" | "kinesis" | "dynamodb" | "msk":
            reports = arguments.get("report_batch_item_failures")
            properties = {
                "report_batch_item_failures": reports if isinstance(reports, bool) else reports is not None
            }
            if reports is not None and not isinstance(reports, bool):
                properties = {"report_batch_item_failures": None}
        case "api":
            proxy = arguments.get("proxy", True)
            # LambdaRestApi's `proxy` says whether all paths go to the function, not how it is invoked.
            properties = {
                "proxy": True if name == "LambdaRestApi" else proxy if isinstance(proxy, bool) else None
            }
        case "http-api":
            version = arguments.get("payload_format_version")
            known = "1.0" if isinstance(version, Symbol) and version.path.endswith("VERSION_1_0") else "2.0"
            properties = {"proxy": True, "payload_format_version": known}
        case "web-socket":
            properties = {"proxy": True}
        case "alb":
            properties = {"multi_value_headers": False}
        case "authorizer":
            properties = _authorizer(name, arguments)
    return EventSource(found, properties)


def _authorizer(name: str, arguments: Mapping[str, Value]) -> Properties:
    if name != "HttpLambdaAuthorizer":
        return {"api": "api", "type": "TOKEN" if name == "TokenAuthorizer" else "REQUEST"}
    types = arguments.get("response_types")
    # The default is the IAM policy (aws-apigatewayv2-authorizers, HttpLambdaResponseType).
    simple = isinstance(types, list) and any(
        isinstance(item, Symbol) and item.path.endswith("SIMPLE") for item in types
    )
    return {"api": "http-api", "type": "REQUEST", "payload_format_version": "2.0", "simple_responses": simple}
