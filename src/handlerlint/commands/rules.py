"""List all rules with their codes, names and levels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.commands.arguments import one_of
from handlerlint.commands.output import wants_color, write
from handlerlint.reporters.style import BOLD, DIM, RED, YELLOW, Paint, painter
from handlerlint.rules.catalogue import entries

if TYPE_CHECKING:
    import argparse

    from handlerlint.rules.catalogue import RuleEntry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint rules`."""
    parser.add_argument(
        "--output-format",
        type=one_of("format", ("text", "json")),
        default="text",
        metavar="FORMAT",
        help="text, json (default: text)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the table."""
    rules = list(entries().values())
    text = _json(rules) if arguments.output_format == "json" else _table(rules, painter(wants_color()))
    write(text)
    return 0


def _table(rules: list[RuleEntry], paint: Paint) -> str:
    width = max((len(rule.name) for rule in rules), default=0)
    lines = [paint(f"{'code':<5}  {'name':<{width}}  level    what it finds", BOLD)]
    for rule in rules:
        level = paint(f"{rule.severity.value:<7}", RED if rule.severity.value == "error" else YELLOW)
        off = "" if rule.on_by_default else paint("(off unless selected) ", DIM)
        lines.append(f"{rule.code}  {rule.name:<{width}}  {level}  {off}{rule.summary}")
    return "".join(f"{line.rstrip()}\n" for line in lines)


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
