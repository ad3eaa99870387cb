"""Who invokes a function, as SAM says it in the function itself; called by `sam_functions`."""

from __future__ import annotations

from handlerlint.functions.cloudformation.intrinsics import Resolver
from handlerlint.functions.cloudformation.template import Resource, Template
from handlerlint.functions.documents.nodes import MapNode, Node, Scalar, Unknown, as_bool
from handlerlint.functions.event_sources import Properties
from handlerlint.functions.model import ConfigurationSource, EventSource

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


def events_of(template: Template, resource: Resource) -> list[EventSource]:
    """The event sources that a function resource has under `Events` and `FunctionUrlConfig`."""
    resolver = template.resolver
    sources: list[EventSource] = []
    for node in resolver.map_of(resource.properties.get("Events")).entries.values():
        event = resolver.map_of(node)
        kind = KINDS.get(text_or_none(event.get("Type"), resolver, None) or "")
        if kind is not None:
            properties = resolver.map_of(event.get("Properties"))
            unreported = unreported_in(properties, resource)
            sources.append(EventSource(kind, _properties(kind, properties, template), unreported))
    url = resolver.resolve(resource.properties.get("FunctionUrlConfig"))
    if isinstance(url, MapNode):
        mode = text_or_none(url.get("InvokeMode"), resolver, "BUFFERED")
        sources.append(EventSource("function-url", {"payload_format_version": "2.0", "invoke_mode": mode}))
    return sources


def _properties(kind: str, node: MapNode, template: Template) -> Properties:
    resolver = template.resolver
    match kind:
        case "api":
            # Where the API has a definition of its own, that says whether it is a proxy (see `openapi`).
            return {"proxy": None if _has_own_definition(node, "RestApiId", template) else True}
        case "http-api":
            # SAM's default (samtranslator/model/eventsources/push.py, HttpApi).
            version = text_or_none(node.get("PayloadFormatVersion"), resolver, "2.0")
            if _has_own_definition(node, "ApiId", template):
                return {"proxy": None, "payload_format_version": None}
            return {"proxy": True, "payload_format_version": version}
        case "sqs" | "kinesis" | "dynamodb" | "msk" | "self-managed-kafka" | "mq" | "document-db":
            return mapping_properties(node, resolver)
        case "cognito":
            return {"triggers": texts_of(node.get("Trigger"), resolver)}
        case "event-bridge-rule" | "cloud-watch-event":
            return {"passes_event": not any(key.startswith("Input") for key in node.entries)}
        case _:
            return {}


def _has_own_definition(node: MapNode, key: str, template: Template) -> bool:
    """Whether the API that an event names is another template's, or has an OpenAPI definition."""
    reference = node.get(key)
    if reference is None:
        return False
    name = reference.get("Ref") if isinstance(reference, MapNode) else None
    api = template.resources.get(name.text) if isinstance(name, Scalar) else None
    if api is None:
        return True
    return any(api.properties.get(part) is not None for part in ("DefinitionBody", "DefinitionUri"))


def mapping_properties(node: MapNode, resolver: Resolver) -> Properties:
    """The properties of an event source mapping."""
    return {"report_batch_item_failures": reports_batch_item_failures(node, resolver)}


def unreported_in(node: MapNode, resource: Resource) -> tuple[ConfigurationSource, ...]:
    """Where an event source mapping of this resource is configured, if that says nothing of failures."""
    if "FunctionResponseTypes" in node.entries or not node.entries:
        return ()
    return (ConfigurationSource("cloudformation", resource.document.path, node.span),)


def reports_batch_item_failures(node: MapNode, resolver: Resolver) -> bool | None:
    """Whether an event source mapping expects a partial-batch response; None where that is not known."""
    types = resolver.items(node.get("FunctionResponseTypes"))
    if isinstance(types, Unknown):
        return None
    texts = [resolver.text(item) for item in types]
    if any(isinstance(text, Scalar) and text.text == "ReportBatchItemFailures" for text in texts):
        return True
    return None if any(isinstance(text, Unknown) for text in texts) else False


def texts_of(node: Node | None, resolver: Resolver) -> tuple[str, ...]:
    """The texts of a list, or one text; what is not known is left out."""
    items = resolver.items(node)
    if isinstance(items, Unknown):
        return ()
    texts = (resolver.text(item) for item in items)
    return tuple(text.text for text in texts if isinstance(text, Scalar))


def text_or_none(node: Node | None, resolver: Resolver, default: str | None) -> str | None:
    """The text of a property, `default` where it is missing, None where it is not known."""
    value = resolver.text(node)
    if value is None:
        return default
    return value.text if isinstance(value, Scalar) else None


def flag_or_none(node: Node | None, resolver: Resolver, *, default: bool) -> bool | None:
    """The truth of a property, `default` where it is missing, None where it is not known."""
    return default if node is None else as_bool(resolver.resolve(node))
