"""SARIF 2.1.0, for GitHub code scanning, Azure DevOps and editors that show static analysis."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from handlerlint import __version__
from handlerlint.findings import Edit, Finding, Fix, Related
from handlerlint.fingerprints import fingerprints
from handlerlint.reporters.report import Report
from handlerlint.reporters.style import printable
from handlerlint.text import Span

_SURROGATES = re.compile("[\ud800-\udfff]")
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """One run; its columns count code points, as ours do."""
    codes = sorted({finding.code for finding in report.findings})
    first = {finding.code: finding for finding in reversed(report.findings)}
    run = {
        "tool": {
            "driver": {
                "name": "handlerlint",
                "version": __version__,
                "informationUri": "https://handlerlint.readthedocs.io/",
                "rules": [_rule(first[code]) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, fingerprint, codes.index(finding.code))
            for finding, fingerprint in zip(report.findings, fingerprints(report.findings), strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.code,
        "name": "".join(word.capitalize() for word in finding.name.split("-")),
        "shortDescription": {"text": finding.name.replace("-", " ").capitalize()},
        "helpUri": finding.url,
        "defaultConfiguration": {"level": finding.severity.value},
    }


def _result(finding: Finding, fingerprint: str, rule_index: int) -> dict[str, object]:
    """A finding as a `result` object (SARIF 2.1.0, 3.27); `rule_index` is the place of its rule in the list."""
    notes = [finding.message]
    if finding.runtime_error is not None:
        notes.append(f"In {finding.error_from.value}: {finding.runtime_error}")
    if finding.help is not None:
        notes.append(f"Help: {finding.help}")
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": printable("\n".join(notes))},
        "locations": [{"physicalLocation": _place(finding.filename, finding.span)}],
        "partialFingerprints": {"handlerlint/v2": fingerprint},
        "properties": {
            "functions": [printable(name) for name in finding.functions],
            "handler": None if finding.handler is None else printable(finding.handler),
            "valuePath": None if finding.value_path is None else printable(finding.value_path),
        },
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_related(related)} for number, related in enumerate(finding.related)
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.filename, finding.fix)]
    return result


def _related(related: Related) -> dict[str, object]:
    return {
        "physicalLocation": _place(related.filename, related.span),
        "message": {"text": printable(related.message)},
    }


def _fix(filename: str, fix: Fix) -> dict[str, object]:
    return {
        "description": {"text": fix.message},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(filename)},
                "replacements": [_replacement(edit) for edit in fix.edits],
            }
        ],
    }


def _replacement(edit: Edit) -> dict[str, object]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}}


def _place(filename: str, span: Span) -> dict[str, object]:
    return {"artifactLocation": {"uri": _uri(filename)}, "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.start.row,
        "startColumn": span.start.column,
        "endLine": span.end.row,
        "endColumn": span.end.column,
    }


def _uri(filename: str) -> str:
    # A name of bytes that are no UTF-8 keeps them; what else a name may hold that is no character is encoded alike.
    escapes = all("\udc80" <= character <= "\udcff" for character in _SURROGATES.findall(filename))
    name = filename.encode("utf-8", "surrogateescape" if escapes else "surrogatepass")
    if filename.startswith("/"):
        return "file://" + quote(name)
    return "file:///" + quote(name, safe="/:") if filename[1:3] == ":/" else quote(name)
