"""Each handler is held against its contracts twice: as it is written, and what it really returns."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import pytest
from awslambdaric.lambda_runtime_marshaller import to_json  # type: ignore[import-untyped]

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.inference import entry
from handlerlint.inference.checks.describing import Part
from handlerlint.inference.checks.fulfilled import are_met
from handlerlint.invoke.event_kinds import kinds_of
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules, known_codes
from handlerlint.runtime.contracts import (
    Clause,
    Contract,
    Flaw,
    Json,
    KnownJson,
    authorizers,
    batches,
    contracts_for,
    flaws_of,
    http,
    triggers,
)
from handlerlint.runtime.contracts.model import ELEMENT
from handlerlint.settings import Settings

from .fixtures import ROOT, Fixture, all_fixtures

CODES = [code for code in known_codes() if code.startswith("HL4")]
EACH_FIXTURE = pytest.mark.parametrize("fixture", [pytest.param(f, id=f.name) for f in all_fixtures()])


@EACH_FIXTURE
def test_what_is_found_in_the_source(fixture: Fixture) -> None:
    assert found_in(fixture) == fixture.expectations


def test_a_run_that_is_spared_would_have_found_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the answers meet a contract in any case, the events of its service make no difference."""
    met: list[bool] = []

    def noted(contracts: tuple[Contract, ...], answers: Sequence[Part]) -> bool:
        met.append(are_met(contracts, answers))
        return False

    monkeypatch.setattr(entry, "are_met", noted)
    spared = []
    for fixture in all_fixtures():
        if fixture.name.startswith("rest/"):
            met.clear()
            found = found_in(fixture)
            if all(met):
                spared.append((fixture.name, found))
    assert spared and all(not found for _, found in spared), spared


def found_in(fixture: Fixture) -> list[tuple[int, str]]:
    """The rows and codes of the findings about what a handler answers."""
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
    return sorted((finding.span.row, finding.code) for finding in found)


@EACH_FIXTURE
def test_what_the_handler_really_returns(fixture: Fixture) -> None:
    """What is refused of each answer is what is expected on one of the lines that were executed for it."""
    handler = runpy.run_path(str(fixture.path))["lambda_handler"]
    seen: set[tuple[int, str]] = set()
    for event in fixture.events:
        response, rows = answered(handler, event)
        codes = {flaw.clause.code for flaw in flaws_met(fixture, event, response)}
        met = {(row, code) for row, code in fixture.expectations if row in rows and code in codes}
        assert codes == {code for _, code in met}, event
        seen |= met
    assert seen == set(fixture.expectations)
    assert fixture.events and fixture.sources


def test_each_clause_is_broken_somewhere() -> None:
    met: set[tuple[object, ...]] = set()
    for fixture in all_fixtures():
        handler = runpy.run_path(str(fixture.path))["lambda_handler"]
        for event in fixture.events:
            response, _ = answered(handler, event)
            met |= {described(flaw.clause) for flaw in flaws_met(fixture, event, response)}
    contracts = [
        contract
        for module in (authorizers, batches, http, triggers)
        for contract in vars(module).values()
        if isinstance(contract, Contract)
    ]
    every = {described(clause) for contract in contracts for clause in contract.clauses}
    # A body that is too large has more characters than inference keeps; JSON does not tell where a text is from.
    assert {clause[:2] for clause in every - met} == {("edge.body", ()), *READ_FROM_THE_EVENT}


READ_FROM_THE_EVENT = {
    ("sqs.items", ("batchItemFailures", ELEMENT, "itemIdentifier")),
    ("firehose.id", ("records", ELEMENT, "recordId")),
}


def described(clause: Clause) -> tuple[object, ...]:
    refusal = clause.refusal
    return clause.id, clause.at, type(refusal), getattr(refusal, "test", None) or refusal


class NoAnswer:
    """The handler, or the runtime that was to send its answer, has failed."""


def answered(handler: Callable[..., object], event: Json) -> tuple[Json | NoAnswer, set[int]]:
    """What the runtime makes of an answer, and the lines of the handler's file that were executed."""
    rows: set[int] = set()
    file = handler.__code__.co_filename

    def trace(frame: FrameType, kind: str, argument: object) -> Any:
        if frame.f_code.co_filename == file:
            rows.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        answer = handler(event, None)
        sys.settrace(before)
        return json.loads(to_json(answer)), rows
    except Exception:
        return NoAnswer(), rows
    finally:
        sys.settrace(before)


def flaws_met(fixture: Fixture, event: Json, response: Json | NoAnswer) -> list[Flaw]:
    """What the service that sent an event refuses."""
    if isinstance(response, NoAnswer):
        return []
    sources = [source for source in fixture.sources if source.kind in kinds_of(event)]
    found = [
        flaws_of(contracts_for(event, source.kind, source.properties), KnownJson(response), event)
        for source in sources
    ]
    return [flaw for one in found if one is not None for flaw in one[1]]
