"""The program `handlerlint`: which command is meant, its arguments, and the exit status.

Nothing that costs is imported before the command is known: `--version` starts as fast as Python does.
"""

from __future__ import annotations

import os
import sys

from handlerlint import __version__
from handlerlint.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Sequence
    from typing import NoReturn

WRONG_USAGE = 2
INTERRUPTED = 130  # what a shell reports for a program ended by Control-C


def program() -> NoReturn:
    """The console script and `python -m handlerlint`: `main`, and the end of the process.

    It ends at once: to take apart all trees and values first, as Python does, is a fifth of a run's time. Nothing
    of ours waits for that; files are closed and processes ended by who opened them.
    """
    _collect_rarely()
    status = main()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError:  # nobody reads it any more
        pass
    os._exit(status)


def _collect_rarely() -> None:
    """Look for cycles of garbage a hundred times less often than Python does, and at first not at all.

    Trees and values live long and hold few cycles: the collector would go through all of them, again and again,
    for a seventh of a run's time. What one small file needs fits into memory anyway.
    """
    import gc

    def go_on(phase: str, info: dict[str, int]) -> None:
        gc.set_threshold(100_000, 10, 10)
        gc.callbacks.remove(go_on)

    gc.set_threshold(400_000, 10, 10)
    gc.callbacks.append(go_on)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the result is its exit status: 0 nothing found, 1 findings, 2 failed or misused."""
    try:
        status = _run(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except UserError as error:
        _complain(f"error: {error}")
        return WRONG_USAGE
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except SystemExit as leaving:  # argparse, after --help
        return leaving.code if isinstance(leaving.code, int) else WRONG_USAGE
    except BrokenPipeError:  # of `--version` and `--help`; a report is written by `commands.output`
        from handlerlint.commands.output import abandon_stdout

        abandon_stdout()
        return 0
    except Exception:
        import traceback

        traceback.print_exc()
        _complain("internal error: this is a defect of handlerlint, please report the lines above")
        return WRONG_USAGE


def _run(given: list[str]) -> int:
    """The exit status of the command line `given`. Only the module of the command that is asked for is imported."""
    if given[:1] in (["--version"], ["-V"]):
        print(f"handlerlint {__version__}")
        return 0
    from importlib import import_module

    from handlerlint.commands import COMMANDS
    from handlerlint.commands.arguments import Parser, add_verbosity
    from handlerlint.commands.output import debug_log, prepare_streams

    prepare_streams()
    named = given[0] if given and given[0] in COMMANDS else None
    command = named or "check"
    module = import_module(f"handlerlint.commands.{command}")
    parser = Parser(
        prog=f"handlerlint {named}" if named else "handlerlint",
        description=(module.__doc__ or "").partition("\n")[0],
        epilog=None if named else _overview(),
    )
    if named is None:
        parser.add_argument("-V", "--version", action="version", version=f"handlerlint {__version__}")
    module.add_arguments(parser)
    add_verbosity(parser)
    arguments = parser.parse(given[1:] if named else given)
    with debug_log(arguments.verbose):
        status: int = module.run(arguments)
    return status


def _overview() -> str:
    from handlerlint.commands import COMMANDS
    from handlerlint.commands.arguments import help_width
    from handlerlint.reporters.folding import folded

    width = help_width()
    column = max(map(len, COMMANDS)) + 4
    lines = folded(
        "commands (the first argument; `handlerlint COMMAND --help` shows the options of one):", width
    )
    for name, purpose in COMMANDS.items():
        first, *others = folded(purpose, max(20, width - column))
        lines += [f"  {name}".ljust(column) + first, *(" " * column + part for part in others)]
    lines += [
        "",
        *folded("A path that is named like a command is linted by `handlerlint check PATH`.", width),
    ]
    return "\n".join(lines)


def _complain(message: str) -> None:
    from handlerlint.commands.output import tell

    tell(message)
