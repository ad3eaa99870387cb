"""Finds the stub file of a module: user's folders, our own stubs, typeshed, environment; for the loader."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from handlerlint.project.view import entries, is_file, read_text
from handlerlint.records import dataclass

Origin: TypeAlias = Literal["folder", "shipped", "typeshed", "environment"]
_Versions: TypeAlias = dict[str, tuple[tuple[int, ...], tuple[int, ...] | None]]

SHIPPED_STUBS = str(Path(__file__).parents[2] / "stubs")


@dataclass(frozen=True, slots=True)
class StubFile:
    """A file that tells the types of a module."""

    path: str
    is_package: bool
    origin: Origin

    @property
    def is_source(self) -> bool:
        """Whether it is a module's own source (of a package with `py.typed`) rather than a stub."""
        return self.path.endswith(".py")


class StubFinder:
    """Looks for stub files, nearest to the user first."""

    def __init__(
        self,
        python_version: tuple[int, int],
        folders: tuple[Path, ...],
        environment: Path | None,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self._python_version = python_version
        self._without = without
        self._folders = tuple(str(folder) for folder in folders)
        self._environment = None if environment is None else str(environment)

    def find(self, module: str) -> StubFile | None:
        """The file for a module, by its full name."""
        parts = module.split(".")
        if not all(parts):
            return None
        for folder in self._folders:
            if found := _in_folder(folder, parts, "folder") or _in_stub_package(folder, parts, "folder"):
                return found
        is_ours = parts[0] in _top_level_names(SHIPPED_STUBS) and parts[0] not in self._without
        if is_ours and (found := _in_folder(SHIPPED_STUBS, parts, "shipped")):
            return found
        return self._in_typeshed(module, parts) or self._in_environment(parts)

    def _in_typeshed(self, module: str, parts: list[str]) -> StubFile | None:
        folder = typeshed_folder()
        versions = _typeshed_versions()
        if folder is None or parts[0] not in versions:
            return None
        listed = module
        while listed not in versions:
            listed = listed.rpartition(".")[0]
        first, last = versions[listed]
        if self._python_version < first or (last is not None and self._python_version > last):
            return None
        return _in_folder(folder, parts, "typeshed")

    def _in_environment(self, parts: list[str]) -> StubFile | None:
        if self._environment is None:
            return None
        if found := _in_stub_package(self._environment, parts, "environment"):
            return found
        if found := _in_folder(self._environment, parts, "environment"):
            return found
        # PEP 561: only a package that says `py.typed` vouches for the annotations in its source.
        if is_file(Path(self._environment, parts[0], "py.typed")):
            return _in_folder(self._environment, parts, "environment", ".py")
        return None


def _in_folder(folder: str, parts: list[str], origin: Origin, suffix: str = ".pyi") -> StubFile | None:
    base = "/".join([folder, *parts])
    if is_file(Path(f"{base}/__init__{suffix}")):
        return StubFile(f"{base}/__init__{suffix}", True, origin)
    if is_file(Path(base + suffix)):
        return StubFile(base + suffix, False, origin)
    return None


def _in_stub_package(folder: str, parts: list[str], origin: Origin) -> StubFile | None:
    return _in_folder(folder, [f"{parts[0]}-stubs", *parts[1:]], origin)


@cache
def _top_level_names(folder: str) -> frozenset[str]:
    try:
        return frozenset(entry.name.removesuffix(".pyi") for entry in entries(folder))
    except OSError:
        return frozenset()


@cache
def typeshed_folder() -> str | None:
    """The typeshed inside the package `typeshed_client`, which is not imported for it (70 ms)."""
    from importlib.util import find_spec

    spec = find_spec("typeshed_client")
    locations = spec.submodule_search_locations if spec is not None else None
    return f"{next(iter(locations))}/typeshed" if locations else None


@cache
def _typeshed_versions() -> _Versions:
    """The versions of Python that have each module, out of typeshed's VERSIONS (`asyncio.tasks: 3.4-`)."""
    versions: _Versions = {}
    folder = typeshed_folder()
    if folder is not None:
        for line in read_text(Path(folder, "VERSIONS")).splitlines():
            module, colon, span = line.partition("#")[0].partition(":")
            if colon:
                first, _, last = span.strip().partition("-")
                versions[module.strip()] = (_version(first), _version(last) if last else None)
    return versions


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
