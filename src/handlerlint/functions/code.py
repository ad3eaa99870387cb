"""Where the code of a function lies: in a folder, in the template, or out of reach. Used by all sources."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from handlerlint.functions.documents.nodes import Scalar
from handlerlint.functions.found import joined
from handlerlint.functions.model import InlineCode
from handlerlint.functions.python_modules import holds_python
from handlerlint.project.view import is_file, is_folder
from handlerlint.records import dataclass
from handlerlint.text import Location

IN_IMAGE = "the code is in a container image"

_LONGEST_NAME = 255  # on every file system of today
_ARCHIVES = (".zip", ".jar")


@dataclass(frozen=True, slots=True)
class CodeLocation:
    """Exactly one of `root`, `inline` and `unresolved` is set, or `archive`, with `unresolved`.

    `root` and `inline` together are text that is written into a folder, `root` and `file` a folder of which
    only one file is packed.
    """

    root: Path | None = None
    archive: Path | None = None
    inline: InlineCode | None = None
    unresolved: str | None = None
    file: Path | None = None


def default_root(folder: Path, key: str) -> CodeLocation:
    """The folder that a tool takes where nothing names another one; without any Python it is a fragment's."""
    if holds_python(folder):
        return CodeLocation(root=folder)
    return CodeLocation(unresolved=f"no other `{key}` than `{folder.name}`, which holds no Python file")


def local_code(folder: Path, location: str) -> CodeLocation:
    """The code at `location`, a path relative to `folder`, as the packaging commands take it."""
    if location.startswith(("s3://", "https://", "http://")):
        return CodeLocation(unresolved="the code is in an S3 bucket")
    if "{{resolve:" in location:
        return CodeLocation(
            unresolved="a dynamic reference (`{{resolve:…}}`) is evaluated by CloudFormation only"
        )
    try:
        path = joined(folder, location)
        if any(len(part) > _LONGEST_NAME for part in path.parts):
            return CodeLocation(unresolved="the code location is not a path")
        shown = os.path.relpath(path, folder).replace(os.sep, "/") if location.startswith("/") else location
        if is_folder(path):
            return CodeLocation(root=path)
        if is_file(path):
            if path.suffix in _ARCHIVES:
                return CodeLocation(archive=path, unresolved=f"the code is in an archive, `{shown}`")
            # One file is packed by itself: its folder is the root that it ends up in.
            return CodeLocation(root=path.parent, file=path)
    except ValueError:
        return CodeLocation(unresolved="the code location is not a path")
    return CodeLocation(unresolved=f"`{shown}` does not exist; a build step may make it")


def lines_of(scalar: Scalar, source: str) -> tuple[Location, ...]:
    """Where each line of the text starts in the file; empty if it does not stand there as it is."""
    if scalar.lines:
        return scalar.lines
    row, column, end_row, end_column = scalar.span
    lines = _lines(source)
    if scalar.style in ("", "'", '"') and row == end_row:
        return (Location(row, column),) if lines[row - 1][column - 1 : end_column - 1] == scalar.text else ()
    return _block_lines(scalar.text.removesuffix("\n").split("\n"), row, lines) if scalar.style == "|" else ()


@lru_cache(maxsize=4)  # a template may hold the code of many functions
def _lines(source: str) -> list[str]:
    return source.split("\n")


def _block_lines(lines: list[str], header_row: int, source: list[str]) -> tuple[Location, ...]:
    """The lines of a `|` block, which begin on the line after its header, all indented alike."""
    below = source[header_row : header_row + len(lines)]
    indent = next(
        (len(there) - len(line) for line, there in zip(lines, below, strict=False) if line.strip()),
        0,
    )
    for line, there in zip(lines, below, strict=False):
        if there.rstrip("\r")[indent:] != line and line.strip():
            # A carriage return or a tab that YAML has rewritten.
            return ()
    places = tuple(Location(header_row + 1 + number, indent + 1) for number in range(len(below)))
    return places if len(places) == len(lines) else ()
