"""SARIF 2.1.0, for GitHub code scanning, Azure DevOps and editors that show static analysis."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from handlerlint import __version__
from handlerlint.findings import Finding, Fix, Related, Severity
from handlerlint.fingerprints import fingerprints
from handlerlint.reporters.report import Report, counted
from handlerlint.reporters.style import printable
from handlerlint.rules.catalogue import RuleEntry, entries
from handlerlint.text import LINE_END, Span, fitted, newline_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_SURROGATES = re.compile("[\ud800-\udfff]")
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SITE = "https://handlerlint.readthedocs.io/"

# What GitHub refuses to take more of, by its page "SARIF support for code scanning": results of a run, characters
# of a description, locations of a result, bytes of the packed file.
_MOST_RESULTS = 25_000
_MOST_CHARACTERS = 1_024
_MOST_LOCATIONS = 1_000
_MOST_BYTES = 10_000_000


def render(report: Report) -> str:
    """One run, errors first: of more than GitHub takes, the last are left out, and it is said how many."""
    findings = sorted(report.findings, key=lambda finding: finding.severity is not Severity.ERROR)
    shown = findings[:_MOST_RESULTS]
    while _is_too_large(text := _document(shown, len(findings) - len(shown), report)):
        shown = shown[: len(shown) * 3 // 4]
    return text


def _is_too_large(text: str) -> bool:
    if len(text) <= _MOST_BYTES:
        return False
    import gzip

    return len(gzip.compress(text.encode())) > _MOST_BYTES


def _document(findings: Sequence[Finding], left_out: int, report: Report) -> str:
    """The whole text; its columns count code points, as ours do."""
    rules = entries()
    indexes = {code: index for index, code in enumerate(rules)}
    driver = {
        "name": "handlerlint",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": _SITE,
        "rules": list(map(_rule, rules.values())),
    }
    results = [
        {
            **_result(finding, report),
            "ruleIndex": indexes[finding.code],
            "partialFingerprints": {"handlerlint/v2": mark},
        }
        for finding, mark in zip(findings, fingerprints(findings), strict=True)
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    if left_out:
        message = {"text": f"{counted(left_out, 'finding')} left out: GitHub takes no more"}
        notes = [{"level": "warning", "message": message}]
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notes}]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: RuleEntry) -> dict[str, object]:
    """A rule as a `reportingDescriptor` (SARIF 2.1.0, 3.49), with the properties that GitHub sorts by."""
    page = rule.page.partition("\n\n")[2]
    title = rule.name.replace("-", " ").capitalize()
    is_certain = rule.severity is Severity.ERROR
    shown: dict[str, object] = {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": (rule.summary or title)[:_MOST_CHARACTERS]},
        "help": {"text": _plain(page), "markdown": page},
        "defaultConfiguration": {"level": rule.severity.value, "enabled": rule.on_by_default},
        "properties": {
            "tags": ["aws-lambda", "python", "correctness"],
            "precision": "very-high" if is_certain else "high",
            "problem.severity": rule.severity.value if rule.on_by_default else "recommendation",
        },
    }
    return shown if rule.url is None else shown | {"helpUri": rule.url}


def _plain(page: str) -> str:
    """A page without the signs of Markdown around headings and blocks of code."""
    lines = []
    is_code = False
    for line in page.splitlines():
        if line.startswith("```"):
            is_code = not is_code
        else:
            lines.append(f"    {line}".rstrip() if is_code else re.sub("^#+ ", "", line))
    return "\n".join(lines)


def _result(finding: Finding, report: Report) -> dict[str, object]:
    """A finding as a `result` object (SARIF 2.1.0, 3.27), but for what depends on the others."""
    notes = [finding.message]
    if finding.runtime_error is not None:
        notes.append(f"In {finding.error_from.value}: {finding.runtime_error}")
    if finding.help is not None:
        notes.append(f"Help: {finding.help}")
    place = {"physicalLocation": _place(finding.filename, finding.span)}
    result: dict[str, object] = {
        "ruleId": finding.code,
        "level": finding.severity.value,
        "message": {"text": printable("\n".join(notes))},
        "locations": [place],
        "properties": {
            "functions": [printable(name) for name in finding.functions],
            "handler": None if finding.handler is None else printable(finding.handler),
            "valuePath": None if finding.value_path is None else printable(finding.value_path),
        },
    }
    related = [(item, _related(item)) for item in finding.related[: _MOST_LOCATIONS - 1]]
    if related:
        result["relatedLocations"] = [{"id": number, **at} for number, (_, at) in enumerate(related)]
    way = [{"location": at} for item, at in related if item.is_step]
    if way:
        end = {**place, "message": {"text": printable(finding.message)}}
        result["codeFlows"] = [{"threadFlows": [{"locations": [*way, {"location": end}]}]}]
    if finding.fix is not None:
        changed = finding.fix.filename or finding.filename
        result["fixes"] = [_fix(changed, finding.fix, report.text_of(changed))]
    return result


def _related(related: Related) -> dict[str, object]:
    return {
        "physicalLocation": _place(related.filename, related.span),
        "message": {"text": printable(related.message)},
    }


def _fix(filename: str, fix: Fix, text: str | None) -> dict[str, object]:
    """A fix as a `fix` object (SARIF 2.1.0, 3.55): `text` is that of the file, None if it cannot be read."""
    edits = [(edit.content, edit.span) for edit in fix.edits]
    if text is not None:
        rows, newline = LINE_END.split(text), newline_of(text)
        edits = [fitted(content, span, rows, newline) for content, span in edits]
    replacements = [
        {"deletedRegion": _region(span), "insertedContent": {"text": content}} for content, span in edits
    ]
    return {
        "description": {"text": printable(fix.message)},
        "artifactChanges": [{"artifactLocation": {"uri": _uri(filename)}, "replacements": replacements}],
    }


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
