"""A run for each test, whose processes, ports and files must all be gone at its end."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlerlint.invoke import Session

from .leftovers import left_behind

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
    with Session() as running:
        yield running
    assert left_behind(temporary) == []
    assert threading.active_count() <= threads
