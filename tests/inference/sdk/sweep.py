"""Calls every operation of a service in moto with made-up arguments; used by test_sweep."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.model import Shape

SECONDS_PER_OPERATION = 5
_CONFIG = Config(retries={"max_attempts": 0}, connect_timeout=1, read_timeout=1, parameter_validation=False)
_NOT_IN_MOTO = "EndpointConnectionError"


@dataclass(frozen=True)
class Answer:
    """What moto answered to an operation by its Python name."""

    operation: str
    response: dict[str, Any]


def answers(service: str) -> Iterator[Answer]:
    """The operations that moto answers; all others raise, most because what they ask for does not exist."""
    client: Any = boto3.client(service, region_name="us-east-1", config=_CONFIG)
    model = client.meta.service_model
    not_in_moto = 0
    for python_name, name in client.meta.method_to_api_mapping.items():
        input_shape = model.operation_model(name).input_shape
        arguments = made_up(input_shape) if input_shape is not None else {}
        try:
            with time_limit():
                response = getattr(client, python_name)(**arguments)
        except Exception as error:
            not_in_moto += type(error).__name__ == _NOT_IN_MOTO
            if not_in_moto > 3:
                return
            continue
        yield Answer(python_name, response)


def made_up(shape: Shape, depth: int = 0) -> Any:
    """An argument with the required members only."""
    match shape.type_name:
        case "structure":
            required = shape.required_members if depth < 6 else ()
            return {name: made_up(shape.members[name], depth + 1) for name in required}
        case "list":
            return [made_up(shape.member, depth + 1)] if depth < 6 else []
        case "map":
            return {}
        case "integer" | "long":
            return 1
        case "float" | "double":
            return 1.0
        case "boolean":
            return True
        case "timestamp":
            return "2024-01-01T00:00:00Z"
        case "blob":
            return b"data"
    return shape.enum[0] if shape.enum else "name1"


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """moto waits for containers in places."""

    def expire(*_: object) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, expire)
    signal.alarm(SECONDS_PER_OPERATION)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
