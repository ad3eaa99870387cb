"""The disk cache: a warm run reads it, a changed or broken file is compiled again, a failure costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint.caching.folder import user_cache_folder
from handlerlint.inference.stubs import StubClass, StubStore
from handlerlint.inference.stubs.types import ModuleType, NamedType, describe


def answer(folder: Path) -> str:
    found = StubStore((3, 13), folders=(folder,)).attribute(ModuleType("lib"), "x")
    return "absent" if found is None else describe(found)


def cached_files(base: Path) -> list[Path]:
    return sorted((base / "handlerlint").rglob("lib-*.bin"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs/lib.pyi").write_text("x: int\n", encoding="utf-8")
    return tmp_path / "stubs"


def test_second_store_reads_what_the_first_wrote(
    cache_base: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answer(folder) == "int"
    assert len(cached_files(cache_base)) == 1

    def no_compiling(*arguments: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr("handlerlint.inference.stubs.loader.StubLoader._compile", no_compiling)
    assert answer(folder) == "int"


def test_changed_stub_is_compiled_again(cache_base: Path, folder: Path) -> None:
    assert answer(folder) == "int"
    (folder / "lib.pyi").write_text("x: bytes\n", encoding="utf-8")
    assert answer(folder) == "bytes"


def test_change_of_the_same_length_is_seen_by_its_time(cache_base: Path, folder: Path) -> None:
    assert answer(folder) == "int"
    (folder / "lib.pyi").write_text("x: str\n", encoding="utf-8")
    os.utime(folder / "lib.pyi", ns=(1, 1))
    assert answer(folder) == "str"


@pytest.mark.parametrize(
    "content", [b"", b"hlstubs\n", b"rubbish" * 100, None], ids=["empty", "cut", "rubbish", "flipped"]
)
def test_broken_cache_file_is_as_good_as_none(cache_base: Path, folder: Path, content: bytes | None) -> None:
    assert answer(folder) == "int"
    (file,) = cached_files(cache_base)
    good = file.read_bytes()
    flipped = good[:-1] + bytes([good[-1] ^ 255])
    file.write_bytes(flipped if content is None else content)
    assert answer(folder) == "int"
    assert file.read_bytes() == good


def test_versions_of_python_do_not_share_answers(cache_base: Path, folder: Path) -> None:
    (folder / "lib.pyi").write_text(
        "import sys\nif sys.version_info >= (3, 12):\n    x: int\nelse:\n    x: str\n", encoding="utf-8"
    )
    found = [
        StubStore(version, folders=(folder,)).attribute(ModuleType("lib"), "x")
        for version in ((3, 11), (3, 12))
    ]
    assert [describe(each) for each in found if each is not None] == ["str", "int"]


def test_cache_that_cannot_be_written_is_no_error(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert answer(folder) == "int"


def test_no_temporary_files_stay_behind(cache_base: Path, folder: Path) -> None:
    assert answer(folder) == "int"
    assert {file.suffix for file in (cache_base / "handlerlint").rglob("*") if file.is_file()} == {".bin"}


def test_warm_run_imports_neither_typeshed_client_nor_platformdirs(cache_base: Path) -> None:
    program = (
        "import sys\n"
        "from handlerlint.inference.stubs import StubStore\n"
        "from handlerlint.inference.stubs.types import NamedType\n"
        "StubStore((3, 13)).attribute(NamedType('datetime.datetime'), 'isoformat')\n"
        "costly = {'typeshed_client', 'platformdirs', 'libcst', 'handlerlint.inference.stubs.compile_module'}\n"
        "print(sorted(costly & set(sys.modules)))\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout.strip()
        for _ in range(2)
    ]
    assert runs == ["['handlerlint.inference.stubs.compile_module']", "[]"]


def test_cache_folder_is_where_platformdirs_puts_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import platformdirs

    for value in ("", str(tmp_path)):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert user_cache_folder() == platformdirs.user_cache_path("handlerlint", appauthor=False)


def test_members_are_built_one_by_one(folder: Path) -> None:
    (folder / "lib.pyi").write_text(
        "class A:\n    def f(self) -> int: ...\n    def g(self) -> str: ...\n", encoding="utf-8"
    )
    store = StubStore((3, 13), folders=(folder,), use_cache=False)
    class_ = store.class_("lib.A")
    assert isinstance(class_, StubClass)
    assert list(class_.members) == ["f", "g"]
    assert store.attribute(NamedType("lib.A"), "f") is not None
