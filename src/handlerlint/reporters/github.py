"""Workflow commands of GitHub Actions: each finding becomes an annotation of the pull request."""

from __future__ import annotations

from handlerlint.findings import Finding
from handlerlint.reporters.report import Report
from handlerlint.reporters.style import printable


def render(report: Report) -> str:
    """One command a finding.

    The escapes are those of actions/toolkit, packages/core/src/command.ts; the log that shows them is a terminal.
    """
    return "".join(f"{_command(finding)}\n" for finding in report.findings)


def _command(finding: Finding) -> str:
    start, end = finding.span.start, finding.span.end
    properties = {"file": finding.filename, "line": str(start.row), "endLine": str(end.row)}
    if start.row == end.row:  # columns of an annotation over several lines are refused
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    properties["title"] = f"{finding.code} {finding.name}"
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    notes = [finding.message]
    if finding.help is not None:
        notes.append(f"help: {finding.help}")
    return f"::{finding.severity.value} {listed}::{_data(chr(10).join(notes))}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
