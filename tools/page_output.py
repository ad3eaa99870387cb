"""Runs the commands that the pages of docs/ and README.md show, and puts their real output below them.

python tools/page_output.py [--check] [PAGE ...]

A block of code in the language `console` holds commands, each on a line that begins with `$ `, with the output of each
below it. A block with a title (`title="src/app.py"`) is a file. A page with such files is a project of its own: they
are written, and the commands run in it, in the order in which they stand on the page. The commands of every other page
run in a folder with a copy of examples/. In an output, a line `...` stands for any number of lines.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Runs handlerlint with these arguments in this folder, and gives what a terminal would show.
Program = Callable[[list[str], Path], str]

_FENCE = re.compile(r"^(?P<indent> *)(?P<fence>```+)(?P<language>[\w-]*)(?P<options>.*)$")
_TITLE = re.compile(r'title="([^"]+)"')
# What differs from run to run and from machine to machine.
_VARYING = re.compile(r"\d+(?:\.\d+)? (?:ms|s|MB)\b|Python 3\.\d+(?:\.\d+)?|(?<=\S) {2,}|/tmp/\S+")
_SHELL = re.compile(r"[|&;<>$*`]")
_ELISION = "..."


def rewritten(page: str, folder: Path, program: Program) -> str:
    """The page with the output of its commands as it is now; `folder` is empty, and they run in it."""
    lines = page.splitlines()
    folder = folder / "project"  # some functions are called after their folder
    (folder / ".git").mkdir(parents=True)
    if not any(_file_name(line) for line in lines):
        shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    written: list[str] = []
    remaining = iter(lines)
    for line in remaining:
        written.append(line)
        opened = _FENCE.match(line)
        if opened is None:
            continue
        block, closing = _block(remaining, opened)
        if opened["language"] == "console":
            block = list(_console(block, opened["indent"], folder, program))
        elif name := _file_name(line):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{part.removeprefix(opened['indent'])}\n" for part in block), "utf-8")
        written += [*block, closing]
    return "".join(f"{line}\n" for line in written)


def _file_name(line: str) -> str | None:
    opened = _FENCE.match(line)
    title = opened and _TITLE.search(opened["options"])
    return title[1] if title else None


def _block(lines: Iterator[str], opened: re.Match[str]) -> tuple[list[str], str]:
    """The lines up to the fence that closes the block, and that fence."""
    block: list[str] = []
    for line in lines:
        if line.strip() == opened["fence"]:
            return block, line
        block.append(line)
    raise SystemExit(f"a block is not closed: {opened[0]}")


def _console(block: list[str], indent: str, folder: Path, program: Program) -> Iterator[str]:
    """The commands of a block, each with its output: the one that is there, where it still holds."""
    commands: list[tuple[str, list[str]]] = []
    for line in block:
        text = line.removeprefix(indent)
        if text.startswith("$ "):
            commands.append((text, []))
        else:
            commands[-1][1].append(text)
    for command, shown in commands:
        yield f"{indent}{command}"
        output = _output(command.removeprefix("$ "), folder, program).rstrip("\n").split("\n")
        output = [line.rstrip() for line in output] if output != [""] else []
        for line in shown if _holds(shown, output) else output:
            yield f"{indent}{line}".rstrip()


def _output(command: str, folder: Path, program: Program) -> str:
    words = shlex.split(command, comments=True)
    if words[0] == "handlerlint" and not _SHELL.search(command):
        return program(words[1:], folder)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def _holds(shown: list[str], output: list[str]) -> bool:
    """Whether what is shown says what was printed, but for what varies and what is left out."""
    parts = [re.escape(_constant(line)) if line.strip() != _ELISION else None for line in shown]
    pattern = "".join(r"(?:.*\n)*?" if part is None else rf"{part}\n" for part in parts)
    return re.fullmatch(pattern, "".join(f"{_constant(line)}\n" for line in output)) is not None


def _constant(line: str) -> str:
    return _VARYING.sub("~", line)


def in_a_process(arguments: list[str], folder: Path) -> str:
    """Handlerlint as its own program."""
    command = [sys.executable, "-m", "handlerlint", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    return done.stdout + done.stderr


def main() -> int:
    """Write the pages, or with `--check` show what would change."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is old")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", default=PAGES)
    arguments = parser.parse_args()
    status = 0
    for page in arguments.pages:
        text = page.read_text("utf-8")
        if "```console\n" not in text:
            continue
        with tempfile.TemporaryDirectory() as folder:
            new = rewritten(text, Path(folder), in_a_process)
        if new == text:
            continue
        status = 1
        if arguments.check:
            print("".join(difflib.unified_diff(text.splitlines(True), new.splitlines(True), str(page))))
        else:
            page.write_text(new, "utf-8")
            print(f"written: {page}")
    return status if arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
