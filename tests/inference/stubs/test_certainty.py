"""Which answers are certain: what may be a JSON value after all, and what is certainly absent."""

from __future__ import annotations

import sys

import pytest

from handlerlint.inference.stubs import StubStore
from handlerlint.inference.stubs.model import StubClass
from handlerlint.inference.stubs.types import (
    JSON,
    NONE,
    STR,
    UNKNOWN,
    LiteralType,
    ModuleType,
    NamedType,
    TupleType,
    union_of,
)

from .conftest import MakeStore


@pytest.fixture(scope="module")
def store() -> StubStore:
    return StubStore(sys.version_info[:2])


@pytest.mark.parametrize(
    "name",
    [
        "builtins.object",
        "builtins.str",
        "builtins.dict",
        "builtins.bool",
        "collections.OrderedDict",
        "collections.Counter",
        "http.HTTPStatus",
        "enum.IntEnum",
        "enum.Enum",
        "typing.Mapping",
        "typing.MutableMapping",
        "typing.Sequence",
        "typing.Iterable",
        "typing.Sized",
        "typing.Hashable",
        "os.stat_result",
        "urllib.parse.ParseResult",
        "numpy.float64",
        "bson.int64.Int64",
        "no.such.Class",
        "handlerlint_types.Json",
        "pydantic.HttpUrl",
    ],
)
def test_may_be_a_json_value(store: StubStore, name: str) -> None:
    assert not store.is_concrete(NamedType(name))


@pytest.mark.parametrize(
    "name",
    [
        "builtins.set",
        "builtins.complex",
        "builtins.range",
        "builtins.BaseException",
        "builtins.memoryview",
        "datetime.datetime",
        "datetime.tzinfo",
        "decimal.Decimal",
        "uuid.UUID",
        "pathlib.Path",
        "re.Pattern",
        "types.SimpleNamespace",
        "types.MappingProxyType",
        "types.CoroutineType",
        "typing.Iterator",
        "typing.Generator",
        "typing.Awaitable",
        "collections.deque",
        "collections.UserDict",
        "os._Environ",
        "_io.BytesIO",
        "requests.models.Response",
        "numpy.int64",
        "pandas.Timestamp",
    ],
)
def test_is_certainly_no_json_value(store: StubStore, name: str) -> None:
    assert store.is_concrete(NamedType(name))


def test_no_json_class_derives_from_what_is_certainly_none(store: StubStore) -> None:
    derived = {
        ancestor
        for name in (
            "enum",
            "http",
            "urllib.parse",
            "os",
            "time",
            "sys",
            "logging.config",
            "importlib.metadata",
        )
        for member in dict(store.module(name).members).values()  # type: ignore[union-attr]
        if isinstance(member, StubClass)
        and not {"builtins.int", "builtins.str", "builtins.tuple"}.isdisjoint(
            order := store.mro(member.qualname)
        )
        for ancestor in order
        if not ancestor.startswith(("typing.", "builtins."))
    }
    assert len(derived) > 30
    assert {name for name in derived if store.is_concrete(NamedType(name))} == set()


def test_of_a_union_every_member_counts_but_none(store: StubStore) -> None:
    match = NamedType("re.Match", (STR,))
    assert store.is_concrete(union_of((match, NONE)))
    assert not store.is_concrete(union_of((match, STR)))
    for type_ in (NONE, UNKNOWN, JSON, TupleType((match,)), LiteralType("OK", "http.HTTPStatus")):
        assert not store.is_concrete(type_)


def test_classes_of_the_user_are_judged_alike(make_store: MakeStore) -> None:
    store = make_store(
        lib="from abc import ABC, abstractmethod\nfrom typing import Any, Protocol, TypedDict, NamedTuple\n"
        "from nowhere import Base\n"
        "class Plain: ...\nclass Abstract(ABC):\n    @abstractmethod\n    def f(self) -> int: ...\n"
        "class Shape(Protocol):\n    x: int\nclass Unknown(Base): ...\nclass Anything(Any): ...\n"
        "class Movie(TypedDict):\n    title: str\nclass Point(NamedTuple):\n    x: int\nclass Rows(list[int]): ...\n"
    )
    concrete = {
        name
        for name in ("Plain", "Abstract", "Shape", "Unknown", "Anything", "Movie", "Point", "Rows")
        if store.is_concrete(NamedType(f"lib.{name}"))
    }
    assert concrete == {"Plain", "Abstract"}


def test_absence_is_certain_only_where_the_stub_is_complete(store: StubStore, make_store: MakeStore) -> None:
    assert store.attribute(NamedType("datetime.datetime"), "no_such") is None
    assert store.attribute(NamedType("datetime.datetime"), "_asdict") is None
    assert store.attribute(ModuleType("datetime"), "no_such") is None
    # Private names of modules, and all that our own stubs leave out.
    assert store.attribute(ModuleType("datetime"), "_private") == UNKNOWN
    assert store.attribute(ModuleType("requests"), "no_such") == UNKNOWN
    assert store.attribute(NamedType("requests.models.Response"), "no_such") == UNKNOWN
    assert store.attribute(ModuleType("no_such_module"), "x") == UNKNOWN
    assert store.attribute(NamedType("no.such.Class"), "x") == UNKNOWN
    assert store.attribute(NamedType("types.SimpleNamespace"), "x") == UNKNOWN
    open_class = make_store(
        lib="from nowhere import Base\nclass A(Base): ...\ndef __getattr__(name: str): ...\n"
    )
    assert open_class.attribute(NamedType("lib.A"), "x") == UNKNOWN
    assert open_class.attribute(ModuleType("lib"), "x") == UNKNOWN


def test_of_a_union_the_members_that_have_it_answer(store: StubStore) -> None:
    match_or_none = union_of((NamedType("re.Match", (STR,)), NONE))
    assert store.attribute(match_or_none, "string") == STR
    assert store.attribute(match_or_none, "no_such") is None
