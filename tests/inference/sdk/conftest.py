"""Lets the tests import the packing tools, and sums up the sweep through moto."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest import TerminalReporter

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))


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
