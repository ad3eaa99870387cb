"""What a command prints, to standard output or a file: whatever the terminal can show, whoever reads it."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.project.view import read_file
from handlerlint.reporters.style import one_line, printable

_NARROWEST = 40  # columns of a terminal that output is made for

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Callable, Iterator


def prepare_streams() -> None:
    """What a terminal's encoding does not have is shown as an escape, and is never an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def debug_log(wanted: bool) -> Iterator[None]:
    """Show the debug log on standard error inside: what is found, looked at and given up, with times."""
    if not wanted:
        yield
        return
    import logging

    class Formatter(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return printable(super().format(record))

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter("handlerlint: debug: %(relativeCreated)d ms: %(message)s"))
    logger = logging.getLogger("handlerlint")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def tell(message: str) -> None:
    """Say something of the run on standard error: one line, whatever it quotes of the user's files.

    A name with a line feed in it could pass for a line of ours, or for a command of the build server that shows it.
    """
    print(f"handlerlint: {one_line(message)}", file=sys.stderr)


def wants_color(to_file: bool = False) -> bool:
    """Whether the output is coloured: on terminals, unless NO_COLOR or FORCE_COLOR says otherwise."""
    if to_file or os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return False
    if sys.platform == "win32":
        os.system("")  # turns on escape sequences in the console
    return True


def terminal_width(to_file: bool = False) -> int | None:
    """How many columns the terminal of standard output has; None where it is none, or a file gets the output."""
    if to_file or sys.stdout is None or not sys.stdout.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")
    try:
        width = int(columns) if columns.isdecimal() else os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return None
    return max(_NARROWEST, width) if width else None


def write(text: str, output_file: str | None = None, option: str | None = None) -> None:
    """Print the text, or write it to a file as UTF-8, which `option` names. A reader that has left is no error."""
    if output_file is not None:
        _write_file(text, output_file, option or f"--output-file {output_file}")
        return
    if sys.stdout is None:  # closed by who started us
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_stdout()
    except OSError as error:
        abandon_stdout()
        raise UserError(f"standard output cannot be written: {error.strerror}") from error


def abandon_stdout() -> None:
    """Let what is still to be written go nowhere: Python flushes at its end, and would complain then."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _write_file(text: str, output_file: str, option: str) -> None:
    try:
        Path(output_file).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise UserError(f"{option}: {error.strerror}") from error


def file_reader(folder: Path) -> Callable[[str], str | None]:
    """A function that gives the text of a file by the name it has in findings, each read once."""

    @lru_cache(maxsize=64)
    def text_of(filename: str) -> str | None:
        try:
            content = read_file(folder / filename)
        except OSError:
            return None
        return _decoded(content)

    return text_of


def _decoded(content: bytes) -> str:
    """The text, by the coding cookie that Python files may have."""
    if b"coding" not in b"".join(content.split(b"\n", 2)[:2]):
        return content.decode("utf-8-sig", "replace")
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        encoding = "utf-8-sig"
    return content.decode(encoding, "replace")
