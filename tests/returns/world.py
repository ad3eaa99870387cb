"""The AWS account that every fixture using the SDK finds, made in moto by `child.py` before its import.

Only the services that the fixture's text names are filled: each costs some milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

REGION = "eu-west-1"


def _dynamodb(boto3: Any) -> None:
    table = boto3.resource("dynamodb", region_name=REGION).create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with table.batch_writer() as batch:
        batch.put_item({"id": "o-1", "customer": "Ada", "total": Decimal("12.50"), "tags": {"new", "paid"}})
        batch.put_item(
            {"id": "o-2", "customer": "Linus", "total": Decimal("7"), "lines": [{"count": Decimal(2)}]}
        )


def _s3(boto3: Any) -> None:
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": REGION})
    client.put_object(Bucket="uploads", Key="report.json", Body=json.dumps({"rows": 3}).encode())
    client.put_object(Bucket="uploads", Key="photo.bin", Body=b"\xff\xd8\xff\xe0")


def _sqs(boto3: Any) -> None:
    boto3.client("sqs", region_name=REGION).create_queue(QueueName="jobs")


def _sns(boto3: Any) -> None:
    boto3.client("sns", region_name=REGION).create_topic(Name="alerts")


def _ssm(boto3: Any) -> None:
    boto3.client("ssm", region_name=REGION).put_parameter(Name="/app/limit", Value="25", Type="String")


def _secretsmanager(boto3: Any) -> None:
    secret = json.dumps({"username": "app", "password": "hunter2"})
    boto3.client("secretsmanager", region_name=REGION).create_secret(Name="app/db", SecretString=secret)


def _kinesis(boto3: Any) -> None:
    boto3.client("kinesis", region_name=REGION).create_stream(StreamName="clicks", ShardCount=1)


def _logs(boto3: Any) -> None:
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName="/aws/lambda/app")


_SERVICES: dict[str, Callable[[Any], None]] = {
    "dynamodb": _dynamodb,
    "s3": _s3,
    "sqs": _sqs,
    "sns": _sns,
    "ssm": _ssm,
    "secretsmanager": _secretsmanager,
    "kinesis": _kinesis,
    "logs": _logs,
}


def build(source: str) -> None:
    """Make what `source` can use: a service counts when its name stands there in quotes."""
    import boto3  # type: ignore[import-untyped]

    boto3.DEFAULT_SESSION = None
    for service, make in _SERVICES.items():
        if f'"{service}"' in source or f"'{service}'" in source:
            make(boto3)
