"""Explain one rule: what it does, why it matters, an example, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.commands.output import wants_color, write
from handlerlint.errors import UserError
from handlerlint.reporters.style import BOLD, CYAN, GREEN, Paint, painter
from handlerlint.rules.catalogue import entries
from handlerlint.suggestions import did_you_mean

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint rule`."""
    parser.add_argument("code", metavar="CODE", help="a code such as HL301, or a rule's name")


def run(arguments: argparse.Namespace) -> int:
    """Print the page of the rule."""
    rules = entries()
    by_name = {rule.name: rule for rule in rules.values()}
    rule = rules.get(arguments.code.upper()) or by_name.get(arguments.code.lower())
    if rule is None:
        known = [*rules, *by_name]
        raise UserError(f"unknown rule '{arguments.code}'{did_you_mean(arguments.code, known)}")
    write(_shown(rule.page, painter(wants_color())))
    return 0


def _shown(page: str, paint: Paint) -> str:
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
