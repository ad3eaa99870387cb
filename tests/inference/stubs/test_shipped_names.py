"""Everything our shipped stubs name exists in the real libraries, as what the stub says it is."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

import handlerlint
from handlerlint.inference.stubs import StubStore

STORE = StubStore(sys.version_info[:2])
STUBS = Path(handlerlint.__file__).parent / "stubs"
OURS_ALONE = {"handlerlint_types"}
# These go with inference/sdk and its table, which is where their facts come from.
OF_THE_SDK = {"aioboto3", "aiobotocore", "boto3", "botocore"}
# The class is only the common ancestor of those that really have the methods.
DECLARED_HIGHER = {"pytz.tzinfo.BaseTzInfo.localize", "pytz.tzinfo.BaseTzInfo.normalize"}
# Names that are there for the type of something else, or that only some versions of a library have.
NOT_AT_RUN_TIME = {"botocore.exceptions._Error", "botocore.exceptions._ErrorResponse"}


def stub_modules() -> list[str]:
    names = []
    for file in sorted(STUBS.rglob("*.pyi")):
        parts = file.relative_to(STUBS).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return [name for name in names if name not in OURS_ALONE]


def stub_source(name: str) -> str:
    base = STUBS.joinpath(*name.split("."))
    file = base / "__init__.pyi" if (base / "__init__.pyi").is_file() else base.with_suffix(".pyi")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", stub_modules())
def test_names_exist(name: str) -> None:
    package = name.partition(".")[0]
    pytest.importorskip(package)
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        # A part of a library may need another one; but the library's own modules must all be there.
        assert error.name is not None and error.name.partition(".")[0] != package
        pytest.skip(f"{name} needs {error.name}")
    assert list(contradictions(name, module, ast.parse(stub_source(name)).body)) == []


@pytest.mark.parametrize(
    "name", [name for name in stub_modules() if name.partition(".")[0] not in OF_THE_SDK]
)
def test_stub_says_where_its_facts_come_from(name: str) -> None:
    assert stub_source(name).startswith("# ")


def contradictions(path: str, owner: Any, body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.ClassDef(name=name) if f"{path}.{name}" not in NOT_AT_RUN_TIME:
                hasattr(owner, name)  # some packages load what they hand out when it is asked for
                real = inspect.getattr_static(owner, name, None)
                if isinstance(real, type):
                    yield from wrong_bases(f"{path}.{name}", real, statement)
                    yield from missing_methods(f"{path}.{name}", real)
                    yield from contradictions(f"{path}.{name}", real, statement.body)
                elif not hasattr(owner, name):
                    yield f"{path}.{name}: no such class"
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if (
                f"{path}.{name}" not in DECLARED_HIGHER
            ):
                yield from wrong_function(f"{path}.{name}", owner, statement)
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                if (
                    not isinstance(owner, type)
                    and name != "__all__"
                    and not hasattr(owner, name)
                    and name[:1] != "_"
                ):
                    yield f"{path}.{name}: no such variable"
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    if alias.asname == alias.name and not hasattr(owner, alias.name):
                        yield f"{path}.{alias.name}: not exported"


def missing_methods(path: str, real: type) -> Iterator[str]:
    """What decides about truth and serialization has to be there, also where a stub leaves members out."""
    described = [ancestor for ancestor in map(STORE.class_, STORE.mro(path)) if ancestor is not None]
    if any(ancestor.has_unknown_base or "__getattr__" in ancestor.members for ancestor in described):
        return
    names = {name for ancestor in described for name in ancestor.members}
    for alternatives in ({"__bool__", "__len__"}, {"_asdict"}):
        if any(not alternatives.isdisjoint(vars(cls)) for cls in real.__mro__) and not names & alternatives:
            yield f"{path}: one of {sorted(alternatives)} is missing"


def wrong_bases(path: str, real: type, statement: ast.ClassDef) -> Iterator[str]:
    above = {each.__name__ for each in real.__mro__}
    for base in statement.bases:
        name = ast.unparse(base).partition("[")[0].rpartition(".")[2]
        if name not in above | {"Generic", "TypedDict", "Any"}:
            yield f"{path}: does not derive from {name}"


def wrong_function(path: str, owner: Any, statement: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    found = inspect.getattr_static(owner, statement.name, None)
    # `__getattr__` stands for what a class makes up on demand.
    if (
        found is None
        and statement.name not in ("__getattr__", "__init__")
        and not hasattr(owner, statement.name)
    ):
        yield f"{path}: no such function"
        return
    decorators = {ast.unparse(decorator) for decorator in statement.decorator_list}
    if isinstance(owner, type) and found is not None and not statement.name.startswith("__"):
        yield from wrong_kind(path, found, decorators)
    is_async = isinstance(statement, ast.AsyncFunctionDef)
    if (
        is_async
        and found is not None
        and not inspect.iscoroutinefunction(inspect.unwrap(real_function(found)))
    ):
        yield f"{path}: is not async"


def wrong_kind(path: str, found: Any, decorators: set[str]) -> Iterator[str]:
    is_property = isinstance(found, (property, cached_property)) or inspect.isgetsetdescriptor(found)
    if ("property" in decorators) != is_property and not inspect.ismemberdescriptor(found):
        yield f"{path}: property in one and not in the other"
    if isinstance(found, (classmethod, staticmethod)) and type(found).__name__ not in decorators:
        yield f"{path}: is a {type(found).__name__}"


def real_function(found: Any) -> Any:
    return found.__func__ if isinstance(found, (classmethod, staticmethod)) else found
