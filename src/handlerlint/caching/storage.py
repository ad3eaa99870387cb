"""The one storage of every cache of ours: plain data in files, each replaced in one step and checked when read."""

from __future__ import annotations

import marshal
import os
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from pathlib import Path
    from typing import Any

_MAGIC = b"hlcache\n"


class Storage:
    """The files of one folder, each with what is kept under a key. One that cannot be read is as good as none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_writable = True

    def read(self, name: str, key: Any) -> Any | None:
        """What is kept in the file of this name; None where it was kept under another key."""
        try:
            content = (self._folder / name).read_bytes()
            data = memoryview(content)[12:]
            if content[:8] != _MAGIC or zlib.crc32(data).to_bytes(4, "big") != content[8:12]:
                return None
            found, kept = marshal.loads(data)
            return kept if found == key else None
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def write(self, name: str, key: Any, content: Any) -> None:
        """Keep this in the file of this name; after a failure, which costs only time, no further one is tried."""
        if not self._is_writable:
            return
        data = marshal.dumps((key, content), 4)
        # Several runs may write at once: each its own file, and the last one's name wins.
        temporary = self._folder / f"{name}.{os.getpid()}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(_MAGIC + zlib.crc32(data).to_bytes(4, "big") + data)
            temporary.replace(self._folder / name)
        except OSError:
            self._is_writable = False
            _remove(temporary)

    def prune(self, most_bytes: int) -> None:
        """Remove what was written first, where all of it has become too much."""
        try:
            with os.scandir(self._folder) as entries:
                found = [(entry.stat(), entry.path) for entry in entries]
        except OSError:
            return
        surplus = sum(status.st_size for status, _ in found) - most_bytes
        for status, path in sorted(found, key=lambda item: item[0].st_mtime_ns):
            if surplus <= 0:
                return
            _remove(path)
            surplus -= status.st_size


def _remove(path: Path | str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return
