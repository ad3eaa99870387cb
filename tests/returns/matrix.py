"""Prints how often the static pass and Lambda agree on the fixtures; called by `tests/conftest.py`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest import TerminalReporter

# The names under which `test_returns.py` leaves its verdicts: [name of the fixture, whether it is bad].
DYNAMIC, STATIC = "returns-dynamic", "returns-static"
_ROW = "{:<22} {:>8} {:>11} {:>7} {:>6}"


def write_matrix(reporter: TerminalReporter) -> None:
    """The confusion matrix: static pass against Lambda, one row a category; nothing if no fixture ran."""
    verdicts: dict[str, dict[str, bool]] = {DYNAMIC: {}, STATIC: {}}
    for reports in reporter.stats.values():
        for report in reports:
            for key, value in getattr(report, "user_properties", ()):
                if key in verdicts and getattr(report, "when", "") == "call":
                    verdicts[key][value[0]] = value[1]
    dynamic, static = verdicts[DYNAMIC], verdicts[STATIC]
    if not dynamic:
        return
    reporter.section("return values: static pass against Lambda")
    if not dynamic.keys() & static.keys():
        reporter.write_line(
            f"{len(dynamic)} fixtures ran, {sum(dynamic.values())} of them bad; no static pass"
        )
        return
    counts: dict[str, Counter[tuple[bool, bool]]] = {}
    for name in dynamic.keys() & static.keys():
        for row in (name.partition("/")[0], "all"):
            counts.setdefault(row, Counter())[static[name], dynamic[name]] += 1
    reporter.write_line(_ROW.format("category", "both bad", "false alarm", "missed", "clean"))
    for row in sorted(counts, key=lambda name: (name == "all", name)):
        count = counts[row]
        cells = (count[True, True], count[True, False], count[False, True], count[False, False])
        reporter.write_line(_ROW.format(row, *cells))
