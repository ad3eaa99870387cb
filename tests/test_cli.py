"""The program itself: usage, what is said about mistakes, exit statuses, and where output goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint import __version__


def run(
    *arguments: str, folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "handlerlint", *arguments],
        cwd=folder,
        env=plain | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(tmp_path: Path, option: str) -> None:
    done = run(option, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"handlerlint {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["functions", "-h"], ["rule", "-h"]])
def test_help(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: handlerlint")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--selct", "HL3"],
            "unknown option '--selct'; did you mean '--select'? (see 'handlerlint --help')",
        ),
        (
            ["check", "--frobnicate=3"],
            "unknown option '--frobnicate' (see 'handlerlint check --help')",
        ),
        (["srcs"], "no such file or folder: 'srcs'; did you mean 'src'?"),
        (["chekc"], "no such file or folder: 'chekc'; did you mean the command 'check'?"),
        (["src/ap.py"], "no such file or folder: 'src/ap.py'; did you mean 'app.py'?"),
        (["src/app.py/x"], "'src/app.py/x' cannot be read: Not a directory"),
        (
            ["--output-format", "jsn", "src"],
            "argument --output-format: unknown format 'jsn'; did you mean 'json'? (see 'handlerlint --help')",
        ),
        (
            ["--output-format", "xml", "src"],
            "argument --output-format: unknown format 'xml'; expected one of full, concise, json, sarif, "
            "github, gitlab, junit (see 'handlerlint --help')",
        ),
        (
            ["--sources", "sam,terafrom"],
            "argument --sources: unknown source 'terafrom'; did you mean 'terraform'? "
            "(see 'handlerlint --help')",
        ),
        (
            ["--per-file-ignores", "tests"],
            "argument --per-file-ignores: expected PATTERN:CODE,... such as 'tests/*:HL3', found 'tests' "
            "(see 'handlerlint --help')",
        ),
        (
            ["--runtime", "3.12"],
            "argument --runtime: expected a Python runtime such as 'python3.13', found '3.12' "
            "(see 'handlerlint --help')",
        ),
        (["--python", "nowhere"], "--python: no such virtual environment or interpreter: 'nowhere'"),
        (["--config", "no.toml"], "no.toml: cannot be read: No such file or directory"),
        (["--select", "H8"], "unknown rule code 'H8'"),
        (["--ignore", "E501"], "unknown rule code 'E501'"),
        (["--extend-select", "HL3,HL3O1"], "unknown rule code 'HL3O1'; did you mean 'HL301'?"),
        (["rule"], "the following arguments are required: CODE (see 'handlerlint rule --help')"),
        (["rule", "HL3O1"], "unknown rule 'HL3O1'; did you mean 'HL301'?"),
        (["rule", "async-handle"], "unknown rule 'async-handle'; did you mean 'async-handler'?"),
        (["--output-file", "no/where.json"], "--output-file no/where.json: No such file or directory"),
    ],
)
def test_mistakes_are_explained_in_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").touch()
    done = run(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"handlerlint: error: {message}\n"


def test_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.handlerlint]\nselct = ["HL3"]\n')
    done = run(folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "handlerlint: error: pyproject.toml: [tool.handlerlint]: unknown key 'selct'; "
        "did you mean 'select'?\n"
    )
    assert run("--isolated", folder=tmp_path).returncode == 0


def test_rules(tmp_path: Path) -> None:
    lines = run("rules", folder=tmp_path).stdout.splitlines()
    assert [line[:5] for line in lines[1:]] == sorted(line[:5] for line in lines[1:])
    (line,) = (line for line in lines if line.startswith("HL204"))
    assert line.split(maxsplit=3) == [
        "HL204",
        "async-handler",
        "error",
        "Checks that the handler is no `async def`.",
    ]
    (line,) = (line for line in lines if line.startswith("HL207"))
    assert "(off unless selected)" in line
    assert all(len(line.split(maxsplit=3)) == 4 for line in lines), "every rule says what it finds"
    objects = json.loads(run("rules", "--output-format=json", folder=tmp_path).stdout)
    assert [item["code"] for item in objects] == [line[:5] for line in lines[1:]]
    assert objects[0] == {
        "code": "HL001",
        "name": "syntax-error",
        "severity": "error",
        "on_by_default": True,
        "url": "https://handlerlint.readthedocs.io/rules/syntax-error/",
    }


@pytest.mark.parametrize("name", ["HL204", "hl204", "async-handler"])
def test_rule(tmp_path: Path, name: str) -> None:
    done = run("rule", name, folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("# async-handler (HL204)\n\nLevel: error.\n\n## What it does\n")
    for heading in ("## Why it is bad", "## Example", "## Use instead"):
        assert f"\n{heading}\n" in done.stdout


def test_pages_of_the_rules_are_up_to_date() -> None:
    script = Path(__file__).parent.parent / "tools" / "rule_pages.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
