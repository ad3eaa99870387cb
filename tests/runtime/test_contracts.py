"""What the services that invoke functions certainly refuse, and above all what they do not."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, strategies

import handlerlint.invoke.sample_events as samples
from handlerlint.runtime.contracts import (
    Certainty,
    Clause,
    Json,
    Known,
    KnownJson,
    contracts_for,
    flaws_of,
)
from handlerlint.runtime.contracts.model import Shape

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n....").decode()
HTML = {"Content-Type": "text/html"}
BATCH = {"report_batch_item_failures": True}
SILENT_BATCH = {"report_batch_item_failures": False}
SIMPLE = {"simple_responses": True}
POLICY = {
    "principalId": "mia",
    "policyDocument": {
        "Version": "2012-10-17",
        "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}],
    },
}


def sample(name: str) -> Json:
    event: Json = json.loads(samples.sample_event(name).payload)
    return event


def policy(**changes: object) -> dict[str, object]:
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*", **changes}
    return {"policyDocument": {"Statement": {k: v for k, v in statement.items() if v is not None}}}


def codes(name: str, response: object, properties: Mapping[str, object] = {}) -> list[str]:
    """The codes and places of what is wrong with the response to a sample event; `W` before what is only lost."""
    contracts = contracts_for(sample(name), None, properties)
    found = flaws_of(contracts, KnownJson(response), sample(name))  # type: ignore[arg-type]
    return (
        [f"{_SIGNS[flaw.clause.certainty]}{flaw.clause.code}{flaw.path}" for flaw in found[1]]
        if found
        else []
    )


_SIGNS = {Certainty.ERROR: "", Certainty.WARNING: "W "}


FIRST_ID = 'HL411["batchItemFailures"][0]["itemIdentifier"]'


def failed(*items: object) -> dict[str, object]:
    return {"batchItemFailures": [*items]}


def message_id(index: int = 0) -> str:
    return str(sample("sqs")["Records"][index]["messageId"])  # type: ignore[index,call-overload]


def firehose_records(**changes: object) -> dict[str, object]:
    """The right answer to the sample, with `changes` in its first record; None takes a key away."""
    records = [
        {"recordId": record["recordId"], "result": "Ok", "data": record["data"]}  # type: ignore[index,call-overload]
        for record in sample("firehose")["records"]  # type: ignore[index,call-overload]
    ]
    records[0] = {key: value for key, value in {**records[0], **changes}.items() if value is not None}
    return {"records": records}


# Taken by the services, or not certainly refused: an event, a response, properties of the event source.
TAKEN: list[tuple[str, object, Mapping[str, object]]] = [
    *[("api", response, {}) for response in (
        {"statusCode": 200, "body": "ok", "headers": HTML, "isBase64Encoded": False},
        {"statusCode": "200"},
        {"statusCode": 200, "headers": None, "multiValueHeaders": None, "body": None},
        {"statusCode": 200, "headers": {"x": True, "y": 3, "z": None}},
        {"statusCode": 200, "body": "no base64", "isBase64Encoded": True},
        {"statusCode": 200, "base64Encoded": True},
        {"statusCode": 200, "multiValueHeaders": {"x": ["a", "b"]}},
        {},
        {"headers": HTML},
        {"body": "text"},
        {"statusCode": 200, "body": 5},
        {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": PNG, "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": "a link", "isBase64Encoded": False},
        {"statusCode": 200, "headers": HTML, "body": PNG},
    )],
    ("api", "text", {"proxy": False}),
    *[("http-api", response, {}) for response in (
        None, "text", 3, ["a"], {"ok": True}, {"body": {"a": 1}}, {"statusCode": 200, "body": "{}", "cookies": ["a"]},
        {"statusCode": 200, "other": 1}, {"statusCode": 200, "headers": {"x": ["a"], "y": {}}},
        {"statusCode": 200, "body": 3},
        {"statusCode": 200, "headers": [], "cookies": "a=b"}, {"multiValueHeaders": {"x": ["a"]}},
        {"statusCode": 200, "multiValueHeaders": {"X": ["a"]}, "headers": {"x": "a"}},
    )],
    ("http-api-v1", {"statusCode": 200, "body": "x", "other": 1}, {}),
    *[("function-url", response, {}) for response in (
        None, "text", {"statusCode": 200, "body": {"a": 1}}, {"statusCode": "418"},
        {"statusCode": 200, "cookies": ["a=b"]},
    )],
    *[("alb-multi-value", response, {}) for response in (
        {"statusCode": 200, "multiValueHeaders": {"x": ["a"]}}, {"statusCode": 200, "headers": {}},
        {"statusCode": 200, "headers": {"x": "a"}, "multiValueHeaders": {"x": ["a"]}},
    )],
    ("alb", {"statusCode": 200, "other": 1, "body": ""}, {}),
    ("web-socket-connect", {"statusCode": 401}, {}),
    ("web-socket", {"statusCode": 200, "body": "text"}, {}),
    *[("alb", response, {}) for response in ({"statusCode": 200}, {"statusCode": 200, "statusDescription": "200 OK"})],
    ("web-socket-connect", {"statusCode": 200}, {}),
    ("web-socket-disconnect", None, {}),
    *[("sqs", response, BATCH) for response in (
        None, {}, "done", [], "", {"batchItemFailures": []}, {"batchItemFailures": None}, {"statusCode": 200},
        failed({"itemIdentifier": message_id()}),
    )],
    *[(name, failed({"itemIdentifier": "of another batch"}), BATCH) for name in ("kinesis", "dynamodb")],
    *[("sqs", response, SILENT_BATCH) for response in (None, failed(), {"batchItemFailures": None})],
    ("sqs", {"statusCode": 200}, SILENT_BATCH),
    ("msk", failed({"itemIdentifier": {"partition": "orders-0", "offset": 15}}), BATCH),
    ("sqs", failed("x"), {}),
    ("sqs", failed("x"), {"report_batch_item_failures": None}),
    ("sns", "whatever", BATCH),
    ("authorizer-token", POLICY, {}),
    ("authorizer-token", policy(), {}),
    ("authorizer-token", {**POLICY, "context": {"a": "b", "n": 1, "f": True, "x": None}}, {}),
    ("authorizer-token", policy(Action=None, NotAction="execute-api:Other"), {}),
    ("authorizer-http-api", POLICY, {}),
    ("authorizer-http-api", {"isAuthorized": False}, {}),
    ("appsync-authorizer", {"isAuthorized": False, "ttlOverride": 0}, {}),
    ("authorizer-token", {"policyDocument": {"Statement": {"Action": "*", "Effect": "Deny", "Resource": "*"}}}, {}),
    ("authorizer-http-api", {"isAuthorized": True, "context": {"map": {"a": 1}}}, SIMPLE),
    ("authorizer-http-api", POLICY, SIMPLE),
    ("authorizer-http-api", POLICY, {"simple_responses": False}),
    ("cognito-pre-sign-up", {"version": "1", "request": {}, "response": {"autoConfirmUser": True}}, {}),
    ("cognito-custom-email-sender", None, {}),
    ("cognito-custom-sms-sender", None, {}),
    ("firehose", firehose_records(), {}),
    ("firehose", firehose_records(result="Dropped", data=None), {}),
    ("firehose", firehose_records(result="ProcessingFailed"), {}),
    ("s3-batch", {"results": [{"taskId": "t", "resultCode": "Succeeded"}]}, {}),
    ("cloudfront", {"uri": "/", "method": "GET", "headers": {}, "body": {"data": ""}}, {}),
    ("cloudfront", {"status": "302", "headers": {"location": [{"key": "Location", "value": "/"}]}}, {}),
    ("cloudfront", {"status": 200, "body": "text"}, {}),
    ("cloudfront", {"status": "200", "headers": {"x": [{"value": "a"}, {"key": "X", "value": ["a", "b"]}]}}, {}),
    ("cloudfront", {"status": "204", "body": ""}, {}),
    ("cloudfront", None, {}),
    ("cloudfront-response", {"status": "200", "body": "x" * 50_000}, {}),
    ("cloudfront-response", {"status": "404", "headers": {}}, {}),
    ("step-functions", {"statusCode": "x"}, {}),
]  # fmt: skip

# Refused, with the rules and places that say so.
REFUSED: list[tuple[str, object, Mapping[str, object], list[str]]] = [
    *[("api", response, {}, ["HL401"]) for response in (None, "text", 200, ["a"], True)],
    ("api", {"message": "hello"}, {}, ['HL401["statusCode"]']),
    ("api", {"statusCode": 200, "message": "hello"}, {}, ['HL406["message"]']),
    ("api", {"statusCode": 200, "cookies": ["a=b"]}, {}, ['HL406["cookies"]']),
    ("web-socket", {"statusCode": 200, "message": "hello"}, {}, ['HL406["message"]']),
    ("web-socket", {"statusCode": 200, "body": {"a": 1}}, {}, ['HL402["body"]']),
    ("web-socket", None, {}, ["HL401"]),
    ("api", {"statusCode": 200, "body": {"ok": True}}, {}, ['HL402["body"]']),
    ("api", {"statusCode": 200, "body": ["a"], "headers": []}, {}, ['HL402["body"]', 'HL404["headers"]']),
    ("api", {"statusCode": "OK"}, {}, ['HL403["statusCode"]']),
    ("api", {"statusCode": [200]}, {}, ['HL403["statusCode"]']),
    ("api", {"statusCode": 200, "headers": {"x": ["a"]}}, {}, ['HL404["headers"]["x"]']),
    ("api", {"statusCode": 200, "multiValueHeaders": {"x": "a"}}, {}, ['HL404["multiValueHeaders"]["x"]']),
    (
        "api",
        {"statusCode": 200, "headers": {"content-type": "image/png; q"}, "body": PNG},
        {},
        ['W HL405["isBase64Encoded"]'],
    ),
    ("http-api", {"statusCode": 200, "body": {"ok": True}}, {}, ['HL402["body"]']),
    ("http-api", {"statusCode": "OK"}, {}, ['HL403["statusCode"]']),
    ("http-api", {"statusCode": 200, "body": "é", "isBase64Encoded": True}, {}, ['HL405["body"]']),
    ("http-api", {"statusCode": 200, "multiValueHeaders": {"x": ["a"]}}, {}, ['W HL404["multiValueHeaders"]["x"]']),
    ("http-api-v1", None, {}, ["HL401"]),
    ("http-api-v1", {"statusCode": None}, {}, ['HL401["statusCode"]']),
    ("http-api-v1", {"statusCode": 200, "body": ["a"]}, {}, ['HL402["body"]']),
    ("function-url", {"statusCode": "OK"}, {}, ['HL403["statusCode"]']),
    ("function-url", {"statusCode": 200, "body": "é", "isBase64Encoded": True}, {}, ['HL405["body"]']),
    ("http-api-v1", {"body": "x"}, {}, ['HL401["statusCode"]']),
    ("function-url", {"statusCode": {}}, {}, ['HL403["statusCode"]']),
    ("web-socket", {"ok": True}, {}, ['HL401["statusCode"]']),
    ("web-socket-connect", "connected", {}, ["HL401"]),
    ("alb", {"body": "text"}, {}, ['HL401["statusCode"]']),
    ("alb", None, {}, ["HL401"]),
    ("alb", {"statusCode": 200, "headers": {"content-length": 5}}, {}, ['HL404["headers"]["content-length"]']),
    ("alb", {"statusCode": 200, "body": {"a": 1}}, {}, ['HL402["body"]']),
    ("alb", {"statusCode": 200, "multiValueHeaders": {"x": ["a"]}}, {}, ['W HL404["multiValueHeaders"]']),
    ("alb-multi-value", {"statusCode": 200, "headers": {"x": "a"}}, {}, ['W HL404["headers"]']),
    ("alb-multi-value", {"statusCode": 200, "body": None}, {}, ['HL402["body"]']),
    ("sqs", failed({"itemIdentifier": "no"}), BATCH, [FIRST_ID]),
    ("sqs", {"batch_item_failures": []}, BATCH, ['W HL411["batch_item_failures"]']),
    ("sqs", failed({"itemIdentifier": {}}), BATCH, [FIRST_ID]),
    (
        "sqs",
        failed({"itemIdentifier": message_id()}, {"messageId": "x"}),
        BATCH,
        ['HL411["batchItemFailures"][1]["itemIdentifier"]'],
    ),
    ("sqs", failed(message_id()), BATCH, ['HL411["batchItemFailures"][0]']),
    *[
        (name, failed({"itemIdentifier": message_id()}), SILENT_BATCH, ['HL411["batchItemFailures"]'])
        for name in ("sqs", "kinesis", "dynamodb")
    ],
    ("sqs", {"batchItemFailures": {"itemIdentifier": "x"}}, BATCH, ['HL411["batchItemFailures"]']),
    *[
        (name, failed({"itemIdentifier": identifier}), BATCH, [FIRST_ID])
        for name in ("kinesis", "dynamodb")
        for identifier in ("", None, 123)
    ],
    ("authorizer-token", None, {}, ["HL412"]),
    ("authorizer-request", {"principalId": "mia"}, {}, ['HL412["policyDocument"]']),
    ("authorizer-web-socket", {"isAuthorized": True}, {}, ['HL412["policyDocument"]']),
    ("authorizer-token", {"policyDocument": {}}, {}, ['HL412["policyDocument"]["Statement"]']),
    ("authorizer-token", policy(Effect="allow"), {}, ['HL412["policyDocument"]["Statement"]["Effect"]']),
    ("authorizer-token", policy(Resource=None), {}, ['HL412["policyDocument"]["Statement"]["Resource"]']),
    ("authorizer-token", {**POLICY, "context": {"user": {"id": 1}}}, {}, ['HL412["context"]["user"]']),
    ("authorizer-http-api-v1", {"isAuthorized": True}, {}, ['HL412["policyDocument"]']),
    ("authorizer-http-api", {"isAuthorized": True}, {"simple_responses": False}, ['HL412["policyDocument"]']),
    ("authorizer-http-api", {"isAuthorized": "true"}, SIMPLE, ['HL412["isAuthorized"]']),
    ("authorizer-http-api", None, SIMPLE, ["HL412"]),
    ("authorizer-token", "Unauthorized", {}, ["HL412"]),
    ("authorizer-token", {"statusCode": 401}, {}, ['HL412["policyDocument"]']),
    ("authorizer-token", {**POLICY, "context": {"groups": ["a"]}}, {}, ['HL412["context"]["groups"]']),
    ("appsync-authorizer", {"authorized": True}, {}, ['W HL412["isAuthorized"]']),
    ("authorizer-http-api", {"allowed": True}, {}, ['HL412["isAuthorized"]']),
    ("cognito-post-confirmation", None, {}, ["HL413"]),
    ("cognito-pre-sign-up", {"statusCode": 200, "body": ""}, {}, ['HL413["response"]']),
    ("firehose", [], {}, ["HL414"]),
    ("firehose", {"Records": []}, {}, ['HL414["records"]']),
    ("firehose", {"records": []}, {}, ['HL414["records"]']),
    ("firehose", firehose_records(recordId="other"), {}, ['HL414["records"][0]["recordId"]', 'HL414["records"]']),
    ("firehose", firehose_records(result="OK"), {}, ['HL414["records"][0]["result"]']),
    ("firehose", firehose_records(data='{"a": 1}'), {}, ['HL414["records"][0]["data"]']),
    ("s3-batch", "done", {}, ["HL415"]),
    ("s3-batch", {"results": [{"taskId": "t", "resultCode": "OK"}]}, {}, ['HL415["results"][0]["resultCode"]']),
    ("cloudfront", {"statusCode": 302}, {}, ["HL415"]),
    ("cloudfront", "text", {}, ["HL415"]),
    ("cloudfront", {"status": "700"}, {}, ['HL415["status"]']),
    ("cloudfront", {"status": 99}, {}, ['HL415["status"]']),
    ("cloudfront", {"status": "200", "body": {"a": 1}}, {}, ['HL415["body"]']),
    ("cloudfront", {"status": "200", "body": "é", "bodyEncoding": "base64"}, {}, ['HL415["body"]']),
    ("cloudfront", {"status": "204", "body": "text"}, {}, ['HL415["body"]']),
    ("cloudfront", {"status": "200", "body": "x" * 50_000}, {}, ['HL415["body"]']),
    ("cloudfront", {"status": "302", "headers": {"location": "/"}}, {}, ['HL415["headers"]["location"]']),
    ("cloudfront", {"uri": "/", "headers": {"x": {"value": "a"}}}, {}, ['HL415["headers"]["x"]']),
    ("cloudfront", {"status": "200", "headers": {"x": [{"value": 1}]}}, {}, ['HL415["headers"]["x"][0]["value"]']),
    ("cloudfront", {"uri": "/", "headers": {"x": [{"value": ["a", 1]}]}}, {}, ['HL415["headers"]["x"][0]["value"]']),
    ("cloudfront-response", {"headers": {}}, {}, ['HL415["status"]']),
]  # fmt: skip


@pytest.mark.parametrize(("name", "response", "properties"), TAKEN)
def test_what_is_not_certainly_refused(name: str, response: object, properties: Mapping[str, object]) -> None:
    assert codes(name, response, properties) == []


@pytest.mark.parametrize(("name", "response", "properties", "expected"), REFUSED)
def test_what_is_refused(
    name: str, response: object, properties: Mapping[str, object], expected: list[str]
) -> None:
    assert codes(name, response, properties) == expected


KEYS = [
    *("statusCode", "body", "headers", "isBase64Encoded", "batchItemFailures", "itemIdentifier", "records"),
    *("recordId", "policyDocument", "Statement", "response", "results", "status", "uri"),
]
json_values = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(max_size=5),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(strategies.sampled_from(sorted(samples.SAMPLES)), json_values)
def test_any_json_is_judged(name: str, response: Json) -> None:
    codes(name, response, {**BATCH, **SIMPLE})


@given(json_values, json_values)
def test_any_event_is_judged(event: Json, response: Json) -> None:
    flaws_of(contracts_for(event), KnownJson(response), event)


def all_clauses() -> dict[int, Clause]:
    """Of all services that send one of the samples."""
    clauses = (
        clause
        for path in Path(samples.FOLDER).glob("*.json")
        for properties in ({}, BATCH, SILENT_BATCH, SIMPLE, {"simple_responses": False})
        for contract in contracts_for(sample(path.stem), None, properties)
        for clause in contract.clauses
    )
    return {id(clause): clause for clause in clauses}


def test_every_clause_names_its_source_and_how_to_mend_it() -> None:
    for clause in all_clauses().values():
        assert clause.source, clause.id
        assert clause.help, clause.id


class Nothing:
    """A value of which nothing is known: what inference knows of a parameter."""

    shapes: frozenset[Shape] = frozenset(get_args(Shape))
    constant = None

    def alternatives(self) -> Iterator[Known]:
        yield self

    def known_keys(self) -> Iterator[str]:
        yield from ()

    def lacks(self, key: str) -> bool:
        return False

    def members(self) -> Iterator[tuple[str | int, Known]]:
        yield from ()

    def member(self, key: str) -> Known | None:
        return None


class SomeObject(Nothing):
    """An object that may have every member."""

    shapes = frozenset(("object",))


def test_what_is_not_known_breaks_no_clause() -> None:
    """The clauses are read over values that are known in part, too."""
    for name in samples.SAMPLES:
        for properties in ({}, BATCH, SILENT_BATCH, SIMPLE, {"simple_responses": False}):
            for contract in contracts_for(sample(name), None, properties):
                assert contract.flaws(Nothing(), None) == ()
                assert contract.flaws(SomeObject(), None) == ()
