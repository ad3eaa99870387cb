"""Where a module's types come from: user's folders, our stubs, typeshed by version, the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.inference.stubs import StubStore
from handlerlint.inference.stubs.finder import StubFinder
from handlerlint.inference.stubs.types import ModuleType, NamedType, describe


def write(file: Path, text: str = "x: int\n") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def origin(module: str, version: tuple[int, int] = (3, 13)) -> str | None:
    found = StubFinder(version, (), None).find(module)
    return None if found is None else found.origin


@pytest.mark.parametrize("module", ["", ".", "no_such_module", "os.no_such_module", "json..decoder"])
def test_what_has_no_stub_is_not_found(module: str) -> None:
    assert origin(module) is None


def test_standard_library_is_found_by_version() -> None:
    assert origin("tomllib", (3, 10)) is None
    assert origin("tomllib", (3, 11)) == "typeshed"
    assert origin("distutils.core", (3, 11)) == "typeshed"
    assert origin("distutils.core", (3, 12)) is None
    # A module of a package that is older than the module itself.
    assert origin("asyncio.taskgroups", (3, 10)) is None
    assert origin("asyncio.taskgroups", (3, 11)) == "typeshed"


def test_our_stub_goes_before_typeshed_and_leaves_it_the_rest() -> None:
    assert origin("json") == "shipped"
    assert origin("json.decoder") == "typeshed"


def test_folder_of_the_user_goes_first(tmp_path: Path) -> None:
    write(tmp_path / "a/requests/__init__.pyi")
    write(tmp_path / "b/requests/__init__.pyi", "x: str\n")
    store = StubStore((3, 13), folders=(tmp_path / "a", tmp_path / "b"), use_cache=False)
    assert store.attribute(ModuleType("requests"), "x") == NamedType("builtins.int")


def test_stub_package_in_a_folder_is_found(tmp_path: Path) -> None:
    write(tmp_path / "lib-stubs/sub/part.pyi")
    assert StubFinder((3, 13), (tmp_path,), None).find("lib.sub.part") is not None


def test_namespace_package_is_walked_through(tmp_path: Path) -> None:
    write(tmp_path / "vendor/cloud/storage.pyi", "class Client: ...\n")
    store = StubStore((3, 13), folders=(tmp_path,), use_cache=False)
    assert store.class_("vendor.cloud.storage.Client") is not None


def test_environment_without_py_typed_says_nothing(tmp_path: Path) -> None:
    write(tmp_path / "lib/__init__.py", "def f() -> int: return 1\n")
    assert StubFinder((3, 13), (), tmp_path).find("lib") is None


def test_typed_source_of_the_environment_is_read(tmp_path: Path) -> None:
    write(tmp_path / "lib/py.typed", "")
    write(
        tmp_path / "lib/__init__.py",
        "import datetime\nfrom .part import helper\n\n"
        "class Thing:\n"
        "    def __init__(self, at: datetime.datetime) -> None:\n        self.at: datetime.datetime = at\n"
        "    def untyped(self): return 1\n"
        "async def chunks():\n    yield 1\n"
        "async def load() -> bytes: ...\n",
    )
    write(tmp_path / "lib/part.py", "def helper() -> bytes: return b''\n")
    store = StubStore((3, 13), environment=tmp_path, use_cache=False)
    thing = NamedType("lib.Thing")
    assert store.attribute(thing, "at") == NamedType("datetime.datetime")
    assert describe(store.call(store.attribute(thing, "untyped") or thing)) == "Any"
    assert describe(store.attribute(thing, "set_elsewhere") or NamedType("None")) == "Any"
    assert describe(store.call(store.value("lib.helper") or thing)) == "bytes"
    assert describe(store.await_(store.call(store.value("lib.load") or thing))) == "bytes"
    assert describe(store.call(store.value("lib.chunks") or thing)) == "Any"


def test_stubs_of_the_environment_go_before_its_source(tmp_path: Path) -> None:
    write(tmp_path / "lib/py.typed", "")
    write(tmp_path / "lib/__init__.py", "x: int = 1\n")
    write(tmp_path / "lib-stubs/__init__.pyi", "x: str\n")
    store = StubStore((3, 13), environment=tmp_path, use_cache=False)
    assert store.attribute(ModuleType("lib"), "x") == NamedType("builtins.str")
