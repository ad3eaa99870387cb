"""Look into a zip archive of the project, without unpacking it, for the folder that it was made from."""

from __future__ import annotations

from pathlib import Path

from handlerlint.project.view import entries, is_file, is_folder_entry, open_file, read_file

_MOST_FOLDERS = 50
_LARGEST_MEMBER = 2 * 1024 * 1024


def folder_of_archive(archive: Path, handler: str) -> Path | None:
    """The folder whose files the archive holds, if the handler's module is in both, byte for byte.

    Looked for beside the archive, and in the folders beside it.
    """
    import zipfile
    import zlib

    if not is_file(archive):
        return None
    module = handler.rpartition(".")[0].replace(".", "/")
    try:
        with open_file(archive) as file, zipfile.ZipFile(file) as opened:
            names = set(opened.namelist())
            member = next((name for name in (f"{module}.py", f"{module}/__init__.py") if name in names), None)
            if member is None or opened.getinfo(member).file_size > _LARGEST_MEMBER:
                return None
            packed = opened.read(member)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError):
        return None
    except RuntimeError:  # encrypted, or an unknown method
        return None
    return next((folder for folder in _folders_beside(archive) if _holds(folder / member, packed)), None)


def _folders_beside(archive: Path) -> list[Path]:
    try:
        beside = [Path(entry.path) for entry in entries(archive.parent) if is_folder_entry(entry)]
    except OSError:
        beside = []
    return [archive.parent, *beside[:_MOST_FOLDERS]]


def _holds(path: Path, content: bytes) -> bool:
    try:
        return read_file(path).replace(b"\r\n", b"\n") == content.replace(b"\r\n", b"\n")
    except OSError:
        return False
