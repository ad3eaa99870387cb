"""Ends the process that runs fixtures, and prints how often the static pass and Lambda agree, by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from . import oracle

if TYPE_CHECKING:
    from pytest import TerminalReporter

_ROW = "{:<18} {:>9} {:>11} {:>7} {:>6}"


@pytest.fixture(scope="session", autouse=True)
def child_process_ends() -> Iterator[None]:
    yield
    oracle.close()


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The confusion matrix: static against dynamic, one row a category."""
    verdicts: dict[str, dict[str, bool]] = {"returns-dynamic": {}, "returns-static": {}}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for key, value in getattr(report, "user_properties", ()):
                if key in verdicts and getattr(report, "when", "") == "call":
                    verdicts[key][value[0]] = value[1]
    dynamic, static = verdicts["returns-dynamic"], verdicts["returns-static"]
    if not dynamic:
        return
    terminalreporter.section("return values: static pass against Lambda")
    if not dynamic.keys() & static.keys():
        refused = sum(dynamic.values())
        terminalreporter.write_line(f"{len(dynamic)} fixtures ran, {refused} of them bad; no static pass yet")
        return
    _write_matrix(terminalreporter, dynamic, static)


def _write_matrix(
    terminalreporter: TerminalReporter, dynamic: dict[str, bool], static: dict[str, bool]
) -> None:
    counts: dict[str, Counter[tuple[bool, bool]]] = {}
    for name in dynamic.keys() & static.keys():
        for row in (name.partition("/")[0], "all"):
            counts.setdefault(row, Counter())[static[name], dynamic[name]] += 1
    terminalreporter.write_line(_ROW.format("category", "both bad", "false alarm", "missed", "clean"))
    for row in sorted(counts, key=lambda name: (name == "all", name)):
        count = counts[row]
        cells = (count[True, True], count[True, False], count[False, True], count[False, False])
        terminalreporter.write_line(_ROW.format(row, *cells))
