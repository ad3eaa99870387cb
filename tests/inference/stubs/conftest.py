"""Stores over small stubs that a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handlerlint.inference.stubs import StubStore

MakeStore = Callable[..., StubStore]


@pytest.fixture(scope="session", autouse=True)
def cache_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Typeshed is compiled once for all tests, and nothing goes to the cache of who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def cache_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def make_store(tmp_path: Path) -> MakeStore:
    """A function that writes stubs, by module (`lib.__init__` for a package), and gives a store of them."""

    def make(version: tuple[int, int] = (3, 13), /, **files: str) -> StubStore:
        folder = tmp_path / "stubs"
        for name, text in files.items():
            file = folder.joinpath(*name.split(".")).with_suffix(".pyi")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return StubStore(version, folders=(folder,))

    return make
