"""Puts static findings and those of a run into one list: what an event reproduces says so. Used by `commands`."""

from __future__ import annotations

from collections.abc import Sequence

from handlerlint.findings import Finding, Related
from handlerlint.records import replace

_EVENT_FILE = "with this event"  # how `diagnosis` names the step


def combined(static: Sequence[Finding], dynamic: Sequence[Finding]) -> tuple[Finding, ...]:
    """All findings. One of a run that says what a static one has said is only named there."""
    findings = list(static)
    left: list[Finding] = []
    for seen in dynamic:
        told = [index for index, finding in enumerate(findings) if _reproduces(seen, finding)]
        for index in told:
            findings[index] = _reproduced(findings[index], seen)
        if not told:
            left.append(seen)
    return tuple(sorted((*findings, *left), key=lambda shown: (shown.filename, shown.span, shown.code)))


def _reproduces(seen: Finding, finding: Finding) -> bool:
    """Whether a run shows what a static finding says: the same error of the same function, or the same line."""
    if set(seen.functions).isdisjoint(finding.functions):
        return False
    if seen.runtime_error is not None and _error(seen) == _error(finding):
        return True
    same_file = seen.filename == finding.filename
    span = finding.around or finding.span
    rows = range(span.start.row, span.end.row + 1)
    return (
        same_file and seen.code == "HL902" and seen.span.start.row in rows and _kind(seen) == _kind(finding)
    )


def _error(finding: Finding) -> str | None:
    return None if finding.runtime_error is None else " ".join(finding.runtime_error.split())


def _kind(finding: Finding) -> str | None:
    """The type of the error: `TypeError` of `TypeError: …`."""
    return None if finding.runtime_error is None else finding.runtime_error.partition(":")[0]


def _reproduced(finding: Finding, seen: Finding) -> Finding:
    files = [step for step in seen.related if step.message == _EVENT_FILE]
    steps = [Related("reproduced by this event", step.filename, step.span) for step in files]
    if not steps:
        steps = [Related(f"reproduced: {seen.message}", seen.filename, seen.span)]
    return replace(finding, related=(*finding.related, *steps))
