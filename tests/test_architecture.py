"""The architecture of design: who imports whom, and what is not imported before it is needed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

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
READERS_OF_OUR_OWN = ("cache", "distributions", "disk_cache", "pack", "reading", "watch")


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
