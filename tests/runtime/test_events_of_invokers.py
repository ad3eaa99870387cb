"""What is said of the events of each service holds for the sample events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest

import handlerlint.invoke.sample_events as samples
from handlerlint.runtime.contracts import Json, events
from handlerlint.runtime.contracts.events import Part, Shape

EVENTS: list[tuple[str, Shape]] = [
    ("api", events.REST_API),
    ("http-api", events.HTTP_API_2),
    ("http-api-v1", events.HTTP_API_1),
    ("function-url", events.FUNCTION_URL),
    ("alb", events.LOAD_BALANCER),
    ("alb", events.ANY_LOAD_BALANCER),
    ("alb-multi-value", events.MULTI_VALUE_LOAD_BALANCER),
    ("alb-multi-value", events.ANY_LOAD_BALANCER),
    ("web-socket", events.web_socket_message()),
    ("web-socket-connect", events.WEB_SOCKET_CONNECT),
    ("authorizer-token", events.TOKEN_AUTHORIZER),
    ("authorizer-request", events.REQUEST_AUTHORIZER),
    ("authorizer-web-socket", events.WEB_SOCKET_AUTHORIZER),
    ("authorizer-http-api", events.HTTP_AUTHORIZER_2),
    ("authorizer-http-api-v1", events.HTTP_AUTHORIZER_1),
    ("sqs", events.QUEUE),
    ("sqs-fifo", events.QUEUE),
    ("kinesis", events.DATA_STREAM),
    ("dynamodb", events.TABLE_STREAM),
    ("sns", events.TOPIC),
    ("s3", events.BUCKET),
    *((name, events.BUS) for name in samples.SAMPLES if name.startswith("event-bridge")),
    ("firehose", events.FIREHOSE),
    ("appsync-authorizer", events.APPSYNC_AUTHORIZER),
    ("s3-batch", events.S3_BATCH),
    ("cloudfront", events.edge("viewer-request")),
    ("cloudfront-response", events.edge("origin-response")),
    *(
        (name, events.COGNITO)
        for name in samples.SAMPLES
        if name.startswith("cognito-") and "sender" not in name
    ),
]


def differences(event: Json, shape: Shape, path: str = "event") -> Iterator[str]:
    """Where an event is not of a shape."""
    match shape:
        case Part.TEXT if not (isinstance(event, str) and event):
            yield f"{path} is no text"
        case Part.MESSAGE | Part.FILLED if not isinstance(event, str):
            yield f"{path} is no text"
        case Part.BODY if not isinstance(event, str) and event is not None:
            yield f"{path} is no text"
        case Part.OBJECT if not isinstance(event, dict):
            yield f"{path} is no object"
        case Part.ATTRIBUTES if isinstance(event, dict):
            for name in event:
                attribute = events.part_of(shape, [("str", name)])
                assert attribute is not None
                yield from differences(event[name], attribute, f"{path}.{name}")
        case Part.ATTRIBUTES:
            yield f"{path} is no object"
        case Part.TEXTS | Part.LISTS | Part.OBJECTS if event is not None or shape is Part.OBJECTS:
            of = {Part.TEXTS: str, Part.LISTS: list, Part.OBJECTS: dict}[shape]
            if not (isinstance(event, dict) and all(isinstance(value, of) for value in event.values())):
                yield f"{path} is no object of such values"
        case Part.NUMBER if isinstance(event, bool) or not isinstance(event, (int, float)):
            yield f"{path} is no number"
        case Part.FLAG if not isinstance(event, bool):
            yield f"{path} is no boolean"
        case str() if event != shape:
            yield f"{path} is not {shape}"
        case tuple():
            if not isinstance(event, list) or not event:
                yield f"{path} has no elements"
                return
            for element in event:
                yield from differences(element, shape[0], f"{path}[]")
        case Mapping():
            if not isinstance(event, dict):
                yield f"{path} is no object"
                return
            known = {name.rstrip("?"): part for name, part in shape.items()}
            yield from (f"{path} has {name}" for name in event if name not in known)
            yield from (f"{path} lacks {name}" for name in shape if name[-1] != "?" and name not in event)
            for name, part in known.items():
                if name in event and event[name] is None and f"{name}?" in shape and part is not Part.OPEN:
                    yield f"{path}.{name} is null"
                if name in event:
                    yield from differences(event[name], part, f"{path}.{name}")


@pytest.mark.parametrize(("name", "shape"), EVENTS)
def test_sample_events(name: str, shape: Shape) -> None:
    assert list(differences(json.loads(samples.sample_event(name).payload), shape)) == []


def test_differences_are_seen() -> None:
    event = json.loads(samples.sample_event("api").payload)
    assert "event has rawPath" in set(differences({**event, "rawPath": "/"}, events.REST_API))
    assert "event lacks version" in set(differences(event, events.HTTP_API_1))
    assert "event.path is no text" in set(differences({**event, "path": None}, events.REST_API))
