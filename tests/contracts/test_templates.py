"""Whole templates: who invokes each handler stands there, and both readers of its contract say the same of the answer.

Each handler is there in two versions, a right one that comes close to a mistake, and a wrong one.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from awslambdaric.lambda_runtime_marshaller import to_json  # type: ignore[import-untyped]

from handlerlint.configuration import load_settings
from handlerlint.functions.discovery import discover
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.sample_events import sample_event, samples_for
from handlerlint.linter import lint, request_from
from handlerlint.records import replace
from handlerlint.runtime.contracts import Json, KnownJson, contracts_for, flaws_of
from handlerlint.settings import Settings

ROOT = Path(__file__).parent.parent / "fixtures" / "contract_templates"
FUNCTIONS = {"sam": 11, "cloudformation": 7, "terraform": 11, "serverless": 14, "cdk": 13}
EXPECTED = re.compile(r"# expect: (HL\d{3})$", re.MULTILINE)


@pytest.mark.parametrize("version", ["right", "wrong"])
@pytest.mark.parametrize("tool", FUNCTIONS)
def test_both_readers(tmp_path: Path, tool: str, version: str) -> None:
    shutil.copytree(ROOT / tool, tmp_path, dirs_exist_ok=True)
    shutil.copytree(ROOT / version, tmp_path / "src")
    settings = load_settings([tmp_path], working_folder=tmp_path, isolated=True)
    functions = discover(request_from(settings)).functions
    assert len(functions) == FUNCTIONS[tool]
    found = findings(replace(settings, use_cache=False, select=("HL4",)))
    files = [source_of(tmp_path, function) for function in functions]
    assert sorted(found) == sorted((path, *place) for path in files for place in expectations(path))
    refused = {
        (path, code) for path, one in zip(files, functions, strict=True) for code in refusals(path, one)
    }
    assert refused == {(path, code) for path, _, code in found}


def source_of(folder: Path, function: LambdaFunction) -> Path:
    return folder / "src" / (function.handler.rpartition("/")[2].partition(".")[0] + ".py")


def expectations(path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    for match in EXPECTED.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[1]


def findings(settings: Settings) -> list[tuple[Path, int, str]]:
    result = lint(settings)
    assert result.failures == ()
    return [
        (settings.working_folder / finding.filename, finding.span.row, finding.code)
        for finding in result.findings
    ]


def refusals(path: Path, function: LambdaFunction) -> Iterator[str]:
    """The codes of what is refused of that which the handler really returns for the events of its source."""
    handler = runpy.run_path(str(path))["handler"]
    (source,) = function.events
    names = samples_for([source])
    assert names, source
    for name in names:
        event: Json = json.loads(sample_event(name).payload)
        contracts = contracts_for(event, source.kind, source.properties)
        assert contracts, name
        response = json.loads(to_json(handler(event, None)))
        found = flaws_of(contracts, KnownJson(response), event)
        yield from (flaw.clause.code for flaw in (found[1] if found is not None else ()))
