"""Which libraries are deployed in an older release than our stubs tell of? Called by `linter`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from handlerlint.packaging.requirement_names import INSTALLED
from handlerlint.project.view import is_file, matches, read_file
from handlerlint.project.walking import folders_upwards

# Libraries whose major versions differ in what handlers see, by the names of their modules: the distribution, and the
# first major version that is as our stubs say. pyjwt.readthedocs.io/en/stable/changelog.html, v2.0.0, "jwt.encode(...)
# return type"; docs.pydantic.dev/latest/migration.
SINCE = {"jwt": ("pyjwt", 2), "pydantic": ("pydantic", 2)}

_NAMED = re.compile("|".join(name for name, _ in SINCE.values()).encode(), re.IGNORECASE)
_VERSION = re.compile(rb"""^(?:__version__|VERSION)\s*(?::\s*\w+\s*)?=\s*["'](\d+)\.""", re.MULTILINE)


def older_libraries(roots: Iterable[Path]) -> frozenset[str]:
    """The modules that are older than what is known of them, by what lies in code roots and is required around them."""
    roots = tuple(roots)
    folders = dict.fromkeys(folder for root in roots for folder in folders_upwards(root))
    newest = [*_required(folders)]
    return frozenset(
        module
        for module, (name, since) in SINCE.items()
        if any(found == name and major < since for found, major in newest)
        or any(major < since for root in roots for major in _vendored(root / module))
    )


def _required(folders: Iterable[Path]) -> Iterator[tuple[str, int]]:
    """The newest major versions that requirement files allow; those that name none of the libraries are not parsed."""
    for path in (folder / name for folder in folders for name in INSTALLED):
        if is_file(path) and matches(path, _NAMED):
            from handlerlint.packaging.requirement_files import read_requirements  # seldom needed

            yield from read_requirements(path).newest.items()


def _vendored(package: Path) -> Iterator[int]:
    """The major version that a package in a code root gives as its own."""
    for path in (package / "__init__.py", package / "version.py"):
        try:
            match = _VERSION.search(read_file(path)) if is_file(path) else None
        except OSError:
            continue
        if match is not None:
            yield int(match[1])
