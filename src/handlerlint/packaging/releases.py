"""Which libraries are deployed in an older release than our stubs tell of? Called by `linter`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from handlerlint.packaging.requirement_files import is_requirement_file, requirements_of
from handlerlint.project.view import entries, is_file, matches, read_file
from handlerlint.project.walking import folders_upwards

# Libraries whose major versions differ in what handlers see, by the names of their modules: the distribution, and the
# first major version that is as our stubs say. pyjwt.readthedocs.io/en/stable/changelog.html, v2.0.0, "jwt.encode(...)
# return type"; docs.pydantic.dev/latest/migration.
_SINCE = {"jwt": ("pyjwt", 2), "pydantic": ("pydantic", 2)}
_DISTRIBUTIONS = dict(_SINCE.values())
_NAMED = re.compile("|".join(_DISTRIBUTIONS).encode(), re.IGNORECASE)
_INSTALLED = re.compile(r"(\w+)-(\d+)\.[\w.]*\.(?:dist|egg)-info", re.IGNORECASE)

_VERSION = re.compile(rb"""^__version__\s*=\s*["'](\d+)\.""", re.MULTILINE)


def older_libraries(roots: Iterable[Path]) -> frozenset[str]:
    """The modules that are older than what is known of them, by what is installed and required around some code."""
    roots = tuple(roots)
    old = {name for root in roots for name, major in _installed(root) if major < _DISTRIBUTIONS.get(name, 0)}
    for folder in dict.fromkeys(folder for root in roots for folder in folders_upwards(root)):
        if _names_one(folder):
            for one in requirements_of(folder):
                old.update(name for name, major in one.newest.items() if major < _DISTRIBUTIONS.get(name, 0))
    return frozenset(module for module, (name, _) in _SINCE.items() if name in old)


def _installed(root: Path) -> Iterator[tuple[str, int]]:
    """The distributions that lie in a code root or layer, with their major versions."""
    for entry in _entries(root):
        match = _INSTALLED.fullmatch(entry)
        if match is not None:
            yield match[1].lower(), int(match[2])
    for module, (name, _) in _SINCE.items():
        version = _version_of(root / module / "__init__.py")
        if version is not None:
            yield name, version


def _version_of(path: Path) -> int | None:
    """The major version that a module gives as its own."""
    try:
        match = _VERSION.search(read_file(path)) if is_file(path) else None
    except OSError:
        return None
    return None if match is None else int(match[1])


def _names_one(folder: Path) -> bool:
    """Whether a requirement file in a folder names one of the libraries; most do not, and are not parsed for it."""
    return any(matches(folder / name, _NAMED) for name in _entries(folder) if is_requirement_file(name))


def _entries(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in entries(folder)]
    except OSError:
        return []
