"""Run the language server, which editors start: it reads from standard input and writes to standard output."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from handlerlint.errors import MissingExtra

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `handlerlint server`."""
    parser.add_argument(
        "--stdio", action="store_true", help="talk over standard input and output (the default)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until the client ends the session."""
    from importlib.util import find_spec

    if find_spec("pygls") is None:
        raise MissingExtra("the language server needs pygls", "lsp")
    from handlerlint.server.server import made

    # Whatever else is printed must not get between the messages.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr
    made().start_io(sys.stdin.buffer, output)
    return 0
