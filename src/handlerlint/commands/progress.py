"""How far a run has come, on the terminal of a user who waits for it. Called by the commands that lint."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Callable, Iterator

_PATIENCE = 1.0  # seconds of a run before anything is shown
_BETWEEN = 0.1  # seconds between two changes
_ERASED = "\r\x1b[K"


@contextmanager
def progress(wanted: bool = True) -> Iterator[Callable[[int, int], None]]:
    """A function to be told how many handlers are checked, and of how many; what it shows is erased at the end.

    Nothing is shown of a run that takes less than a second, in CI, and where standard error is no terminal.
    """
    if not wanted or not _is_watched():
        yield lambda done, total: None
        return
    from time import monotonic

    due = monotonic() + _PATIENCE
    is_shown = False

    def show(done: int, total: int) -> None:
        nonlocal due, is_shown
        now = monotonic()
        if now < due:
            return
        due, is_shown = now + _BETWEEN, True
        _put(f"{_ERASED}{done} of {total} handlers checked")

    try:
        yield show
    finally:
        if is_shown:
            _put(_ERASED)


def _is_watched() -> bool:
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    return not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def _put(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:  # nobody looks any more: no reason to end the run
        pass
