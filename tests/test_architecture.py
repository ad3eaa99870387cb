"""The architecture of design: who imports whom, and what is not imported before it is needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from graphlib import TopologicalSorter
from pathlib import Path
from types import FrameType
from typing import Any

import grimp
import pytest

from handlerlint.configuration import load_settings
from handlerlint.linter import lint
from handlerlint.records import replace

ROOT = Path(__file__).parent.parent


def test_contracts_are_kept() -> None:
    """The contracts stand in pyproject.toml."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as main; main()",
            "--no-logo",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """By module, the modules of ours that it imports, wherever in it, and for type checkers only."""
    graph = grimp.build_graph("handlerlint", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def inside(package: str, imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """By module or folder of a package, the others that it imports; "" is the package's `__init__.py`."""

    def part(module: str) -> str:
        return module[len(package) + 1 :].partition(".")[0]

    def is_inside(module: str) -> bool:
        return f"{module}.".startswith(f"{package}.")

    parts: dict[str, set[str]] = {}
    for module in filter(is_inside, imports):
        parts.setdefault(part(module), set()).update(map(part, filter(is_inside, imports[module])))
    return {name: others - {name} for name, others in parts.items()}


def test_no_package_has_an_import_cycle(imports: dict[str, set[str]]) -> None:
    """Neither modules nor folders of a package import each other in a circle."""
    packages = {module.rpartition(".")[0] for module in imports} - {""}
    for package in sorted(packages):
        TopologicalSorter(inside(package, imports)).prepare()  # raises CycleError, which names the cycle


# All modules are imported first, and forgotten: what is not ours need not be imported once for each of them.
ALONE = """
import contextlib, importlib, os, sys

for name in sys.argv[1:]:
    with contextlib.suppress(Exception):
        importlib.import_module(name)
for name in [name for name in sys.modules if name.partition(".")[0] == "handlerlint"]:
    del sys.modules[name]

def start(name):
    process = os.fork()
    if process == 0:
        try:
            importlib.import_module(name)
        except BaseException as error:
            print(f"{name}: {error!r}", flush=True)
        os._exit(0)

running = 0
for name in sys.argv[1:]:
    if running == (os.cpu_count() or 1):
        os.wait()
        running -= 1
    start(name)
    running += 1
for _ in range(running):
    os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a new interpreter for each module takes minutes")
def test_each_module_can_be_imported_first(imports: dict[str, set[str]]) -> None:
    modules = sorted(imports.keys() - {"handlerlint.__main__"})
    done = subprocess.run([sys.executable, "-c", ALONE, *modules], capture_output=True, text=True, check=True)
    assert done.stdout == ""


def imported(*arguments: str, folder: Path) -> set[str]:
    """The modules that a run of handlerlint imports beyond those of bare Python."""
    script = (
        "import sys; before = set(sys.modules); sys.stdout = open(sys.argv.pop(1), 'w')\n"
        "from handlerlint.cli import main; main(sys.argv[1:])\n"
        "print(*sorted(set(sys.modules) - before), file=sys.__stdout__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, os.devnull, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_version_imports_nothing_but_its_own_modules(tmp_path: Path) -> None:
    found = imported("--version", folder=tmp_path)
    assert found == {"__future__", "handlerlint", "handlerlint.cli", "handlerlint.errors"}


COSTLY = {"libcst", "yaml", "rich", "typeshed_client", "importlib.metadata", "urllib.request", "asyncio"}


def test_help_imports_nothing_that_costs(tmp_path: Path) -> None:
    assert not imported("--help", folder=tmp_path) & COSTLY


@pytest.mark.parametrize("arguments", [("rules",), ("rules", "--output-format", "json"), ("rule", "HL301")])
def test_documentation_of_rules_imports_none(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    found = imported(*arguments, folder=tmp_path)
    assert not found & COSTLY
    ours = {name for name in found if name.startswith("handlerlint.rules")}
    assert ours == {"handlerlint.rules", "handlerlint.rules.catalogue"}


def test_only_terraform_files_cost_their_parser(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Transform: AWS::Serverless-2016-10-31\nResources: {}\n")
    assert not imported("functions", str(tmp_path), folder=tmp_path) & {"hcl2", "lark", "rich"}


def test_modules_say_what_they_are_for() -> None:
    """Each module opens with a sentence; `__init__.py` of a folder that hands nothing on may be empty."""
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src").rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8"))) and path.name != "__init__.py"
    ]
    assert silent == []


# What happens to a list, a dict, a set and decoded JSON is in the room of its kind. Others ask what is the same of all.
_CONTAINERS = {"ListObject", "DictObject", "SetObject", "JsonChange", "Lost"}
_ROOMS_OF_CONTAINERS = ("domain/", "objects/", "core/allocation.py")


def test_what_happens_to_a_container_is_in_the_room_of_its_kind() -> None:
    package = ROOT / "src/handlerlint/inference"
    others = [
        f"{path.relative_to(package)}: {name.name}"
        for path in sorted(package.rglob("*.py"))
        if not path.relative_to(package).as_posix().startswith(_ROOMS_OF_CONTAINERS)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name in _CONTAINERS
    ]
    assert others == []


# They open and list files: the view of the user's own, what is kept, and the dynamic mode, which runs the project.
ROOMS_WITH_FILES = ("project", "caching", "invoke")
# They read what is ours: the pack of SDK models, tables, a style sheet, the age of the compiler of stubs, what is
# installed beside us; they write reports.
WITH_FILES_OF_OURS = (
    *(
        "catalogue",
        "disk_cache",
        "distributions",
        "extensions",
        "library_names",
        "output",
        "pack",
        "precompiled",
        "stylesheet",
    ),
)
LOOKS_OF_OS = frozenset(
    {"access", "listdir", "lstat", "open", "readlink", "scandir", "stat", "walk"}
    | {"exists", "isdir", "isfile", "islink", "realpath"}
)
LOOKS_OF_PATHS = frozenset(
    {"exists", "is_dir", "is_file", "is_symlink", "iterdir", "lstat", "resolve", "stat"}
)


def test_no_other_room_has_code_that_looks_at_files() -> None:
    """Also where no project of the test below leads."""
    others = []
    for path in sorted((ROOT / "src/handlerlint").rglob("*.py")):
        room = path.relative_to(ROOT / "src/handlerlint").parts[0]
        if room in ROOMS_WITH_FILES or path.stem in WITH_FILES_OF_OURS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case (
                    ast.Call(func=ast.Name(id="open"))
                    | ast.Call(func=ast.Attribute(attr="glob" | "read_bytes" | "read_text" | "rglob"))
                ):
                    found = True
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="os") | ast.Attribute(attr="path"), attr=name)
                ):
                    found = name in LOOKS_OF_OS
                case ast.Call(func=ast.Attribute(attr=name), args=[], keywords=[]):
                    found = name in LOOKS_OF_PATHS
                case _:
                    found = False
            if found:
                others.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert others == []


PROJECTS = (ROOT / "examples", *sorted((ROOT / "tests/fixtures/projects").iterdir()))


class Bypasses:
    """Who opens, lists or looks up a file of the user, and is not the view: for as long as it is switched on."""

    def __init__(self) -> None:
        self.project: str | None = None
        self.found: set[str] = set()
        self.seen = 0
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.project is not None and event in ("open", "os.listdir", "os.scandir"):
            self.note(event, arguments[0])

    def note(self, event: str, given: object) -> None:
        if self.project is None or isinstance(given, int) or given is None:
            return
        path = os.path.normpath(Path.cwd() / os.fsdecode(given))  # type: ignore[arg-type]
        if path != self.project and not path.startswith(self.project + os.sep):
            return
        self.seen += 1
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and not frame.f_globals.get("__name__", "").startswith("handlerlint."):
            frame = frame.f_back
        if frame is None or frame.f_globals["__name__"].split(".")[1] not in ROOMS_WITH_FILES:
            who = "nobody" if frame is None else f"{frame.f_globals['__name__']}:{frame.f_lineno}"
            self.found.add(f"{event} {path[len(self.project) :]} by {who}")


@pytest.fixture(scope="module")
def bypasses() -> Bypasses:
    """One for all tests: a hook stays for ever."""
    return Bypasses()


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda folder: str(folder.name))
def test_nothing_bypasses_the_view_of_the_users_files(
    folder: Path, bypasses: Bypasses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Discovery and check, every rule of it: Python tells of files opened and folders listed, and of looks by `os`."""

    def told(name: str) -> Callable[..., Any]:
        original = getattr(os, name)

        def look(path: Any, *arguments: Any, **named: Any) -> Any:
            bypasses.note(f"os.{name}", path)
            return original(path, *arguments, **named)

        return look

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(folder)
    project, bypasses.found, bypasses.seen = os.path.realpath(folder), set(), 0
    with monkeypatch.context() as patched:
        for name in ("stat", "lstat", "access", "readlink"):
            patched.setattr(os, name, told(name))
        bypasses.project = project
        try:
            settings = replace(load_settings([folder]), select=("HL",), use_cache=False)
            assert lint(settings).failures == ()
        finally:
            bypasses.project = None
    assert bypasses.seen > 3
    assert bypasses.found == set()


def test_the_drawings_show_what_is_imported() -> None:
    """Those in docs/architecture.md are made by a script, which says here whether it would make others."""
    script = ROOT / "tools" / "draw_architecture.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


_MOST_PARAMETERS = 5
_MOST_LINES = 20


def needs_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is too large to be understood from its name; overloads and dunder methods never are."""
    is_overload = any(
        isinstance(name, ast.Name) and name.id == "overload" for name in function.decorator_list
    )
    if is_overload or function.name.startswith("__"):
        return False
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    count = len(named) + (arguments.vararg is not None) + (arguments.kwarg is not None)
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    return count > _MOST_PARAMETERS or lines > _MOST_LINES


def test_large_functions_say_what_they_give() -> None:
    package = ROOT / "src/handlerlint"
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if needs_docstring(node) and ast.get_docstring(node) is None
    ]
    assert silent == []
