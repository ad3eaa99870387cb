"""The clauses say the same of a response as it is written in a handler and of the JSON that it becomes."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies

from handlerlint.functions.model import ConfigurationSource, EventSource, LambdaFunction
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules, known_codes
from handlerlint.runtime.contracts import Json, KnownJson, flaws_of
from handlerlint.runtime.contracts.invokers import invokers_of
from handlerlint.settings import Settings

from ..runtime.test_contracts import REFUSED, TAKEN, json_values

HTTP = {"proxy": True}
AUTHORIZER = {"api": "http-api", "type": "REQUEST"}
SOURCES: dict[str, tuple[str, Mapping[str, object]]] = {
    "api": ("api", HTTP),
    "http-api": ("http-api", {**HTTP, "payload_format_version": "2.0"}),
    "http-api-v1": ("http-api", {**HTTP, "payload_format_version": "1.0"}),
    "function-url": ("function-url", {"invoke_mode": "BUFFERED"}),
    "web-socket": ("web-socket", {**HTTP, "route": "hello"}),
    "web-socket-connect": ("web-socket", {**HTTP, "route": "$connect"}),
    "web-socket-disconnect": ("web-socket", {**HTTP, "route": "$disconnect"}),
    "alb": ("alb", {"multi_value_headers": False}),
    "alb-multi-value": ("alb", {"multi_value_headers": True}),
    "sqs": ("sqs", {}),
    "kinesis": ("kinesis", {}),
    "dynamodb": ("dynamodb", {}),
    "msk": ("msk", {}),
    "sns": ("sns", {}),
    "authorizer-token": ("authorizer", {"api": "api", "type": "TOKEN"}),
    "authorizer-request": ("authorizer", {"api": "api", "type": "REQUEST"}),
    "authorizer-web-socket": ("authorizer", {"api": "web-socket"}),
    "authorizer-http-api-v1": ("authorizer", {**AUTHORIZER, "payload_format_version": "1.0"}),
    "authorizer-http-api": ("authorizer", {**AUTHORIZER, "payload_format_version": "2.0"}),
    "cognito-pre-sign-up": ("cognito", {"triggers": ("PreSignUp",)}),
    "cognito-post-confirmation": ("cognito", {"triggers": ("PostConfirmation",)}),
    "cognito-custom-email-sender": ("cognito", {"triggers": ("CustomEmailSender",)}),
    "cognito-custom-sms-sender": ("cognito", {"triggers": ("CustomSMSSender",)}),
    "firehose": ("firehose", {}),
    "appsync-authorizer": ("authorizer", {"api": "app-sync"}),
    "s3-batch": ("s3-batch", {}),
    "cloudfront": ("cloud-front", {"triggers": ("viewer-request",)}),
    "cloudfront-response": ("cloud-front", {"triggers": ("origin-response",)}),
}
LONGEST = 4096  # of a longer text inference keeps the type only
CASES = [
    (name, response, properties)
    for name, response, properties, *_ in (*TAKEN, *REFUSED)
    if name in SOURCES and len(repr(response)) < LONGEST
]
CODES = [code for code in known_codes() if code.startswith("HL4")]


@cache
def run(folder: Path) -> Run:
    """One for all: the stubs are read once."""
    return Run(Settings(working_folder=folder, project_root=folder, paths=(folder,)), View())


def written(folder: Path, response: object, source: EventSource) -> set[tuple[str, str]]:
    """The codes and places of what is found in a handler that returns just this."""
    code_root = folder / str(len(list(folder.iterdir())))
    code_root.mkdir()
    text = f"def handler(event, context):\n    return {response!r}\n"
    (code_root / "app.py").write_text(text, encoding="utf-8")
    function = LambdaFunction(
        name="function",
        handler="app.handler",
        code_root=code_root,
        source=ConfigurationSource("argument", None),
        runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        events=(source,),
    )
    found = list(run(folder).check((function,), [rule() for rule in all_rules(CODES)]))
    assert run(folder).failures == []
    return {(finding.code, without_numbers(finding.value_path or "")) for finding in found}


def returned(response: Json, source: EventSource) -> set[tuple[str, str]]:
    """The same of the JSON."""
    found: set[tuple[str, str]] = set()
    for invoker in invokers_of(source.kind, source.properties):
        flaws = flaws_of(invoker.contracts, KnownJson(response), None)
        found |= {
            (flaw.clause.code, without_numbers(f"return{flaw.path}")) for flaw in (flaws[1] if flaws else ())
        }
    return found


def without_numbers(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


@pytest.mark.parametrize(("name", "response", "properties"), CASES)
def test_each_clause(folder: Path, name: str, response: Json, properties: Mapping[str, object]) -> None:
    kind, known = SOURCES[name]
    source = EventSource(kind, {**known, **properties})
    assert written(folder, response, source) == returned(response, source)


@settings(max_examples=150, deadline=None)
@given(strategies.sampled_from(sorted(SOURCES)), json_values, strategies.booleans())
def test_any_json(folder: Path, name: str, response: Json, switch: bool) -> None:
    kind, known = SOURCES[name]
    source = EventSource(kind, {"report_batch_item_failures": switch, "simple_responses": switch, **known})
    assert written(folder, response, source) == returned(response, source)


def test_most_clauses_are_asked() -> None:
    """The cases are no use if the services they name have no contract."""
    asked = [name for name, (kind, known) in SOURCES.items() if list(invokers_of(kind, known))]
    assert len(asked) > 15
