"""What lies in a folder, each listed once a run. Used by module resolution."""

from __future__ import annotations

from handlerlint.project.looks import NAMES
from handlerlint.project.view import entries, is_file_entry, is_folder_entry, owned, uses
from handlerlint.records import dataclass

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

    def _listing(self, folder: str) -> _Listing:
        uses(NAMES, folder)
        listing = self._listings.get(folder)
        if listing is None:
            with owned():
                listing = self._listings[folder] = _list(folder)
        return listing


def _list(folder: str) -> _Listing:
    files: set[str] = set()
    folders: set[str] = set()
    compiled: dict[str, tuple[str, ...]] = {}
    try:
        found = entries(folder)
    except OSError:
        return _Listing()
    for entry in found:
        if is_folder_entry(entry):
            folders.add(entry.name)
            continue
        if not is_file_entry(entry):
            continue
        files.add(entry.name)
        if entry.name.endswith(_COMPILED_SUFFIXES):
            stem = entry.name.partition(".")[0]
            compiled[stem] = (*compiled.get(stem, ()), entry.name)
    return _Listing(frozenset(files), frozenset(folders), compiled or None)
