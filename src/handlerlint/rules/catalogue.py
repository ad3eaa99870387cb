"""What is said about the rules, without importing one: for `rule`, `rules` and reports.

The table is made by `tools/rule_pages.py` from the classes and their docstrings.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from handlerlint.findings import RULE_PAGE, Severity
from handlerlint.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Mapping

TABLE = Path(__file__).with_name("table.json")


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule; `summary` is one sentence, `page` its documentation in Markdown."""

    code: str
    name: str
    severity: Severity
    on_by_default: bool
    summary: str
    page: str

    @property
    def url(self) -> str:
        """Where the page is published."""
        return RULE_PAGE.format(name=self.name)


@cache
def entries() -> Mapping[str, RuleEntry]:
    """All rules by code, in the order of their codes."""
    rows = json.loads(TABLE.read_text("utf-8"))
    return {row["code"]: RuleEntry(**{**row, "severity": Severity(row["severity"])}) for row in rows}
