"""A run for each test, whose processes, ports and files must all be gone at its end."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlerlint.invoke import Session

from .leftovers import left_behind
from .projects import Project

FIXTURES = Path(__file__).parent.parent / "fixtures" / "invoke"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, which nobody else uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def session(temporary: Path) -> Iterator[Session]:
    """A run; after the test nothing of it is left."""
    threads = threading.active_count()
    others = left_behind(temporary)  # of other tests, which keep a process of theirs
    with Session() as running:
        yield running
    assert set(left_behind(temporary)) <= set(others)
    assert threading.active_count() <= threads


@pytest.fixture
def project(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Project]:
    """An empty folder with a project's marker, which is the working folder; nothing is left of its runs."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    monkeypatch.chdir(folder)
    others = left_behind(temporary)
    yield Project(folder, capsys)
    assert set(left_behind(temporary)) <= set(others)
