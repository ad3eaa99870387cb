"""GitLab's Code Quality report: a subset of Code Climate's issues, shown in merge requests."""

from __future__ import annotations

import json
from hashlib import sha256

from handlerlint.findings import Finding, Severity
from handlerlint.reporters.report import Report
from handlerlint.reporters.style import printable

# GitLab's levels: info, minor, major, critical, blocker.
_LEVEL = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def render(report: Report) -> str:
    """A list of issues; each has a fingerprint of its own that outlives moved lines."""
    seen: dict[str, int] = {}
    issues = []
    for finding in report.findings:
        said = "\0".join((finding.code, finding.filename, finding.value_path or "", finding.message))
        number = seen[said] = seen.get(said, -1) + 1
        issues.append(_issue(finding, f"{said}\0{number}" if number else said))
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, identity: str) -> dict[str, object]:
    start, end = finding.span.start, finding.span.end
    return {
        "description": printable(f"{finding.code}: {finding.message}"),
        "check_name": finding.name,
        "fingerprint": sha256(identity.encode("utf-8", "backslashreplace")).hexdigest(),
        "severity": _LEVEL[finding.severity],
        "location": {
            "path": printable(finding.filename),
            "positions": {
                "begin": {"line": start.row, "column": start.column},
                "end": {"line": end.row, "column": end.column},
            },
        },
    }
