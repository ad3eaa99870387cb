"""HL109, HL110 and HL321 over tests/fixtures/failing: what is said, and what the real interpreters do.

A fixture names its runtime and the events that are given to it. The name of a folder is a project whose handler is in
`app.py`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.linter import lint
from handlerlint.records import dataclass, replace

from ..source import interpreters

FOLDER = Path(__file__).parent.parent / "fixtures" / "failing"
_EXPECTED = re.compile(r"  # expect: (HL\d+)$")

# Imports a module and gives its handler the events; the names of the exceptions, None where there is none.
_PROGRAM = """
import importlib, json, sys
results = []
for folder, module, events in json.load(sys.stdin):
    known = set(sys.modules)
    sys.path.insert(0, folder)
    sys.stdout = sys.stderr
    try:
        handler = importlib.import_module(module).lambda_handler
    except Exception as error:
        results.append(["load", type(error).__name__])
    else:
        outcomes = []
        for event in events:
            try:
                handler(event, None)
                outcomes.append(None)
            except Exception as error:
                outcomes.append(type(error).__name__)
        results.append(["called", outcomes])
    sys.stdout = sys.__stdout__
    sys.path.pop(0)
    for name in set(sys.modules) - known:
        del sys.modules[name]
print(json.dumps(results))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A fixture: its handler's module, and where all its files lie."""

    path: Path

    @property
    def folder(self) -> Path:
        return self.path if self.path.is_dir() else self.path.parent

    @property
    def entry(self) -> Path:
        return self.path / "app.py" if self.path.is_dir() else self.path

    @property
    def version(self) -> tuple[int, int]:
        found = re.match(r"# runtime: python(\d)\.(\d+)\n", self.entry.read_text("utf-8"))
        assert found is not None
        return int(found[1]), int(found[2])

    @property
    def events(self) -> list[object]:
        return [
            json.loads(text) for text in re.findall(r"^# event: (.*)$", self.entry.read_text("utf-8"), re.M)
        ]

    @property
    def expected(self) -> Counter[tuple[str, int, str]]:
        files = sorted(self.path.rglob("*.py")) if self.path.is_dir() else [self.path]
        return Counter(
            (file.relative_to(self.folder).as_posix(), row, found[1])
            for file in files
            for row, line in enumerate(file.read_text("utf-8").splitlines(), 1)
            if (found := _EXPECTED.search(line))
        )


CASES = [
    Case(path)
    for path in sorted(FOLDER.iterdir())
    if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
]
EACH_CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)


@EACH_CASE
def test_static(case: Case, tmp_path: Path) -> None:
    assert static(case, tmp_path) == case.expected


def static(case: Case, folder: Path, runtime: str | None = None) -> Counter[tuple[str, int, str]]:
    for path in sorted(case.folder.rglob("*.py")) if case.path.is_dir() else [case.path]:
        target = folder / path.relative_to(case.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    given = "python{}.{}".format(*case.version) if runtime is None else runtime
    named = f"  runtime: {given}\n" if given else ""
    function = f"functions:\n  f: {{handler: {case.entry.stem}.lambda_handler}}\n"
    template = f"service: x\nprovider:\n  name: aws\n{named}{function}"
    (folder / "serverless.yml").write_text(template, "utf-8")
    settings = load_settings([folder], working_folder=folder, isolated=True)
    result = lint(replace(settings, select=("HL109", "HL110", "HL321"), use_cache=False))
    assert not result.failures
    return Counter((found.filename, found.span.start.row, found.code) for found in result.findings)


@cache
def outcomes(version: tuple[int, int]) -> dict[str, tuple[str, object]]:
    """What each fixture of a version does in the real interpreter."""
    cases = [case for case in CASES if case.version == version]
    asked = [(str(case.folder), case.entry.stem, case.events) for case in cases]
    found = interpreters.run(version, _PROGRAM, asked)
    assert isinstance(found, list)
    return {case.path.name: tuple(outcome) for case, outcome in zip(cases, found, strict=True)}


@EACH_CASE
def test_real_interpreter(case: Case) -> None:
    if interpreters.interpreter(case.version) is None:
        pytest.skip("there is no such interpreter here")
    when, what = outcomes(case.version)[case.path.name]
    codes = [code for _, _, code in case.expected.elements()]
    if "HL110" in codes or ("HL109" in codes and not case.events):
        errors = ("ImportError", "TypeError", "NameError", "AttributeError", "error")
        assert (when, what in errors) == ("load", True)
    else:
        assert when == "called", what
        assert isinstance(what, list)
        raising = [name for name in what if name is not None]
        assert len(raising) == len(codes) or (len(codes) == 1 and "broad_except" in case.path.name), what


@pytest.mark.parametrize(
    ("used", "advised"),
    [
        ("json.dumps(event)", "import json"),
        ("str(datetime.datetime.now())", "import datetime"),
        ("str(datetime.now())", "from datetime import datetime"),
    ],
)
def test_which_import_is_missing(used: str, advised: str, tmp_path: Path) -> None:
    source = f"def lambda_handler(event, context):\n    return {used}\n"
    (tmp_path / "lambda_function.py").write_text(source, "utf-8")
    settings = load_settings([tmp_path], working_folder=tmp_path, isolated=True)
    (finding,) = lint(replace(settings, select=("HL321",), use_cache=False)).findings
    assert finding.help == f"write `{advised}` at the top of the module"
