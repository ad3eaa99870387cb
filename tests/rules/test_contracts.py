"""HL401 to HL415 over whole projects: who invokes a handler stands in a template, and decides what it may return."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.findings import Finding
from handlerlint.linter import lint
from handlerlint.records import replace

SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.13, CodeUri: ., Handler: app.handler, Events: {{First: {event}}}}}
"""
CLOUDFORMATION = """\
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Orders:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Code: ., Handler: app.handler}
"""
METHOD = (
    CLOUDFORMATION
    + """\
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      Integration:
        Type: %s
        Uri: !Sub arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
"""
)
MAPPING = (
    CLOUDFORMATION
    + """\
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Orders, EventSourceArn: !GetAtt Queue.Arn%s}
"""
)
SERVERLESS = """\
service: shop
provider: {{name: aws, runtime: python3.13{provider}}}
functions:
  orders: {{handler: app.handler, events: [{event}]}}
"""
TERRAFORM = """\
data "archive_file" "code" {
  type        = "zip"
  source_file = "app.py"
  output_path = "code.zip"
}
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  handler       = "app.handler"
  filename      = data.archive_file.code.output_path
}
resource "aws_apigatewayv2_api" "web" { protocol_type = "HTTP" }
resource "aws_apigatewayv2_integration" "orders" {
  api_id           = aws_apigatewayv2_api.web.id
  integration_type = "AWS_PROXY"
  integration_uri  = aws_lambda_function.orders.invoke_arn
  %s
}
"""
CDK = """\
from aws_cdk import App, Stack, aws_apigateway, aws_lambda, aws_sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource


class Shop(Stack):
    def __init__(self, scope, name):
        super().__init__(scope, name)
        orders = aws_lambda.Function(
            self, "Orders", runtime=aws_lambda.Runtime.PYTHON_3_13, handler="app.handler",
            code=aws_lambda.Code.from_asset("src"),
        )
        %s


app = App()
Shop(app, "shop")
app.synth()
"""
PLAIN_DATA = "def handler(event, context):\n    return {'ok': True}\n"
BODY = "def handler(event, context):\n    return {'statusCode': 200, 'body': {'ok': True}}\n"
STATUS = "def handler(event, context):\n    return {'statusCode': 'OK'}\n"
FAILURES = "def handler(event, context):\n    return {'batchItemFailures': [{'messageId': 'x'}]}\n"


def findings(folder: Path, files: dict[str, str]) -> list[Finding]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    settings = load_settings([folder], working_folder=folder, isolated="handlerlint.toml" not in files)
    result = lint(replace(settings, use_cache=False))
    assert (result.failures, bool(result.functions)) == ((), True)
    return list(result.findings)


def sam(event: str) -> dict[str, str]:
    return {"template.yaml": SAM.format(event=event)}


def serverless(event: str, provider: str = "") -> dict[str, str]:
    return {"serverless.yml": SERVERLESS.format(event=event, provider=provider)}


def configured(event: str) -> dict[str, str]:
    return {"handlerlint.toml": f'[[functions]]\nhandler = "app.handler"\nevents = [{event}]\n'}


def cdk(statement: str) -> dict[str, str]:
    return {"app_stack.py": CDK % statement, "cdk.json": '{"app": "python3 app_stack.py"}'}


SQS = "{{Type: SQS, Properties: {{Queue: arn:aws:sqs:eu-west-1:1:q{}}}}}"
REPORTING = ", FunctionResponseTypes: [ReportBatchItemFailures]"
LIMITED = "{Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Imported}}"


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        (sam("{Type: HttpApi}"), PLAIN_DATA),
        (sam("{Type: Schedule, Properties: {Schedule: rate(1 hour)}}"), PLAIN_DATA),
        (sam(LIMITED), PLAIN_DATA),  # whose definition is not known
        (sam(SQS.format("")), PLAIN_DATA),
        ({"template.yaml": METHOD % "AWS"}, PLAIN_DATA),
        ({"template.yaml": MAPPING % ""}, PLAIN_DATA),
        (serverless("{http: {path: /, method: get, integration: lambda}}"), PLAIN_DATA),
        (serverless("{http: {path: /, method: get, async: true}}"), PLAIN_DATA),
        (serverless("{httpApi: '*'}"), PLAIN_DATA),
        ({"main.tf": TERRAFORM % 'payload_format_version = "2.0"'}, PLAIN_DATA),
        ({"main.tf": TERRAFORM % "payload_format_version = var.version"}, PLAIN_DATA),
        (cdk("aws_apigateway.LambdaIntegration(orders, proxy=False)"), PLAIN_DATA),
        (configured('{kind = "api", proxy = false}'), BODY),
        (configured('"http-api"'), PLAIN_DATA),
        (configured('{kind = "function-url", invoke-mode = "RESPONSE_STREAM"}'), STATUS),
        (configured('"sqs"'), FAILURES),  # whether failures are read is not said
    ],
)  # fmt: skip
def test_silence(tmp_path: Path, files: dict[str, str], handler: str) -> None:
    folder = "src/app.py" if "cdk.json" in files else "app.py"
    assert findings(tmp_path, {**files, folder: handler}) == []


