"""The architecture of design: who imports whom, and what is not imported before it is needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

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


# They read what is ours: caches, tables, the pack of SDK models. `invoke` reads while nothing is linted.
READERS_OF_OUR_OWN = ("storage", "distributions", "pack", "reading", "watch")


def test_files_of_the_user_are_read_by_one_reader() -> None:
    """`handlerlint.reading` opens regular files only, and up to a limit."""
    others = []
    for path in sorted((ROOT / "src/handlerlint").rglob("*.py")):
        if path.stem in READERS_OF_OUR_OWN or "invoke" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case (
                    ast.Call(func=ast.Attribute(attr="read_text" | "read_bytes"))
                    | ast.Call(func=ast.Name(id="open"))
                ):
                    others.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert others == []


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
