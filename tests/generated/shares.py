"""Prints what came of the generated handlers: how many fail, and how many of those are found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest import TerminalReporter

PROPERTY = "generated handlers"
#: What the runs of a program came to, and what was said of it.
FOUND, MISSED, SILENT, FALSE = "fails, found", "fails, missed", "right, silent", "right, false error"
NOT_JUDGED = "not judged: too many runs"


def write_shares(reporter: TerminalReporter) -> None:
    """The sums over all chunks of the run."""
    total: Counter[str] = Counter()
    for reports in reporter.stats.values():
        for report in reports:
            for key, value in getattr(report, "user_properties", ()):
                if key == PROPERTY and getattr(report, "when", "") == "call":
                    total.update(value)
    if not total:
        return
    reporter.section("generated handlers: what runs came to, and what was said")
    for words, count in sorted(total.items()):
        reporter.write_line(f"{count:>6}  {words}")
    failing, right = total[FOUND] + total[MISSED], total[SILENT] + total[FALSE]
    if failing and right:
        found, false = total[FOUND] / failing, total[FALSE] / right
        reporter.write_line(
            f"{found:.1%} of those that fail are found; {false:.1%} of the others get a false error"
        )