@pytest.mark.parametrize(
    "test",
    [
        's3.head_object(Bucket="b", Key="k")["ResponseMetadata"]["HTTPStatusCode"] == 200',
        's3.head_object(Bucket="b", Key="k")["StorageClass"] != "GLACIER"',
        'event["path"].startswith("/orders")',
        'event["httpMethod"].lower() in ("get", "post")',
        "os.environ.get('STAGE') == 'test'",
        "unknown.is_valid(event)",
    ],
)
def test_what_configuration_or_others_decide(tmp_path: Path, test: str) -> None:
    """The `else` that nobody wrote need not happen."""
    source = f"""\
import os

import boto3
import unknown  # noqa: HL108

s3 = boto3.client("s3")


def handler(event, context):
    if {test}:
        return {{"statusCode": 200}}
"""
    files = {**sam("{Type: Api, Properties: {Path: /, Method: get}}"), "app.py": source}
    assert findings(tmp_path, files) == []


@pytest.mark.parametrize(
    ("files", "handler", "code"),
    [
        (sam("{Type: Api, Properties: {Path: /, Method: get}}"), PLAIN_DATA, "HL401"),
        (sam("{Type: HttpApi}"), BODY, "HL402"),
        (sam("{Type: HttpApi, Properties: {PayloadFormatVersion: '1.0'}}"), PLAIN_DATA, "HL401"),
        (sam(SQS.format(REPORTING)), FAILURES, "HL411"),
        (sam(SQS.format("")), FAILURES, "HL411"),
        ({"template.yaml": METHOD % "AWS_PROXY"}, PLAIN_DATA, "HL401"),
        ({"template.yaml": MAPPING % REPORTING}, FAILURES, "HL411"),
        (serverless("{http: GET /}"), PLAIN_DATA, "HL401"),
        (serverless("{httpApi: '*'}", ", httpApi: {payload: '1.0'}"), PLAIN_DATA, "HL401"),
        (serverless("{alb: {priority: 1, conditions: {path: /}}}"), PLAIN_DATA, "HL401"),
        (serverless("{cognitoUserPool: {pool: x, trigger: PreSignUp}}"), PLAIN_DATA, "HL413"),
        (serverless("{websocket: hello}"), PLAIN_DATA, "HL401"),
        ({"main.tf": TERRAFORM % ""}, PLAIN_DATA, "HL401"),  # payload format 1.0
        (cdk("aws_apigateway.LambdaRestApi(self, 'Api', handler=orders)"), PLAIN_DATA, "HL401"),
        (cdk("orders.add_event_source(SqsEventSource(aws_sqs.Queue(self, 'Q')))"), FAILURES, "HL411"),
        (configured('"api"'), BODY, "HL402"),
        (configured('"http-api"'), BODY, "HL402"),
        (configured('"function-url"'), STATUS, "HL403"),
    ],
)
def test_refused_answers(tmp_path: Path, files: dict[str, str], handler: str, code: str) -> None:
    folder = "src/app.py" if "cdk.json" in files else "app.py"
    (finding,) = findings(tmp_path, {**files, folder: handler})
    assert (finding.code, finding.filename, finding.span.start.row) == (code, folder, 2)
    assert finding.severity == "error"


TWO = """\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13, CodeUri: ., Handler: app.handler}}
Resources:
  Rest:
    Type: AWS::Serverless::Function
    Properties: {Events: {Get: {Type: Api, Properties: {Path: /, Method: get}}}}
  Other:
    Type: AWS::Serverless::Function
    Properties: {Events: {Get: {Type: Api, Properties: {Path: /other, Method: get}}}}
  Http:
    Type: AWS::Serverless::Function
    Properties: {Events: {Get: {Type: HttpApi}}}
  Nightly:
    Type: AWS::Serverless::Function
    Properties: {Events: {Every: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}}
"""


def test_one_finding_names_the_functions_that_it_holds_for(tmp_path: Path) -> None:
    (plain,) = findings(tmp_path, {"template.yaml": TWO, "app.py": PLAIN_DATA})
    assert (plain.code, plain.functions) == ("HL401", ("Rest", "Other"))
    (body,) = findings(tmp_path, {"app.py": BODY})
    assert (body.code, body.functions) == ("HL402", ("Rest", "Other", "Http"))


