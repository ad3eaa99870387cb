"""List the sample events that `handlerlint invoke --generate` knows, or print one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlerlint.commands.output import write

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint events`."""
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="print these events as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the list, or the events, one JSON value after the other."""
    from handlerlint.invoke.sample_events import SAMPLES, sample_event

    if arguments.kinds:
        write("".join(sample_event(kind).payload.decode() for kind in arguments.kinds))
        return 0
    width = max(map(len, SAMPLES))
    write("".join(f"{name:<{width}}  {sender}\n" for name, sender in SAMPLES.items()))
    return 0
