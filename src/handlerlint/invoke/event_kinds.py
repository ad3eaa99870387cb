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
    context = event.get("requestContext")
    match event:
        case {"type": "TOKEN" | "REQUEST"} if "methodArn" in event or "routeArn" in event:
            return ("authorizer",)
        case {"requestContext": {"elb": _}}:
            return ("alb",)
        case {"requestContext": {"connectionId": _}}:
            return ("web-socket",)
        case {"version": "2.0", "rawPath": _}:
            return ("http-api", "function-url", "api-gateway")
        case {"httpMethod": _, "resource": _} if isinstance(context, dict):
            return ("api", "api-gateway", "http-api")
        case {"awslogs": _}:
            return ("cloud-watch-logs",)
        case {"triggerSource": _, "userPoolId": _}:
            return ("cognito",)
        case {"detail-type": "Scheduled Event"}:
            return ("schedule", "schedule-v2", "event-bridge-rule", "cloud-watch-event")
        case {"detail-type": _, "source": _}:
            return ("event-bridge-rule", "cloud-watch-event")
        case {"RequestType": _, "ResponseURL": _}:
            return ("custom-resource",)
        case {"deliveryStreamArn": _, "records": _}:
            return ("firehose",)
        case {"authorizationToken": _, "requestContext": {"apiId": _, "queryString": _}}:
            return ("authorizer",)
        case {"invocationSchemaVersion": _, "tasks": _}:
            return ("s3-batch",)
    return ()