def test_what_is_said(tmp_path: Path) -> None:
    source = (
        "import json\n\n\n"
        "def handler(event, context):\n"
        "    try:\n"
        '        answer = {"statusCode": 200}\n'
        '        answer["body"] = [json.loads(event["body"])]\n'
        "        return answer\n"
        "    except ValueError:\n"
        "        print('no JSON')\n"
    )
    files = {**sam("{Type: Api, Properties: {Path: /, Method: get}}"), "app.py": source}
    body, end = findings(tmp_path, files)
    assert (body.code, body.span.start.row, body.value_path) == ("HL402", 7, 'return["body"]')
    assert [(step.message, step.span.start.row) for step in body.related] == [("returned here", 8)]
    assert body.message == (
        "in the answer to API Gateway (REST API) `body` is a list, not a string: "
        'API Gateway answers with status 502, `{"message": "Internal server error"}`'
    )
    assert body.runtime_error == (
        "Execution failed due to configuration error: Malformed Lambda proxy response"
    )
    assert (end.code, end.span.start.row, end.value_path) == ("HL401", 10, "return")
    assert end.message == (
        "`handler` can end here without returning, and API Gateway (REST API) needs an answer: "
        'API Gateway answers with status 502, `{"message": "Internal server error"}`'
    )


BROKER = "{{Type: MQ, Properties: {{Broker: arn:aws:mq:eu-west-1:1:broker:b:b-1, Queues: [q]{}}}}}"


def test_a_source_that_reads_no_failures(tmp_path: Path) -> None:
    assert findings(tmp_path, {**sam(BROKER.format("")), "app.py": PLAIN_DATA}) == []
    (finding,) = findings(tmp_path, sam(BROKER.format(REPORTING)))
    assert (finding.code, finding.severity, finding.filename) == ("HL411", "warning", "template.yaml")
    assert "`ReportBatchItemFailures` is on for Amazon MQ" in finding.message


SWALLOWING = """\
import json
import logging

logger = logging.getLogger()


class Failed:
    def __init__(self):
        self.records = []

    def handle(self, record):
        self.records.append(record)


failed = Failed()


def handler(event, context):
    for record in event["Records"]:
        try:
            print(json.loads(record["body"])["id"])
        except {error}:
            print("failed")
            {then}
    return {answer}
"""


@pytest.mark.parametrize(
    ("event", "error", "then", "answer"),
    [
        (SQS.format(REPORTING), "Exception", "raise", "None"),
        (SQS.format(REPORTING), "KeyError", "continue", "None"),  # that one may be meant
        (SQS.format(REPORTING), "Exception", "continue", "answer_of(event)"),
        (SQS.format(REPORTING), "Exception", "failed.handle(record)", "None"),  # no method of a logger
        (SQS.format(REPORTING), "Exception", "event['log'].error(record)", "None"),
        (SQS.format(REPORTING), "Exception", "return {'batchItemFailures': [{'itemIdentifier': 'x'}]}", "{}"),
        (SQS.format(""), "Exception", "continue", "None"),
    ],
)
def test_failures_that_are_not_lost(tmp_path: Path, event: str, error: str, then: str, answer: str) -> None:
    source = SWALLOWING.format(error=error, then=then, answer=answer)
    assert [
        found for found in findings(tmp_path, {**sam(event), "app.py": source}) if found.code == "HL411"
    ] == []


@pytest.mark.parametrize("answer", ["None", "{'statusCode': 200}", "{'batchItemFailures': []}"])
def test_failures_that_are_lost(tmp_path: Path, answer: str) -> None:
    source = SWALLOWING.format(error="Exception", then="continue", answer=answer)
    (finding,) = findings(tmp_path, {**sam(SQS.format(REPORTING)), "app.py": source})
    assert (finding.code, finding.severity, finding.span.start.row) == ("HL411", "warning", 22)


@pytest.mark.parametrize(
    "then", ["logger.exception('no')", "logging.error(str(record))", "logger.getChild('x').warning('no')"]
)
def test_failures_that_are_written_about(tmp_path: Path, then: str) -> None:
    source = SWALLOWING.format(error="BaseException", then=then, answer="None")
    (finding,) = findings(tmp_path, {**sam(SQS.format(REPORTING)), "app.py": source})
    assert (finding.code, finding.severity) == ("HL411", "warning")


RESOLVER = """\
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, AppSyncResolver

app = APIGatewayRestResolver()
graph = AppSyncResolver()


def lambda_handler(event, context):
    graph.resolve(event, context)
    {}app.resolve(event, context)
"""


def test_an_answer_that_is_made_and_not_returned(tmp_path: Path) -> None:
    assert findings(tmp_path / "a", {"lambda_function.py": RESOLVER.format("return ")}) == []
    (finding,) = findings(tmp_path / "a", {"lambda_function.py": RESOLVER.format("")})
    assert (finding.code, finding.severity, finding.span.start.row) == ("HL401", "warning", 9)
    event = sam("{Type: Api, Properties: {Path: /, Method: get}}")
    source = RESOLVER.format("").replace("lambda_handler", "handler")
    files = {**event, "app.py": source, "requirements.txt": "aws-lambda-powertools\n"}
    (known,) = findings(tmp_path / "b", files)
    assert (known.code, known.severity, known.filename) == ("HL401", "error", "app.py")


def test_the_finding_can_be_silenced(tmp_path: Path) -> None:
    source = PLAIN_DATA.replace("}\n", "}  # noqa: HL401\n")
    files = {**sam("{Type: Api, Properties: {Path: /, Method: get}}"), "app.py": source}
    assert findings(tmp_path, files) == []
