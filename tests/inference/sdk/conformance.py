"""Compares a value that botocore parsed with the shape that the table has for it. Used by these tests."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from boto3.dynamodb.types import Binary
from botocore.eventstream import EventStream
from botocore.response import StreamingBody

from handlerlint.inference.sdk import (
    EventStreamShape,
    Kind,
    ListShape,
    MapShape,
    ScalarShape,
    Shape,
    StructureShape,
)

from .versions import IS_PACKED_VERSION

_CLASSES: dict[Kind, tuple[type, ...]] = {
    Kind.STRING: (str,),
    Kind.INTEGER: (int,),
    Kind.FLOAT: (float, int),
    Kind.BOOLEAN: (bool,),
    Kind.NONE: (type(None),),
    Kind.TIMESTAMP: (datetime.datetime,),
    Kind.BYTES: (bytes,),
    Kind.RANDOM_BYTES: (bytes,),
    Kind.STREAM: (StreamingBody,),
    Kind.DYNAMODB_VALUE: (type(None), bool, str, Decimal, Binary, set, list, dict),
}


def hidden_failures(shape: Shape, value: object) -> list[str]:
    """Parts that do not serialize, where the shape says that they do (or that they are something else)."""
    return [problem.text for problem in _problems(shape, value, "") if not serializes(problem.value)]


def contradictions(shape: Shape, value: object) -> list[str]:
    """Where the value is not what the shape says."""
    return [problem.text for problem in _problems(shape, value, "")]


@dataclass(frozen=True)
class _Problem:
    text: str
    value: object


def _problems(shape: Shape, value: object, path: str) -> Iterator[_Problem]:
    match shape:
        case StructureShape():
            if not isinstance(value, dict):
                yield _Problem(f"{path}: {type(value).__name__}, not a dict", value)
                return
            members = shape.members
            for name, part in value.items():
                if name not in members:
                    if IS_PACKED_VERSION:
                        yield _Problem(f"{path}.{name}: no such member", part)
                elif part is not None:
                    yield from _problems(members[name].shape, part, f"{path}.{name}")
        case ListShape(element):
            if not isinstance(value, list):
                yield _Problem(f"{path}: {type(value).__name__}, not a list", value)
                return
            for part in value:
                if part is not None:
                    yield from _problems(element, part, f"{path}[]")
        case MapShape(element):
            if not isinstance(value, dict):
                yield _Problem(f"{path}: {type(value).__name__}, not a dict", value)
                return
            for part in value.values():
                if part is not None:
                    yield from _problems(element, part, f"{path}{{}}")
        case EventStreamShape():
            if not isinstance(value, EventStream):
                yield _Problem(f"{path}: {type(value).__name__}, no EventStream", value)
        case ScalarShape(Kind.DOCUMENT):
            if not serializes(value):
                yield _Problem(f"{path}: no JSON", value)
        case ScalarShape(kind):
            if not isinstance(value, _CLASSES[kind]):
                yield _Problem(f"{path}: {type(value).__name__}, not {kind.value}", value)


def serializes(value: object) -> bool:
    """What json.dumps says."""
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
