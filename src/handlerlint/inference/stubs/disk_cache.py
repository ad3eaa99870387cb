"""Keeps compiled stub files on disk, so that a warm run neither parses nor imports `ast`; for the loader."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path
from typing import Any

from handlerlint.caching.storage import Storage
from handlerlint.inference.stubs.codes import ModuleCode
from handlerlint.project.view import status

# Counts up with every change of the form that `codes` describes.
FORMAT_VERSION = 1
_SOURCES = ("compile_module.py", "compile_functions.py", "compile_types.py", "conditions.py")


class StubCache:
    """Compiled modules in one folder, for one target."""

    def __init__(self, caches: Path, target: str) -> None:
        running = f"{sys.version_info[0]}.{sys.version_info[1]}"
        self._storage = Storage(caches / f"stubs-{FORMAT_VERSION}-{target}-on-{running}")

    def read(self, module: str, path: str) -> ModuleCode | None:
        """The compiled form of the stub file at `path`, if it was kept and the file has not changed since."""
        key = _key(path)
        fields = None if key is None else self._storage.read(_name(module, path), key)
        return None if fields is None else ModuleCode(*fields)

    def write(self, path: str, code: ModuleCode) -> None:
        """Keep the compiled form."""
        key = _key(path)
        if key is not None:
            fields = tuple(getattr(code, name) for name in ModuleCode.__slots__)
            self._storage.write(_name(code.name, path), key, fields)


def _name(module: str, path: str) -> str:
    return f"{module}-{zlib.crc32(path.encode()):08x}.bin"


def _key(path: str) -> tuple[Any, ...] | None:
    try:
        found = status(path)
    except (OSError, ValueError):
        return None
    return (path, found.st_size, found.st_mtime_ns, *_compiler_stamp())


def _compiler_stamp() -> tuple[int, ...]:
    """Changes whenever the compiler itself does, so that no one meets what an older one wrote."""
    global _stamp
    if _stamp is None:
        _stamp = tuple(Path(__file__).with_name(name).stat().st_mtime_ns for name in _SOURCES)
    return _stamp


_stamp: tuple[int, ...] | None = None
