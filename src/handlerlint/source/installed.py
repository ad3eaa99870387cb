"""Which packages of a folder were installed into it by pip: libraries, not the user's own code. Used by inference."""

from __future__ import annotations

from pathlib import Path

from handlerlint.project.folders import Folders
from handlerlint.project.view import read_file


class InstalledPackages:
    """The import names of the distributions in each folder, as their metadata tells (PEP 376, PEP 627)."""

    __slots__ = ("_folders", "_known")

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._known: dict[Path, frozenset[str]] = {}

    def names(self, folder: Path) -> frozenset[str]:
        """The top-level names that distributions have put into a folder."""
        known = self._known.get(folder)
        if known is None:
            found: set[str] = set()
            for name in self._folders.names(str(folder)):
                if name.endswith((".dist-info", ".egg-info")):
                    found.update(_top_level_names(folder / name))
            known = self._known[folder] = frozenset(found)
        return known


def _top_level_names(metadata: Path) -> frozenset[str]:
    try:
        return frozenset(read_file(metadata / "top_level.txt").decode().split())
    except (OSError, UnicodeDecodeError):
        pass
    try:
        record = read_file(metadata / "RECORD").decode()
    except (OSError, UnicodeDecodeError):
        return frozenset({metadata.name.partition("-")[0].replace(".", "_").lower()})
    first = (line.partition(",")[0].partition("/")[0] for line in record.splitlines())
    return frozenset(name.removesuffix(".py") for name in first if not name.endswith(("-info", "..")))
