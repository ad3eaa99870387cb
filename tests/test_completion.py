"""`handlerlint completion`: the scripts, asked by the shells themselves what completes a line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint.commands import COMMANDS
from handlerlint.commands.completion import SHELLS
from handlerlint.reporters import FORMATS

from .program import run

# Bash gives the words to a function, and takes what that leaves in COMPREPLY.
ASK_BASH = """\
source ./script
COMP_WORDS=(handlerlint "$@")
COMP_CWORD=$#
_shtab_handlerlint 2> /dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""
ASK_FISH = "source ./script; complete -C $argv[1]"


def completed(shell: str, folder: Path, line: str) -> set[str]:
    """What the shell offers at the end of a line."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (folder / "script").write_text(run("completion", shell, folder=folder).stdout)
    command = ["-c", ASK_FISH, line] if shell == "fish" else ["-c", ASK_BASH, "bash", *line.split(" ")[1:]]
    done = subprocess.run([program, *command], cwd=folder, capture_output=True, text=True, check=True)
    return {answer.partition("\t")[0] for answer in done.stdout.splitlines() if answer}


@pytest.mark.skipif(sys.platform == "win32", reason="the shells of Unix")
@pytest.mark.parametrize("shell", ["bash", "fish"])
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("handlerlint fun", {"functions"}),
        ("handlerlint pyproj", {"pyproject.toml"}),  # a path, with no command before it
        ("handlerlint pyproject.toml --output-f", {"--output-format", "--output-file"}),
        ("handlerlint --output-format ", set(FORMATS)),
        ("handlerlint --output s", {"sarif"}),
        ("handlerlint functions --output-format ", {"text", "json"}),
        ("handlerlint functions --output ", {"text", "json"}),
        ("handlerlint --config pyproj", {"pyproject.toml"}),
        ("handlerlint check --select HL32", {"HL321", "HL322", "HL323"}),
        ("handlerlint rule float-", {"float-to-dynamodb"}),
        ("handlerlint events sqs-", {"sqs-fifo"}),
        ("handlerlint completion ", set(SHELLS)),
    ],
)
def test_what_is_offered(shell: str, line: str, offered: set[str], tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    assert completed(shell, tmp_path, line) == offered


@pytest.mark.skipif(sys.platform == "win32", reason="the shells of Unix")
def test_the_first_word_is_a_command_or_a_path(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    assert completed("bash", tmp_path, "handlerlint ") == {*COMMANDS, "script", "src"}


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_take_the_script(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(run("completion", shell, folder=tmp_path).stdout)
    subprocess.run([program, "-f", "-n", "script"], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the following arguments are required: SHELL"),
        (("bsh",), "unknown shell 'bsh'; did you mean 'bash'?"),
    ],
)
def test_what_is_no_shell_is_refused(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run("completion", *arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_without_the_extra_its_installation_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    done = run("completion", "bash", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith("install it: pip install 'handlerlint[completion]'\n")
