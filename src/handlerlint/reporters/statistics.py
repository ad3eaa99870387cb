"""Counts for `--statistics`: how many findings there are of each rule, in place of the findings."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from handlerlint.findings import Finding, Severity
from handlerlint.reporters.report import Report
from handlerlint.reporters.style import RED, YELLOW, Paint, painter


class _Row(NamedTuple):
    finding: Finding  # the first one of its rule
    number: int
    fixable: int


def render(report: Report, output_format: str) -> str:
    """A line `count  code  name` for each rule, the most frequent first; as JSON where that is asked for."""
    counts = Counter(finding.code for finding in report.findings)
    first: dict[str, Finding] = {finding.code: finding for finding in reversed(report.findings)}
    ranking = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [_Row(first[code], count, _fixable(report, code)) for code, count in ranking]
    return _json(rows) if output_format == "json" else _table(rows, painter(report.colored))


def _json(rows: list[_Row]) -> str:
    import json

    objects = [
        {
            "code": row.finding.code,
            "name": row.finding.name,
            "severity": row.finding.severity.value,
            "count": row.number,
            "fixable": row.fixable,
        }
        for row in rows
    ]
    return json.dumps(objects, indent=2) + "\n"


def _table(rows: list[_Row], paint: Paint) -> str:
    width = max((len(str(row.number)) for row in rows), default=0)
    lines = []
    for row in rows:
        code = paint(row.finding.code, RED if row.finding.severity is Severity.ERROR else YELLOW)
        note = f" ({row.fixable} fixable)" if row.fixable else ""
        lines.append(f"{row.number:>{width}}  {code}  {row.finding.name}{note}\n")
    return "".join(lines)


def _fixable(report: Report, code: str) -> int:
    return sum(finding.fix is not None for finding in report.findings if finding.code == code)
