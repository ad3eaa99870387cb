"""Recorded responses, and what differs from them later."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from handlerlint.invoke.model import Json
from handlerlint.invoke.recording import differences

from .projects import Project

ARGUMENTS = ("--handler", "app.handler", "--event", "order.json")


def changed(project: Project, before: object, after: object, *arguments: str) -> list[str]:
    """The messages about a response that was `before` when recorded and is `after` now."""
    project.write("order.json", {})
    project.write("app.py", f"def handler(event, context):\n    return {before!r}\n")
    assert project.codes("--record", *ARGUMENTS) == []
    project.write("app.py", f"def handler(event, context):\n    return {after!r}\n")
    findings = project.outcome(*ARGUMENTS, *arguments)["findings"]
    assert all(finding["code"] == "HL907" for finding in findings)
    return [finding["message"] for finding in findings]


@pytest.mark.parametrize(
    ("before", "after", "ignored"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        ({"total": 1}, {"total": 1.0}, None),
        ({"requestId": "a", "n": 1}, {"requestId": "b", "n": 1}, "$.requestId"),
        ({"items": [{"at": 1}, {"at": 2}]}, {"items": [{"at": 3}, {"at": 4}]}, "$.items[*].at"),
        ({"items": [1, 2, 3]}, {"items": [4, 5, 6]}, "$.items[*]"),
        ({"statusCode": 200, "body": '{"at": 1}'}, {"statusCode": 200, "body": '{"at": 2}'}, "$.body.at"),
        ({"a": {"at": 1}}, {"a": {"at": 2}}, "$..at"),
    ],
)
def test_what_is_no_difference(project: Project, before: object, after: object, ignored: str | None) -> None:
    arguments = ("--ignore-difference", ignored) if ignored else ()
    assert changed(project, before, after, *arguments) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"total": 3}, {"total": "3"}, '`$.total` is "3", was 3'),
        ({"ok": True}, {"ok": 1}, "`$.ok` is 1, was true"),
        ({"a": 1}, {}, "`$.a` is missing, was 1"),
        ({}, {"a b": None}, '`$["a b"]` is new: null'),
        ([1, 2], [1], "`$` has 1 items, had 2"),
        (None, [], "`$` is [], was null"),
        (
            {"statusCode": 200, "body": '{"n": 1}'},
            {"statusCode": 200, "body": '{"n": 2}'},
            "`$.body.n` is 2, was 1",
        ),
    ],
)
def test_what_is_a_difference(project: Project, before: object, after: object, said: str) -> None:
    assert changed(project, before, after) == [f"The response to the event `order` has changed: {said}"]


def test_recorded_file_stands_beside_the_event(project: Project) -> None:
    project.write("events/order.json", {})
    project.write("app.py", "def handler(event, context):\n    return {'b': 1, 'a': 'é'}\n")
    assert project.codes("--handler", "app.handler", "--record") == []
    recorded = project.folder / "events" / "order.app.handler.response.json"
    assert recorded.read_text(encoding="utf-8") == '{\n  "a": "é",\n  "b": 1\n}\n'
    assert len(project.outcome("--handler", "app.handler")["invocations"]) == 1


def test_configuration_says_what_to_ignore(project: Project) -> None:
    project.write("pyproject.toml", "[tool.handlerlint.invoke]\nignore = ['$.id']\n")
    assert changed(project, {"id": 1}, {"id": 2}) == []


def test_location_and_place_in_the_response(project: Project) -> None:
    project.write("order.json", {})
    project.write("app.py", "def handler(event, context):\n    return {'items': [{'n': 1}]}\n")
    assert project.codes("--record", *ARGUMENTS) == []
    project.write("app.py", "def handler(event, context):\n    return {'items': [{'n': 2}]}\n")
    (finding,) = project.outcome(*ARGUMENTS)["findings"]
    assert finding["value_path"] == 'return["items"][0]["n"]'
    assert (finding["filename"], finding["location"]["row"]) == ("app.py", 1)
    assert finding["related"][0]["filename"] == "order.app.handler.response.json"


def test_failures_are_not_recorded(project: Project) -> None:
    project.write("order.json", {})
    project.write("app.py", "def handler(event, context):\n    return 1 / 0\n")
    assert project.codes("--record", *ARGUMENTS) == ["HL902"]
    assert not list(project.folder.glob("*.response.json"))


def test_recorded_file_that_is_broken(project: Project) -> None:
    project.write("order.json", {})
    project.write("app.py", "def handler(event, context):\n    return 1\n")
    project.write("order.app.handler.response.json", "{")
    status, _, errors = project.run(*ARGUMENTS)
    assert status == 2
    assert "order.app.handler.response.json' cannot be read" in errors


json_values = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=3),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(json_values, json_values)
def test_there_is_a_difference_unless_the_texts_are_equal(before: Json, after: Json) -> None:
    same = json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert (not list(differences(before, after))) == same
