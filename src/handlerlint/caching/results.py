"""Results of earlier runs, kept in the user's cache folder for as long as all that they depend on is unchanged.

Called by `commands.check` before anything that costs is imported, and by `linter` for the groups of functions
that a change does not concern. What is kept is plain data; docs/cache.md says what it depends on.
"""

from __future__ import annotations

import os
import sys
import zlib
from functools import cache
from pathlib import Path

from handlerlint import __version__
from handlerlint.caching.folder import user_cache_folder
from handlerlint.caching.storage import Storage
from handlerlint.extensions import stamps
from handlerlint.project.looks import Looks, verified
from handlerlint.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Iterable, Mapping
    from typing import Any

    from handlerlint.project.looks import Signature, State
    from handlerlint.settings import Settings

FOLDER = "results-7"  # counts up with every change of what is written
_MOST_GROUPS = 4_000
# So many files of a tree that have another time, but the content that was seen, are worth to be written down.
_MOST_REREAD = 50
_MOST_BYTES = 64 * 1024 * 1024
_PACKAGE = str(Path(__file__).absolute().parent.parent)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a run: findings as plain data, the number of functions, hints, and what was not checked."""

    findings: tuple[Any, ...]
    function_count: int
    hints: tuple[str, ...] = ()
    unchecked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """What is kept of a group of functions: its findings as plain data, all that was looked at, why it is unchecked."""

    findings: tuple[Any, ...]
    looks: Mapping[str, State]
    unchecked: tuple[str, str] | None = None


def result_cache(settings: Settings, *, alone: bool = False) -> ResultCache | None:
    """The results of runs with these settings; None where none are to be kept, or there is no place for them."""
    caches = user_cache_folder() if settings.use_cache else None
    return None if caches is None else ResultCache(settings, caches, alone=alone)


class ResultCache:
    """The results for one set of settings.

    A run that is `alone` is one of many, over a file each, and of the functions that have their handler in it: no
    groups are kept beside its result.
    """

    def __init__(self, settings: Settings, caches: Path, *, alone: bool = False) -> None:
        self._settings = settings
        self._alone = alone
        self._program = _program()
        self._key = f"{self._program}\n{alone}\n{settings!r}"
        project = f"{self._program}\n{settings.project_root}\n{settings.python}\n{settings.stubs}"
        project += f"\n{settings.use_plugins}"
        self._caches = caches
        self._storage = Storage(caches / FOLDER)
        self._groups_file = f"groups-{_name(project)}"
        self._project = project
        self._groups: dict[str, tuple[Any, ...]] = {}
        self._shared: dict[str, State] = {}
        self._signatures: dict[str, Signature | None] = {}

    def earlier(self) -> Kept | None:
        """The result of an earlier run with these settings, if everything is as it was."""
        content = self.held("run")
        return None if content is None else Kept(*content)

    def held(self, name: str) -> list[Any] | None:
        """What is kept by this name of an earlier run with these settings, if everything is as it was."""
        file = f"{name}-{_name(self._key)}"
        content = self._storage.read(file, self._key)
        if content is None:
            return None
        looks, apart = content[:2]
        kept: list[Any] = [*content[2:]]
        now = self.verified(looks)
        if now is None or not all(self._is_kept(*key) for key in apart):
            return None
        if now != looks:  # so that next time the files need not be read
            self._storage.write(file, self._key, (now, apart, *kept))
        return kept

    def hold(self, name: str, content: tuple[Any, ...], seen: Looks) -> None:
        """Keep plain data of a run with these settings by a name; `seen` has noted what they depend on."""
        looks, apart = seen.by_themselves(), tuple(seen.apart)
        self._storage.write(f"{name}-{_name(self._key)}", self._key, (looks, apart, *content))

    def _is_kept(self, name: str, place: str, seen: bytes) -> bool:
        """Whether what is kept apart still holds, and is what was seen then."""
        content = self.apart(name, place)
        return content is not None and content[0] == seen

    def apart(self, name: str, place: str) -> tuple[Any, ...] | None:
        """What is kept for runs over any paths, if all is as it was: a stamp of what was seen, the looks, and it."""
        content = self.read(name, place)
        if content is None:
            return None
        seen, looks, *rest = content
        now = self.verified(looks)
        if now is None:
            return None
        if sum(now[key] != state for key, state in looks.items()) > _MOST_REREAD:
            self.write(name, place, (seen, now, *rest))
        return seen, now, *rest

    def looks(self) -> Looks:
        """What is to note the looks of a run whose result is to be kept."""
        return Looks(_ignored(self._settings, self._caches))

    def groups(self, keys: Iterable[str]) -> dict[str, KeptGroup]:
        """What is kept of those groups for which everything is as it was."""
        if self._alone:
            return {}
        content = self._storage.read(self._groups_file, self._project)
        if content is None:
            return {}
        shared, self._groups = content
        now = self.verified(shared)
        if now is None:
            self._groups = {}
            return {}
        self._shared = now
        found = {}
        for key in keys:
            findings, looks, unchecked = self._groups.get(key, ((), None, None))
            held = None if looks is None else self.verified(looks)
            if held is not None:
                found[key] = KeptGroup(findings, held, unchecked)
        return found

    def verified(self, looks: Mapping[str, State]) -> dict[str, State] | None:
        """The looks as they are now; None if something else is to be seen. Each file is asked about once a run."""
        return verified(looks, self._signatures)

    def read(self, name: str, key: str) -> Any | None:
        """What is kept under a key for any settings: plain data that another stage makes."""
        return self._storage.read(f"{name}-{_name(key)}", f"{self._program}\n{key}")

    def write(self, name: str, key: str, content: Any) -> None:
        """Keep plain data under a key for any settings."""
        self._storage.write(f"{name}-{_name(key)}", f"{self._program}\n{key}", content)

    def keep(self, kept: Kept, groups: Mapping[str, KeptGroup], seen: Looks, *, news: bool) -> None:
        """Keep the result of a run that `seen` has noted, and its groups if there is any news of them."""
        seen.add(self._shared)
        self.hold("run", (kept.findings, kept.function_count, kept.hints, kept.unchecked), seen)
        if self._alone:
            return
        if news:
            shared = self._shared | {key: seen.looks[key] for key in seen.shared}
            merged = {key: value for key, value in self._groups.items() if key not in groups}
            merged |= {
                key: (group.findings, dict(group.looks), group.unchecked) for key, group in groups.items()
            }
            for key in list(merged)[: -max(_MOST_GROUPS, len(groups))]:  # those of this run are the last ones
                del merged[key]
            self._storage.write(self._groups_file, self._project, (shared, merged))
        self.prune()

    def prune(self) -> None:
        """Remove the oldest of what is kept where all of it has become too much."""
        self._storage.prune(_MOST_BYTES)


def _name(key: str) -> str:
    data = key.encode("utf-8", "surrogatepass")
    return f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}"


def _program() -> str:
    """What runs: handlerlint, the interpreter, and all that is installed beside them.

    Whatever installs, upgrades or removes a distribution changes the folder that it lies in.
    Of plugins their files count.
    """
    folders = [f"{folder}={_changed(folder)}" for folder in sys.path]
    return "\n".join((__version__, _files_of_ours(), sys.version, sys.executable, *folders, *stamps()))


@cache  # what runs is what there was when it began
def _files_of_ours() -> str:
    newest = count = 0
    pending = [_PACKAGE]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        pending.append(entry.path)
                    continue
                status = entry.stat()
                newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
                count += status.st_size
    return f"{newest} {count}"


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116
    except (OSError, ValueError):
        return 0


def _ignored(settings: Settings, caches: Path) -> Iterable[str]:
    """Folders of which the key tells already, unless the project lies or looks there."""
    folders = {_PACKAGE, os.path.dirname(os.__file__), str(caches)}  # noqa: PTH120
    folders.update(folder for folder in sys.path if folder.endswith(("site-packages", "dist-packages")))
    places = [str(path) for path in (settings.working_folder, settings.project_root, *settings.paths)]
    asked = [str(path) for path in (*settings.stubs, *((settings.python,) if settings.python else ()))]
    for folder in folders:
        inside = f"{folder}{os.sep}"
        if any(f"{place}{os.sep}".startswith(inside) for place in (*places, *asked)):
            continue
        if not any(inside.startswith(f"{place}{os.sep}") for place in asked):
            yield folder
