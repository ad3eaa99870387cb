"""Every row of runtime/serialization.py, through the real marshaller of awslambdaric and through `json.dumps`."""

from __future__ import annotations

import array
import collections
import contextlib
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import http
import importlib
import io
import ipaddress
import json
import math
import os
import pathlib
import re
import types
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from awslambdaric.lambda_runtime_exception import FaultException
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller
from simplejson.raw_json import RawJSON

from handlerlint.runtime.serialization import (
    AS_DICT,
    BINARY_BEGINNINGS,
    CIRCULAR,
    FAILS,
    NAMED_TUPLE,
    NESTED_TOO_DEEPLY,
    NOT_UTF_8,
    Outcome,
    Position,
    Verdict,
    client_key_message,
    dumps_error,
    json_key_message,
    judge,
    marshal_error,
    shown_class,
    utf_8_error,
    value_message,
)


class Color(enum.Enum):
    RED = 1


class Size(str, enum.Enum):
    SMALL = "small"


class Level(enum.IntEnum):
    LOW = 1


class Flags(enum.Flag):
    A = 1


class Point(NamedTuple):
    x: int
    y: int


Pair = collections.namedtuple("Pair", "a b")


class Record:
    def _asdict(self) -> dict[str, int]:
        return {"a": 1}


class Plain:
    def for_json(self) -> int:
        return 1

    def __json__(self) -> int:
        return 1


@dataclasses.dataclass(frozen=True)
class Order:
    id: int = 1


class Text(str):
    pass


class Number(int):
    pass


class Real(float):
    pass


class Items(list):  # type: ignore[type-arg]
    pass


class Mapping(dict):  # type: ignore[type-arg]
    pass


class Triple(tuple):  # type: ignore[type-arg]
    __slots__ = ()


class Money(decimal.Decimal):
    pass


class Blob(bytes):
    pass


class Moment(datetime.datetime):
    pass


def generator() -> Iterator[int]:
    yield 1


async def coroutine() -> None:
    pass


def function() -> None:
    pass


# Each value with the order of its class where that is not plain to see.
VALUES: tuple[object, ...] = (
    *(None, True, 1, 10**400, 1.5, "é\u2028", [1], (1,), {"a": 1}),
    *(Text("a"), Number(1), Real(1.5), Items([1]), Mapping(a=1), Triple((1,))),
    *(Size.SMALL, Level.LOW, http.HTTPStatus.OK, enum.IntFlag("F", "A").A),  # type: ignore[attr-defined]
    *(collections.OrderedDict(a=1), collections.defaultdict(int, a=1), collections.Counter("a")),
    *(os.stat("."), os.uname()),  # noqa: PTH116
    *(decimal.Decimal("1.10"), decimal.Decimal("1E+5"), decimal.Decimal("nan"), Money("1")),
    *(b"text", Blob(b"text"), RawJSON("{}")),
    *({1}, frozenset({1}), bytearray(b"x"), memoryview(b"x"), array.array("i", [1])),
    *(datetime.datetime(2024, 1, 1), datetime.date(2024, 1, 1), datetime.time(), datetime.timedelta(1)),
    *(Moment(2024, 1, 1), datetime.timezone.utc, uuid.UUID(int=1), Color.RED, Flags.A, 1j, pathlib.Path("a")),
    *(re.compile("a"), re.match("a", "a"), fractions.Fraction(1, 2), range(3), map(str, [1])),
    *(filter(None, [1]), zip([1], [2], strict=True), reversed([1]), enumerate([1]), iter([1]), generator()),
    *({}.keys(), {}.values(), {}.items(), collections.deque([1]), collections.ChainMap(), os.environ),
    *(collections.UserDict(), collections.UserList(), collections.UserString("a")),
    *(types.MappingProxyType({}), types.SimpleNamespace(a=1), Order(), Plain(), object()),
    *(ValueError("x"), KeyError("x"), io.StringIO(), io.BytesIO(), json, Plain, int, function, len),
    *(functools.partial(function), ipaddress.ip_address("10.0.0.1"), Ellipsis, NotImplemented),
)
KEYS: tuple[object, ...] = (
    *(None, True, 1, 1.5, "a", Text("a"), Number(1), Real(1.5), Size.SMALL, Level.LOW, http.HTTPStatus.OK),
    *(b"a", Blob(b"a")),
    *((1,), Point(1, 2), datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1), datetime.timedelta(1)),
    *(Color.RED, uuid.UUID(int=1), decimal.Decimal(1), frozenset(), pathlib.Path("a"), Order(), object()),
    *(ValueError("x"), int, 1j, fractions.Fraction(1), range(3), Record(), re.compile("a"), Flags.A),
    *(functools.partial(function), datetime.timezone.utc),
)


def order_of(value: object) -> list[str]:
    return [qualified(cls) for cls in type(value).__mro__]


def qualified(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}".replace("builtins.NoneType", "builtins.None")


