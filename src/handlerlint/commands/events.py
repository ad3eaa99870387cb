"""List the sample events that `handlerlint invoke --generate` knows, or print one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.commands.output import terminal_width, write
from handlerlint.commands.paging import add_pager_option, write_long
from handlerlint.reporters.folding import table
from handlerlint.reporters.style import painter

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint events`."""
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help="print this event as JSON; several as an array"
    )
    add_pager_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the list, an event as JSON, or several as a JSON array."""
    from handlerlint.invoke.sample_events import SAMPLES, sample_event

    events = [sample_event(kind).payload.decode() for kind in arguments.kinds]
    if events:
        write(events[0] if len(events) == 1 else _array(events))
        return 0
    rows = [[(name, None), (sender, None)] for name, sender in SAMPLES.items()]
    blocks = table(rows, terminal_width(), painter(False))
    write_long("".join(f"{line}\n" for block in blocks for line in block), pager=not arguments.no_pager)
    return 0


def _array(events: list[str]) -> str:
    """One JSON value, whoever reads it: the events as they are, indented."""
    import json

    return json.dumps([json.loads(event) for event in events], indent=2) + "\n"
