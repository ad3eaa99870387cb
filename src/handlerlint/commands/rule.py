"""Explain one rule: what it does, why it matters, an example, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.commands.output import terminal_width, wants_color, write
from handlerlint.commands.paging import add_pager_option, write_long
from handlerlint.errors import UserError
from handlerlint.reporters.style import painter
from handlerlint.rules.catalogue import entries
from handlerlint.suggestions import did_you_mean

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint rule`."""
    parser.add_argument("code", metavar="CODE", help="a code such as HL301, or a rule's name")
    add_pager_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the page of the rule: as it is written, or on a terminal as that can show it."""
    rules = entries()
    by_name = {rule.name: rule for rule in rules.values()}
    rule = rules.get(arguments.code.upper()) or by_name.get(arguments.code.lower())
    if rule is None:
        known = [*rules, *by_name]
        raise UserError(f"unknown rule '{arguments.code}'{did_you_mean(arguments.code, known)}")
    width = terminal_width()
    if width is None:
        write(rule.page)
        return 0
    from handlerlint.commands.markdown import shown

    write_long(shown(rule.page, width, painter(wants_color())), pager=not arguments.no_pager)
    return 0
