"""What every reporter is given: the findings, and what is needed to show them."""

from __future__ import annotations

from collections.abc import Callable

from handlerlint.findings import Finding, Severity
from handlerlint.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from handlerlint.rows import FunctionRow, InvocationRow


def _no_text(filename: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Details:
    """What else a report of a whole project shows: its name, its functions, what came of running them.

    `unchecked` is as `linter.Result` has it; `hints` are its hints, or notes on how handlers were run.
    """

    project: str
    functions: tuple[FunctionRow, ...] = ()
    invocations: tuple[InvocationRow, ...] = ()
    unchecked: tuple[tuple[str, str], ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The findings in the order in which they are shown.

    `text_of` gives the text of a file by the name that findings have for it; None if it cannot be read.
    `function_count` is the number of Lambda functions that were looked at, findings or not; `notes` say what was
    not, with numbers. `with_summary` asks the formats for people to close with a line that says both; `width` is how
    many columns the terminal has that they are shown on, None where it is none. `details` are for `html` alone.
    """

    findings: tuple[Finding, ...]
    text_of: Callable[[str], str | None] = _no_text
    function_count: int = 0
    colored: bool = False
    with_summary: bool = True
    notes: tuple[str, ...] = ()
    width: int | None = None
    details: Details | None = None


NO_FUNCTIONS = (
    "No Lambda functions found: name one with `--handler module.function`, "
    "or set the names of your handlers with `handler-names` in the configuration."
)


def summary(report: Report) -> str:
    """`2 errors and 1 warning in 12 functions; 1 fixable; 3 not resolved.`"""
    if not (report.findings or report.function_count or report.notes):
        return NO_FUNCTIONS
    return "; ".join((_counts(report), *report.notes)) + "."


def _counts(report: Report) -> str:
    functions = counted(report.function_count, "function")
    if not report.findings:
        return f"No problems in {functions}" if report.function_count else "No function was checked"
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    warnings = len(report.findings) - errors
    counts = [counted(errors, "error")] * bool(errors) + [counted(warnings, "warning")] * bool(warnings)
    fixable = sum(finding.fix is not None for finding in report.findings)
    return f"{' and '.join(counts)} in {functions}{f'; {fixable} fixable' if fixable else ''}"


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
