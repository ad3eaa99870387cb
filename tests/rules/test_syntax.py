"""HL001 as users meet it: the message, the place, what the runtime says."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.findings import Finding
from handlerlint.text import Location

from .examples import lint_files

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: {runtime}
"""
QUOTES = 'def handler(event, context):\n    return f"{event["id"]}"\n'


def findings(folder: Path, source: str, runtime: str = "python3.13") -> list[Finding]:
    return lint_files({"template.yaml": TEMPLATE.format(runtime=runtime), "app.py": source}, "HL001", folder)


@pytest.mark.parametrize(
    ("source", "runtime"),
    [
        ("def handler(event, context): return 1\n", "python3.8"),
        (QUOTES, "python3.12"),
        (QUOTES, "python3.13"),
        ("import helper\ndef handler(event, context): return 1\n", "python3.13"),
        ("type X = int\ndef handler(event, context): return 1\n", "python3.14"),
        ("x = t'{1}'\ndef handler(event, context): return 1\n", "python3.14"),
    ],
)
def test_silent(tmp_path: Path, source: str, runtime: str) -> None:
    (tmp_path / "helper.py").write_text("print 'python 2'\n")
    assert findings(tmp_path, source, runtime) == []


def test_too_new_for_the_runtime(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, QUOTES, "python3.11")
    assert (finding.code, finding.filename, finding.functions) == ("HL001", "app.py", ("Orders",))
    assert finding.span.start == Location(2, 12)
    assert finding.message == (
        "this is not valid in Python 3.11: f-strings that use their own quotes, or line breaks, in an expression "
        "need Python 3.12 or newer"
    )
    assert finding.runtime_error == "Runtime.UserCodeSyntaxError: Syntax error in module 'app'"
    assert finding.help == "choose a newer runtime, or use syntax that it supports"


def test_wrong_for_every_runtime(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, "def handler(event, context):\n    pass\n\nreturn 1\n")
    assert finding.span.start == Location(4, 1)
    assert finding.message == "this is not valid in Python 3.13: 'return' outside function"
    assert finding.runtime_error == (
        "Runtime.UserCodeSyntaxError: Syntax error in module 'app': 'return' outside function"
    )
    assert finding.help is None


def test_one_finding_and_nothing_else(tmp_path: Path) -> None:
    """What does not parse cannot be analysed: no second finding about a missing function."""
    assert [finding.code for finding in findings(tmp_path, "def other(:\n")] == ["HL001"]


def test_suppressed(tmp_path: Path) -> None:
    assert findings(tmp_path, "return 1  # noqa: HL001\n") == []
