"""Each handler is held against its contracts twice: as it is written, and what it really returns."""

from __future__ import annotations

import json
import runpy
import sys

import pytest
from awslambdaric.lambda_runtime_marshaller import to_json  # type: ignore[import-untyped]

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.invoke.event_kinds import kinds_of
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules, known_codes
from handlerlint.runtime.contracts import Json, KnownJson, contracts_for, flaws_of
from handlerlint.settings import Settings

from .fixtures import ROOT, Fixture, all_fixtures

CODES = [code for code in known_codes() if code.startswith("HL4")]
EACH_FIXTURE = pytest.mark.parametrize("fixture", [pytest.param(f, id=f.name) for f in all_fixtures()])


@EACH_FIXTURE
def test_what_is_found_in_the_source(fixture: Fixture) -> None:
    run = Run(Settings(working_folder=ROOT, project_root=ROOT, paths=(ROOT,)), View())
    function = LambdaFunction(
        name="function",
        handler=f"{fixture.path.stem}.lambda_handler",
        code_root=fixture.path.parent,
        source=ConfigurationSource("argument", None),
        runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        events=fixture.sources,
    )
    found = list(run.check((function,), [rule() for rule in all_rules(CODES)]))
    assert run.failures == []
    assert sorted((finding.span.row, finding.code) for finding in found) == fixture.expectations


@EACH_FIXTURE
def test_what_the_handler_really_returns(fixture: Fixture) -> None:
    handler = runpy.run_path(str(fixture.path))["lambda_handler"]
    found: set[str] = set()
    for event in fixture.events:
        try:
            response: Json = json.loads(to_json(handler(event, None)))
        except Exception:
            continue  # no answer, and so none that is refused
        found |= codes_of(fixture, event, response)
    assert found == {code for _, code in fixture.expectations}
    assert fixture.events and fixture.sources


def codes_of(fixture: Fixture, event: Json, response: Json) -> set[str]:
    """The codes of what the service that sent an event refuses."""
    sources = [source for source in fixture.sources if source.kind in kinds_of(event)]
    found = [
        flaws_of(contracts_for(event, source.kind, source.properties), KnownJson(response), event)
        for source in sources
    ]
    return {flaw.clause.code for one in found if one is not None for flaw in one[1]}
