"""HL908: real responses against what the service that sent the event asks of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlerlint.invoke.sample_events import sample_event
from handlerlint.rules.dynamic import ResponseContractBroken

from .projects import Project
from .test_findings import examples_of

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  OrderFunction:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: src
      Handler: app.handler
      Events:
        First: {event}
"""
REST = "{Type: Api, Properties: {Path: /, Method: get}}"
HTTP = "{Type: HttpApi, Properties: {Path: /, Method: get}}"
HTTP_1 = '{Type: HttpApi, Properties: {Path: /, Method: get, PayloadFormatVersion: "1.0"}}'
FOREIGN_API = "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !ImportValue shared}}"
QUEUE = "{Type: SQS, Properties: {Queue: arn:aws:sqs:eu-west-1:1:orders}}"
REPORTING_QUEUE = (
    "{Type: SQS, Properties: {Queue: arn:aws:sqs:eu-west-1:1:orders, "
    "FunctionResponseTypes: [ReportBatchItemFailures]}}"
)
OBJECT_AS_BODY = '{"statusCode": 200, "body": {"ok": True}}'
UNKNOWN_FAILURE = '{"batchItemFailures": [{"itemIdentifier": "other"}]}'


def findings(project: Project, source: str, response: str, *arguments: str) -> list[dict[str, Any]]:
    """What is said of a function with one event source that returns `response`."""
    project.write("template.yaml", TEMPLATE.format(event=source))
    project.write("src/app.py", f"def handler(event, context):\n    return {response}\n")
    found: list[dict[str, Any]] = project.outcome(*arguments)["findings"]
    return found


def own_event(project: Project, sample: str) -> str:
    """A file with an event of the user's own, as the sample's sender sends it."""
    project.write("mine/event.json", json.loads(sample_event(sample).payload))
    return "mine/event.json"


@pytest.mark.parametrize(
    ("source", "response", "own"),
    [
        (REST, '{"statusCode": 200, "body": "ok"}', "api"),
        (HTTP, '{"ok": True}', "http-api"),
        (HTTP, OBJECT_AS_BODY, "http-api-v1"),  # not the format that this API sends
        (HTTP, OBJECT_AS_BODY, "api"),
        (REST, UNKNOWN_FAILURE, "sqs"),  # nothing says that it has a queue
        (QUEUE, '{"batchItemFailures": []}', "sqs"),
        (QUEUE, OBJECT_AS_BODY, "sqs"),
        (REPORTING_QUEUE, '{"batchItemFailures": []}', "sqs"),
        (FOREIGN_API, OBJECT_AS_BODY, None),  # the integration may be none of a proxy
    ],
)
def test_silence(project: Project, source: str, response: str, own: str | None) -> None:
    arguments = ("--event", own_event(project, own)) if own else ()
    assert [finding["code"] for finding in findings(project, source, response, *arguments)] == []


@pytest.mark.parametrize(
    ("source", "response", "own", "path", "said"),
    [
        (
            REST,
            OBJECT_AS_BODY,
            "api",
            'return["body"]',
            "what `app.handler` returns breaks the contract of API Gateway (REST API) (HL402): `body` is an object, "
            'not a string; API Gateway answers with status 502, `{"message": "Internal server error"}`, for the event '
            "`event`",
        ),
        (REST, '"hello"', "api", "return", "(HL401): the response is a string, not an object"),
        (FOREIGN_API, OBJECT_AS_BODY, "api", 'return["body"]', "(HL402)"),
        (HTTP, OBJECT_AS_BODY, "http-api", 'return["body"]', "API Gateway answers with status 500"),
        (HTTP_1, '{"ok": True}', "http-api-v1", 'return["statusCode"]', "(HL401): `statusCode` is missing"),
        (
            REPORTING_QUEUE,
            UNKNOWN_FAILURE,
            "sqs",
            'return["batchItemFailures"][0]["itemIdentifier"]',
            "is not the messageId of a record of the event; Lambda takes the whole batch as failed",
        ),
        (
            QUEUE,
            UNKNOWN_FAILURE,
            "sqs",
            'return["batchItemFailures"]',
            "and `ReportBatchItemFailures` is off; the failed messages count as done and are deleted",
        ),
        (
            REST,
            '{"statusCode": 200, "cookies": ["a=b"]}',
            "api",
            'return["cookies"]',
            "(HL406): `cookies` is",
        ),
    ],
)
def test_broken_contracts(
    project: Project, source: str, response: str, own: str, path: str, said: str
) -> None:
    (finding,) = findings(project, source, response, "--event", own_event(project, own))
    assert (finding["code"], finding["severity"]) == ("HL908", "error")
    assert said in finding["message"]
    assert finding["value_path"] == path
    assert (finding["filename"], finding["location"]["row"]) == ("src/app.py", 2)  # the only `return`
    assert finding["related"][0]["filename"] == "mine/event.json"


