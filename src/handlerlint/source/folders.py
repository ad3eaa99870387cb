"""What lies in a folder, each listed once a run. Used by module resolution."""

from __future__ import annotations

import os

from handlerlint import watch
from handlerlint.records import dataclass, replace

# Compiled modules: Lambda's (.so, .pyc), and those of other systems, for which a build makes its own kind.
_COMPILED_SUFFIXES = (".so", ".pyc", ".pyd", ".pyx")


@dataclass(frozen=True, slots=True)
class _Listing:
    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    compiled: dict[str, tuple[str, ...]] | None = None


class Folders:
    """Files and folders by their exact names: upper and lower case differ on every disk, as on Linux."""

    __slots__ = ("_listings",)

    def __init__(self) -> None:
        self._listings: dict[str, _Listing] = {}

    def names(self, folder: str) -> frozenset[str]:
        """The names in a folder; none if it cannot be read."""
        listing = self._listing(folder)
        return listing.files | listing.folders

    def has_file(self, folder: str, name: str) -> bool:
        """Whether the folder has a file with exactly this name."""
        return name in self._listing(folder).files

    def has_folder(self, folder: str, name: str) -> bool:
        """Whether the folder has a folder with exactly this name."""
        return name in self._listing(folder).folders

    def compiled(self, folder: str, module: str) -> tuple[str, ...]:
        """The compiled files of a module: `fast.cpython-313-x86_64-linux-gnu.so` for `fast`."""
        compiled = self._listing(folder).compiled
        return () if compiled is None else compiled.get(module, ())

    def add_file(self, folder: str, name: str) -> None:
        """Have a file that is not on the disk yet."""
        listing = self._listing(folder)
        self._listings[folder] = replace(listing, files=listing.files | {name})

    def _listing(self, folder: str) -> _Listing:
        watch.uses(watch.NAMES, folder)
        listing = self._listings.get(folder)
        if listing is None:
            with watch.owned():
                listing = self._listings[folder] = _list(folder)
        return listing


def _list(folder: str) -> _Listing:
    files: set[str] = set()
    folders: set[str] = set()
    compiled: dict[str, tuple[str, ...]] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if _is_folder(entry):
                    folders.add(entry.name)
                    continue
                if not _is_file(entry):
                    continue
                files.add(entry.name)
                if entry.name.endswith(_COMPILED_SUFFIXES):
                    stem = entry.name.partition(".")[0]
                    compiled[stem] = (*compiled.get(stem, ()), entry.name)
    except (OSError, ValueError):
        return _Listing()
    return _Listing(frozenset(files), frozenset(folders), compiled or None)


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it can be read as a file: reading a named pipe would wait for ever."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False
