"""HL321: what the events of a service do not have, and are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.findings import Finding
from handlerlint.linter import lint

SQS = "{Type: SQS, Properties: {Queue: 'arn:aws:sqs:eu-west-1:123456789012:orders'}}"
SNS = "{Type: SNS, Properties: {Topic: 'arn:aws:sns:eu-west-1:123456789012:orders'}}"
S3 = "{Type: S3, Properties: {Bucket: !Ref Bucket, Events: 's3:ObjectCreated:*'}}"
HTTP = "{Type: HttpApi, Properties: {Path: /x, Method: get}}"
REST = "{Type: Api, Properties: {Path: /x, Method: get}}"
STREAM = (
    "{Type: DynamoDB, Properties: {StartingPosition: LATEST, "
    "Stream: 'arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2024-01-01T00:00:00.000'}}"
)
RULE = "{Type: EventBridgeRule, Properties: {Pattern: {source: [orders]}}}"
RULE_WITH_INPUT = "{Type: EventBridgeRule, Properties: {Pattern: {source: [orders]}, InputPath: $.detail}}"
COGNITO = "{Type: Cognito, Properties: {UserPool: !Ref Pool, Trigger: PreSignUp}}"
SCHEDULE = "{Type: Schedule, Properties: {Schedule: rate(1 hour)}}"


def findings(folder: Path, events: str, body: str, code: str = "HL321") -> list[Finding]:
    template = (
        "Transform: AWS::Serverless-2016-10-31\nResources:\n"
        "  Bucket: {Type: AWS::S3::Bucket}\n  Pool: {Type: AWS::Cognito::UserPool}\n  F:\n"
        "    Type: AWS::Serverless::Function\n    Properties: {CodeUri: src/, Handler: app.handler, "
        f"Runtime: python3.12, Events: {events}}}\n"
    )
    (folder / "src").mkdir()
    (folder / "template.yaml").write_text(template, "utf-8")
    (folder / "src" / "app.py").write_text(f"def handler(event, context):\n{body}", "utf-8")
    result = lint(load_settings([folder], working_folder=folder))
    assert not result.failures
    return [finding for finding in result.findings if finding.code == code]


@pytest.mark.parametrize(
    ("event", "expression", "wanted"),
    [
        (SQS, 'event["Record"]', "Records"),
        (SQS, 'event["records"]', "Records"),
        (SQS, 'event["Records"][0]["Body"]', "body"),
        (SQS, '[r["Body"] for r in event["Records"]]', "body"),
        (SQS, 'event["Records"][0]["messageID"]', "messageId"),
        (SQS, 'event["Records"][0]["Sns"]["Message"]', None),
        (SQS, 'event["detail"]', None),
        (SNS, 'event["Records"][0]["SNS"]', "Sns"),
        (SNS, 'event["Records"][0]["body"]', None),
        (SNS, 'event["Records"][0]["Sns"]["message"]', "Message"),
        (S3, 'event["Records"][0]["s3"]["object"]["Key"]', "key"),
        (S3, 'event["Records"][0]["S3"]', "s3"),
        (STREAM, 'event["Records"][0]["dynamodb"]["newImage"]', "NewImage"),
        (STREAM, 'event["Records"][0]["eventname"]', "eventName"),
        (HTTP, 'event["httpMethod"]', None),
        (HTTP, 'event["requestContext"]["http"]["Method"]', "method"),
        (REST, 'event["rawPath"]', None),
        (REST, 'event["pathParameter"]', "pathParameters"),
        (REST, 'event["queryStringParams"]', "queryStringParameters"),
        (HTTP, 'event["pathParams"]', "pathParameters"),
        (RULE, 'event["Detail"]', "detail"),
        (RULE, 'event["Records"]', None),
        (COGNITO, 'event["userAttributes"]', None),
    ],
)
def test_keys_that_no_event_has(tmp_path: Path, event: str, expression: str, wanted: str | None) -> None:
    (finding,) = findings(tmp_path, f"{{E: {event}}}", f"    print({expression})\n    return {{}}\n")
    key = finding.message.split("`")[1]
    assert finding.runtime_error == f"KeyError: '{key}'"
    assert f'["{key}"]' in expression
    if wanted is not None:
        assert finding.help == f"did you mean `{wanted}`?"


@pytest.mark.parametrize(
    ("events", "body"),
    [
        (f"{{E: {SQS}}}", '    return event["Records"][0]["body"], event["Records"][0]["newKey"]\n'),
        (
            f"{{E: {SQS}}}",
            '    if "Sns" in event["Records"][0]:\n        return event["Records"][0]["Sns"]\n',
        ),
        (f"{{E: {SQS}}}", '    return event.get("detail"), event.get("Record", [])\n'),
        (
            f"{{E: {SQS}}}",
            '    try:\n        body = event["body"]\n    except KeyError:\n        body = None\n',
        ),
        (f"{{E: {SQS}}}", '    event["Record"] = 1\n    return event["Record"]\n'),
        (f"{{E: {SQS}}}", '    event = event.get("detail", event)\n    return event["Records"]\n'),
        (f"{{E: {HTTP}}}", '    if event.get("version") == "1.0":\n        return event["httpMethod"]\n'),
        (f"{{E: {HTTP}}}", '    return event["queryStringParameters"]["Name"], event["headers"]["Host"]\n'),
        (f"{{E: {SQS}, F: {SCHEDULE}}}", '    return event["detail"]\n'),
        (f"{{E: {SQS}, F: {SNS}}}", '    return event["Records"][0]["Sns"]\n'),
        (f"{{E: {SCHEDULE}}}", '    return event["Record"]\n'),
        (f"{{E: {REST}}}", '    return event["query"], event["parameters"]\n'),
        (
            f"{{E: {STREAM}}}",
            """
    for record in event["Records"]:
        image = record["dynamodb"].get("NewImage") or record["dynamodb"].get("OldImage", {})
        number = image["n"]["N"]
        if not isinstance(number, str):
            print(number + 1)
        print(number + 1 if isinstance(number, int) else int(number) + 1, image["m"]["M"]["a"]["S"] + "x")
        print(float(image.get("n", {}).get("N", 0)) + 1, image["tags"]["SS"] + ["x"], image["b"]["BOOL"] + 1)
        image["k"] = 5
        print(image["k"] + 1, [float(value["N"]) + 1 for value in image.values() if "N" in value])
