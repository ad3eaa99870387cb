"""`# noqa`, compared with what flake8 itself does with the same file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint.source.suppressions import Suppressions

# Files with a statement that flake8 reports as F821 in one row or more.
SOURCES = (
    "undefined\n",
    "undefined  # noqa\n",
    "undefined  # NOQA\n",
    "undefined  #noqa\n",
    "undefined  # noqa: F821\n",
    "undefined  # noqa:F821\n",
    "undefined  # noqa: F8\n",
    "undefined  # noqa: F\n",
    "undefined  # noqa: E501\n",
    "undefined  # noqa: E501,F821\n",
    "undefined  # noqa: E501, F821\n",
    "undefined  # noqa: E501 F821\n",
    "undefined  # type: ignore # noqa: F821  # because\n",
    "undefined  # noqa because\n",
    "undefined  # noqa : E501\n",
    "x = '# noqa' + undefined\n",
    "x = '''\n# noqa\n''' + undefined\n",
    "x = undefined + '''\n'''  # noqa\n",
    "x = '''\n''' + undefined  # noqa: F821\n",
    "x = (\n    undefined\n)  # noqa\n",
    "x = (\n    undefined  # noqa\n)\n",
    "x = 1 + \\\n    undefined  # noqa\n",
    "x = undefined + \\\n    1  # noqa\n",
    "# noqa\nundefined\n",
    "# flake8: noqa\nundefined\n",
    "undefined\n    # flake8: noqa\n",
    "undefined  # flake8: noqa\n",
    "def f():\n    '''\n    # noqa\n    '''\n    return undefined\n",
    "if True:\n    undefined  # noqa\nundefined\n",
    "undefined\r\nundefined  # noqa\r\n",
    "x = f'''\n{undefined}\n'''  # noqa\n",
)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[set[int], set[int]]]:
    """For each source, the rows that flake8 reports without and with heed to comments."""
    folder = tmp_path_factory.mktemp("flake8")
    for number, source in enumerate(SOURCES):
        (folder / f"{number}.py").write_bytes(source.encode())
    everything, shown = rows(folder, "--disable-noqa"), rows(folder)
    return [(everything.get(number, set()), shown.get(number, set())) for number in range(len(SOURCES))]


def rows(folder: Path, *options: str) -> dict[int, set[int]]:
    command = [sys.executable, "-m", "flake8", "--isolated", "--select", "F821", "--jobs", "1", *options, "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    found: dict[int, set[int]] = {}
    for line in done.stdout.splitlines():
        name, row, *_ = line.removeprefix("./").split(":")
        found.setdefault(int(name.removesuffix(".py")), set()).add(int(row))
    return found


@pytest.mark.parametrize("number", range(len(SOURCES)), ids=[repr(source) for source in SOURCES])
def test_as_flake8_does(reported: list[tuple[set[int], set[int]]], number: int) -> None:
    everything, shown = reported[number]
    assert everything
    suppressions = Suppressions(SOURCES[number], is_python=True)
    assert {row for row in everything if not suppressions.hide("F821", row)} == shown


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Handler: app.handler\n", set()),
        ("Handler: app.handler  # noqa\n", {1}),
        ("Handler: app.handler  # noqa: HL102\n", {1}),
        ("Handler: app.handler  # noqa: HL1\n", {1}),
        ("Handler: app.handler  # noqa: HL3, HL102\n", {1}),
        ("Handler: app.handler  # noqa: HL3\n", set()),
        ("A: x\nHandler: app.handler  # noqa\nB: y\n", {2}),
        ("# flake8: noqa\nHandler: app.handler\n", {1, 2}),
        ("# flake8: noqa: HL102\nHandler: app.handler\n", {1, 2}),
        ("# flake8: noqa: HL3\nHandler: app.handler\n", set()),
        ("Code: |\n  x = '''\n  # noqa\n", {3}),
        ('handler = "app.handler" # noqa\n', {1}),
    ],
)
def test_other_files(text: str, rows: set[int]) -> None:
    suppressions = Suppressions(text, is_python=False)
    assert {row for row in range(1, text.count("\n") + 1) if suppressions.hide("HL102", row)} == rows


def test_a_file_that_cannot_be_tokenized_goes_by_lines() -> None:
    suppressions = Suppressions("x = (  # noqa\ny\n", is_python=True)
    assert suppressions.hide("HL001", 1)
    assert not suppressions.hide("HL001", 2)
    assert not suppressions.hide("HL001", 99)
