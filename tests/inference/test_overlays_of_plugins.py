"""What overlays of plugins can say, as handlers see it: `handlerlint.plugins.overlays`."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.linter import lint
from handlerlint.plugins.overlays import NEVER, NONE, UNKNOWN, Call, Overlay, overlay
from handlerlint.settings import Settings

STUB = """\
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")

def {name}(first: Any = ..., *, flag: bool = ..., other: Any = ...) -> datetime: ...
class Client_{name}:
    def get(self, first: Any, flag: bool = ...) -> datetime: ...
"""
HANDLER = """\
from datetime import datetime
from plugged_library import {name} as imported, Client_{name}


def lambda_handler(event, context):
    {body}
"""


def found(folder: Path, name: str, body: str) -> list[str]:
    """The codes that a handler with this body gets, of a library with one function and one class."""
    stubs = folder / "stubs" / "plugged_library"
    stubs.mkdir(parents=True)
    (stubs / "__init__.pyi").write_text(STUB.format(name=name))
    (folder / "app.py").write_text(HANDLER.format(name=name, body=body))
    settings = Settings(
        folder,
        folder,
        (folder,),
        handlers=("app.lambda_handler",),
        stubs=(folder / "stubs",),
        ignore=("HL108",),
    )
    result = lint(settings)
    assert result.failures == ()
    return [finding.code for finding in result.findings]


def literal(call: Call) -> object:
    flag = call.literal("flag", default=True)
    return UNKNOWN if flag is UNKNOWN else 1 if flag else call.instance("datetime.datetime")


# What an overlay says, what a handler does with it, and what is found: nothing comes first.
SAID: list[tuple[Overlay, str, list[str]]] = [
    (lambda call: 1, "return imported()", []),
    (lambda call: NONE, "return imported()", []),
    (lambda call: UNKNOWN, "return imported()", []),
    (lambda call: UNKNOWN, "return {'at': datetime.now(), **imported()}['x']", []),
    (lambda call: call.json(), "return imported()['a'][0]", []),
    (lambda call: call.instance("no.such.Class"), "return imported()", []),
    (lambda call: NEVER, "imported()\n    return datetime.now()", []),
    (lambda call: call.dict({"a": 1}, more=True), "return imported().get('b')", []),
    (lambda call: call.dict({"a": 1}), "d = imported()\n    d['a'] = 2\n    return [d, imported()]", []),
    (lambda call: call.tuple([1, "x"]), "return imported()[1]", []),
    (lambda call: call.list([], rest="x"), "return [len(x) for x in imported()]", []),
    (lambda call: call.argument("other"), "return imported(datetime.now(), other='x')", []),
    (literal, "return imported()", []),
    (literal, "return imported(flag=event['flag'])", []),
    (literal, "return Client_{name}().get(1, True)", []),
    (lambda call: call.dict({"a": 1}), "imported()['b']\n    return datetime.now()", []),
    (lambda call: call.dict({"a": 1}, more=True), "imported()['b']\n    return datetime.now()", ["HL301"]),
    # The stub answers.
    (lambda call: None, "return imported()", ["HL301"]),
    (lambda call: call.argument("first"), "return imported(datetime.now())", ["HL301"]),
    (lambda call: call.argument("first"), "return Client_{name}().get(datetime.now())", ["HL301"]),
    (lambda call: call.either(1, call.instance("datetime.datetime")), "return imported()", ["HL301"]),
    (lambda call: call.dict({"a": call.list([call.instance("set")])}), "return imported()", ["HL301"]),
    (lambda call: call.dict({b"\xff": 1}), "return imported()", ["HL302"]),
    (
        lambda call: call.tuple([call.dict({"x": 1}), call.dict({"y": 2})]),
        "return imported()[1]",
        [],
    ),
    (
        lambda call: call.list([], rest=call.instance("bytearray")),
        "return [x for x in imported()]",
        ["HL301"],
    ),
    (literal, "return imported(flag=False)", ["HL301"]),
    (literal, "return Client_{name}().get(1, False)", ["HL301"]),
]


@pytest.mark.parametrize("number", range(len(SAID)))
def test_what_an_overlay_says(tmp_path: Path, number: int) -> None:
    answer, body, expected = SAID[number]
    name = f"said_{number}"
    overlay(f"plugged_library.{name}", f"plugged_library.Client_{name}.get")(answer)
    assert found(tmp_path, name, body.replace("{name}", name)) == expected


EFFECTS = [
    (
        {},
        "try:\n        imported()\n        return 1\n    except ValueError:\n        return datetime.now()",
        ["HL301"],
    ),
    (
        {"raises": False},
        "try:\n        imported()\n        return 1\n    except ValueError:\n        return datetime.now()",
        [],
    ),
    ({}, "d = {'at': datetime.now()}\n    imported(d)\n    return d", ["HL301"]),
    ({"changes_arguments": True}, "d = {'at': datetime.now()}\n    imported(d)\n    return d", []),
]


@pytest.mark.parametrize("number", range(len(EFFECTS)))
def test_what_a_call_does_besides(tmp_path: Path, number: int) -> None:
    effects, body, expected = EFFECTS[number]
    name = f"effect_{number}"
    overlay(f"plugged_library.{name}", **effects)(lambda call: 1)
    assert found(tmp_path, name, body) == expected


def test_a_name_has_one_overlay() -> None:
    overlay("plugged_library.once")(lambda call: 1)
    with pytest.raises(ValueError, match=r"there is an overlay of 'plugged_library\.once' already"):
        overlay("plugged_library.once")(lambda call: 1)
