"""Text that is longer than the screen goes through a pager, as that of git does. Called by commands that explain."""

from __future__ import annotations

import os
import sys

from handlerlint.commands.output import write

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    import argparse

# As git sets them: colours are shown, what fits the screen is just printed, and the screen is left as it is.
_VARIABLES = {"LESS": "FRX", "LV": "-c"}
_NOT_RUN = (126, 127)  # what a shell ends with where it cannot run a command, or there is none of that name


def add_pager_option(parser: argparse._ActionsContainer) -> None:
    """`--no-pager`, of every command that prints by `write_long`."""
    parser.add_argument(
        "--no-pager", action="store_true", help="print everything at once, also on a terminal"
    )


def write_long(text: str, *, pager: bool) -> None:
    """Print the text, through a pager if that is wanted and the terminal's screen is smaller."""
    command = _pager() if pager and _is_longer_than_screen(text) else None
    if command is None or not _paged(text, command):
        write(text)


def _is_longer_than_screen(text: str) -> bool:
    if sys.stdout is None or not (sys.stdout.isatty() and sys.stdin is not None and sys.stdin.isatty()):
        return False
    try:
        rows = os.get_terminal_size(sys.stdout.fileno()).lines
    except OSError:
        return False
    return 0 < rows <= text.count("\n")


def _pager() -> str | None:
    """The command line of the user's pager; None where there is none."""
    import shutil

    command = os.environ.get("PAGER", "less" if shutil.which("less") else "")
    return None if command.strip() in ("", "cat") or os.environ.get("TERM") == "dumb" else command


def _paged(text: str, command: str) -> bool:
    """Show the text in the pager until the user leaves it; false if there is no such program."""
    import signal
    import subprocess

    process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env={**_VARIABLES, **os.environ})
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Control-C is the pager's, not ours
    try:
        process.communicate(
            text.encode(sys.stdout.encoding, "backslashreplace")
        )  # may be left before the end
    finally:
        signal.signal(signal.SIGINT, handler)
    return process.returncode not in _NOT_RUN
