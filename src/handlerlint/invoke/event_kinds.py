"""Which event sources an event may come from, by its shape; used by `user_events`."""

from __future__ import annotations

_BY_EVENT_SOURCE = {
    "aws:s3": ("s3",),
    "aws:sqs": ("sqs",),
    "aws:sns": ("sns",),
    "aws:dynamodb": ("dynamodb",),
    "aws:kinesis": ("kinesis",),
    "aws:ses": ("ses",),
    "aws:kafka": ("msk",),
    "SelfManagedKafka": ("self-managed-kafka",),
    "aws:mq": ("mq",),
    "aws:rmq": ("mq",),
    "aws:docdb": ("document-db",),
}

_ANY = object()
#: What an event has that only these kinds of event source send; the first that fits counts.
_BY_KEYS: tuple[tuple[dict[str, object], tuple[str, ...]], ...] = (
    ({"type": "TOKEN", "methodArn": _ANY}, ("authorizer",)),
    ({"type": "REQUEST", "methodArn": _ANY}, ("authorizer",)),
    ({"type": "REQUEST", "routeArn": _ANY}, ("authorizer",)),
    ({"requestContext": {"elb": _ANY}}, ("alb",)),
    ({"requestContext": {"connectionId": _ANY}}, ("web-socket",)),
    ({"version": "2.0", "rawPath": _ANY}, ("http-api", "function-url", "api-gateway")),
    ({"httpMethod": _ANY, "resource": _ANY, "requestContext": {}}, ("api", "api-gateway", "http-api")),
    ({"awslogs": _ANY}, ("cloud-watch-logs",)),
    ({"triggerSource": _ANY, "userPoolId": _ANY}, ("cognito",)),
    (
        {"detail-type": "Scheduled Event"},
        ("schedule", "schedule-v2", "event-bridge-rule", "cloud-watch-event"),
    ),
    ({"detail-type": _ANY, "source": _ANY}, ("event-bridge-rule", "cloud-watch-event")),
    ({"RequestType": _ANY, "ResponseURL": _ANY}, ("custom-resource",)),
    ({"deliveryStreamArn": _ANY, "records": _ANY}, ("firehose",)),
    ({"authorizationToken": _ANY, "requestContext": {"apiId": _ANY, "queryString": _ANY}}, ("authorizer",)),
    ({"invocationSchemaVersion": _ANY, "tasks": _ANY}, ("s3-batch",)),
)


def kinds_of(event: object) -> tuple[str, ...]:
    """The kinds of event sources (as in `LambdaFunction.events`) that send such events; often none is certain."""
    if not isinstance(event, dict):
        return ()
    records = event.get("Records")
    first = records[0] if isinstance(records, list) and records else event
    source = (first.get("eventSource") or first.get("EventSource")) if isinstance(first, dict) else None
    if isinstance(source, str) and source in _BY_EVENT_SOURCE:
        return _BY_EVENT_SOURCE[source]
    if isinstance(first, dict) and "cf" in first:
        return ("cloud-front",)
    return _by_keys(event)


def _by_keys(event: dict[str, object]) -> tuple[str, ...]:
    """The kinds of event source that may have sent an event, by keys that only they send; none if nothing tells."""
    return next((kinds for pattern, kinds in _BY_KEYS if _is_like(event, pattern)), ())


def _is_like(value: object, pattern: object) -> bool:
    """Whether a value has all that a pattern has."""
    if isinstance(pattern, dict) and isinstance(value, dict):
        return all(key in value and _is_like(value[key], part) for key, part in pattern.items())
    return pattern is _ANY or value == pattern
