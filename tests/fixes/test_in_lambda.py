"""Runs what fixes make of the fixtures about return values: what failed in Lambda's own runtime client passes there.

Each fixture that has anything to mend is mended in a copy, with unsafe fixes. Its expectations become those that are
left, and `returns.oracle` holds the copy against the real runtime client as it does with every fixture.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from handlerlint.findings import Finding
from handlerlint.fixes.passes import Mended, mended
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import known_codes
from handlerlint.settings import ConfiguredFunction, Settings
from handlerlint.workspace import Workspace

from ..returns import oracle
from ..returns.fixtures import Fixture, all_fixtures

BAD = [fixture for fixture in all_fixtures() if fixture.expectations]
CODES = tuple(code for code in known_codes() if code.startswith("HL3") or code in ("HL204", "HL205"))
# Fixtures in which a fix hides another defect from the static pass, and how.
HIDING = {
    "dict_keys/entries_beside_a_date_as_key": "what lies under a key that may be any text is not judged",
}


def mended_copy(fixture: Fixture, folder: Path, *, unsafe: bool) -> tuple[Fixture, Mended]:
    for file in fixture.files:
        copy = folder / file.relative_to(fixture.code_root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    setup = fixture.code_root / "_setup.py"
    if setup.is_file():
        shutil.copy(setup, folder)
    function = ConfiguredFunction(fixture.handler, folder, oracle_runtime())
    settings = Settings(folder, folder, (folder,), functions=(function,), sources=(), select=CODES)
    workspace = Workspace(settings)
    workspace._run = shared_stubs()
    done = mended(workspace, unsafe=unsafe)
    assert done.result.failures == ()
    for path, (before, after) in done.files.items():
        assert before.data == path.read_bytes()
        path.write_bytes(after.with_text(with_what_is_left(after.text, path.name, done.result.findings)).data)
    files = tuple(folder / file.relative_to(fixture.code_root) for file in fixture.files)
    return Fixture(fixture.name, fixture.category, folder / fixture.entry.name, files), done


def oracle_runtime() -> str:
    from ..returns.static import _RUNTIME

    return _RUNTIME


@cache
def shared_stubs() -> Run:
    """One for all fixtures: the stubs are read once."""
    folder = Path.cwd()
    return Run(Settings(folder, folder, (folder,)), View())


def with_what_is_left(text: str, filename: str, findings: tuple[Finding, ...]) -> str:
    """The text, with expectations that are no longer due taken away."""
    lines = []
    for row, line in enumerate(text.split("\n"), 1):
        left = [f.code for f in findings if f.filename.endswith(filename) and f.span.row == row]
        bare = re.sub(r"\s*# expect: HL.*", "", line)
        lines.append(f"{bare}  # expect: {', '.join(left)}" if left else bare)
    return "\n".join(lines)


@pytest.mark.parametrize("fixture", [pytest.param(fixture, id=fixture.name) for fixture in BAD])
def test_what_is_mended_passes(fixture: Fixture, tmp_path: Path) -> None:
    copy, done = mended_copy(fixture, tmp_path, unsafe=True)
    if done.files and fixture.name not in HIDING:
        assert oracle.disagreements(copy, oracle.run(copy)) == []
