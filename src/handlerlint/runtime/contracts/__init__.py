"""What the services that invoke functions ask of a response, as data. Used by the dynamic mode (HL908).

Only what is certain to fail, or to be lost: each clause names the page of AWS or the observation that it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlerlint.runtime.contracts import authorizers, batches, http, triggers
from handlerlint.runtime.contracts.model import (
    Certainty,
    Clause,
    Contract,
    Flaw,
    Json,
    Known,
    KnownJson,
)

__all__ = [
    "Certainty",
    "Clause",
    "Contract",
    "Flaw",
    "Json",
    "Known",
    "KnownJson",
    "contracts_for",
    "flaws_of",
]

_NOTHING_KNOWN: Mapping[str, object] = {}


def flaws_of(
    contracts: tuple[Contract, ...], response: Known, event: Json
) -> tuple[Contract, tuple[Flaw, ...]] | None:
    """The first contract and its flaws where all of those that may hold have some; else None."""
    found = [(contract, contract.flaws(response, event)) for contract in contracts]
    return found[0] if found and all(flaws for _, flaws in found) else None


def contracts_for(
    event: Json, kind: str | None = None, properties: Mapping[str, object] = _NOTHING_KNOWN
) -> tuple[Contract, ...]:
    """The contracts of which one holds for the response to an event; empty where there may be none.

    `kind` and `properties` are those of the event source it came from (docs/discovery.md); without them the
    event's own shape decides. A property that is None is not known.
    """
    if not isinstance(event, dict) or properties.get("proxy", True) is False:
        return ()
    records = event.get("Records")
    if isinstance(records, list):
        first = records[0] if records else None
        return _for_records(first, properties) if isinstance(first, dict) else ()
    if kind is not None and properties.get("invoke_mode", "BUFFERED") != "BUFFERED":
        return ()
    return _for_event(event, kind, properties)


# With ReportBatchItemFailures, and without it.
_BATCHES = {
    "aws:sqs": (batches.QUEUE, batches.QUEUE_WITHOUT_REPORT),
    "aws:kinesis": (batches.DATA_STREAM, batches.STREAM_WITHOUT_REPORT),
    "aws:dynamodb": (batches.TABLE_STREAM, batches.STREAM_WITHOUT_REPORT),
}


def _for_records(first: dict[str, Json], properties: Mapping[str, object]) -> tuple[Contract, ...]:
    match first:
        case {"cf": {"config": {"eventType": str(trigger)}}} if trigger in triggers.EDGE:
            return (triggers.EDGE[trigger],)
        case {"eventSource": str(source)} if source in _BATCHES:
            reporting, silent = _BATCHES[source]
            match properties.get("report_batch_item_failures"):
                case True:
                    return (reporting,)
                case False:
                    return (silent,)
    return ()


def _for_event(
    event: dict[str, Json], kind: str | None, properties: Mapping[str, object]
) -> tuple[Contract, ...]:
    """The contracts of an event by keys that only one service sends; of what several send, `kind` decides."""
    match event:
        case {"type": "TOKEN" | "REQUEST"} if "methodArn" in event or "routeArn" in event:
            return _for_authorizer(event, properties)
        case {"authorizationToken": _, "requestContext": {"apiId": _, "queryString": _}}:
            return (authorizers.APPSYNC_AUTHORIZER,)
        case {"requestContext": {"elb": _}}:
            is_multi = "multiValueHeaders" in event
            return (http.MULTI_VALUE_LOAD_BALANCER if is_multi else http.LOAD_BALANCER,)
        case {"requestContext": {"connectionId": _, **context}}:
            # After a disconnect nobody is left who would hear an answer.
            return _WEB_SOCKET.get(str(context.get("eventType")), ())
        case {"version": "2.0", "rawPath": _} | {"httpMethod": _, "requestContext": dict()}:
            return _for_request(event, kind)
        case {"triggerSource": str(trigger), "userPoolId": _}:
            return () if trigger.startswith("Custom") and "Sender" in trigger else (triggers.COGNITO,)
        case {"deliveryStreamArn": _, "records": [{"recordId": _, "data": _}, *_]}:
            return (batches.FIREHOSE,)
        case {"invocationSchemaVersion": "1.0" | "2.0", "tasks": [*_]}:
            return (batches.S3_BATCH,)
    return ()


#: By the kind of event of a WebSocket API.
_WEB_SOCKET: Mapping[str, tuple[Contract, ...]] = {
    "CONNECT": (http.WEB_SOCKET_CONNECT,),
    "MESSAGE": (http.WEB_SOCKET_MESSAGE,),
}


def _for_request(event: dict[str, Json], kind: str | None) -> tuple[Contract, ...]:
    """The contracts of a request by HTTP, by the version of its format."""
    if event.get("version") == "2.0" and "rawPath" in event:
        return _for_format_2(event, kind)
    if event.get("version") == "1.0":
        return (http.HTTP_API_1,)
    return (http.REST_API,) if "resource" in event and kind != "http-api" else ()


def _for_format_2(event: dict[str, Json], kind: str | None) -> tuple[Contract, ...]:
    """Function URLs send the same events as HTTP APIs: the host's name tells them apart."""
    context = event.get("requestContext")
    domain = context.get("domainName") if isinstance(context, dict) else None
    if kind == "function-url" or (isinstance(domain, str) and ".lambda-url." in domain):
        return (http.FUNCTION_URL,)
    if kind == "http-api" or (isinstance(domain, str) and ".execute-api." in domain):
        return (http.HTTP_API_2,)
    return http.HTTP_API_2, http.FUNCTION_URL


def _for_authorizer(event: dict[str, Json], properties: Mapping[str, object]) -> tuple[Contract, ...]:
    if event.get("version") == "1.0":
        return (authorizers.HTTP_POLICY_AUTHORIZER,)
    if "routeArn" not in event:
        return (authorizers.REST_AUTHORIZER,)
    match properties.get("simple_responses"):
        case True:
            return (authorizers.SIMPLE_AUTHORIZER,)
        case False:
            return (authorizers.HTTP_POLICY_AUTHORIZER,)
    return authorizers.SIMPLE_AUTHORIZER, authorizers.HTTP_POLICY_AUTHORIZER
