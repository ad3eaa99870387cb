"""Sums up the sweep through moto."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest import TerminalReporter


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """How often the table and json.dumps agree on what moto answered."""
    total: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            for key, value in getattr(report, "user_properties", ()):
                if key == "sdk-sweep" and getattr(report, "when", "") == "call":
                    total.update(value)
    if total:
        terminalreporter.section("SDK responses: the table against json.dumps of moto's answers")
        for words, count in sorted(total.items()):
            terminalreporter.write_line(f"{count:>6}  {words}")
