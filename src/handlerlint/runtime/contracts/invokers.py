"""Who invokes a function: what it certainly sends, and what it asks of the answer. Used by the linter, for rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from handlerlint.records import dataclass
from handlerlint.runtime.contracts import authorizers, batches, events, http, triggers
from handlerlint.runtime.contracts.model import Contract


@dataclass(frozen=True, slots=True, eq=False)
class Invoker:
    """A sender of events: their shape, and the contracts of which one holds for what it gets back."""

    event: events.Shape
    contracts: tuple[Contract, ...]


REST_API = Invoker(events.REST_API, (http.REST_API,))
HTTP_API_1 = Invoker(events.HTTP_API_1, (http.HTTP_API_1,))
HTTP_API_2 = Invoker(events.HTTP_API_2, (http.HTTP_API_2,))
FUNCTION_URL = Invoker(events.FUNCTION_URL, (http.FUNCTION_URL,))
LOAD_BALANCER = Invoker(events.LOAD_BALANCER, (http.LOAD_BALANCER,))
MULTI_VALUE_LOAD_BALANCER = Invoker(events.MULTI_VALUE_LOAD_BALANCER, (http.MULTI_VALUE_LOAD_BALANCER,))
ANY_LOAD_BALANCER = Invoker(events.ANY_LOAD_BALANCER, (http.LOAD_BALANCER, http.MULTI_VALUE_LOAD_BALANCER))
WEB_SOCKET_CONNECT = Invoker(events.WEB_SOCKET_CONNECT, (http.WEB_SOCKET_CONNECT,))
TOKEN_AUTHORIZER = Invoker(events.TOKEN_AUTHORIZER, (authorizers.REST_AUTHORIZER,))
REQUEST_AUTHORIZER = Invoker(events.REQUEST_AUTHORIZER, (authorizers.REST_AUTHORIZER,))
WEB_SOCKET_AUTHORIZER = Invoker(events.WEB_SOCKET_AUTHORIZER, (authorizers.REST_AUTHORIZER,))
HTTP_AUTHORIZER_1 = Invoker(events.HTTP_AUTHORIZER_1, (authorizers.HTTP_POLICY_AUTHORIZER,))
_SIMPLE, _POLICY = authorizers.SIMPLE_AUTHORIZER, authorizers.HTTP_POLICY_AUTHORIZER
SIMPLE_AUTHORIZER = Invoker(events.HTTP_AUTHORIZER_2, (_SIMPLE,))
POLICY_AUTHORIZER = Invoker(events.HTTP_AUTHORIZER_2, (_POLICY,))
HTTP_AUTHORIZER = Invoker(events.HTTP_AUTHORIZER_2, (_SIMPLE, _POLICY))
APPSYNC_AUTHORIZER = Invoker(events.APPSYNC_AUTHORIZER, (authorizers.APPSYNC_AUTHORIZER,))
COGNITO = Invoker(events.COGNITO, (triggers.COGNITO,))
FIREHOSE = Invoker(events.FIREHOSE, (batches.FIREHOSE,))
TOPIC = Invoker(events.TOPIC, ())
BUCKET = Invoker(events.BUCKET, ())
BUS = Invoker(events.BUS, ())
S3_BATCH = Invoker(events.S3_BATCH, (batches.S3_BATCH,))

# With ReportBatchItemFailures, and without it.
_BATCHES = {
    "sqs": (
        Invoker(events.QUEUE, (batches.QUEUE,)),
        Invoker(events.QUEUE, (batches.QUEUE_WITHOUT_REPORT,)),
    ),
    "kinesis": (
        Invoker(events.DATA_STREAM, (batches.DATA_STREAM,)),
        Invoker(events.DATA_STREAM, (batches.STREAM_WITHOUT_REPORT,)),
    ),
    "dynamodb": (
        Invoker(events.TABLE_STREAM, (batches.TABLE_STREAM,)),
        Invoker(events.TABLE_STREAM, (batches.STREAM_WITHOUT_REPORT,)),
    ),
}
_EDGE = {trigger: Invoker(events.edge(trigger), (contract,)) for trigger, contract in triggers.EDGE.items()}


_BY_FORMAT = {"1.0": HTTP_API_1, "2.0": HTTP_API_2}
_BY_HEADERS = {True: MULTI_VALUE_LOAD_BALANCER, False: LOAD_BALANCER, None: ANY_LOAD_BALANCER}


def invokers_of(kind: str, properties: Mapping[str, object]) -> Iterator[Invoker]:
    """Who certainly invokes a function that has an event source of this kind (docs/discovery.md).

    None where it is not known what it sends.
    """
    found: Invoker | None = None
    match kind:
        case "api" | "http-api" | "function-url" | "alb" | "web-socket":
            found = _requester(kind, properties)
        case "authorizer":
            found = _authorizer(properties)
        case "sqs" | "kinesis" | "dynamodb":
            reporting, silent = _BATCHES[kind]
            reports = properties.get("report_batch_item_failures")
            found = reporting if reports is True else silent if reports is False else None
        case "firehose":
            found = FIREHOSE
        case "s3-batch":
            found = S3_BATCH
        case "sns":
            found = TOPIC
        case "s3":
            found = BUCKET
        case "event-bridge-rule" | "cloud-watch-event" if properties.get("passes_event") is True:
            found = BUS
        case "cognito" if any("Sender" not in trigger for trigger in _texts(properties.get("triggers"))):
            found = COGNITO
        case "cloud-front":
            yield from (_EDGE[trigger] for trigger in _texts(properties.get("triggers")) if trigger in _EDGE)
    if found is not None:
        yield found


def _requester(kind: str, properties: Mapping[str, object]) -> Invoker | None:
    """Who sends a request by HTTP, or a message of a WebSocket, and makes a response of the answer."""
    match kind:
        case "api" if properties.get("proxy") is True:
            return REST_API
        case "http-api" if properties.get("proxy") is True:
            return _BY_FORMAT.get(str(properties.get("payload_format_version")))
        case "function-url" if properties.get("invoke_mode") == "BUFFERED":
            return FUNCTION_URL
        case "alb":
            several = properties.get("multi_value_headers")
            return _BY_HEADERS[several if isinstance(several, bool) else None]
        case "web-socket" if properties.get("proxy") is True and properties.get("route") is not None:
            return _web_socket(str(properties["route"]))
        case _:
            return None


@cache
def _web_socket(route: str) -> Invoker | None:
    """The sender of what a route is selected for; nobody is left who would hear an answer to `$disconnect`."""
    match route:
        case "$connect":
            return WEB_SOCKET_CONNECT
        case "$disconnect":
            return None
    return Invoker(events.web_socket_message(route), (http.WEB_SOCKET_MESSAGE,))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (tuple, list)) else ()


def _authorizer(properties: Mapping[str, object]) -> Invoker | None:
    """The sender of an authorizer's events; None where its format is not known."""
    match properties.get("api"), properties.get("type"), properties.get("payload_format_version"):
        case "api", "TOKEN", _:
            return TOKEN_AUTHORIZER
        case "api", "REQUEST", _:
            return REQUEST_AUTHORIZER
        case "app-sync", _, _:
            return APPSYNC_AUTHORIZER
        case "web-socket", _, _:
            return WEB_SOCKET_AUTHORIZER
        case "http-api", _, "1.0":
            return HTTP_AUTHORIZER_1
        case "http-api", _, "2.0":
            simple = properties.get("simple_responses")
            return (
                SIMPLE_AUTHORIZER
                if simple is True
                else POLICY_AUTHORIZER
                if simple is False
                else HTTP_AUTHORIZER
            )
    return None
