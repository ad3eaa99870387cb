"""One line a finding: `path:row:column: HL301 [error] message`."""

from __future__ import annotations

from handlerlint.findings import Finding, Severity
from handlerlint.reporters.report import Report, summary
from handlerlint.reporters.style import BOLD, RED, YELLOW, Paint, one_line, painter


def render(report: Report) -> str:
    """A line for each finding, and the summary."""
    paint = painter(report.colored)
    lines = [_line(finding, paint) for finding in report.findings]
    if report.with_summary:
        lines.append(summary(report))
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding, paint: Paint) -> str:
    start = finding.span.start
    style = RED if finding.severity is Severity.ERROR else YELLOW
    place = f"{paint(one_line(finding.filename), BOLD)}:{start.row}:{start.column}:"
    message = one_line(finding.message) + (" [fixable]" if finding.fix is not None else "")
    return f"{place} {paint(finding.code, style)} [{finding.severity.value}] {message}"
