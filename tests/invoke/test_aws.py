"""AWS from a handler: refused by name by default, answered by moto, and never reached with the user's keys."""

from __future__ import annotations

import pytest

from handlerlint.invoke.aws.operations import operation_of

from .projects import Project

# One call of each protocol and of each way to name an operation; the service as it signs itself.
CALLS = {
    "dynamodb GetItem": ("dynamodb", "get_item", {"TableName": "t", "Key": {"id": {"S": "1"}}}),
    "s3 ListBuckets": ("s3", "list_buckets", {}),
    "s3 PutObject": ("s3", "put_object", {"Bucket": "bucket", "Key": "a/b c", "Body": b"x"}),
    "s3 GetBucketAcl": ("s3", "get_bucket_acl", {"Bucket": "bucket"}),
    "s3 ListObjectsV2": ("s3", "list_objects_v2", {"Bucket": "bucket"}),
    "sts GetCallerIdentity": ("sts", "get_caller_identity", {}),
    "ec2 DescribeInstances": ("ec2", "describe_instances", {}),
    "lambda Invoke": ("lambda", "invoke", {"FunctionName": "f"}),
    "sqs SendMessage": ("sqs", "send_message", {"QueueUrl": "https://sqs.example/q", "MessageBody": "m"}),
    "monitoring PutMetricData": ("cloudwatch", "put_metric_data", {"Namespace": "n", "MetricData": []}),
    "ses SendEmail": ("sesv2", "send_email", {"Content": {}}),
    "states StartSyncExecution": ("stepfunctions", "start_sync_execution", {"stateMachineArn": "arn:aws:x"}),
    "route53 ListHostedZones": ("route53", "list_hosted_zones", {}),
    "events PutEvents": ("events", "put_events", {"Entries": [{"Source": "s"}]}),
}

HANDLER = """\
import boto3

CALLS = {calls!r}

def handler(event, context):
    told = {{}}
    for name, (service, operation, arguments) in CALLS.items():
        client = boto3.client(service)
        try:
            getattr(client, operation)(**arguments)
        except Exception as error:
            told[name] = [type(error).__name__, str(error)]
    return told
"""


def test_every_call_is_refused_by_name(project: Project) -> None:
    project.write("app.py", HANDLER.format(calls=CALLS))
    arguments = ("--handler", "app.handler", "--generate", "sns", "--timeout", "60", "--memory", "1000")
    (invocation,) = project.outcome(*arguments)["invocations"]
    for name, (kind, message) in invocation["response"].items():
        assert kind == "ClientError", message
        operation = name.split()[1]
        assert message.startswith(
            f"An error occurred (AwsNotReachable) when calling the {operation} operation"
        )
        assert message.endswith(f"handlerlint keeps AWS out of reach, so {name} was refused: see --aws moto")


def test_failure_for_want_of_aws_is_no_finding(project: Project) -> None:
    project.write(
        "app.py",
        "import boto3\n\ndef handler(event, context):\n    return boto3.client('sqs').list_queues()\n",
    )
    status, output, _ = project.run("--handler", "app.handler", "--generate", "sns", "--timeout", "60")
    assert status == 0
    assert (
        "not judged: it called AWS, which does not answer here (sqs ListQueues); try `--aws moto`" in output
    )


@pytest.mark.parametrize(("kind", "is_told"), [("api", True), ("sns", False)])
def test_an_answer_that_wants_of_aws_is_not_judged_where_it_has_a_contract(
    project: Project, kind: str, is_told: bool
) -> None:
    project.write(
        "app.py",
        """\
        import boto3

        def handler(event, context):
            try:
                boto3.client("sqs").list_queues()
            except Exception as error:
                return {"statusCode": 500, "body": {"message": str(error)}}
        """,
    )
    status, output, _ = project.run("--handler", "app.handler", "--generate", kind, "--timeout", "60")
    assert status == 0
    assert ("1 of 1 invocations were not judged." in output) is is_told
    assert ("not judged: it called AWS, which does not answer here (sqs ListQueues)" in output) is is_told


def test_unsigned_calls_are_refused_too(project: Project) -> None:
    project.write(
        "app.py",
        """\
        import boto3

        def handler(event, context):
            boto3.client("cognito-idp").initiate_auth(AuthFlow="USER_PASSWORD_AUTH", ClientId="c")
        """,
    )
    status, output, _ = project.run("--handler", "app.handler", "--generate", "sns", "--timeout", "60")
    assert status == 0
    assert "InitiateAuth" in output


SETUP = """\
import boto3

boto3.client("s3").create_bucket(Bucket="orders")
boto3.resource("dynamodb").create_table(
    TableName="orders",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
"""

