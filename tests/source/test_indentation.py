"""Tabs and blanks in front of lines, as Python takes them: the same program, and places in the file as it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from handlerlint.source.files import SourceFiles
from handlerlint.source.indentation import evenly_indented
from handlerlint.source.parsing import SyntaxProblem
from handlerlint.text import Span

MIXED = {
    "blanks in a body, tabs around": "def f():\n\ttry:\n\t    x = 1\n\texcept E:\n            x = 2\n\treturn {1}\n",
    "tabs behind blanks": (
        "def f():\n\tfor x in y:\n\t\t  try:\n\t\t\t  a\n\t\t  except E:\n\t\t\t\t  raise\n\treturn {1}\n"
    ),
    "comments": (
        "def f():\n\tif x:\n\t\ty\n  # here\n\telse:\n                # there\n                z\n\treturn {1}\n"
    ),
    "texts and brackets": (
        'def f():\n\tif x:\n                s = """\n\ta\n"""\n                t = (\n\t1,\n)\n\treturn {1}\n'
    ),
    "continued lines": "def f():\n\tif x:\n                s = 1 + \\\n\t\t2\n\treturn {1}\n",
    "carriage returns": "def f():\r\n\tif x:\r\n                s = 1\r\n\treturn {1}\r\n",
    "form feeds": "def f():\n\f\tif x:\n                s = 1\n\treturn {1}\n",
    "no end of line": "def f():\n\tif x:\n                s = 1\n\treturn {1}",
}


@pytest.mark.parametrize("text", MIXED.values(), ids=MIXED)
def test_the_same_program(text: str, tmp_path: Path) -> None:
    even = evenly_indented(text)
    assert even is not None
    assert ast.dump(ast.parse(even[0])) == ast.dump(ast.parse(text))
    (tmp_path / "app.py").write_bytes(text.encode())
    file = SourceFiles().load(tmp_path / "app.py")
    lines = text.split("\n")
    row = next(row for row, line in enumerate(lines, 1) if "{1}" in line)
    column = lines[row - 1].index("return") + 1
    for _ in range(2):
        assert file.tree is not None
        last = file.tree.body[0].body.body[-1].body[0]  # type: ignore[union-attr]
        assert file.span(last) == Span.at(row, column, 10)
        file.forget_tree()


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    return 1\n",
        "x = (\n\t1,\n)\ns = '''\n\t'''\n",
        "def f(:\n\tx\n",
        "",
    ],
)
def test_nothing_to_be_done(text: str) -> None:
    assert evenly_indented(text) is None


def test_what_python_refuses_stays_wrong(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def f():\n        if x:\n\t        y\n\tz\n")
    problem = SourceFiles().load(tmp_path / "app.py").problem
    assert isinstance(problem, SyntaxProblem)
    assert problem.certain
