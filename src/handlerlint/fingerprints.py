"""What tells a finding from all others, from one run to the next: for baselines, GitLab's report and SARIF.

One stays the same when lines move, and when other functions share its handler.
"""

from __future__ import annotations

from handlerlint.findings import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Sequence

Identity = tuple[str, str, str, str]
Numbered = tuple[Identity, int]


def identity(finding: Finding) -> Identity:
    """What is said, of which file and value: code, file, place of the value, message."""
    return finding.code, finding.filename, finding.value_path or "", finding.said or finding.message


def numbered(findings: Sequence[Finding]) -> list[Numbered]:
    """The identity of each finding, with a number that counts, from 0 and down the file, those that have the same."""
    counts: dict[Identity, int] = {}
    found: list[Numbered] = [(identity(finding), 0) for finding in findings]
    for index in sorted(range(len(found)), key=lambda index: findings[index].span):
        said, _ = found[index]
        counts[said] = number = counts.get(said, -1) + 1
        found[index] = said, number
    return found


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """`numbered`, each as one hash."""
    from hashlib import sha256

    return [
        sha256("\0".join((*said, str(number))).encode("utf-8", "backslashreplace")).hexdigest()
        for said, number in numbered(findings)
    ]
