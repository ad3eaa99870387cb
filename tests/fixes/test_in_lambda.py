"""Runs what fixes make of the fixtures about return values: what failed in Lambda's own runtime client passes there.

Each fixture that has anything to mend is mended in a copy, with unsafe fixes. Its expectations become those that are
left, and `returns.oracle` holds the copy against the real runtime client as it does with every fixture.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
from functools import cache
from pathlib import Path

import pytest
from awslambdaric.lambda_runtime_marshaller import to_json  # type: ignore[import-untyped]

from handlerlint.findings import Finding
from handlerlint.fixes.passes import Mended, any_fix, mended
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import known_codes
from handlerlint.settings import ConfiguredEvent, ConfiguredFunction, Settings
from handlerlint.workspace import Workspace

from ..contracts.fixtures import ROOT
from ..contracts.fixtures import Fixture as ContractFixture
from ..contracts.test_contract_fixtures import flaws_met
from ..returns import oracle
from ..returns.fixtures import Fixture, all_fixtures

BAD = [fixture for fixture in all_fixtures() if fixture.expectations]
CODES = tuple(code for code in known_codes() if code.startswith("HL3") or code in ("HL204", "HL205"))
# Fixtures in which a fix hides another defect from the static pass, and how.
HIDING = {
    "dict_keys/entries_beside_a_date_as_key": "what lies under a key that may be any text is not judged",
}


def mended_copy(fixture: Fixture, folder: Path) -> tuple[Fixture, Mended]:
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
    done = mended(workspace, fix_of=any_fix)
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
    copy, done = mended_copy(fixture, tmp_path)
    if done.files and fixture.name not in HIDING:
        assert oracle.disagreements(copy, oracle.run(copy)) == []


@pytest.mark.parametrize(
    ("name", "mended_count"), [("rest/body_object", 4), ("http/format_1", 1), ("several/both", 1)]
)
def test_a_body_that_is_mended_is_taken(name: str, mended_count: int, tmp_path: Path) -> None:
    """By the contract of who invokes the handler, held against what the mended handler really returns."""
    fixture = ContractFixture(ROOT / f"{name}.py")
    copy = tmp_path / "app.py"
    shutil.copy(fixture.path, copy)
    events = tuple(ConfiguredEvent(source.kind, source.properties) for source in fixture.sources)
    function = ConfiguredFunction("app.lambda_handler", tmp_path, events=events)
    settings = Settings(tmp_path, tmp_path, (tmp_path,), functions=(function,), sources=(), select=("HL4",))
    done = mended(Workspace(settings), fix_of=any_fix)
    assert [finding.code for finding in done.mended] == ["HL402"] * mended_count
    copy.write_bytes(done.files[copy][1].data)
    handler = runpy.run_path(str(copy))["lambda_handler"]
    answers = [(event, json.loads(to_json(handler(event, None)))) for event in fixture.events]
    found = {flaw.clause.code for event, answer in answers for flaw in flaws_met(fixture, event, answer)}
    assert found == {finding.code for finding in done.result.findings}
