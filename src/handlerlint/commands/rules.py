"""List all rules with their codes, names and levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.commands.arguments import OneOf
from handlerlint.commands.output import terminal_width, wants_color
from handlerlint.commands.paging import add_pager_option, write_long
from handlerlint.reporters.folding import Cell, table
from handlerlint.reporters.style import BOLD, RED, YELLOW, Paint, painter
from handlerlint.rules.catalogue import entries

if TYPE_CHECKING:
    import argparse

    from handlerlint.rules.catalogue import RuleEntry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint rules`."""
    parser.add_argument(
        "--output-format",
        type=OneOf("format", ("text", "json")),
        default="text",
        metavar="FORMAT",
        help="text, json (default: text)",
    )
    add_pager_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    rules = list(entries().values())
    if arguments.output_format == "json":
        text = _json(rules)
    else:
        text = _table(rules, painter(wants_color()), terminal_width())
    write_long(text, pager=not arguments.no_pager)
    return 0


def _table(rules: list[RuleEntry], paint: Paint, width: int | None) -> str:
    headings = [(heading, BOLD) for heading in ("code", "name", "level", "what it finds")]
    rows: list[list[Cell]] = [[*headings], *map(_row, rules)]
    return "".join(f"{line}\n" for block in table(rows, width, paint) for line in block)


def _row(rule: RuleEntry) -> list[Cell]:
    level = (rule.severity.value, RED if rule.severity.value == "error" else YELLOW)
    off = "" if rule.on_by_default else "(off unless selected) "
    return [(rule.code, None), (rule.name, None), level, (f"{off}{rule.summary}", None)]


def _json(rules: list[RuleEntry]) -> str:
    import json

    objects = [
        {
            "code": rule.code,
            "name": rule.name,
            "severity": rule.severity.value,
            "on_by_default": rule.on_by_default,
            "url": rule.url,
        }
        for rule in rules
    ]
    return json.dumps(objects, indent=2) + "\n"