STORE = """\
import boto3

def handler(event, context):
    table = boto3.resource("dynamodb").Table("orders")
    table.put_item(Item={"id": "1", "total": 3})
    boto3.client("s3").put_object(Bucket="orders", Key="1", Body=b"stored")
    stored = boto3.client("s3").get_object(Bucket="orders", Key="1")["Body"].read()
    return [table.get_item(Key={"id": "1"})["Item"], stored.decode()]
"""


def test_moto_answers(project: Project) -> None:
    pytest.importorskip("flask", reason="the extra 'aws' is not installed")
    project.write("setup.py", SETUP)
    project.write("app.py", STORE)
    arguments = ("--handler", "app.handler", "--generate", "sns", "--timeout", "60", "--memory", "1000")
    (invocation,) = project.outcome("--aws", "moto", "--aws-setup", "setup.py", *arguments)["invocations"]
    assert invocation["response"] == [{"id": "1", "total": 3}, "stored"]


DECLARED = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
  Secret: {Type: String}
Globals:
  Function:
    Environment: {Variables: {BUCKET: !Ref Uploads}}
Resources:
  Orders:
    Type: AWS::Serverless::SimpleTable
    Properties: {PrimaryKey: {Name: order, Type: String}}
  Items:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "items-${Stage}"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        LambdaConfigurations: [{Event: "s3:ObjectCreated:*", Function: !GetAtt Function.Arn}]
  Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}
  Alerts: {Type: AWS::SNS::Topic}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: .
      Handler: app.handler
      Environment:
        Variables:
          ORDERS: !Ref Orders
          ITEMS: !Ref Items
          JOBS: !GetAtt Jobs.QueueUrl
          ALERTS: !Ref Alerts
          UNKNOWN: !GetAtt Alerts.Nothing
          WHERE: !Sub "${AWS::Region}/${Items}"
          SECRET: !Ref Secret
          PLAIN: text
"""

USES_DECLARED = """\
import os

import boto3

def handler(event, context):
    boto3.resource("dynamodb").Table(os.environ["ORDERS"]).put_item(Item={"order": "1"})
    boto3.resource("dynamodb").Table(os.environ["ITEMS"]).put_item(Item={"id": "1"})
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key="a", Body=b"x")
    boto3.client("sqs").send_message(QueueUrl=os.environ["JOBS"], MessageBody="m")
    boto3.client("sns").publish(TopicArn=os.environ["ALERTS"], Message="m")
    return [os.environ[name] for name in ("ITEMS", "WHERE", "SECRET", "PLAIN", "UNKNOWN")]
"""


COUNTS = """\
import os

import boto3

def handler(event, context):
    dynamodb = boto3.resource("dynamodb")
    return {name: dynamodb.Table(os.environ[name.upper()]).scan()["Count"] for name in ("items", "orders")}
"""

MAKES_ITEMS = """\
import boto3

