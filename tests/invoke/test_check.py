"""`check --invoke`: static findings and those of a run in one report."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlerlint.cli import main

from .projects import Project


def findings(project: Project, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    project.write("events/order.json", {"id": 1})
    capsys.readouterr()
    main(["check", "--invoke", "--no-cache", "--handler", "app.handler", "--output-format", "json"])
    captured = capsys.readouterr()
    assert captured.err == ""
    shown: list[dict[str, Any]] = json.loads(captured.out)
    return shown


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("def handler(event, context):\n    return {'ids': {event['id']}}\n", "HL301"),
        ("def handler(event):\n    return event\n", "HL201"),
        ("def handle(event, context):\n    return event\n", "HL103"),
        ("async def handler(event, context):\n    return event\n", "HL204"),
        ("import json\ndef handler(event, context):\n    return json.dumps({1, 2})\n", "HL311"),
    ],
)
def test_static_finding_that_an_event_reproduces(
    project: Project, capsys: pytest.CaptureFixture[str], source: str, code: str
) -> None:
    project.write("app.py", source)
    (finding,) = findings(project, capsys)
    assert finding["code"] == code
    reproduced = finding["related"][-1]
    assert reproduced["message"].startswith("reproduced")


def test_event_is_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("app.py", "def handler(event, context):\n    return {1}\n")
    (finding,) = findings(project, capsys)
    assert finding["related"][-1]["message"] == "reproduced by this event"
    assert finding["related"][-1]["filename"] == "events/order.json"


def test_what_only_a_run_shows(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("app.py", "def handler(event, context):\n    return event['absent']\n")
    (finding,) = findings(project, capsys)
    assert finding["code"] == "HL902"


def test_what_no_event_reproduces(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(
        "app.py", "def handler(event, context):\n    if event['id'] > 1:\n        return {1}\n    return 1\n"
    )
    (finding,) = findings(project, capsys)
    assert finding["code"] == "HL301"
    assert not any("reproduced" in step["message"] for step in finding["related"])


def test_comment_suppresses(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.write("app.py", "def handler(event, context):\n    return event['absent']  # noqa: HL902\n")
    assert findings(project, capsys) == []
    assert project.codes("--handler", "app.handler") == []
