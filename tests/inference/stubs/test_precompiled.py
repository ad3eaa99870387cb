"""The archive of compiled stubs says what the compiler says, and nothing of a stub that is another one today."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handlerlint.inference.stubs import StubStore, precompiled
from handlerlint.inference.stubs.codes import ModuleCode
from handlerlint.inference.stubs.finder import StubFile, StubFinder
from handlerlint.inference.stubs.loader import StubLoader
from handlerlint.inference.stubs.types import ModuleType, describe
from handlerlint.records import replace

VERSIONS = ((3, 10), (3, 13))
FINDER = StubFinder(VERSIONS[1], (), None)


@pytest.fixture(scope="module")
def content() -> bytes:
    return precompiled.archive_of(VERSIONS, precompiled.modules_to_compile())


@pytest.fixture(autouse=True)
def archive(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The archive as a wheel has it."""
    path = tmp_path / "precompiled.bin"
    path.write_bytes(content)
    monkeypatch.setattr(precompiled, "ARCHIVE", path)
    yield path


def fields(code: ModuleCode | None) -> list[object]:
    return [] if code is None else [getattr(code, name) for name in ModuleCode.__slots__]


def found(name: str) -> StubFile:
    file = FINDER.find(name)
    assert file is not None
    return file


@pytest.mark.parametrize("version", VERSIONS)
def test_every_module_is_as_it_would_be_compiled(version: tuple[int, int]) -> None:
    finder = StubFinder(version, (), None)
    loader = StubLoader(finder, version, "linux", use_cache=False)
    for name in precompiled.modules_to_compile():
        file = finder.find(name)
        if file is not None:
            code = precompiled.precompiled(name, file, version, "linux")
            assert fields(code) == fields(loader._compile(name, file)) != [], name


def test_first_run_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_compiling(*arguments: object) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(StubLoader, "_compile", no_compiling)
    store = StubStore((3, 13), use_cache=False)
    assert describe(store.attribute(ModuleType("datetime"), "UTC")) == "datetime.timezone"  # type: ignore[arg-type]
    assert store.module("boto3") is not None


def test_stub_that_is_another_one_today_is_not_taken(tmp_path: Path) -> None:
    file = found("json")
    changed = tmp_path / "json.pyi"
    changed.write_bytes(Path(file.path).read_bytes() + b"\nnew: int\n")
    assert precompiled.precompiled("json", file, (3, 13), "linux") is not None
    assert precompiled.precompiled("json", replace(file, path=str(changed)), (3, 13), "linux") is None


@pytest.mark.parametrize("name", ["json", "boto3"])
def test_what_is_not_ours_to_compile_is_not_taken(name: str) -> None:
    file = found(name)
    assert precompiled.precompiled(name, file, (3, 13), "linux") is not None
    assert precompiled.precompiled(name, file, (3, 9), "linux") is None
    assert precompiled.precompiled(name, file, (3, 13), "win32") is None
    assert precompiled.precompiled(name, replace(file, origin="folder"), (3, 13), "linux") is None


@pytest.mark.parametrize("kept", [0, 10, 200])
def test_broken_archive_is_as_good_as_none(kept: int, content: bytes, archive: Path) -> None:
    archive.write_bytes(content[:kept])
    precompiled._archive.cache_clear()
    assert precompiled.precompiled("json", found("json"), (3, 13), "linux") is None


def test_what_is_outdated_is_named() -> None:
    assert {name.rpartition(" ")[2] for name in precompiled.outdated()} == {"3.11", "3.12", "3.14"}
