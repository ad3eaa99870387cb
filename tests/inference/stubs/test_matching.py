"""Three-valued assignability and subclassing."""

from __future__ import annotations

import sys

import pytest

from handlerlint.inference.stubs import Answer, StubStore
from handlerlint.inference.stubs.types import (
    BYTES,
    FLOAT,
    INT,
    JSON,
    NONE,
    OBJECT,
    STR,
    UNKNOWN,
    CallableType,
    ClassObjectType,
    LiteralType,
    NamedType,
    TupleType,
    Type,
    TypeVarType,
    literal_type,
    union_of,
)


def of(name: str, *args: Type) -> NamedType:
    return NamedType(name, args)


def list_of(item: Type) -> NamedType:
    return of("builtins.list", item)


DATETIME = of("datetime.datetime")
DATE = of("datetime.date")

CASES: list[tuple[Type, Type, Answer]] = [
    (STR, INT, Answer.NO),
    (NONE, STR, Answer.NO),
    (STR, NONE, Answer.NO),
    (BYTES, STR, Answer.NO),
    (FLOAT, INT, Answer.NO),
    (list_of(STR), list_of(INT), Answer.NO),
    (list_of(union_of((STR, INT))), of("typing.Iterable", INT), Answer.NO),
    (TupleType((INT,)), TupleType((INT, INT)), Answer.NO),
    (literal_type("a"), literal_type("b"), Answer.NO),
    (literal_type(1), literal_type(True), Answer.NO),
    (INT, of("typing.Iterable", UNKNOWN), Answer.NO),
    (list_of(INT), of("typing.Hashable"), Answer.NO),
    (INT, CallableType(UNKNOWN), Answer.NO),
    (ClassObjectType(INT), ClassObjectType(STR), Answer.NO),
    (INT, TypeVarType("T", bound=STR), Answer.NO),
    (DATETIME, of("decimal.Decimal"), Answer.NO),
    (JSON, BYTES, Answer.NO),
    (UNKNOWN, STR, Answer.MAYBE),
    (OBJECT, STR, Answer.MAYBE),
    (union_of((STR, NONE)), STR, Answer.MAYBE),
    (DATE, DATETIME, Answer.MAYBE),
    (STR, literal_type("a"), Answer.MAYBE),
    (of("typing.Iterable", STR), STR, Answer.MAYBE),
    (of("builtins.list"), list_of(INT), Answer.MAYBE),
    (JSON, STR, Answer.MAYBE),
    (JSON, of("typing.Mapping", STR, UNKNOWN), Answer.MAYBE),
    (of("no.such.Class"), STR, Answer.MAYBE),
    (STR, of("no.such.Class"), Answer.MAYBE),
    (TupleType((), INT), TupleType((INT, INT)), Answer.MAYBE),
    (STR, STR, Answer.YES),
    (STR, OBJECT, Answer.YES),
    (STR, UNKNOWN, Answer.YES),
    (INT, FLOAT, Answer.YES),
    (of("builtins.bool"), INT, Answer.YES),
    (DATETIME, DATE, Answer.YES),
    (literal_type("a"), STR, Answer.YES),
    (STR, union_of((STR, NONE)), Answer.YES),
    (union_of((INT, FLOAT)), FLOAT, Answer.YES),
    (STR, of("typing.Iterable", STR), Answer.YES),
    (list_of(INT), of("typing.Sequence", FLOAT), Answer.YES),
    (TupleType((INT, STR)), of("typing.Iterable", union_of((INT, STR))), Answer.YES),
    (TupleType((INT, INT)), TupleType((), INT), Answer.YES),
    (of("collections.Counter", STR), of("typing.Mapping", STR, INT), Answer.YES),
    (of("itertools.chain", INT), of("typing.Iterable", INT), Answer.YES),
    (INT, of("typing.SupportsFloat"), Answer.YES),
    (DATETIME, of("_typeshed.SupportsDunderLT", UNKNOWN), Answer.YES),
    (ClassObjectType(INT), CallableType(UNKNOWN), Answer.YES),
    (ClassObjectType(of("builtins.bool")), ClassObjectType(INT), Answer.YES),
    (ClassObjectType(INT), of("typing.Hashable"), Answer.YES),
    (ClassObjectType(of("http.HTTPStatus")), of("typing.Iterable", of("http.HTTPStatus")), Answer.YES),
    (LiteralType("OK", "http.HTTPStatus"), INT, Answer.YES),
    (of("urllib.parse.ParseResult"), TupleType((), STR), Answer.YES),
]


@pytest.fixture(scope="module")
def store() -> StubStore:
    return StubStore(sys.version_info[:2])


@pytest.mark.parametrize(("given", "to", "expected"), CASES)
def test_assignable(store: StubStore, given: Type, to: Type, expected: Answer) -> None:
    assert store.assignable(given, to) is expected


def test_order_of_resolution_is_python_s(store: StubStore) -> None:
    import collections
    import http
    import io

    def real(class_: type) -> list[str]:
        abstract = {
            "Iterable",
            "Iterator",
            "Collection",
            "Container",
            "Sized",
            "Reversible",
            "Sequence",
            "Mapping",
        }
        return [each.__name__ for each in class_.__mro__ if each.__name__ not in abstract | {"ReprEnum"}]

    def ours(name: str) -> list[str]:
        order = [each.rpartition(".")[2] for each in store.mro(name)]
        return [each for each in order if each in real_names]

    for class_, name in (
        (http.HTTPStatus, "http.HTTPStatus"),
        (io.BytesIO, "io.BytesIO"),
        (bool, "builtins.bool"),
    ):
        real_names = real(class_)
        assert ours(name) == real_names
    real_names = ["OrderedDict", "dict", "object"]
    assert ours("collections.OrderedDict") == real_names
    assert collections.OrderedDict.__mro__[-1] is object


def test_subclasses_through_re_exports(store: StubStore) -> None:
    assert store.is_subclass("collections.abc.Mapping", "typing.Iterable")
    assert store.is_subclass("io.StringIO", "typing.TextIO")
    assert store.is_subclass("json.JSONDecodeError", "builtins.ValueError")
    assert not store.is_subclass("datetime.date", "datetime.datetime")
    assert not store.is_subclass("no.such.Class", "builtins.str")
