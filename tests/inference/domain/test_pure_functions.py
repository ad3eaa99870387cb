"""Pure functions: named as the stubs name them, and raising in each supported Python what they raise in this one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import product

import pytest

from handlerlint.inference.domain import pure_functions
from handlerlint.inference.domain.pure_functions import Raised
from handlerlint.inference.stubs import StubStore
from handlerlint.inference.stubs.types import NamedType

from ...source import interpreters

STORE = StubStore((3, 13))
NAMES = sorted(pure_functions.names())

_PROGRAM = """
import base64, binascii, builtins, datetime, decimal, hashlib, hmac, html, ipaddress, json, math, re, sys, uuid
import urllib.parse
from decimal import Decimal
from uuid import UUID
results = []
for text in json.load(sys.stdin):
    try:
        eval(text)
    except Exception as error:
        results.append([cls.__name__ for cls in type(error).__mro__])
    else:
        results.append(None)
print(json.dumps(results))
"""


@pytest.mark.parametrize("name", NAMES)
def test_it_is_named_as_the_stub_names_it(name: str) -> None:
    owner, _, short = name.rpartition(".")
    assert STORE.value(name) is not None or STORE.attribute(NamedType(owner), short) is not None
    assert pure_functions.find(name) is not None


def calls(version: tuple[int, int]) -> Iterator[tuple[str, bool]]:
    """Calls of pure functions with samples of each class, and operators between them; whether each raises here."""
    values = [value for each in pure_functions.samples().values() for value in each[1:2]] + [None]
    for name in NAMES:
        if not pure_functions.same_in(name, version, is_known=True) or name in pure_functions.STANDING_IN:
            continue
        function = pure_functions.find(name)
        assert function is not None
        for given in [(), *((value,) for value in values)]:
            found = pure_functions.outcome(function, given, {})
            yield f"{name}({', '.join(map(repr, given))})", isinstance(found, Raised)
    for name, (left, right) in product(pure_functions.OPERATORS, product(values, repeat=2)):
        found = pure_functions.outcome(pure_functions.OPERATORS[name], (left, right), {})
        yield f"({left!r}) {pure_functions.SYMBOLS[name]} ({right!r})", isinstance(found, Raised)


@pytest.mark.parametrize("version", [(3, minor) for minor in range(9, 15)], ids=str)
def test_what_raises_here_raises_in_each_python(version: tuple[int, int]) -> None:
    if interpreters.interpreter(version) is None:
        pytest.skip("there is no such interpreter here")
    table = [(text, raises) for text, raises in calls(version) if raises]
    assert len(table) > 2_000
    outcomes = interpreters.run(version, _PROGRAM, [text for text, _ in table])
    assert isinstance(outcomes, list)
    fine = [text for (text, _), found in zip(table, outcomes, strict=True) if found is None]
    assert not fine, f"Python {sys.version_info[:2]} raises, {version} does not: {fine[:20]}"


@pytest.mark.parametrize(
    ("function", "given"),
    [
        ("builtins.str.ljust", ("a", 10**9)),
        ("builtins.bytes", (10**9,)),
        ("builtins.str.format", ("{:>1000000000}", 1)),
        ("builtins.range", (10**12,)),
    ],
)
def test_what_may_be_much_work_is_not_tried(function: str, given: tuple[object, ...]) -> None:
    found = pure_functions.find(function)
    assert found is not None
    assert pure_functions.outcome(found, given, {}) is None


@pytest.mark.parametrize("text", ["%1000000000d", "%*d", "%.9999f"])
def test_no_wide_format_is_tried(text: str) -> None:
    assert pure_functions.outcome(pure_functions.OPERATORS["Modulo"], (text, 1), {}) is None


def test_a_class_raises_only_where_each_sample_does() -> None:
    join, samples = str.join, pure_functions.samples()
    assert pure_functions.raised(join, [(",",), samples["builtins.list"]]) is None
    refused = pure_functions.raised(join, [(",",), samples["builtins.int"]])
    assert refused is not None
    assert re.search("iterable", str(refused))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_certain_of_arguments_that_are_not_known(name: str) -> None:
    function = pure_functions.find(name)
    assert function is not None
    for count in range(1, 4):
        error = pure_functions.raised(function, [pure_functions.anything()] * count)
        assert error is None or re.search("argument|expected", str(error)), "but for how many there are"


def test_an_argument_that_is_not_known_does_not_matter_where_each_gives_the_same_error() -> None:
    texts, anything = pure_functions.samples()["builtins.str"], pure_functions.anything()
    new = pure_functions.find("hmac.new")
    assert new is not None
    assert str(pure_functions.raised(new, [texts, anything, anything])).startswith("key: expected bytes")
    assert pure_functions.raised(new, [anything, texts, anything]) is None
    assert pure_functions.raised(new, [texts, anything, anything], ["msg", "digestmod"]) is not None
    assert pure_functions.raised(new, [anything], ["key"]) is None


@pytest.mark.parametrize(
    "text", ["%s", "%d", "%c", "%r", "%a", "%5.1f", "%x", "%e", "%i", "%o", "%G", "%-5s"]
)
def test_what_may_be_formatted_takes_each_conversion(text: str) -> None:
    given = pure_functions.Formattable()
    assert not isinstance(pure_functions.outcome(str.__mod__, (text, (given,)), {}), Raised)
    assert isinstance(pure_functions.outcome(str.__mod__, (text, (given, given)), {}), Raised)