items = boto3.resource("dynamodb").create_table(
    TableName="items",
    BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
)
items.put_item(Item={"id": "1"})
"""


def test_moto_has_what_the_template_declares(project: Project) -> None:
    pytest.importorskip("flask", reason="the extra 'aws' is not installed")
    project.write("template.yaml", DECLARED)
    project.write("app.py", USES_DECLARED)
    project.write("event.json", "{}")
    arguments = ("--event", "event.json", "--timeout", "60", "--memory", "1000")
    (invocation,) = project.outcome("--aws", "moto", *arguments)["invocations"]
    assert invocation["error"] is None
    assert invocation["response"] == ["items-dev", "us-east-1/items-dev", "SECRET", "text", "UNKNOWN"]
    _, told, _ = project.run("--aws", "moto", *arguments, "--env", "SECRET=s", "--env", "UNKNOWN=u")
    assert "known after deployment" not in told


def test_what_moto_cannot_make_is_said_and_the_rest_goes_on(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("flask", reason="the extra 'aws' is not installed")
    project.write("template.yaml", DECLARED.replace("KeySchema:", "KeySchem:"))
    project.write("app.py", "def handler(event, context):\n    return 1\n")
    project.write("event.json", "{}")
    status, _, _ = project.run("--aws", "moto", "--event", "event.json", "--timeout", "60")
    assert status == 0
    assert "moto cannot make what" in caplog.text


def test_a_table_that_the_setup_made_is_the_one_that_the_template_declares(project: Project) -> None:
    pytest.importorskip("flask", reason="the extra 'aws' is not installed")
    declared = DECLARED.replace('!Sub "items-${Stage}"', "items")
    project.write("template.yaml", declared.replace("!GetAtt Alerts.Nothing", "!GetAtt Items.Arn"))
    project.write("app.py", COUNTS)
    project.write("setup.py", MAKES_ITEMS)
    project.write("event.json", "{}")
    arguments = ("--event", "event.json", "--timeout", "60", "--memory", "1000")
    outcome = project.outcome("--aws", "moto", "--aws-setup", "setup.py", *arguments)
    (invocation,) = outcome["invocations"]
    assert invocation["response"] == {"items": 1, "orders": 0}


def test_setup_that_fails(project: Project) -> None:
    pytest.importorskip("flask", reason="the extra 'aws' is not installed")
    project.write("setup.py", "raise ValueError('no table')\n")
    project.write("app.py", STORE)
    arguments = ("--handler", "app.handler", "--aws", "moto", "--aws-setup", "setup.py")
    status, _, errors = project.run(*arguments)
    assert status == 2
    assert errors.endswith("setup.py: ValueError: no table\n")


def test_real_aws_is_reached_with_the_users_own_variables(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    project.write("app.py", "import os\ndef handler(event, context):\n    return dict(os.environ)\n")
    arguments = ("--handler", "app.handler", "--generate", "sns", "--aws", "real")
    (invocation,) = project.outcome(*arguments)["invocations"]
    assert invocation["response"]["AWS_PROFILE"] == "mine"
    assert invocation["response"]["AWS_REGION"] == "eu-central-1"
    assert "AWS_ENDPOINT_URL" not in invocation["response"]


def test_operation_without_a_model() -> None:
    assert operation_of("s3", "GET", "/bucket", (), None) is None


def test_stream_of_unknown_length_is_refused_too(project: Project) -> None:
    project.write(
        "app.py",
        """\
        import http.client, os
        from urllib.parse import urlsplit

        def handler(event, context):
            connection = http.client.HTTPConnection(urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc)
            answers = []
            for _ in range(2):
                connection.request("PUT", "/bucket/key", iter([b"x" * 70000] * 3), encode_chunked=True)
                response = connection.getresponse()
                response.read()
                answers.append(response.status)
            return answers
        """,
    )
    (invocation,) = project.outcome("--handler", "app.handler", "--generate", "sns")["invocations"]
    assert invocation["response"] == [403, 403]


def test_answer_to_a_custom_resource_reaches_a_server_of_ours(project: Project) -> None:
    """By every client, which speaks TLS and checks who answers, as crhelper does; also after another event."""
    project.write(
        "app.py",
        """\
        import json, ssl, urllib.request
        from http.client import HTTPSConnection
        from urllib.parse import urlsplit

        import requests, urllib3

        def plain(url, body):
            connection = HTTPSConnection(urlsplit(url).netloc, context=ssl.create_default_context())
            connection.request("PUT", urlsplit(url).path, body)
            return connection.getresponse().status

        def handler(event, context):
            if "ResponseURL" not in event:
                return "other"
            url, body = event["ResponseURL"], json.dumps({"Status": "SUCCESS"}).encode()
            return [
                plain(url, body),
                urllib.request.urlopen(urllib.request.Request(url, body, method="PUT")).status,
                urllib3.PoolManager().request("PUT", url, body=body).status,
                requests.put(url, body).status_code,
            ]
        """,
    )
    project.write("event.json", {})
    events = ("--event", "event.json", "--generate", "cloudformation-custom-resource")
    other, answered = project.outcome("--handler", "app.handler", *events, "--timeout", "20")["invocations"]
    assert other["response"] == "other"
    assert answered["response"] == [200] * 4, answered


def test_own_event_of_a_custom_resource_is_answered_here(project: Project) -> None:
    project.write(
        "app.py",
        """\
        import urllib.request

        def handler(event, context):
            request = urllib.request.Request(event["ResponseURL"], b"{}", method="PUT")
            return urllib.request.urlopen(request).status
        """,
    )
    event = {"RequestType": "Create", "StackId": "s", "ResponseURL": "https://bucket.s3.amazonaws.com/answer"}
    project.write("event.json", event)
    [invocation] = project.outcome("--handler", "app.handler", "--event", "event.json")["invocations"]
    assert invocation["response"] == 200, invocation


def test_failure_after_the_answer_to_a_custom_resource_is_judged(project: Project) -> None:
    """It has talked to nobody but us."""
    project.write(
        "app.py",
        """\
        import urllib.request

        def handler(event, context):
            urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], b"{}", method="PUT"))
            return {helper for helper in ()}
        """,
    )
    arguments = ("--handler", "app.handler", "--generate", "custom-resource")
    assert project.codes(*arguments) == ["HL903"]


def test_what_is_not_there_is_no_defect(project: Project) -> None:
    """Which tables there are is not said by the code: neither moto's emptiness nor the account's."""
    project.write(
        "app.py",
        """\
        import boto3

        def handler(event, context):
            client = boto3.client("dynamodb", region_name="eu-west-1")
            return client.get_item(TableName=event["table"], Key={"id": {"S": "1"}})["Item"]
        """,
    )
    project.write("event.json", {"table": "absent"})
    arguments = ("--handler", "app.handler", "--event", "event.json", "--timeout", "20", "--aws", "moto")
    assert project.codes(*arguments) == []
    _, output, _ = project.run(*arguments)
    assert "not judged: what it asks for with GetItem does not exist (ResourceNotFoundException)" in output
