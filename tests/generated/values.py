"""The values of the programs: those that serialize, and those that do not with what makes them values that do."""

from __future__ import annotations

from dataclasses import dataclass

from .writing import Program

GOOD = ("1", '"x"', "None", "[]", "True", '{"n": 1}', "0", '""')


@dataclass(frozen=True)
class Bad:
    """A value that does not serialize; it is true. `mended` has `{}` where the value stands."""

    expression: str
    mended: tuple[str, ...]
    type: str

    def mend(self, program: Program, place: str, certain: bool = True) -> str:
        """An expression that serializes, made from the value at `place`; it may be another value unless `certain`."""
        return program.pick(self.mended).format(place) if certain else f"str({place})"


BAD = (
    Bad("datetime(2024, 1, 2)", ("{}.isoformat()", "str({})", "{}.year"), "datetime"),
    Bad("datetime(2024, 1, 2)", ("{}.strftime('%Y')", "f'{{{}}}'", "{}.date().isoformat()"), "datetime"),
    Bad("datetime.now()", ("{}.isoformat()", "{}.timestamp()"), "datetime"),
    Bad("{1, 2}", ("sorted({})", "list({})", "len({})"), "set"),
    Bad('b"\\xff"', ("{}.hex()", "len({})"), "bytes"),
    Bad("Color.RED", ("{}.value", "{}.name", "str({})"), "Color"),
    Bad("Point(1)", ("vars({})", "{}.x", "{}.plain()"), "Point"),
    Bad("timedelta(hours=1)", ("{}.total_seconds()", "str({})"), "timedelta"),
)
#: The runtime client takes a Decimal, `json.dumps` does not.
DECIMAL = Bad('Decimal("1.5")', ("str({})", "float({})", "int({})"), "Decimal")

HEADER = """\
import json
import os
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

MISSING = object()


class Color(Enum):
    RED = "red"


class Point:
    def __init__(self, x):
        self.x = x

    def plain(self):
        return {"x": self.x}


class Box:
    def __init__(self, value):
        self.value = value


@dataclass
class Row:
    id: int
    x: object = None


def same(value):
    return value


def respond(status, payload):
    return {"statusCode": status, "payload": payload}


def send(status, payload):
    return {"statusCode": status, "body": json.dumps(payload)}
"""


def good(program: Program) -> str:
    return program.pick(GOOD)


def bad(program: Program) -> Bad:
    if program.serializer == "dumps" and program.chance(0.2):
        return DECIMAL
    return program.pick(BAD)
