"""Reading and parsing whatever lies on a disk: never a traceback, never the end of the process."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys
import tokenize
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlerlint.functions.model import InlineCode
from handlerlint.project.view import View, is_file, read_file, viewing
from handlerlint.source.files import ReadProblem, SourceFile, SourceFiles
from handlerlint.source.parsing import SyntaxProblem, decode
from handlerlint.text import Span

GOOD = (
    b"",
    b"\n",
    b"\f",
    b"x = 1",
    b"x = 1\r\ny = 2\r\n",
    b"x = 1\ry = 2\r",
    b"\f\nx = 1\n\f\ndef f():\n\treturn 1\n",
    codecs.BOM_UTF8 + b"x = 1\n",
    codecs.BOM_UTF8 + b"# coding: utf-8\nx = '\xc3\xa9'\n",
    "x = 'é𝐱'\n".encode(),
    b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
    b"# coding: utf-8\nx = 1\n",
    b"# coding: iso-8859-15\nx = '\xa4'\n",
    "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"),
    b"'''\n# coding: latin-1\n'''\nx = 1\n",
)
BAD = (
    (b"x = '\xe9'\n", 1, 6, "byte 0xe9 is not UTF-8"),
    (b"x = 1\ny = '\xc3\xa9\xff'\n", 2, 7, "byte 0xff is not UTF-8"),
    (codecs.BOM_UTF8 + b"x = '\xff'\n", 1, 6, "byte 0xff is not UTF-8"),
    (b"# coding: ascii\nx = '\xc3\xa9'\n", 2, 6, "byte 0xc3 is not ascii"),
    (b"# coding: no-such-codec\n", 1, 1, "unknown encoding: no-such-codec"),
    (b"# coding: rot13\nk = 1\n", 1, 1, "encoding problem"),
    (codecs.BOM_UTF8 + b"# coding: latin-1\n", 1, 1, "encoding problem"),
    (b"x = 1\ny = \0\n", 2, 5, "source code cannot contain null bytes"),
    ("x = 1\n".encode("utf-16"), 1, 1, "byte 0xff is not UTF-8"),
    (b"\x1f\x8b\x08\x00", 1, 2, "byte 0x8b is not UTF-8"),
    (b"print 'x'\n", 1, 1, "Missing parentheses"),
)


@pytest.mark.parametrize("data", GOOD)
def test_good(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "app.py").write_bytes(data)
    file = SourceFiles().load(tmp_path / "app.py")
    assert file.problem is None
    assert file.tree is not None
    compile(data, "app.py", "exec")
    with tokenize.open(tmp_path / "app.py") as python:
        assert file.text.replace("\r\n", "\n").replace("\r", "\n") == python.read()


@pytest.mark.parametrize(("data", "row", "column", "message"), BAD)
def test_bad(tmp_path: Path, data: bytes, row: int, column: int, message: str) -> None:
    (tmp_path / "app.py").write_bytes(data)
    problem = SourceFiles().load(tmp_path / "app.py").problem
    assert isinstance(problem, SyntaxProblem)
    assert problem.place == (row, column)
    assert problem.message.startswith(message)
    assert problem.certain
    with pytest.raises((SyntaxError, ValueError)):
        compile(data, "app.py", "exec")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
@example(b"# coding: unicode_escape\n\\x")
@example(b"# coding: utf-7\n+AAA")
@example(b"# coding: idna\nx")
@example(b"# coding: punycode\nx-")
@example(b"# coding: zlib\nx")
@example(b"# coding: undefined\nx")
@example(b"\\\n")
def test_any_bytes(data: bytes) -> None:
    text, problem = decode(data)
    file = SourceFile(Path("app.py"), text, problem)
    assert (file.tree is None) == (file.problem is not None)


def test_not_readable(tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    (tmp_path / "folder.py").mkdir()
    for name in ("none.py", "folder.py", "loop.py", "none/app.py", "x" * 300 + ".py"):
        file = SourceFiles().load(tmp_path / name)
        assert isinstance(file.problem, ReadProblem)
        assert file.problem.message
        assert file.tree is None


# What is deep, how deep libcst is to follow, and how much deeper it must at least not fall over.
NESTED = (
    ("'[' * n + ']' * n", 200, 30_000),
    ("'(' * n + '1' + ')' * n", 200, 30_000),
    ("'f(' * n + ')' * n", 199, 30_000),
    ("'{1: ' * n + '1' + '}' * n", 200, 30_000),
    ("'not ' * n + '1'", 300, 1_000),
    ("'-' * n + '1'", 300, 700),
    ("'1' + ' + 1' * n", 300, 700),
    ("'x = (' + '-\\n' * n + '1)'", 300, 700),
    ("'a' + '.b' * n", 200, 300),
    ("'a' + '[0]' * n", 100, 200),
    ("'lambda: ' * n + '1'", 200, 400),
    ("'(' + '\"a\" ' * n + ')'", 500, 2_000),
    ("'if 1: pass\\n' + 'elif 1: pass\\n' * n", 300, 600),
    ("''.join(' ' * i + 'if 1:\\n' for i in range(n)) + ' ' * n + 'pass'", 99, 110),
    ("'# ' + '(' * n", 5_000, 50_000),
    ("'x = \"' + '(' * n + '\"'", 5_000, 50_000),
)
_PROGRAM = """
import json, sys
from pathlib import Path
from handlerlint.source.files import SourceFile

