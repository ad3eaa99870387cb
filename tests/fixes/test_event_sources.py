"""Switches the reporting of failures on where event sources are configured: what must not be touched first.

Each case is a configuration with the lines that the fix adds marked by `+`: without them it is as it was before.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handlerlint.invoke.sample_events import sample_event

from ..program import run

HANDLER = """\
import json


def handler(event, context):
    failed = []
    for record in event["Records"]:
        try:
            print(json.loads(record["body"])["id"])
        except Exception:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
"""
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  More: {Type: AWS::SQS::Queue}
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: .
      Handler: app.handler
      Events:
        Queue:
          Type: SQS
          Properties:
"""
ARN = "arn:aws:sqs:eu-west-1:123456789012:orders"

UNTOUCHED = {
    "a setting that is given": f"{SAM}            Queue: {ARN}\n            FunctionResponseTypes: []\n",
    "one source of two": f"""\
{SAM}            Queue: {ARN}
        Other:
          Type: SQS
          Properties:
            Queue: !GetAtt More.Arn
            FunctionResponseTypes: []
""",
    "what others share": f"{SAM.rstrip()} &queue\n            Queue: {ARN}\n",
    "items that name no record": f"{SAM}            Queue: {ARN}\n",
}

MENDED = {
    "template.yaml": f"""\
{SAM}\
+            FunctionResponseTypes:
+              - ReportBatchItemFailures
            # of the shop
            Queue: {ARN}  # the orders
        Other:
          Type: SQS
          Properties:
+            FunctionResponseTypes:
+              - ReportBatchItemFailures

            BatchSize: 10

            Queue: !GetAtt More.Arn
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
+      FunctionResponseTypes:
+        - ReportBatchItemFailures
      FunctionName: !Ref Orders
      EventSourceArn: {ARN}-more
""",
    "template.json": f"""\
{{
  "Transform": "AWS::Serverless-2016-10-31",
  "Resources": {{
    "Orders": {{
      "Type": "AWS::Serverless::Function",
      "Properties": {{
        "Runtime": "python3.13", "CodeUri": ".", "Handler": "app.handler",
        "Events": {{
          "Queue": {{
            "Type": "SQS",
            "Properties": {{
+              "FunctionResponseTypes": ["ReportBatchItemFailures"],
              "Queue": "{ARN}"
            }}
          }}
        }}
      }}
    }}
  }}
}}
""",
    "serverless.yml": f"""\
service: shop
provider: {{name: aws, runtime: python3.13}}
functions:
  orders:
    handler: app.handler
    events:
      - sqs:
+          functionResponseType: ReportBatchItemFailures
          # the orders
          arn: {ARN}
          batchSize: 10
      - sqs:
+          functionResponseType: ReportBatchItemFailures
          arn: !GetAtt More.Arn
""",
    "main.tf": """\
resource "aws_sqs_queue" "orders" {}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  runtime       = "python3.13"
  filename      = data.archive_file.code.output_path
  handler       = "app.handler"
}

data "archive_file" "code" {
  type        = "zip"
  source_dir  = path.module
  output_path = "code.zip"
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn # the orders
  function_name    = aws_lambda_function.orders.arn
+
+  function_response_types = ["ReportBatchItemFailures"]
}
""",
}

# On one line, before and after.
IN_A_LINE = {
    "template.yaml": (
        f"{SAM[: SAM.rindex('Properties')]}Properties: {{Queue: {ARN}}}  # the orders\n",
        "{Queue",
        "{FunctionResponseTypes: [ReportBatchItemFailures], Queue",
    ),
    "serverless.yml": (
        "service: shop\nprovider: {name: aws, runtime: python3.13}\nfunctions:\n  orders:\n"
        f"    handler: app.handler\n    events:\n      - sqs: '{ARN}'  # the orders\n",
        "sqs: '",
        "sqs:\n          functionResponseType: ReportBatchItemFailures\n          arn: '",
    ),
}


def fixed(folder: Path, name: str, text: str, handler: str = HANDLER) -> str:
    """The configuration as `--fix` leaves it, with what is unsafe."""
    (folder / name).write_text(text)
    (folder / "app.py").write_text(handler)
    before = run("check", "--no-cache", "--output-format", "json", str(folder), folder=folder)
    assert [finding["code"] for finding in json.loads(before.stdout)] == ["HL411"]
    run("check", "--fix", "--no-cache", str(folder), folder=folder)
    assert (folder / name).read_text() == text
    run("check", "--fix", "--unsafe-fixes", "--no-cache", str(folder), folder=folder)
    assert (folder / "app.py").read_text() == handler
    return (folder / name).read_text()


@pytest.mark.parametrize("case", UNTOUCHED)
def test_what_is_not_certain_is_left(case: str, tmp_path: Path) -> None:
    handler = HANDLER.replace('"itemIdentifier"', '"id"') if "items" in case else HANDLER
    assert fixed(tmp_path, "template.yaml", UNTOUCHED[case], handler) == UNTOUCHED[case]


@pytest.mark.parametrize("name", MENDED)
def test_lines_are_added(name: str, tmp_path: Path) -> None:
    lines = MENDED[name].splitlines(keepends=True)
    before = "".join(line for line in lines if not line.startswith("+"))
    assert fixed(tmp_path, name, before) == "".join(line.removeprefix("+") for line in lines)
    assert run("check", "--no-cache", str(tmp_path), folder=tmp_path).returncode == 0


@pytest.mark.parametrize("name", IN_A_LINE)
def test_a_line_is_completed(name: str, tmp_path: Path) -> None:
    text, before, after = IN_A_LINE[name]
    assert fixed(tmp_path, name, text) == text.replace(before, after)


def test_what_a_cdk_application_has_written_is_left(tmp_path: Path) -> None:
    text = MENDED["template.json"].replace("\n+", "\n").replace('"CodeUri": ".",', '"CodeUri": "..",')
    text = text.replace('              "FunctionResponseTypes": ["ReportBatchItemFailures"],\n', "")
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.json").write_text('{"app": "python3 stack.py"}')
    manifest = {
        "version": "36.0.0",
        "artifacts": {
            "Stack": {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": "Stack.template.json"},
            }
        },
    }
    (tmp_path / "cdk.out" / "manifest.json").write_text(json.dumps(manifest))
    assert fixed(tmp_path, "cdk.out/Stack.template.json", text) == text


def test_what_was_lost_is_delivered_again(tmp_path: Path) -> None:
    """The real runtime client runs the handler; what SQS makes of its answer is what the contract says."""
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "event.json").write_bytes(sample_event("sqs").payload)
    text = f"{SAM}            Queue: {ARN}\n"

    def codes() -> list[str]:
        done = run("invoke", "--output-format", "json", str(tmp_path), folder=tmp_path)
        return [finding["code"] for finding in json.loads(done.stdout)["findings"]]

    (tmp_path / "template.yaml").write_text(text)
    (tmp_path / "app.py").write_text(HANDLER)
    assert codes() == ["HL908"]
    assert fixed(tmp_path, "template.yaml", text) != text
    assert codes() == []
