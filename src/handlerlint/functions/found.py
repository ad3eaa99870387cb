"""What the sources of functions share: files to look at, the lists they add to, looks at local paths."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.reading import Document, parse, read_bytes
from handlerlint.functions.model import ConfigurationProblem, LambdaFunction
from handlerlint.project.view import read_start
from handlerlint.records import dataclass, field


@dataclass(slots=True)
class Found:
    """Functions, problems and hints, in the order in which they are found."""

    functions: list[LambdaFunction] = field(default_factory=list)
    problems: list[ConfigurationProblem] = field(default_factory=list)
    hints: list[ConfigurationProblem] = field(default_factory=list)

    def extend(self, other: Found) -> None:
        """Add all that another source found."""
        self.functions.extend(other.functions)
        self.problems.extend(other.problems)
        self.hints.extend(other.hints)


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """Files of the project, by walk; `given` are those among them that the user named one by one."""

    paths: tuple[str, ...]
    given: frozenset[str] = frozenset()

    def ending(self, *suffixes: str) -> Iterator[Path]:
        """The files whose name ends so."""
        return (Path(path) for path in self.paths if path.endswith(suffixes))

    def named(self, *names: str) -> Iterator[Path]:
        """The files with one of these names."""
        return (Path(path) for path in self.paths if path.rpartition(os.sep)[2] in names)


_FIRST_PART = 1024 * 1024


def document_with(
    path: Path, markers: Sequence[bytes], section: re.Pattern[bytes], found: Found, *, given: bool = False
) -> Document | None:
    """The parsed file if one of `markers`, and `section`, stand in its bytes; problems go to `found`.

    A file that the user named is reported where it cannot be read, any other one is passed over.
    """
    try:
        data = read_bytes(path)
    except MalformedDocument as error:
        if given or _first_part_has(path, markers):
            found.problems.append(error.problem(path))
        return None
    except OSError as error:
        if given or (path.stem == "template" and not isinstance(error, FileNotFoundError)):
            reason = error.strerror or "unknown error"
            found.problems.append(ConfigurationProblem(path, f"cannot be read: {reason}"))
        return None
    text = data.removeprefix(codecs.BOM_UTF8)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data[2:].replace(b"\0", b"")
    if not any(marker in text for marker in markers) or section.search(text) is None:
        return None
    try:
        return parse(path, data)
    except MalformedDocument as error:
        # With Jinja or cookiecutter marks it is what a template is made from, and need not parse.
        if given or not _is_generator_input(data):
            found.problems.append(error.problem(path))
        return None


def _first_part_has(path: Path, markers: Sequence[bytes]) -> bool:
    try:
        data = read_start(path, _FIRST_PART)
    except OSError:
        return False
    return any(marker in data for marker in markers)


def _is_generator_input(data: bytes) -> bool:
    return b"{%" in data or b"{{" in data.replace(b"{{resolve:", b"")


def is_inside(path: Path | str, folder: Path | str) -> bool:
    """Whether `path` is `folder` or lies below it; both absolute and normalized."""
    text, base = os.fspath(path), os.fspath(folder)
    return text == base or text.startswith(base if base.endswith(os.sep) else base + os.sep)


def upwards(path: str) -> Iterator[str]:
    """The path and the folders around it."""
    yield path
    parent = os.path.dirname(path)  # noqa: PTH120  # a Path for each would cost ten times as much
    while parent != path:
        yield parent
        path, parent = parent, os.path.dirname(parent)  # noqa: PTH120


def joined(folder: Path, location: str) -> Path:
    """`location` relative to `folder`, without `..`."""
    return Path(os.path.normpath(folder / location))
