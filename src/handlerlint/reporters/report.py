"""What every reporter is given: the findings, and what is needed to show them."""

from __future__ import annotations

from collections.abc import Callable

from handlerlint.findings import Finding, Severity
from handlerlint.records import dataclass


def _no_text(filename: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Report:
    """The findings in the order in which they are shown.

    `text_of` gives the text of a file by the name that findings have for it; None if it cannot be read.
    `function_count` is the number of Lambda functions that were looked at, findings or not.
    `with_summary` asks the formats for people to close with a line that counts.
    """

    findings: tuple[Finding, ...]
    text_of: Callable[[str], str | None] = _no_text
    function_count: int = 0
    colored: bool = False
    with_summary: bool = True


def summary(report: Report) -> str:
    """`2 errors and 1 warning in 12 functions; 1 fixable.`"""
    functions = _counted(report.function_count, "function")
    if not report.findings:
        return f"No problems in {functions}." if report.function_count else "No Lambda functions found."
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    warnings = len(report.findings) - errors
    counts = [_counted(errors, "error")] * bool(errors) + [_counted(warnings, "warning")] * bool(warnings)
    fixable = sum(finding.fix is not None for finding in report.findings)
    return f"{' and '.join(counts)} in {functions}{f'; {fixable} fixable' if fixable else ''}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
