"""ModuleFinder against importlib's own PathFinder, over trees made up at random."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import shutil
import sys
import tempfile
import types
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlerlint.source.files import SourceFiles
from handlerlint.source.modules import FoundModule, ModuleFinder, NamespacePackage

NAMES = ("a", "b", "A", "b-1")
FILES = tuple(
    f"{folder}{name}"
    for folder in ("", "a/", "b/", "a/b/", "A/", "b-1/", "a.py/")
    for name in ("a.py", "b.py", "__init__.py", "A.py", "b-1.py", "x.txt", "b.pyc", "a.so", "__init__.pyc")
)
DOTTED = (
    *NAMES,
    *(f"{first}.{second}" for first in NAMES for second in NAMES),
    *("a.b.a", "a.b.b", "a.b.A", "b.a.b"),
)


def specification(roots: list[str], dotted_name: str) -> tuple[str, ...] | None:
    """Where importlib finds the module: its file, or the folders of a namespace package."""
    path: list[str] | None = roots
    found = None
    parts = dotted_name.split(".")
    with mock.patch.dict(sys.modules):
        for length in range(1, len(parts) + 1):
            if path is None:
                return None
            name = ".".join(parts[:length])
            found = importlib.machinery.PathFinder.find_spec(name, path)
            if found is None:
                return None
            locations = found.submodule_search_locations
            path = None if locations is None else list(getattr(locations, "_path", locations))
            # The path of a namespace in another one is looked up in its parent.
            sys.modules[name] = types.SimpleNamespace(__path__=path)  # type: ignore[assignment]
    assert found is not None
    return ("folders", *(path or ())) if found.origin is None else ("file", str(found.origin))


def ours(finder: ModuleFinder, dotted_name: str) -> tuple[str, ...] | None:
    match finder.find(dotted_name):
        case None:
            return None
        case NamespacePackage(_, folders):
            return ("folders", *map(str, folders))
        case FoundModule(file=None):
            return ("opaque",)
        case FoundModule(file=file):
            assert file is not None
            return ("file", str(file.path))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((1, 2)), st.sampled_from(FILES)), max_size=14))
def test_as_importlib_does(files: list[tuple[int, str]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        roots = (folder / "root1", folder / "root2")
        for root in roots:
            root.mkdir()
        for number, name in files:
            path = folder / f"root{number}" / name
            if not path.exists() and not any(parent.is_file() for parent in path.parents):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        finder = ModuleFinder(roots, SourceFiles())
        importlib.invalidate_caches()
        for name in DOTTED:
            expected = specification([str(root) for root in roots], name)
            if expected is not None and expected[-1].endswith((".so", ".pyc")):
                expected = ("opaque",)
            assert ours(finder, name) == expected, name
    finally:
        shutil.rmtree(folder)


def test_folders_that_cannot_be_read_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for root in (tmp_path / "none", tmp_path / "file", tmp_path / "loop"):
        assert ModuleFinder((root,), SourceFiles()).find("app") is None


def test_a_link_that_leads_in_a_circle_is_no_module(tmp_path: Path) -> None:
    (tmp_path / "app.py").symlink_to(tmp_path / "app.py")
    found = ModuleFinder((tmp_path,), SourceFiles()).find("app")
    assert found is None or (isinstance(found, FoundModule) and found.file is not None and found.file.problem)


@pytest.mark.parametrize("name", ["", ".", "a.", ".a", "a..b", "a\0b", "x" * 5000, "a/b", "../a"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").touch()
    assert ModuleFinder((tmp_path,), SourceFiles()).find(name) is None


def test_each_file_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "link").symlink_to(tmp_path)
    files = SourceFiles()
    first = ModuleFinder((tmp_path,), files).find("a")
    second = ModuleFinder((tmp_path / "link",), files).find("a")
    assert isinstance(first, FoundModule)
    assert isinstance(second, FoundModule)
    assert first.file is second.file