for kind, *depths in json.load(sys.stdin):
    for n in depths:
        print(kind, n, end=": ", flush=True)
        file = SourceFile(Path("x.py"), eval(kind, {"n": n}) + "\\n")
        if file.tree is not None and file.tree.body:
            file.span(file.tree.body[0])
        print(file.problem, flush=True)
"""


def test_nested_deeply() -> None:
    """In a process of its own, since a parser that overflows its stack ends the process."""
    command = [sys.executable, "-c", _PROGRAM]
    done = subprocess.run(
        command, input=json.dumps(NESTED), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1:] + done.stderr.splitlines()[-3:]
    for kind, deep, _ in NESTED:
        assert f"{kind} {deep}: None" in done.stdout


def test_too_many_brackets_are_an_error() -> None:
    problem = SourceFile(Path("app.py"), "x = " + "[" * 201 + "]" * 201 + "\n").problem
    assert isinstance(problem, SyntaxProblem)
    assert problem.message == "too many nested parentheses"


def test_positions_count_code_points() -> None:
    text = "# é\r\ndef handler(event, context):\r\n\t'é𝐱'; return {1}\r\n"
    file = SourceFile(Path("app.py"), text)
    assert file.tree is not None
    function = file.tree.body[0]
    assert isinstance(function, cst.FunctionDef)
    line = function.body.body[0]
    assert isinstance(line, cst.SimpleStatementLine)
    assert file.span(line.body[1]) == Span(3, 8, 3, 18)
    assert file.span(function) == Span(2, 1, 3, 18)


def test_decorators_stand_before_the_function() -> None:
    file = SourceFile(Path("app.py"), "@a\n# b\n@c\ndef f(): pass\n")
    assert file.tree is not None
    assert file.span(file.tree.body[0]) == Span(4, 1, 4, 14)


def test_positions_of_inline_code_are_those_of_the_template() -> None:
    code = InlineCode("def handler(event, context):\n    return 1\n", ((10, 11), (11, 11)))
    file = SourceFiles().inline(code, Path("template.yaml"))
    assert file.tree is not None
    function = file.tree.body[0]
    assert isinstance(function, cst.FunctionDef)
    assert file.span(function) == Span(10, 11, 11, 23)
    assert file.span(function.body.body[0]) == Span(11, 15, 11, 23)


def test_inline_code_that_is_put_together_is_at_its_property() -> None:
    code = InlineCode("def handler(event, context):\n    return 1\n")
    place = Span(7, 9, 7, 30)
    file = SourceFiles().inline(code, Path("template.yaml"), place)
    assert file.tree is not None
    assert file.span(file.tree.body[0]) == place


def test_one_file_by_several_names(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "app.py")
    files = SourceFiles()
    assert files.load(tmp_path / "app.py") is files.load(tmp_path / "link.py")


def test_what_an_editor_has_not_saved(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    (tmp_path / "link").symlink_to(tmp_path)
    unsaved = {tmp_path / "link/app.py": "y = 2\n", tmp_path / "new.py": "z = 3\n"}
    with viewing(View(unsaved)):
        files = SourceFiles()
        assert files.load(tmp_path / "app.py").text == "y = 2\n"
        assert files.load(tmp_path / "new.py").text == "z = 3\n"
        assert files.folders.has_file(str(tmp_path), "new.py")
        assert [is_file(tmp_path / name) for name in ("new.py", "old.py")] == [True, False]
        assert read_file(tmp_path / "app.py") == b"y = 2\n"
    assert SourceFiles().load(tmp_path / "app.py").text == "x = 1\n"


def test_trees_are_forgotten_where_they_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    files = SourceFiles()
    file = files.load(tmp_path / "app.py")
    first = file.tree
    assert not files.trim()
    assert file.tree is first
    monkeypatch.setattr("handlerlint.source.files._MOST_PARSED", 5)
    assert files.trim()
    assert not file.is_parsed
    assert file.tree is not None
    assert file.span(file.tree.body[0]) == Span(1, 1, 1, 6)
