"""Keeps compiled stub files on disk, so that a warm run neither parses nor imports `ast`; for the loader."""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import zlib
from pathlib import Path
from typing import Any

from handlerlint.inference.stubs.codes import ModuleCode

# Counts up with every change of the form that `codes` describes.
FORMAT_VERSION = 1
_MAGIC = b"hlstubs\n"
_SOURCES = ("compile_module.py", "compile_functions.py", "compile_types.py", "conditions.py")


class StubCache:
    """Compiled modules in one folder, for one target; a file that does not fit is as good as none."""

    def __init__(self, caches: Path, target: str) -> None:
        running = f"{sys.version_info[0]}.{sys.version_info[1]}"
        self._folder = caches / f"stubs-{FORMAT_VERSION}-{target}-on-{running}"
        self._is_writable = True

    def read(self, module: str, path: str) -> ModuleCode | None:
        """The compiled form of the stub file at `path`, if it was kept and the file has not changed since."""
        try:
            content = self._file(module, path).read_bytes()
            if (
                content[:8] != _MAGIC
                or zlib.crc32(memoryview(content)[12:]).to_bytes(4, "big") != content[8:12]
            ):
                return None
            key, fields = marshal.loads(memoryview(content)[12:])
            return ModuleCode(*fields) if key == _key(path) else None
        except (OSError, ValueError, EOFError, TypeError):
            return None

    def write(self, path: str, code: ModuleCode) -> None:
        """Keep the compiled form; an unwritable folder is no error, it only costs time."""
        if not self._is_writable:
            return
        try:
            fields = tuple(getattr(code, name) for name in ModuleCode.__slots__)
            payload = marshal.dumps((_key(path), fields), 4)
            self._folder.mkdir(parents=True, exist_ok=True)
            self._replace(
                self._file(code.name, path), _MAGIC + zlib.crc32(payload).to_bytes(4, "big") + payload
            )
        except OSError:
            self._is_writable = False

    def _file(self, module: str, path: str) -> Path:
        return self._folder / f"{module}-{zlib.crc32(path.encode()):08x}.bin"

    @staticmethod
    def _replace(file: Path, content: bytes) -> None:
        # Several runs may write at once: each its own file, and the last one's name wins.
        temporary = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            temporary.write_bytes(content)
            temporary.replace(file)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise


def _key(path: str) -> tuple[Any, ...]:
    status = Path(path).stat()
    return (path, status.st_size, status.st_mtime_ns, *_compiler_stamp())


def _compiler_stamp() -> tuple[int, ...]:
    """Changes whenever the compiler itself does, so that no one meets what an older one wrote."""
    global _stamp
    if _stamp is None:
        _stamp = tuple(Path(__file__).with_name(name).stat().st_mtime_ns for name in _SOURCES)
    return _stamp


_stamp: tuple[int, ...] | None = None