""",
        ),
    ],
)
def test_keys_that_may_be_there(tmp_path: Path, events: str, body: str) -> None:
    assert findings(tmp_path, events, body) == []


@pytest.mark.parametrize(
    ("event", "expression", "said"),
    [
        (REST, "json.loads(event)", "loads()` always raises TypeError"),
        (REST, 'json.loads(event["headers"])', "loads()` always raises TypeError"),
        (REST, 'event["body"]["name"]', "string indices must be integers"),
        (HTTP, 'event["body"]["name"]', "string indices must be integers"),
        (REST, '(event["body"] or "{}")["name"]', "string indices must be integers"),
        (REST, '(event.get("body") or {})["name"]', "this item always raises"),
        (REST, 'event.get("body", "{}")["name"]', "this item always raises"),
        (REST, 'event["body"].get("name")', "`str` object has no attribute `get`"),
        (REST, 'event["queryStringParameters"]["page"] > 1', "'>' not supported"),
        (REST, '"event: " + event', "can only concatenate str"),
        (REST, 'event("body")', "'dict' object is not callable"),
        (REST, 'event.split(",")', "`dict` object has no attribute `split`"),
        (SQS, '[r["body"] for r in event]', "string indices must be integers"),
        (SQS, '[r["body"]["id"] for r in event["Records"]]', "string indices must be integers"),
        (SQS, '[json.loads(r) for r in event["Records"]]', "loads()` always raises TypeError"),
        (SQS, 'event["Records"]["body"]', "list indices must be integers"),
        (SQS, 'event["Records"].items()', "`list` object has no attribute `items`"),
        (SQS, 'event["Records"][0]["attributes"]["ApproximateReceiveCount"] > 3', "'>' not supported"),
        (SNS, 'event["Records"][0]["Sns"]["Message"]["id"]', "string indices must be integers"),
        (RULE, 'json.loads(event["detail"])', "loads()` always raises TypeError"),
        (RULE, 'event["detail"].split(",")', "`dict` object has no attribute `split`"),
        (STREAM, 'event["Records"][0]["dynamodb"]["NewImage"]["n"] + 1', "unsupported operand"),
        (STREAM, 'json.loads(event["Records"][0]["dynamodb"]["NewImage"])', "loads()` always raises"),
        (STREAM, '[r["dynamodb"]["NewImage"]["n"]["N"] < 5 for r in event["Records"]]', "'<' not supported"),
        (STREAM, 'event["Records"][0]["dynamodb"]["Keys"]["n"]["N"] * 1.5', "can't multiply"),
        (SQS, 'event["Records"][0]["messageAttributes"]["n"].split(",")', "`dict` object has no"),
        (SNS, 'json.loads(event["Records"][0]["Sns"]["MessageAttributes"])', "loads()` always raises"),
        (COGNITO, 'json.loads(event["request"])', "loads()` always raises TypeError"),
        (S3, 'event["Records"][0]["s3"]["bucket"]["name"]["x"]', "string indices must be integers"),
    ],
)
def test_what_no_event_is(tmp_path: Path, event: str, expression: str, said: str) -> None:
    body = f"    import json\n    print({expression})\n    return {{}}\n"
    (finding,) = findings(tmp_path, f"{{E: {event}}}", body)
    assert said in finding.message


@pytest.mark.parametrize(
    ("event", "expression"),
    [
        (REST, 'json.loads(event["body"])["name"]'),
        (REST, 'event["body"]["name"] if isinstance(event["body"], dict) else event["body"]'),
        (REST, 'event["queryStringParameters"]["page"] > "1"'),
        (REST, '(event["headers"] or {}).get("x")'),
        (REST, 'event["requestContext"]["authorizer"]["claims"]["sub"]'),
        (REST, 'event["requestContext"]["requestTimeEpoch"] + 1'),
        (SQS, '[r["messageAttributes"]["n"]["stringValue"] for r in event["Records"]]'),
        (SQS, "[name.upper() for name in event]"),
        (S3, 'event["Records"][0]["s3"]["object"].get("size", 0) > 1'),
        (STREAM, 'event["Records"][0]["dynamodb"]["NewImage"]["id"]["S"]'),
        (STREAM, 'event["Records"][0]["dynamodb"].get("OldImage", {}).get("id", {}).get("S", "")'),
        (STREAM, '{k: v for k, v in event["Records"][0]["dynamodb"]["Keys"].items() if v}'),
        (SNS, 'event["Records"][0]["Sns"]["MessageAttributes"]["n"]["Value"]'),
        (SNS, 'json.loads(event["Records"][0]["Sns"]["Message"])["detail"]'),
        (RULE, 'event["detail"]["a"]["b"] + event["detail"].get("c", "d")'),
        (RULE, 'event["detail-type"].split(" ") + event["resources"]'),
        (RULE, 'json.loads(event["detail"]["body"])["x"]'),
        (RULE_WITH_INPUT, 'json.loads(event["detail"])'),
        (RULE_WITH_INPUT, 'event["Records"]'),
        (f"{RULE}, F: {RULE_WITH_INPUT}", 'event["Records"]'),
        (COGNITO, 'event["request"]["userAttributes"]["email"].split("@")'),
        (REST, 'json.loads(event.get("body") or "{}").get("name")'),
        (REST, '(json.loads(event["body"]) if event.get("body") else {})["name"]'),
        (SCHEDULE, 'event["body"]["name"]'),
    ],
)
def test_what_an_event_may_be(tmp_path: Path, event: str, expression: str) -> None:
    body = f"    import json\n    print({expression})\n    return {{}}\n"
    assert not findings(tmp_path, f"{{E: {event}}}", body)


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (
            "HL321",
            "    try:\n        return event['httpMethod']\n"
            "    except KeyError:\n        return event['requestContext']['http']['method']\n",
        ),
        ("HL321", "    import os\n    if os.environ['MODE'] == 'queue':\n        return event['Records']\n"),
        (
            "HL401",
            "    try:\n        method = event['httpMethod']\n    except KeyError:\n        return None\n"
            "    return {'statusCode': 200, 'body': method}\n",
        ),
        (
            "HL401",
            "    if event == {'warmup': True}:\n        return None\n    return {'statusCode': 200, 'body': ''}\n",
        ),
        (
            "HL321",
            "    import os\n    is_worker = os.environ.get('MODE', 'api') != 'api'\n"
            "    if is_worker:\n        return event['Records']\n",
        ),
        ("HL321", "    if context.client_context:\n        return event['name']\n"),
        (
            "HL321",
            "    method = event.get('httpMethod', 'EVENT')\n"
            "    return {'EVENT': lambda e: e['Records'], 'GET': print}[method](event)\n",
        ),
        (
            "HL401",
            "    if context.client_context and context.client_context.custom.get('warm'):\n        return None\n"
            "    return {'statusCode': 200, 'body': ''}\n",
        ),
        (
            "HL401",
            "    if context.identity and context.identity.cognito_identity_id:\n        return None\n"
            "    return {'statusCode': 200, 'body': ''}\n",
        ),
        (
            "HL401",
            "    import os\n"
            "    return None if os.environ['MODE'] == 'worker' else {'statusCode': 200, 'body': ''}\n",
        ),
        (
            "HL401",
            "    if event.get('httpMethod', 'EVENT') == 'EVENT':\n        return 'done'\n"
            "    return {'statusCode': 200, 'body': ''}\n",
        ),
        (
            "HL401",
            "    import os\n    if os.environ['MODE'] in ('worker', 'batch'):\n        return None\n"
            "    if int(os.environ['LIMIT']) > 10:\n        return None\n"
            "    if os.environ['MODE'] == 'api':\n        return {'statusCode': 200, 'body': ''}\n",
        ),
        (
            "HL401",
            "    if context.function_name.endswith('-worker'):\n        return None\n"
            "    return {'statusCode': 200, 'body': ''}\n",
        ),
    ],
)
def test_nothing_is_said_where_other_events_are_meant(tmp_path: Path, code: str, body: str) -> None:
    assert findings(tmp_path, "{E: " + REST + "}", body, code) == []


def test_what_is_sent_is_never_empty(tmp_path: Path) -> None:
    body = "    return [r.get('body') or r['Sns']['Message'] for r in event['Records']]\n"
    assert findings(tmp_path, "{E: " + SQS + "}", body) == []


@pytest.mark.parametrize(
    "body",
    [
        "    if event['httpMethod'] == 'GET':\n        return None\n    return {'statusCode': 200, 'body': ''}\n",
        "    import os\n    if os.environ.get('LEVEL') == 'debug':\n        print(event)\n    return None\n",
        "    import os\n    debug = os.environ.get('LEVEL') == 'debug'\n    return 'debug' if debug else 'no'\n",
        "    if context.client_context:\n        return {'statusCode': 200, 'body': ''}\n    return None\n",
    ],
)
def test_what_every_deployment_answers_is_judged(tmp_path: Path, body: str) -> None:
    assert findings(tmp_path, "{E: " + REST + "}", body, "HL401")


def test_what_the_environment_does_not_say_is_judged(tmp_path: Path) -> None:
    body = "    import os\n    if not os.environ.get('TABLE'):\n        print(event)\n    return None\n"
    assert len(findings(tmp_path, "{E: " + REST + "}", body, "HL401")) == 1
