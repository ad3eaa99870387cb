"""HL321: names that the AWS SDK, the context and what is written beside the handler do not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.linter import lint

BEFORE = """\
import enum
import json

import boto3
import botocore.exceptions
import numpy
import pandas

S3 = boto3.client("s3")
TABLE = boto3.resource("dynamodb").Table("orders")


class Color(enum.Enum):
    RED = 1

    @classmethod
    def first(cls):
        return cls.RED


class Word(str, enum.Enum):
    A = "a"


async def load():
    return {"id": 1}


double = lambda number: 2 * number
OPERATIONS = {"double": double}


def lambda_handler(event, context):
    return str((EXPRESSION,))
"""


def messages(folder: Path, expression: str) -> list[str]:
    (folder / "lambda_function.py").write_text(BEFORE.replace("EXPRESSION", expression), "utf-8")
    result = lint(load_settings([folder], working_folder=folder))
    assert not result.failures
    return [finding.message for finding in result.findings if finding.code == "HL321"]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('boto3.client("secrets-manager")', "the AWS SDK knows no service `secrets-manager`"),
        ('boto3.client("StepFunctions")', "the AWS SDK knows no service `StepFunctions`"),
        ('boto3.Session().client("dynamoDB")', "the AWS SDK knows no service `dynamoDB`"),
        ('boto3.cleint("s3")', "module `boto3` has no attribute `cleint`"),
        ("botocore.exceptions.ClienError", "module `botocore.exceptions` has no attribute `ClienError`"),
        ('boto3.client("s3").put_objct()', "`S3` object has no attribute `put_objct`"),
        ("TABLE.put_itme(Item={})", "`dynamodb.Table` object has no attribute `put_itme`"),
        ('TABLE.get_item(Key={"id": "1"})["item"]', "the response of the AWS SDK has no `item` here"),
        ('TABLE.get_item(Key={"id": "1"})["Items"]', "the response of the AWS SDK has no `Items` here"),
        (
            'boto3.client("s3").get_object(Bucket="b", Key="k")["Boddy"]',
            "the response of the AWS SDK has no `Boddy` here",
        ),
        ("json.dumpz({})", "module `json` has no attribute `dumpz`"),
        ("context.request_id", "the context has no attribute `request_id`"),
        ("context.memory_limit", "the context has no attribute `memory_limit`"),
        ("Color.BLUE.value", "type object `Color` has no attribute `BLUE`"),
        ('load()["id"]', "this item always raises TypeError: 'coroutine' object is not subscriptable"),
        ('load().get("id")', "`coroutine` object has no attribute `get`"),
        ("double(1, 2)", "`<lambda>()` takes 1 positional argument but 2 were given"),
        (
            'OPERATIONS["double"]()',
            "`<lambda>()` missing 1 required positional argument: 'number'",
        ),
    ],
)
def test_what_is_not_there(tmp_path: Path, expression: str, message: str) -> None:
    assert messages(tmp_path, expression) == [message]


@pytest.mark.parametrize(
    "expression",
    [
        'boto3.client("bedrock-something-new")',
        'boto3.client(event["service"])',
        'boto3.client("secretsmanager")',
        "context.tenant_name",
        'TABLE.get_item(Key={"id": "1"})["NewInALaterSdk"]',
        'TABLE.get_item(Key={"id": "1"}).get("item")',
        "boto3.newer_function()",
        "botocore.exceptions.SSOError, botocore.exceptions.TokenRetrievalError, boto3.session",
        "numpy.NaN, numpy.float_, pandas.np",
        "json.dumps({})",
        'context.request_id if hasattr(context, "request_id") else None',
        'hasattr(context, "awsRequestId") and context.awsRequestId',
        "context.aws_request_id",
        "Color.__members__, Color.first(), Color.RED.name, Color.mro()",
        "Word.A.upper(), Word.upper(Word.A)",
        "load().close()",
        "double(1)",
    ],
)
def test_what_may_be_there(tmp_path: Path, expression: str) -> None:
    assert messages(tmp_path, expression) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("from botocore.exceptions import ClientErorr", "`botocore.exceptions` has no `ClientErorr`"),
        ("from boto3.dynamodb.conditions import Keys", "`boto3.dynamodb.conditions` has no `Keys`"),
        ("from botocore.exceptions import ClientError, ErrorOfANewerSdk", None),
        ("from boto3.dynamodb.conditions import And, Attr, Key, Not, Or", None),
        ("from boto3 import resources, session", None),
    ],
)
def test_names_that_are_imported_from_the_sdk(tmp_path: Path, line: str, message: str | None) -> None:
    text = f"{line}\n\n\ndef lambda_handler(event, context):\n    return None\n"
    (tmp_path / "lambda_function.py").write_text(text, "utf-8")
    result = lint(load_settings([tmp_path], working_folder=tmp_path))
    found = [finding.message for finding in result.findings if finding.code == "HL109"]
    assert found == ([] if message is None else [message])
