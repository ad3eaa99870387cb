"""Output on a terminal: nothing is wider, what is long goes through a pager, and a long run says how far it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

from handlerlint.reporters.style import display_width

from .program import run
from .terminal import on_terminal

HANDLER = """\
import datetime


def lambda_handler(event, context):
    names = ["{filling}"]
    return {{"the first of them": names[0], "日本": [{numbers}datetime.datetime.now(), {numbers}]}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    source = HANDLER.format(filling="x" * 300, numbers="1, " * 60)
    (tmp_path / "lambda_function.py").write_text(source, "utf-8")
    for number in range(12):
        folder = tmp_path / f"service-with-a-long-name-{number}"
        folder.mkdir()
        (folder / "lambda_function.py").write_text("def lambda_handler(event, context):\n    return {}\n")
    return tmp_path


@pytest.mark.parametrize("columns", [60, 100, 200])
def test_nothing_is_wider_than_the_terminal(project: Path, columns: int) -> None:
    for arguments in (["check"], ["functions"], ["rules"], ["rule", "HL301"], ["events"], ["--help"]):
        screen = on_terminal(*arguments, folder=project, columns=columns, environment={"PAGER": "cat"})
        assert max(map(display_width, screen.lines)) <= columns, arguments
        assert len(screen.lines) > 5


def test_the_place_is_seen_in_a_line_that_is_cut(project: Path) -> None:
    lines = on_terminal("check", folder=project, columns=60).lines
    source = next(line for line in lines if line.startswith("6 | "))
    marks = next(line for line in lines if "^" in line)
    assert source[4:7] == source[-3:] == "..."
    assert source[marks.index("^") : marks.rindex("^") + 1] == "datetime.datetime.now()"


def test_a_pipe_has_one_line_for_each_function_and_rule(project: Path) -> None:
    assert len(run("rules", folder=project, environment={"COLUMNS": "60"}).stdout.splitlines()) > 40
    (line,) = (line for line in run("rules", folder=project).stdout.splitlines() if line.startswith("HL108"))
    assert len(line) > 110


def test_a_rule_is_shown_without_the_marks_of_markdown(project: Path) -> None:
    screen = on_terminal("rule", "HL204", folder=project, columns=60, rows=100)
    assert screen.lines[0] == "async-handler (HL204)"
    assert not any(line.startswith(("#", "```")) or "`" in line for line in screen.lines)
    assert "\x1b[36masync\x1b[0m \x1b[36mdef\x1b[0m" in screen.written
    assert "    async def lambda_handler(event, context):" in screen.lines
    assert run("rule", "HL204", folder=project).stdout.startswith("# async-handler (HL204)\n")


def test_what_is_longer_than_the_screen_goes_through_the_pager(project: Path) -> None:
    environment = {"PAGER": "echo \"less: $LESS\"; sed -n 's/^HL001/paged &/p'"}
    screen = on_terminal("rules", folder=project, environment=environment)
    assert screen.lines[0] == "less: FRX"
    assert screen.lines[1].startswith("paged HL001  syntax-error")
    assert (len(screen.lines), screen.status) == (2, 0)
    environment["LESS"] = "R"
    assert on_terminal("rules", folder=project, environment=environment).lines[0] == "less: R"
    for arguments, rows in ((["rules", "--no-pager"], 24), (["rules"], 500)):
        screen = on_terminal(*arguments, folder=project, rows=rows, environment=environment)
        assert screen.lines[0].startswith("code ")
    assert run("rules", folder=project, environment=environment).stdout.startswith("code ")


PAGER = """\
import os, sys
sys.stdin.read()
print('waiting', flush=True)
terminal = os.open('/dev/tty', os.O_RDONLY)
try:
    os.read(terminal, 1)
except KeyboardInterrupt:
    print('asked')
"""


@pytest.mark.parametrize(("pager", "first"), [("no-such-pager", "code "), ("", "code "), ("true", None)])
def test_a_pager_that_is_not_there_or_leaves_early(project: Path, pager: str, first: str | None) -> None:
    screen = on_terminal("rules", folder=project, environment={"PAGER": pager})
    assert screen.status == 0
    assert not any("Error" in line for line in screen.lines)
    assert (not screen.lines) if first is None else any(line.startswith(first) for line in screen.lines)


def test_control_c_is_the_pagers(project: Path) -> None:
    """As in `less`, which ends a search by it and stays."""
    pager = f'{sys.executable} -c "{PAGER}"'
    screen = on_terminal("rules", folder=project, environment={"PAGER": pager}, keys=b"\x03")
    assert screen.lines == ["waiting", "asked"]
    assert "interrupted" not in screen.written
    assert screen.status == 0


PATIENT = "import handlerlint.commands.progress as p; p._PATIENCE = p._BETWEEN = 0"


@pytest.mark.parametrize(
    ("environment", "arguments", "is_shown"),
    [
        ({}, [], True),
        ({}, ["-j2"], True),
        ({}, ["--fix"], True),
        ({}, ["--quiet"], False),
        ({"CI": "true"}, [], False),
        ({"TERM": "dumb"}, [], False),
    ],
)
def test_progress(project: Path, environment: dict[str, str], arguments: list[str], is_shown: bool) -> None:
    """What is shown while the user waits is gone at the end."""
    (project / "sitecustomize.py").write_text(PATIENT)
    environment = {"PYTHONPATH": str(project), **environment}
    screen = on_terminal("--no-cache", *arguments, folder=project, environment=environment)
    before, shown, after = screen.written.partition(" of 13 handlers checked")
    assert bool(shown) is is_shown
    if is_shown:
        assert before.endswith("\r\x1b[K0")
        assert "handlers checked\r\x1b[K" in shown + after
        assert after.rpartition("handlers checked")[2].startswith("\r\x1b[K")


def test_no_progress_where_nobody_waits(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlerlint.commands.progress._PATIENCE", 0)
    assert run("--no-cache", folder=project).stderr == ""
