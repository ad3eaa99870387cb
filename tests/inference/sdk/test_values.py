"""What the static pass makes of programs that call the SDK: short programs, silent ones first.

Whole handlers that are also run stand in tests/fixtures/sdk; here is what moto cannot run or what needs no run.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from handlerlint.inference.entry import analyse
from handlerlint.inference.stubs.store import StubStore
from handlerlint.source.files import SourceFiles
from handlerlint.source.modules import FoundModule, ModuleFinder

STUBS = StubStore((3, 11))


def found(folder: Path, body: str, preamble: str = "") -> list[str]:
    """`kind path class` of everything that the handler returns and that does not serialize."""
    source = "import json\nimport boto3\n" + textwrap.dedent(preamble)
    source += "\ndef lambda_handler(event, context):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    (folder / "app.py").write_text(source, encoding="utf-8")
    finder = ModuleFinder((folder,), SourceFiles())
    module = finder.find("app")
    assert isinstance(module, FoundModule)
    analysis = analyse(module, "lambda_handler", finder, STUBS, (3, 11))
    assert analysis.complete
    problems = [returned.problem for returned in analysis.returned]
    problems += [problem for call in analysis.dumps for problem in call.problems]
    return [f"{problem.kind} {problem.path} {problem.short_name}" for problem in problems]


SILENT = {
    "a service that is not known": 'return boto3.client("no-such-service").list_things()',
    "a service that only runs tell": 'return boto3.client(event["service"]).list_buckets()',
    "an operation that is not known": 'return boto3.client("s3").list_everything()',
    "a member that is not known": 'return boto3.client("s3").list_buckets()["Everything"]',
    "a part of a member that is not known": 'return boto3.client("s3").list_buckets()["All"][0]["CreationDate"]',
    "a resource that is not known": 'return boto3.resource("lambda").Function("f").last_modified',
    "a member of a resource that is not known": 'return boto3.resource("s3").Bucket("b").changed_at',
    "a collection that is not known": 'return list(boto3.resource("s3").Bucket("b").everything.all())',
    "a paginator that is not known": """
        return list(boto3.client("s3").get_paginator("list_everything").paginate())
    """,
    "a waiter that is not known": 'return boto3.client("s3").get_waiter("all_there").wait(Bucket="b")',
    "an exception that is not known": """
        s3 = boto3.client("s3")
        try:
            s3.put_object(Bucket="b", Key="k")
        except s3.exceptions.BrandNew as error:
            return error.response
        return None
    """,
    "an operation by a name of the event": 'return getattr(boto3.client("s3"), event["call"])()',
    "a response that unknown code has seen": """
        import mystery
        response = boto3.client("s3").list_buckets()
        mystery.clean(response)
        return response
    """,
    "a member that is mostly absent": 'return boto3.client("s3").create_multipart_upload(Bucket="a", Key="b")',
    "bytes among alternatives": 'return boto3.client("rds-data").execute_statement(**event)["records"]',
    "a conversation with a model": """
        reply = boto3.client("bedrock-runtime").converse(modelId="m", messages=[])
        return {"text": reply["output"]["message"]["content"][0]["text"], "usage": reply["usage"], "all": reply}
    """,
    "analysed text": 'return boto3.client("comprehend").detect_entities(Text="x", LanguageCode="en")',
    "one attribute of an item": """
        item = boto3.resource("dynamodb").Table("t").get_item(Key={})["Item"]
        return json.dumps({"name": item["name"]})
    """,
    "an item whose number is converted": """
        item = boto3.resource("dynamodb").Table("t").get_item(Key={})["Item"]
        item["total"] = float(item["total"])
        return json.dumps(item)
    """,
    "an item without its number": """
        item = boto3.resource("dynamodb").Table("t").get_item(Key={}).get("Item", {})
        item.pop("ttl", None)
        return json.dumps(item)
    """,
    "items converted by a comprehension": """
        items = boto3.resource("dynamodb").Table("t").scan()["Items"]
        return json.dumps([{key: str(value) for key, value in item.items()} for item in items])
    """,
    "the last key of a scan is absent": """
        page = boto3.resource("dynamodb").Table("t").scan(Select="COUNT")
        page.pop("Items", None)
        return json.dumps(page)
    """,
    "what search() finds": """
        pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket="a")
        return list(pages.search("Contents[].Key"))
    """,
    "a waiter": 'return boto3.client("ecs").get_waiter("tasks_running").wait(cluster="a", tasks=[])',
    "an exception's response": """
        s3 = boto3.client("s3")
        try:
            s3.head_bucket(Bucket="a")
        except s3.exceptions.ClientError as error:
            return error.response
        return None
    """,
    "rows of a shard as JSON": """
        records = boto3.client("kinesis").get_records(ShardIterator="x")["Records"]
        return [json.loads(record["Data"]) for record in records]
    """,
    "a stream read line by line": """
        body = boto3.client("s3").get_object(Bucket="a", Key="b")["Body"]
        return [line.decode() for line in body.iter_lines()]
    """,
    "a stream in a with statement": """
        with boto3.client("s3").get_object(Bucket="a", Key="b")["Body"] as body:
            return body.read().decode()
    """,
    "strings picked out by isinstance": """
        head = boto3.client("s3").head_object(Bucket="a", Key="b")
        return {key: value for key, value in head.items() if isinstance(value, str)}
    """,
}


@pytest.mark.parametrize("case", SILENT)
def test_silent(tmp_path: Path, case: str) -> None:
    assert found(tmp_path, SILENT[case]) == []


FOUND = {
    "where a member is that is not known": (
        """
        if "Everything" in boto3.client("s3").get_bucket_acl(Bucket="b"):
            return {1}
        return None
        """,
        ["value  set"],
    ),
    "what a member that is not known is": (
        """
        if boto3.client("s3").get_bucket_acl(Bucket="b").get("Everything"):
            return {1}
        return None
        """,
        ["value  set"],
    ),
    "where an operation is that is not known": (
        """
        if hasattr(boto3.client("s3"), "list_everything"):
            return {1}
        return None
        """,
        ["value  set"],
    ),
    "where a paginator is that is not known": (
        """
        if boto3.client("s3").can_paginate("list_everything"):
            return {1}
        return None
        """,
        ["value  set"],
    ),
    "a member that somebody asked for": (
        'return boto3.client("s3").create_multipart_upload(Bucket="a", Key="b")["AbortDate"]',
        ["value  datetime"],
    ),
    "a member that is there as the program has seen": (
        """
        upload = boto3.client("s3").create_multipart_upload(Bucket="a", Key="b")
        if "AbortDate" in upload:
            return upload
        return None
        """,
        ['value ["AbortDate"] datetime'],
    ),
    "bytes that are never text": (
        'return boto3.client("kms").sign(KeyId="a", Message=b"", SigningAlgorithm="x")',
        ['value ["Signature"] bytes'],
    ),
    "bytes that may be text": (
        'return {"text": boto3.client("kms").decrypt(CiphertextBlob=b"")["Plaintext"]}',
        ['portable ["text"] bytes'],
    ),
    "events of a model": (
        'return boto3.client("bedrock-runtime").converse_stream(modelId="m")["stream"]',
        ["value  EventStream"],
    ),
    "a page among others": (
        """
        pages = [page for page in boto3.client("iam").get_paginator("list_users").paginate()]
        return pages[0]["Users"]
        """,
        ['value []["CreateDate"] datetime'],
    ),
    "a reference of a resource": (
        'return boto3.resource("ec2").Instance("i").vpc',
        ["value  ServiceResource"],
    ),
    "responses of a batch": (
        'return boto3.resource("ec2").instances.filter(InstanceIds=[]).terminate()',
        [],
    ),
    "an item copied": (
        """
        item = boto3.resource("dynamodb").Table("t").get_item(Key={})["Item"]
        return json.dumps({"item": dict(item)})
        """,
        ['dynamodb ["item"] Decimal'],
    ),
    "what a condition was evaluated against": (
        """
        response = boto3.resource("dynamodb").Table("t").update_item(Key={}, ReturnValues="ALL_OLD")
        return json.dumps(response)
        """,
        ['dynamodb ["Attributes"] Decimal'],
    ),
    "a client returned": ('return boto3.client("s3")', ["value  BaseClient"]),
}


@pytest.mark.parametrize("case", FOUND)
def test_found(tmp_path: Path, case: str) -> None:
    body, expected = FOUND[case]
    assert found(tmp_path, body) == expected


def test_asynchronous_clients(tmp_path: Path) -> None:
    preamble = """
        import asyncio
        import aioboto3
        from aiobotocore.session import get_session

        async def buckets():
            async with aioboto3.Session().client("s3") as s3:
                return await s3.list_buckets()

        async def names():
            async with get_session().create_client("s3", region_name="eu-west-1") as s3:
                found = await s3.list_buckets()
                return [bucket["Name"] for bucket in found["Buckets"]]
    """
    body = 'return asyncio.run(names()) if event["names"] else asyncio.run(buckets())'
    assert found(tmp_path, body, preamble) == ['value ["Buckets"][]["CreationDate"] datetime']


def test_unawaited_call_of_an_asynchronous_client(tmp_path: Path) -> None:
    preamble = """
        import asyncio
        import aioboto3

        async def buckets():
            async with aioboto3.Session().client("s3") as s3:
                return s3.list_buckets()
    """
    assert found(tmp_path, "return asyncio.run(buckets())", preamble) == ["coroutine  coroutine"]


def test_a_large_response_costs_few_objects(tmp_path: Path) -> None:
    body = 'return boto3.client("ec2").describe_instances()["Reservations"][0]["OwnerId"]'
    assert found(tmp_path, body) == []


def test_recursive_responses_end(tmp_path: Path) -> None:
    body = (
        'return boto3.client("quicksight").describe_dashboard_definition(AwsAccountId="1", DashboardId="a")'
    )
    assert isinstance(found(tmp_path, body), list)
