"""Who invokes a function of the Serverless Framework; called by `serverless`."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.functions.documents.nodes import MapNode, Node, Scalar, Unknown, as_bool, single_key
from handlerlint.functions.event_sources import Properties, kind_of_arn
from handlerlint.functions.model import ConfigurationSource, EventSource
from handlerlint.functions.serverless.variables import Variables
from handlerlint.records import replace

# serverless.com/framework/docs/providers/aws/guide/serverless.yml, "functions: … events:".
_KINDS = {
    "activemq": "mq",
    "alb": "alb",
    "alexaSkill": "alexa-skill",
    "cloudFront": "cloud-front",
    "cloudwatchEvent": "cloud-watch-event",
    "cloudwatchLog": "cloud-watch-logs",
    "cognitoUserPool": "cognito",
    "eventBridge": "event-bridge-rule",
    "http": "api",
    "httpApi": "http-api",
    "iot": "iot-rule",
    "kafka": "self-managed-kafka",
    "msk": "msk",
    "rabbitmq": "mq",
    "s3": "s3",
    "schedule": "schedule",
    "sns": "sns",
    "sqs": "sqs",
    "websocket": "web-socket",
}


def events_of(function: MapNode, provider: MapNode, variables: Variables) -> Iterator[EventSource]:
    """The event sources under `events` and `url` of a function."""
    for item in variables.items(function.get("events")):
        resolved = variables.resolve(item)
        pair = single_key(resolved)
        if pair is not None:
            source = _event(pair[0], pair[1], provider, variables)
            if source is not None and "report_batch_item_failures" in source.properties:
                source = replace(source, unreported=_unreported(resolved, pair[1], variables))
            if source is not None:
                yield source
    url = variables.resolve(function.get("url"))
    if isinstance(url, MapNode) or as_bool(url):
        streams = isinstance(url, MapNode) and _text(url.get("invokeMode"), variables) == "RESPONSE_STREAM"
        mode = "RESPONSE_STREAM" if streams else "BUFFERED"
        yield EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": mode})


def _event(key: str, node: Node, provider: MapNode, variables: Variables) -> EventSource | None:
    """One entry of `events`; None for a kind that says nothing of the response."""
    event = variables.resolve(node)
    details = event if isinstance(event, MapNode) else MapNode()
    if key == "stream":
        return _stream(event, details, variables)
    kind = _KINDS.get(key)
    if kind is None:
        return None
    properties: Properties = {}
    match kind:
        case "api":
            integration = _text(details.get("integration"), variables) or "lambda-proxy"
            is_proxy = integration.lower().replace("_", "-") in ("lambda-proxy", "aws-proxy")
            # Nobody waits for what an asynchronous one returns (serverless.com, "Asynchronous function invocation").
            properties = {"proxy": is_proxy and details.get("async") is None}
        case "http-api":
            version = _text(variables.map_of(provider.get("httpApi")).get("payload"), variables)
            properties = {"proxy": True, "payload_format_version": version or "2.0"}
        case "web-socket":
            # `websocket: $connect`, or a mapping with `route`.
            route = event.text if isinstance(event, Scalar) else _text(details.get("route"), variables)
            properties = {"proxy": True, "route": route}
        case "sqs" | "msk" | "self-managed-kafka" | "mq":
            properties = _batch(details, variables)
        case "cognito":
            trigger = _text(details.get("trigger"), variables)
            properties = {"triggers": () if trigger is None else (trigger,)}
        case "cloud-front":
            trigger = _text(details.get("eventType"), variables)
            properties = {"triggers": () if trigger is None else (trigger,)}
        case "alb":
            multi_value = as_bool(variables.resolve(details.get("multiValueHeaders"))) or False
            properties = {"multi_value_headers": multi_value}
        case "event-bridge-rule" | "cloud-watch-event":
            properties = {"passes_event": not any(key.startswith("input") for key in details.entries)}
    return EventSource(kind, properties)


def _stream(event: Node | Unknown | None, details: MapNode, variables: Variables) -> EventSource:
    kind = _text(details.get("type"), variables)
    arn = event.text if isinstance(event, Scalar) else _text(details.get("arn"), variables)
    if kind is None and arn is not None:
        kind = kind_of_arn(arn)
    return EventSource(kind or "event-source-mapping", _batch(details, variables))


def _unreported(
    item: Node | Unknown | None, node: Node, variables: Variables
) -> tuple[ConfigurationSource, ...]:
    """Where a queue or stream is configured, if that says nothing of failures: its mapping, or its ARN alone."""
    event = variables.resolve(node)
    if isinstance(event, MapNode):
        if "arn" not in event.entries or "functionResponseType" in event.entries:
            return ()
        place, span = variables.path_of(event), event.span
    else:
        place, span = variables.path_of(item) if isinstance(item, MapNode) else None, node.span
    return () if place is None else (ConfigurationSource("serverless", place, span),)


def _batch(details: MapNode, variables: Variables) -> Properties:
    kind = variables.text(details.get("functionResponseType"))
    if isinstance(kind, Unknown):
        return {"report_batch_item_failures": None}
    return {"report_batch_item_failures": kind is not None and kind.text == "ReportBatchItemFailures"}


def authorizers_of(
    function: MapNode, provider: MapNode, variables: Variables
) -> Iterator[tuple[str, EventSource]]:
    """The names of functions that an event of this one, or the provider, uses as authorizers."""
    for item in variables.items(function.get("events")):
        pair = single_key(variables.resolve(item))
        if pair is not None and pair[0] == "http":
            authorizer = variables.resolve(variables.map_of(pair[1]).get("authorizer"))
            yield from _rest_authorizer(authorizer, variables)
    shared = variables.map_of(variables.map_of(provider.get("httpApi")).get("authorizers"))
    for node in shared.entries.values():
        details = variables.map_of(node)
        name = _text(details.get("functionName"), variables)
        if name is not None:
            simple = as_bool(variables.resolve(details.get("enableSimpleResponses"))) or False
            version = _text(details.get("payloadVersion"), variables) or "2.0"
            yield (
                name,
                EventSource(
                    "authorizer",
                    {
                        "api": "http-api",
                        "type": "REQUEST",
                        "payload_format_version": version,
                        "simple_responses": simple,
                    },
                ),
            )


def _rest_authorizer(node: Node | Unknown | None, variables: Variables) -> Iterator[tuple[str, EventSource]]:
    match node:
        case Scalar(text) if not text.startswith(("aws_iam", "arn:")):
            yield text, EventSource("authorizer", {"api": "api", "type": "TOKEN"})
        case MapNode() if (name := _text(node.get("name"), variables)) is not None and node.get(
            "arn"
        ) is None:
            kind = (_text(node.get("type"), variables) or "token").upper()
            if kind in ("TOKEN", "REQUEST"):
                yield name, EventSource("authorizer", {"api": "api", "type": kind})


def _text(node: Node | None, variables: Variables) -> str | None:
    value = variables.text(node)
    return value.text if isinstance(value, Scalar) else None
