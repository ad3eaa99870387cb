"""The documentation of rules, made from their docstrings: for `rule`, `rules` and the pages of docs/rules."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from handlerlint.findings import RULE_PAGE
from handlerlint.reporters.style import BOLD, CYAN, GREEN, Paint

if TYPE_CHECKING:
    from handlerlint.rules.base import Rule


def rules_by_code() -> dict[str, type[Rule]]:
    """All rules, in the order of their codes."""
    from handlerlint.rules import all_rules

    return {rule.code: rule for rule in all_rules()}


def rule_url(rule: type[Rule]) -> str:
    """Where the page is published."""
    return RULE_PAGE.format(name=rule.name)


def rule_page(rule: type[Rule]) -> str:
    """The page of one rule in Markdown."""
    level = rule.severity.value
    state = "" if rule.on_by_default else f" Off unless selected (`--extend-select {rule.code}`)."
    return f"# {rule.name} ({rule.code})\n\nLevel: {level}.{state}\n\n{_body(rule)}\n"


def first_sentence(rule: type[Rule]) -> str:
    """What the rule does, in its own first sentence, on one line."""
    section = _body(rule).partition("## What it does\n")[2].partition("\n\n")[0]
    sentence = re.split(r"(?<=\.)\s", " ".join(section.split()), maxsplit=1)[0]
    before, colon, _ = sentence.partition(": ")
    return f"{before}." if colon and before.count("(") == before.count(")") else sentence


def shown(page: str, paint: Paint) -> str:
    """The page as a terminal shows it: headings and code in colours, if there are any."""
    lines = []
    in_code = False
    for line in page.splitlines():
        if line.startswith("```"):
            in_code = not in_code
            lines.append(paint(line, CYAN))
        elif in_code:
            lines.append(paint(line, GREEN))
        else:
            lines.append(paint(line, BOLD) if line.startswith("#") else line)
    return "".join(f"{line}\n" for line in lines)


def _body(rule: type[Rule]) -> str:
    return inspect.cleandoc(rule.__doc__ or "")
