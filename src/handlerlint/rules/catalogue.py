"""What is said about the rules, without importing one of ours: for `rule`, `rules` and reports.

The table is made by `tools/rule_pages.py` from the classes and their docstrings; what is said of the rules of plugins
is made of theirs in the same way.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from handlerlint.extensions import installed
from handlerlint.findings import Severity
from handlerlint.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Mapping
    from typing import Protocol

    class Documented(Protocol):
        """What is said of a rule; its class itself is for those who let it check."""

        code: str
        name: str
        severity: Severity
        on_by_default: bool
        url: str | None


_PUBLISHED = "https://handlerlint.readthedocs.io/rules/{name}/"
TABLE = Path(__file__).with_name("table.json")


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule; `summary` is one sentence, `page` its documentation in Markdown.

    `url` is where that is published; None for a rule of a plugin that says nothing of it.
    """

    code: str
    name: str
    severity: Severity
    on_by_default: bool
    summary: str
    page: str
    url: str | None = None


def entries() -> Mapping[str, RuleEntry]:
    """All rules by code, in the order of their codes; those of plugins behind ours."""
    if not installed():
        return built_in()
    from importlib import import_module

    # By name, as families are: those who read the table know nothing of what rules look at.
    others: Mapping[str, Documented] = import_module("handlerlint.rules.of_plugins").plugin_rules()
    return {**built_in(), **{code: entry_of(rule) for code, rule in sorted(others.items())}}


@cache
def built_in() -> Mapping[str, RuleEntry]:
    """Our own rules by code, in the order of their codes."""
    rows = json.loads(TABLE.read_text("utf-8"))
    return {
        row["code"]: RuleEntry(
            **{**row, "severity": Severity(row["severity"])}, url=_PUBLISHED.format(name=row["name"])
        )
        for row in rows
    }


def url_of(rule: Documented) -> str | None:
    """Where the page of a rule is published: one of ours, or what its plugin says."""
    entry = built_in().get(rule.code)
    return rule.url if entry is None else entry.url


def entry_of(rule: Documented) -> RuleEntry:
    """What is said about a rule, out of its class and its docstring."""
    import inspect

    level = rule.severity.value
    state = "" if rule.on_by_default else f" Off unless selected (`--extend-select {rule.code}`)."
    body = inspect.cleandoc(rule.__doc__ or "")
    page = f"# {rule.name} ({rule.code})\n\nLevel: {level}.{state}\n\n{body}\n"
    return RuleEntry(
        rule.code, rule.name, rule.severity, rule.on_by_default, _first_sentence(body), page, rule.url
    )


def _first_sentence(body: str) -> str:
    """What a rule does, in the first sentence of its page, on one line."""
    import re

    section = body.rpartition("## What it does\n")[2] if "## What it does\n" in body else body
    sentence = re.split(r"(?<=\.)\s", " ".join(section.partition("\n\n")[0].split()), maxsplit=1)[0]
    before, colon, _ = sentence.partition(": ")
    return f"{before}." if colon and before.count("(") == before.count(")") else sentence