def test_the_error_is_one_of_the_service(project: Project) -> None:
    findings(project, REST, OBJECT_AS_BODY)
    _, output, _ = project.run("--event", own_event(project, "api"))
    assert "= in AWS: Execution failed due to configuration error: Malformed Lambda proxy response" in output


def test_examples_of_the_documentation(project: Project) -> None:
    bad, good = examples_of(ResponseContractBroken)
    for text, codes in ((good, []), (bad, ["HL908"])):
        project.write("app.py", text)
        assert project.codes("--handler", "app.lambda_handler", "--generate", "api") == codes


PNG = '{"statusCode": 200, "headers": {"content-type": "image/png"}, "body": "iVBORw0KGgo="}'


def test_what_is_only_lost_is_a_warning(project: Project) -> None:
    (finding,) = findings(project, REST, PNG, "--event", own_event(project, "api"))
    assert (finding["code"], finding["severity"]) == ("HL908", "warning")
    assert "(HL405): `body` is a file in base64" in finding["message"]
    assert "; the client gets the base64 text, for the event" in finding["message"]


def test_generated_events_only_warn(project: Project) -> None:
    (finding,) = findings(project, REST, OBJECT_AS_BODY)
    assert (finding["code"], finding["severity"]) == ("HL908", "warning")


def test_every_flaw_is_a_finding_once_for_all_events(project: Project) -> None:
    project.write("events/first.json", json.loads(sample_event("api").payload))
    project.write("events/second.json", json.loads(sample_event("api").payload))
    found = findings(project, REST, '{"statusCode": "OK!", "body": [], "headers": []}', "--repeat", "2")
    assert [finding["value_path"] for finding in found] == [
        *('return["body"]', 'return["statusCode"]', 'return["headers"]')
    ]
    assert all(finding["message"].endswith("and 1 other event") for finding in found)


def test_a_response_to_a_refused_call_of_aws_is_not_judged(project: Project) -> None:
    project.write("template.yaml", TEMPLATE.format(event=REST))
    project.write(
        "src/app.py",
        """\
        import boto3

        def handler(event, context):
            try:
                boto3.client("s3", region_name="eu-west-1").list_buckets()
            except Exception:
                return None
            return {"statusCode": 200}
        """,
    )
    assert project.codes("--timeout", "20") == []


def test_a_failed_invocation_has_no_response_to_judge(project: Project) -> None:
    assert [found["code"] for found in findings(project, REST, "1 / 0")] == ["HL902"]


AUTHORIZER = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Simple: {{Type: String}}
Resources:
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP, Name: orders}}}}
  Guard:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.13, CodeUri: src, Handler: app.handler}}
  Authorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      AuthorizerType: REQUEST
      AuthorizerPayloadFormatVersion: "2.0"
      AuthorizerUri: !Sub "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${{Guard.Arn}}/invocations"
      {simple}
"""


@pytest.mark.parametrize(
    ("simple", "codes"),
    [
        ("EnableSimpleResponses: true", []),
        ("EnableSimpleResponses: !Ref Simple", []),  # not known
        ("EnableSimpleResponses: false", ["HL908"]),
        ("", ["HL908"]),
    ],
)
def test_simple_responses_of_authorizers(project: Project, simple: str, codes: list[str]) -> None:
    project.write("template.yaml", AUTHORIZER.format(simple=simple))
    project.write("src/app.py", 'def handler(event, context):\n    return {"isAuthorized": True}\n')
    assert project.codes("--event", own_event(project, "authorizer-http-api")) == codes


@pytest.mark.parametrize(
    ("body", "row"),
    [
        (
            "    try:\n        return {'statusCode': 200}[event['x']]\n    except KeyError:\n        print('no x')\n",
            5,
        ),
        ("    if event['body'] == 'x':\n        return {}\n", 2),
        ("    print('done')\n    if event['body'] == 'x':\n        return None\n", 1),
    ],
)
def test_the_end_of_a_handler(project: Project, body: str, row: int) -> None:
    project.write("template.yaml", TEMPLATE.format(event=REST))
    project.write("src/app.py", f"def handler(event, context):\n{body}")
    (finding,) = project.outcome("--event", own_event(project, "api"))["findings"]
    assert (finding["code"], finding["location"]["row"]) == ("HL908", row)
