"""The formats for programs, each read back by a parser that is not ours."""

from __future__ import annotations

import io
import json
import re

import junitparser
import pytest

from handlerlint.findings import Finding, told_once
from handlerlint.records import replace
from handlerlint.reporters import FORMATS, render
from handlerlint.reporters.statistics import render as render_statistics

from .samples import FIXABLE, SERIALIZATION, report

STRANGE = replace(
    SERIALIZATION,
    message="100% of\n\x1b[31m<values>: \N{SNOWMAN}, \udce4",
    filename="odd folder/ü,:&%.py",
    related=(),
    functions=(),
    help=None,
)
ALL = (SERIALIZATION, FIXABLE, STRANGE)

# Not UTF-8, no character at all, escape sequences in seven bits and in one, marks that turn a line round, what no
# XML may hold, what HTML and workflow commands are made of.
_EVIL = "a\udcff\ud800\x1b[2J\x9b31m\x07\u202e\u2067\u200f\u2028\ufffe\n::error::<script>'\"b"
HOSTILE = replace(
    SERIALIZATION,
    message=_EVIL,
    filename=f"{_EVIL}.py",
    functions=(_EVIL,),
    handler=_EVIL,
    value_path=_EVIL,
    runtime_error=_EVIL,
    help=_EVIL,
    related=tuple(replace(related, message=_EVIL, filename=_EVIL) for related in SERIALIZATION.related),
)


def test_json_has_exactly_the_documented_keys() -> None:
    first, second = json.loads(render("json", report(SERIALIZATION, FIXABLE)))
    assert first == {
        "code": "HL301",
        "name": "unserializable-return-value",
        "severity": "error",
        "message": 'return["created"] is a datetime',
        "filename": "src/app.py",
        "location": {"row": 12, "column": 20},
        "end_location": {"row": 12, "column": 36},
        "functions": ["CreateOrder", "GetOrder"],
        "handler": "app.lambda_handler",
        "value_path": 'return["created"]',
        "runtime_error": "Runtime.MarshalError: Unable to marshal response",
        "help": 'write order["created"].isoformat()',
        "url": first["url"],
        "related": [
            {
                "message": "load() is called here",
                "filename": "src/app.py",
                "location": {"row": 7, "column": 13},
            },
            {
                "message": "made here",
                "filename": "src/shared/store.py",
                "location": {"row": 5, "column": 24},
            },
        ],
        "fix": None,
    }
    assert first["url"].endswith("/unserializable-return-value/")
    assert list(first) == list(second)
    assert second["functions"] == []
    assert second["handler"] is second["value_path"] is second["runtime_error"] is second["help"] is None
    assert second["fix"] == {
        "applicability": "safe",
        "message": "Write 'app.handler'",
        "filename": "template.yaml",
        "edits": [
            {
                "content": "app.handler",
                "location": {"row": 3, "column": 16},
                "end_location": {"row": 3, "column": 26},
            }
        ],
    }


def test_nothing_found() -> None:
    assert json.loads(render("json", report())) == []
    assert json.loads(render("gitlab", report())) == []
    assert render("github", report()) == ""
    assert json.loads(render("sarif", report()))["runs"][0]["results"] == []
    suites = junitparser.JUnitXml.fromstring(render("junit", report()))
    assert (suites.tests, suites.failures) == (1, 0)


@pytest.mark.parametrize("output_format", FORMATS)
def test_strange_text_is_shown_by_every_format(output_format: str) -> None:
    """File names and messages may hold what no encoding has; that must not stop the report."""
    for finding in (STRANGE, HOSTILE, replace(HOSTILE, filename=f"/{_EVIL[:2]}.py")):
        text = render(output_format, report(finding))
        assert text.endswith("\n")
        assert not re.search(
            "[\x1b\x9b\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe]", text
        )
    if output_format in ("json", "sarif", "gitlab"):
        json.loads(text)
    if output_format == "junit":
        junitparser.JUnitXml.fromstring(text)
    if output_format == "github":
        assert _command(text.removesuffix("\n"))[0] == "error", "and nothing else"
    if output_format in ("sarif", "gitlab"):  # strict readers refuse half of a pair
        assert re.search(r"\\ud[89a-f]", text) is None


