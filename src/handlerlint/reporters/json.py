"""The stable JSON: a list of objects, one a finding, with every key always there."""

from __future__ import annotations

import json

from handlerlint.findings import Edit, Finding, Fix, Related
from handlerlint.reporters.report import Report
from handlerlint.text import Location


def render(report: Report) -> str:
    """The findings as indented JSON in ASCII, so that no encoding of a pipe can break it."""
    return json.dumps([finding_object(finding) for finding in report.findings], indent=2) + "\n"


def finding_object(finding: Finding) -> dict[str, object]:
    """One finding with the keys of the documented format, in their documented order."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "filename": finding.filename,
        "location": _location(finding.span.start),
        "end_location": _location(finding.span.end),
        "functions": list(finding.functions),
        "handler": finding.handler,
        "value_path": finding.value_path,
        "runtime_error": finding.runtime_error,
        "help": finding.help,
        "url": finding.url,
        "related": [_related(related) for related in finding.related],
        "fix": None if finding.fix is None else _fix(finding.filename, finding.fix),
    }


def _location(location: Location) -> dict[str, int]:
    return {"row": location.row, "column": location.column}


def _related(related: Related) -> dict[str, object]:
    return {
        "message": related.message,
        "filename": related.filename,
        "location": _location(related.span.start),
    }


def _fix(filename: str, fix: Fix) -> dict[str, object]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        "filename": fix.filename or filename,
        "edits": [_edit(edit) for edit in fix.edits],
    }


def _edit(edit: Edit) -> dict[str, object]:
    return {
        "content": edit.content,
        "location": _location(edit.span.start),
        "end_location": _location(edit.span.end),
    }
