"""`check --watch`: the report anew whenever a file changes, of what the change concerns only. Called by `check`."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.commands.output import write
from handlerlint.errors import MissingExtra, UserError
from handlerlint.project.view import real_path
from handlerlint.project.walking import SKIPPED_FOLDERS
from handlerlint.reporters.style import one_line
from handlerlint.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from handlerlint.linter import Result
    from handlerlint.settings import Settings

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_CONFIGURATION = frozenset({"handlerlint.toml", "pyproject.toml"})
_PATIENCE = 500  # milliseconds, after which the user's Control-C is looked for
_WAIT = 100  # milliseconds without a change, before it is looked at


def watch(
    read: Callable[[], Settings],
    report: Callable[[Settings, Result], str],
    *,
    jobs: int,
    written: Collection[str] = (),
) -> int:
    """Report now and after each change, until the user ends it; a configuration that changes is read anew.

    `written` are the real paths of files that `report` writes: they change by that, and not by the user.
    """
    if find_spec("watchfiles") is None:
        raise MissingExtra("--watch needs watchfiles", "watch")
    settings = read()
    workspace = Workspace(settings)
    roots = tuple(dict.fromkeys((settings.project_root, *settings.paths)))
    with suppress(KeyboardInterrupt):
        for names in _changes(roots, written):
            if any(Path(name).name in _CONFIGURATION for name in names):
                try:
                    settings = read()
                except UserError as error:
                    _draw(f"handlerlint: error: {one_line(str(error))}\n")
                    continue
                workspace = Workspace(settings)
            _show(settings, workspace, report, jobs)
    return 0


def _changes(roots: tuple[Path, ...], written: Collection[str]) -> Iterator[set[str]]:
    """The files that have changed, whenever some have; none the first time, when files are watched already."""
    from watchfiles import watch as changes_in

    def is_wanted(change: object, name: str) -> bool:
        return _concerns_us(name) and real_path(name) not in written

    is_first = True
    # It also yields where nothing has changed, so that no change is missed between the first report and the rest.
    for changes in changes_in(
        *roots, watch_filter=is_wanted, debounce=_WAIT, rust_timeout=_PATIENCE, yield_on_timeout=True
    ):
        if changes or is_first:
            yield {name for _, name in changes}
        is_first = False


def _show(
    settings: Settings, workspace: Workspace, report: Callable[[Settings, Result], str], jobs: int
) -> None:
    start = time.perf_counter()
    result = workspace.lint(jobs=jobs)
    text = report(settings, result)
    took = (time.perf_counter() - start) * 1000
    _draw(f"{text}\nWatching for changes ({time.strftime('%H:%M:%S')}, {took:.0f} ms). Control-C ends it.\n")


def _draw(text: str) -> None:
    """The screen anew on a terminal; elsewhere one report after the other."""
    write((_CLEAR if sys.stdout.isatty() else "") + text)


def _concerns_us(name: str) -> bool:
    """Whether a file may be one that is linted: of the project, and no work of a tool."""
    parts = Path(name).parts
    is_made = any(part in SKIPPED_FOLDERS for part in parts[:-1]) or parts[-1] in SKIPPED_FOLDERS
    return not is_made and not parts[-1].endswith((".handlerlint", "~", ".swp", ".pyc"))
