"""Results kept in memory by a program that runs on: a language server, a watch, `--fix`. Called by `workspace`.

What holds for files of the disk holds for unsaved texts that lie over them: a group is looked at again when what it
has seen would no longer be seen.
"""

from __future__ import annotations

from handlerlint.project.looks import Looks, Unsaved, holds

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Iterable, Mapping

    from handlerlint.caching.results import Kept, KeptGroup
    from handlerlint.project.looks import State


class MemoryCache:
    """The groups of functions of one project, as the last lint of each has left them."""

    def __init__(self, ignored: Iterable[str] = ()) -> None:
        self._ignored = tuple(ignored)
        self._groups: dict[str, KeptGroup] = {}
        self._shared: dict[str, State] = {}
        self._unsaved: Unsaved | None = None
        self._now: dict[str, bool] = {}

    def begin(self, unsaved: Unsaved) -> None:
        """A lint begins: what is seen now is looked at once."""
        self._unsaved = unsaved
        self._now = {}

    def looks(self) -> Looks:
        """What is to note the looks of a lint."""
        return Looks(self._ignored, self._unsaved)

    def groups(self, keys: Iterable[str]) -> dict[str, KeptGroup]:
        """What is kept of those groups for which everything is as it was."""
        if not self.holds(self._shared):
            self._groups = {}
        found = {}
        for key in keys:
            kept = self._groups.get(key)
            if kept is not None and self.holds(kept.looks):
                found[key] = kept
        return found

    def holds(self, looks: Mapping[str, State]) -> bool:
        """Whether all of these would be seen again."""
        for key, state in looks.items():
            same = self._now.get(key)
            if same is None:
                same = self._now[key] = holds(key, state, self._unsaved)
            if not same:
                return False
        return True

    def keep(self, kept: Kept, groups: Mapping[str, KeptGroup], seen: Looks, *, news: bool) -> None:
        """Keep the groups of a lint that `seen` has noted."""
        if news:
            self._shared = self._shared | {key: seen.looks[key] for key in seen.shared}
            self._groups = {**self._groups, **groups}

    def keep_group(self, key: str, group: KeptGroup, shared: Mapping[str, State]) -> None:
        """Keep one group of a lint that is still going on."""
        self._shared = {**self._shared, **shared}
        self._groups[key] = group

    def looked_at(self) -> set[str]:
        """All looks that what is kept depends on."""
        return {*self._shared, *(key for group in self._groups.values() for key in group.looks)}
