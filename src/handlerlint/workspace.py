"""A project that is linted again and again by one process: by the language server, a watch, the passes of `--fix`.

Each time only what a change concerns is looked at: the functions that are configured, if a file has changed that
says so, and the groups of functions that have looked at what has changed, on the disk or in an editor.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.caching.memory import MemoryCache
from handlerlint.functions import discover, request_from
from handlerlint.linter import Result, Run, linted
from handlerlint.project.looks import CONTENT, Unsaved
from handlerlint.project.view import View, real_path, viewing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handlerlint.functions.model import Discovery
    from handlerlint.project.looks import State
    from handlerlint.settings import Settings


class Workspace:
    """One project under one configuration. `discovery` is what the last lint has found to be configured."""

    def __init__(self, settings: Settings, ignored: tuple[str, ...] = ()) -> None:
        self.settings = settings
        self.discovery: Discovery | None = None
        self._cache = MemoryCache(ignored)
        self._seen_by_discovery: Mapping[str, State] = {}
        self._run: Run | None = None

    def lint(self, unsaved: Mapping[Path, str] | None = None, *, jobs: int = 1) -> Result:
        """What there is to say now, with unsaved texts in place of files."""
        texts = unsaved or {}
        self._cache.begin(Unsaved({real_path(path): text for path, text in texts.items()}))
        looks = self._cache.looks()
        with viewing(View(texts, looks)) as view:
            discovery = self.discovery
            if discovery is None or not self._cache.holds(self._seen_by_discovery):
                discovery = discover(request_from(self.settings))
                self._seen_by_discovery = dict(looks.looks)
            run = Run(self.settings, view, self._run)
            result = linted(run, discovery, jobs, self._cache)
        self.discovery, self._run = discovery, run
        return result

    def files_read(self) -> set[Path]:
        """The files that the last lint, or an earlier one whose results still hold, has read."""
        looks = {*self._seen_by_discovery, *self._cache.looked_at()}
        return {Path(key[1:]) for key in looks if key[0] == CONTENT}
