"""What the services that invoke functions certainly refuse, and above all what they do not."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, strategies

import handlerlint.invoke.sample_events as samples
from handlerlint.runtime.contracts import Json, contracts_for, flaws_of

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n....").decode()
HTML = {"Content-Type": "text/html"}
BATCH = {"report_batch_item_failures": True}
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
    """The codes and places of what is wrong with the response to a sample event."""
    found = flaws_of(contracts_for(sample(name), None, properties), response, sample(name))  # type: ignore[arg-type]
    return [f"{flaw.code}{flaw.path}" for flaw in found[1]] if found else []


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
        {"statusCode": 200, "other": 1},
    )],
    ("http-api-v1", {"statusCode": 200, "body": "x", "other": 1}, {}),
    *[("function-url", response, {}) for response in (None, "text", {"statusCode": 200, "body": {"a": 1}})],
    *[("alb", response, {}) for response in ({"statusCode": 200}, {"statusCode": 200, "statusDescription": "200 OK"})],
    ("web-socket-connect", {"statusCode": 200}, {}),
    ("web-socket-disconnect", None, {}),
    *[("sqs", response, BATCH) for response in (
        None, {}, "done", [], "", {"batchItemFailures": []}, {"batchItemFailures": None}, {"statusCode": 200},
        failed({"itemIdentifier": message_id()}),
    )],
    ("sqs", failed("x"), {}),
    ("sqs", failed("x"), {"report_batch_item_failures": None}),
    ("sns", "whatever", BATCH),
    ("authorizer-token", POLICY, {}),
    ("authorizer-token", policy(), {}),
    ("authorizer-token", {**POLICY, "context": {"a": "b", "n": 1, "f": True, "x": None}}, {}),
    ("authorizer-token", policy(Action=None, NotAction="execute-api:Other"), {}),
    ("authorizer-http-api", POLICY, {}),
    ("authorizer-http-api", {"isAuthorized": False}, {}),
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
    ("cloudfront-response", {"status": "404", "headers": {}}, {}),
    ("step-functions", {"statusCode": "x"}, {}),
]  # fmt: skip

# Refused, with the rules and places that say so.
REFUSED: list[tuple[str, object, Mapping[str, object], list[str]]] = [
    *[("api", response, {}, ["HL401"]) for response in (None, "text", 200, ["a"], True)],
    ("api", {"message": "hello"}, {}, ['HL401["statusCode"]']),
    ("api", {"statusCode": 200, "message": "hello"}, {}, ['None["message"]']),
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
        ['HL405["isBase64Encoded"]'],
    ),
    ("http-api", {"statusCode": 200, "body": {"ok": True}}, {}, ['HL402["body"]']),
    ("http-api", {"statusCode": "OK"}, {}, ['HL403["statusCode"]']),
    ("http-api", {"statusCode": 200, "body": "é", "isBase64Encoded": True}, {}, ['HL405["body"]']),
    ("http-api-v1", None, {}, ["HL401"]),
    ("http-api-v1", {"body": "x"}, {}, ['HL401["statusCode"]']),
    ("function-url", {"statusCode": {}}, {}, ['HL403["statusCode"]']),
    ("web-socket", {"ok": True}, {}, ['HL401["statusCode"]']),
    ("web-socket-connect", "connected", {}, ["HL401"]),
    ("alb", {"body": "text"}, {}, ['HL401["statusCode"]']),
    ("alb", None, {}, ["HL401"]),
    ("alb-multi-value", {"statusCode": 200, "body": None}, {}, ['HL402["body"]']),
    ("sqs", failed({"itemIdentifier": "no"}), BATCH, [FIRST_ID]),
    ("sqs", failed({"itemIdentifier": {}}), BATCH, [FIRST_ID]),
    ("sqs", failed({"itemIdentifier": message_id()}, {"messageId": "x"}), BATCH, ['HL411["batchItemFailures"][1]']),
    ("sqs", failed(message_id()), BATCH, ['HL411["batchItemFailures"][0]']),
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
    ("authorizer-http-api", {"allowed": True}, {}, ['HL412["isAuthorized"]']),
    ("cognito-post-confirmation", None, {}, ["HL413"]),
    ("cognito-pre-sign-up", {"statusCode": 200, "body": ""}, {}, ['HL413["response"]']),
    ("firehose", [], {}, ["HL414"]),
    ("firehose", {"Records": []}, {}, ['HL414["records"]']),
    ("firehose", {"records": []}, {}, ['HL414["records"]']),
    ("firehose", firehose_records(recordId="other"), {}, ['HL414["records"][0]["recordId"]', 'HL414["records"]']),
    ("firehose", firehose_records(result="OK"), {}, ['HL414["records"][0]["result"]']),
    ("firehose", firehose_records(data='{"a": 1}'), {}, ['HL414["records"][0]["data"]']),
    ("s3-batch", "done", {}, ["None"]),
    ("s3-batch", {"results": [{"taskId": "t", "resultCode": "OK"}]}, {}, ['None["results"][0]["resultCode"]']),
    ("cloudfront", {"statusCode": 302}, {}, ["HL413"]),
    ("cloudfront", {"status": "700"}, {}, ['HL403["status"]']),
    ("cloudfront", {"status": "200", "body": {"a": 1}}, {}, ['HL402["body"]']),
    ("cloudfront", {"status": "200", "headers": {"x": [{"value": 1}]}}, {}, ['HL404["headers"]["x"][0]["value"]']),
    ("cloudfront-response", {"headers": {}}, {}, ['HL413["status"]']),
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
    flaws_of(contracts_for(event), response, event)


def test_every_contract_names_its_sources() -> None:
    for path in Path(samples.FOLDER).glob("*.json"):
        for contract in contracts_for(sample(path.stem), None, BATCH):
            assert contract.sources