def test_junit() -> None:
    text = render("junit", report(*ALL))
    suites = junitparser.JUnitXml.fromfile(io.BytesIO(text.encode("utf-8", "replace")))
    assert (suites.tests, suites.failures) == (3, 3)
    by_name = {suite.name: list(suite) for suite in suites}
    assert list(by_name) == ["src/app.py", "template.yaml", "odd folder/ü,:&%.py"]
    (case,) = by_name["src/app.py"]
    assert case.name == "HL301 src/app.py:12:20"
    (failure,) = case.result
    assert failure.message == 'return["created"] is a datetime'
    assert failure.type == "error"


def _command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner of GitHub Actions reads it (ActionCommand.cs)."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert found is not None
    properties = dict(item.split("=", 1) for item in found[2].split(","))
    return found[1], {key: _unescaped(value) for key, value in properties.items()}, _unescaped(found[3])


def _unescaped(text: str) -> str:
    for escaped, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, character)
    return text


def test_github() -> None:
    lines = render("github", report(*ALL)).splitlines()
    assert [_command(line) for line in lines] == [
        (
            "error",
            {
                "file": "src/app.py",
                "line": "12",
                "endLine": "12",
                "col": "20",
                "endColumn": "36",
                "title": "HL301 unserializable-return-value",
            },
            'return["created"] is a datetime\nhelp: write order["created"].isoformat()',
        ),
        (
            "warning",
            {
                "file": "template.yaml",
                "line": "3",
                "endLine": "3",
                "col": "16",
                "endColumn": "26",
                "title": "HL103 handler-function-not-found",
            },
            "no 'handlr' in app.py: 100% sure",
        ),
        (
            "error",
            {
                "file": STRANGE.filename,
                "line": "12",
                "endLine": "12",
                "col": "20",
                "endColumn": "36",
                "title": "HL301 unserializable-return-value",
            },
            "100% of\n\N{REPLACEMENT CHARACTER}[31m<values>: \N{SNOWMAN}, \N{REPLACEMENT CHARACTER}",
        ),
    ]


def test_gitlab() -> None:
    """The keys that GitLab's documentation of the Code Quality report requires."""
    issues = json.loads(render("gitlab", report(*ALL, SERIALIZATION)))
    assert {frozenset(issue) for issue in issues} == {
        frozenset({"description", "check_name", "fingerprint", "severity", "location"})
    }
    assert issues[0]["description"] == 'HL301: return["created"] is a datetime'
    assert issues[0]["location"] == {
        "path": "src/app.py",
        "positions": {"begin": {"line": 12, "column": 20}, "end": {"line": 12, "column": 36}},
    }
    assert [issue["severity"] for issue in issues] == ["major", "minor", "major", "major"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


@pytest.mark.parametrize("output_format", ["sarif", "gitlab"])
def test_a_fingerprint_tells_a_finding_from_all_others(output_format: str) -> None:
    def of(*findings: Finding) -> list[object]:
        document = json.loads(render(output_format, report(*findings)))
        if output_format == "gitlab":
            return [issue["fingerprint"] for issue in document]
        return [result["partialFingerprints"]["handlerlint/v2"] for result in document["runs"][0]["results"]]

    (first,) = of(SERIALIZATION)
    moved = replace(SERIALIZATION, span=FIXABLE.span)
    assert of(moved) == [first]
    assert of(replace(SERIALIZATION, functions=("GetOrder", "Another"))) == [first], "of whichever functions"
    told = told_once([replace(SERIALIZATION, cause="one"), replace(SERIALIZATION, message="b", cause="one")])
    assert [finding.message for finding in told] != [SERIALIZATION.message]
    assert of(*told) == [first], "however many others there are for the same reason"
    for change in ({"code": "HL302"}, {"filename": "b.py"}, {"value_path": None}, {"message": "another"}):
        assert of(replace(SERIALIZATION, **change)) != [first]  # type: ignore[arg-type]
    second = of(SERIALIZATION, SERIALIZATION)[1]
    assert second != first
    assert of(SERIALIZATION, moved) == [second, first], "they are counted down the file, in whichever order"


def test_statistics() -> None:
    counted = report(FIXABLE, SERIALIZATION, STRANGE)
    assert render_statistics(counted, "full") == (
        "2  HL301  unserializable-return-value\n1  HL103  handler-function-not-found (1 fixable)\n"
    )
    assert json.loads(render_statistics(counted, "json")) == [
        {
            "code": "HL301",
            "name": "unserializable-return-value",
            "severity": "error",
            "count": 2,
            "fixable": 0,
        },
        {
            "code": "HL103",
            "name": "handler-function-not-found",
            "severity": "warning",
            "count": 1,
            "fixable": 1,
        },
    ]
    assert render_statistics(report(), "full") == ""
