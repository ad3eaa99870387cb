"""GitLab's Code Quality report: a subset of Code Climate's issues, shown in merge requests."""

from __future__ import annotations

import json

from handlerlint.findings import Finding, Severity
from handlerlint.fingerprints import fingerprints
from handlerlint.reporters.report import Report
from handlerlint.reporters.style import printable

# GitLab's levels: info, minor, major, critical, blocker.
_LEVEL = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def render(report: Report) -> str:
    """A list of issues."""
    issues = list(map(_issue, report.findings, fingerprints(report.findings)))
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str) -> dict[str, object]:
    start, end = finding.span.start, finding.span.end
    return {
        "description": printable(f"{finding.code}: {finding.message}"),
        "check_name": finding.name,
        "fingerprint": fingerprint,
        "severity": _LEVEL[finding.severity],
        "location": {
            "path": printable(finding.filename),
            "positions": {
                "begin": {"line": start.row, "column": start.column},
                "end": {"line": end.row, "column": end.column},
            },
        },
    }
