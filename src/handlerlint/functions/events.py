"""Who invokes a function, as a SAM template says it under `Events`; called by `sam_functions`."""

from __future__ import annotations

from handlerlint.functions.intrinsics import Resolver, Unknown
from handlerlint.functions.model import EventSource
from handlerlint.functions.nodes import MapNode, Scalar, as_bool
from handlerlint.functions.template import Resource, Template

# SAM's event types (docs.aws.amazon.com/serverless-application-model, "EventSource") and our kinds.
KINDS = {
    "AlexaSkill": "alexa-skill",
    "Api": "api",
    "CloudWatchEvent": "cloud-watch-event",
    "CloudWatchLogs": "cloud-watch-logs",
    "Cognito": "cognito",
    "DocumentDB": "document-db",
    "DynamoDB": "dynamodb",
    "EventBridgeRule": "event-bridge-rule",
    "HttpApi": "http-api",
    "IoTRule": "iot-rule",
    "Kinesis": "kinesis",
    "MQ": "mq",
    "MSK": "msk",
    "S3": "s3",
    "SNS": "sns",
    "SQS": "sqs",
    "Schedule": "schedule",
    "ScheduleV2": "schedule-v2",
    "SelfManagedKafka": "self-managed-kafka",
}


def events_of(template: Template, resource: Resource) -> tuple[EventSource, ...]:
    """The event sources of a function resource."""
    resolver = template.resolver
    sources: list[EventSource] = []
    for node in resolver.map_of(resource.properties.get("Events")).entries.values():
        event = resolver.map_of(node)
        kind = resolver.text(event.get("Type"))
        if isinstance(kind, Scalar) and kind.text in KINDS:
            properties = resolver.map_of(event.get("Properties"))
            sources.append(EventSource(KINDS[kind.text], _properties(KINDS[kind.text], properties, resolver)))
    return tuple(sources)


def _properties(kind: str, node: MapNode, resolver: Resolver) -> dict[str, object]:
    match kind:
        case "http-api":
            version = resolver.text(node.get("PayloadFormatVersion"))
            # SAM's default (samtranslator/model/eventsources/push.py, HttpApi).
            known = version.text if isinstance(version, Scalar) else "2.0" if version is None else None
            return {"payload_format_version": known}
        case "sqs" | "kinesis" | "dynamodb":
            return {"report_batch_item_failures": reports_batch_item_failures(node, resolver)}
        case "cognito":
            return {"triggers": _texts(node, "Trigger", resolver)}
        case _:
            return {}


def reports_batch_item_failures(node: MapNode, resolver: Resolver) -> bool | None:
    """Whether an event source mapping expects a partial-batch response; None where that is not known."""
    types = resolver.items(node.get("FunctionResponseTypes"))
    if isinstance(types, Unknown):
        return None
    texts = [resolver.text(item) for item in types]
    if any(isinstance(text, Scalar) and text.text == "ReportBatchItemFailures" for text in texts):
        return True
    return None if any(isinstance(text, Unknown) for text in texts) else False


def _texts(node: MapNode, key: str, resolver: Resolver) -> tuple[str, ...]:
    items = resolver.items(node.get(key))
    if isinstance(items, Unknown):
        return ()
    texts = (resolver.text(item) for item in items)
    return tuple(text.text for text in texts if isinstance(text, Scalar))


def enabled(node: MapNode, resolver: Resolver) -> bool:
    """Whether an event source is not switched off."""
    return as_bool(resolver.resolve(node.get("Enabled"))) is not False