@pytest.fixture(params=["AWS_Lambda_python3.11", "AWS_Lambda_python3.13"])
def marshaller(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> LambdaMarshaller:
    monkeypatch.setenv("AWS_EXECUTION_ENV", request.param)
    return LambdaMarshaller()


def client_error(marshaller: LambdaMarshaller, value: object) -> str | None:
    try:
        marshaller.marshal_response(value)
    except FaultException as error:
        return f"{error.exception_type}: {error.msg}"
    return None


def json_error(value: object) -> str | None:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def named(value: object) -> str:
    """The same in every process: the name of a test must not hold an address."""
    text = str(value)
    return type(value).__name__ if " at 0x" in text else f"{type(value).__name__} {text[:20]}"


@pytest.mark.parametrize("value", VALUES, ids=named)
def test_value(marshaller: LambdaMarshaller, value: object) -> None:
    check(marshaller, value, judge(order_of(value), Position.WHOLE), value_message(type(value).__name__))
    outcome = judge(order_of(value), Position.VALUE)
    for container in ([value], (1, value), {"a": [{"b": value}]}):
        check(marshaller, container, outcome, value_message(type(value).__name__))


@pytest.mark.parametrize("value", KEYS, ids=named)
def test_key(marshaller: LambdaMarshaller, value: object) -> None:
    name = qualified(type(value))
    for container in ({value: 1}, [{"a": {"b": 1, value: 2}}]):
        check(
            marshaller,
            container,
            judge(order_of(value), Position.KEY),
            client_key_message(type(value).__name__),
            json_key_message(name, type(value).__name__),
        )


@pytest.mark.parametrize("value", [Point(1, 2), Pair(1, 2)], ids=named)
def test_named_tuple(marshaller: LambdaMarshaller, value: Any) -> None:
    check(marshaller, value, NAMED_TUPLE, "")
    assert json.loads(json.dumps(value)) == [1, 2]
    assert json.loads(marshaller.marshal_response(value)[0]) == value._asdict()


def test_object_with_asdict(marshaller: LambdaMarshaller) -> None:
    check(marshaller, Record(), AS_DICT, value_message("Record"))
    check(marshaller, [Record()], AS_DICT, value_message("Record"))


def test_bytes_that_are_no_utf_8(marshaller: LambdaMarshaller) -> None:
    assert client_error(marshaller, b"\xff") is None
    for value in ([b"\xff"], {b"\xff": 1}):
        assert (client_error(marshaller, value) or "").startswith(marshal_error(NOT_UTF_8))


@pytest.mark.parametrize("data", [b"", b"x", b"text" * 1000, bytes(range(256))], ids=len)
@pytest.mark.parametrize(("name", "beginning"), BINARY_BEGINNINGS.items(), ids=lambda value: str(value)[:20])
def test_binary_bytes(marshaller: LambdaMarshaller, name: str, beginning: bytes, data: bytes) -> None:
    module, _, function = name.rpartition(".")
    made = getattr(importlib.import_module(module), function)(data)
    assert made.startswith(beginning)
    error = utf_8_error(beginning)
    assert error is not None
    assert client_error(marshaller, [made]) == marshal_error(error)


@pytest.mark.parametrize(
    ("qualified_name", "value"),
    [
        ("pathlib.Path", pathlib.Path("a")),
        ("pathlib.PurePath", pathlib.PurePath("a")),
        ("types.BuiltinFunctionType", len),
        ("types.CodeType", generator.__code__),
        ("types.EllipsisType", ...),
        ("types.FunctionType", function),
        ("types.GeneratorType", generator()),
        ("types.MappingProxyType", types.MappingProxyType({})),
        ("types.MethodType", Record()._asdict),
        ("types.ModuleType", json),
        ("re.Pattern", re.compile("a")),
        ("datetime.datetime", datetime.datetime(2024, 1, 1)),
    ],
)
def test_name_that_is_shown(marshaller: LambdaMarshaller, qualified_name: str, value: object) -> None:
    shown = shown_class(qualified_name, qualified_name.rpartition(".")[2])
    assert client_error(marshaller, [value]) == marshal_error(value_message(shown))
    assert json_error([value]) == dumps_error(value_message(shown))


def test_bytes_alone_are_sent_as_they_are(marshaller: LambdaMarshaller) -> None:
    assert marshaller.marshal_response(b"\xff") == (b"\xff", "application/unknown")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, decimal.Decimal("nan"), [math.nan]])
def test_what_is_no_json(marshaller: LambdaMarshaller, value: object) -> None:
    text, _ = marshaller.marshal_response(value)

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    with pytest.raises(ValueError, match=r"NaN|Infinity"):
        json.loads(text, parse_constant=refuse)


def test_circular(marshaller: LambdaMarshaller) -> None:
    mapping: dict[str, object] = {}
    mapping["self"] = [mapping]
    items: list[object] = []
    items.append(items)
    for value in (mapping, items):
        check(marshaller, value, FAILS, CIRCULAR)


def test_nested_too_deeply(marshaller: LambdaMarshaller) -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    assert (client_error(marshaller, value) or "").startswith(marshal_error(NESTED_TOO_DEEPLY))


def test_coroutine(marshaller: LambdaMarshaller) -> None:
    with contextlib.closing(coroutine()) as value:  # type: ignore[arg-type]
        check(marshaller, value, judge(order_of(value), Position.WHOLE), value_message("coroutine"))


def check(
    marshaller: LambdaMarshaller, value: object, outcome: Outcome, message: str, in_json: str | None = None
) -> None:
    expected_client = marshal_error(message) if outcome.client is Verdict.FAILS else None
    expected_json = dumps_error(in_json or message) if outcome.json is Verdict.FAILS else None
    assert client_error(marshaller, value) == expected_client
    assert json_error(value) == expected_json
