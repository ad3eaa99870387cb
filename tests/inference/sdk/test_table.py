"""The packed file holds what the installed botocore and boto3 say, is small, and knows its limits."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from botocore import xform_name
from sdktable.changes import changes
from sdktable.packing import packed_texts, sdk_session, service_texts, write_packed_file

from handlerlint.inference.sdk import service, service_names
from handlerlint.inference.sdk.pack import PACKED_FILE, open_packed_file

from .versions import IS_PACKED_VERSION, PACKED

SAME_VERSION = pytest.mark.skipif(
    not IS_PACKED_VERSION, reason=f"the packed file was made from other versions: {PACKED}"
)
PROJECT = Path(__file__).parents[3]
SAMPLE = ["dynamodb", "iam", "kms", "lambda", "s3", "sqs", "sts"]


@SAME_VERSION
def test_regenerated_services_are_the_packed_ones() -> None:
    packed = packed_texts(PACKED_FILE)
    assert changes({name: packed[name] for name in SAMPLE}, service_texts(SAMPLE)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("sts", "Expiration!t", "Expiration!t", []),
        ("sts", "\nget_session_token", "\nget_token", ["get_session_token(): gone", "get_token(): new"]),
        (
            "sts",
            "Expiration!t",
            "Expiration!s,Hint?[s",
            [
                "assume_role().Credentials.Expiration: datetime → str",
                "assume_role().Credentials.Hint: new, conditional, list of str",
                "assume_role() returned raw: unserializable → serializable",
            ],
        ),
        (
            "s3",
            "CreationDate.t",
            "CreationDate?t",
            [
                "list_buckets().Buckets[].CreationDate: usual → conditional",
                "list_buckets() returned raw: unserializable → depends",
            ],
        ),
        ("sqs", "QueueDoesNotExist", "", ["exception QueueDoesNotExist: gone"]),
        (
            "s3",
            "bucket_exists",
            "bucket_is_there",
            ["waiter bucket_exists: gone", "waiter bucket_is_there: new"],
        ),
    ],
)
def test_changes_are_told_by_name(name: str, old: str, new: str, expected: list[str]) -> None:
    text = packed_texts(PACKED_FILE)[name]
    assert old in text
    found = changes({name: text}, {name: text.replace(old, new)})
    assert [line for line in found if line.removeprefix(f"{name}: ") in expected] == (
        [f"{name}: {line}" for line in expected]
    )
    assert bool(found) == bool(expected)


def test_a_service_may_come_and_go() -> None:
    text = packed_texts(PACKED_FILE)["sts"]
    assert changes({"sts": text}, {"tokens": text}) == ["sts: gone", "tokens: new"]


def test_written_file_reads_back(tmp_path: Path) -> None:
    packed = packed_texts(PACKED_FILE)
    texts = {name: packed[name] for name in ("sts", "sqs")}
    file = tmp_path / "small.pack"
    write_packed_file(file, texts)
    assert packed_texts(file) == texts
    first = file.read_bytes()
    write_packed_file(file, texts)
    assert file.read_bytes() == first


def test_the_license_names_the_versions() -> None:
    notice = (PROJECT / "NOTICE").read_text("utf-8")
    assert re.findall(r"(?m)^    (boto\w+) (\S+)$", notice) == [
        (name, PACKED[name]) for name in ("botocore", "boto3")
    ]


def test_file_is_small_and_loads_one_service_only() -> None:
    assert PACKED_FILE.stat().st_size < 3_000_000
    offsets = open_packed_file().index["services"].values()
    assert max(length for _, length in offsets) < 60_000


@SAME_VERSION
def test_every_service_of_botocore_is_there() -> None:
    assert set(service_names()) == set(sdk_session().get_available_services())


@SAME_VERSION
@pytest.mark.parametrize("name", ["ec2", "glue", "mturk", "stepfunctions"])
def test_operations_have_python_names(name: str) -> None:
    known = service(name)
    assert known is not None
    operations = sdk_session().get_service_model(name).operation_names
    assert set(known.operation_names) == {xform_name(operation) for operation in operations}


@pytest.mark.parametrize(
    ("name", "removed"),
    [
        ("lexv2-runtime", "start_conversation"),
        ("qbusiness", "chat"),
        ("bedrock-runtime", "invoke_model_with_bidirectional_stream"),
    ],
)
def test_operations_that_clients_lack_are_not_there(name: str, removed: str) -> None:
    known = service(name)
    assert known is not None
    assert known.operation(removed) is None


def test_unknown_service_is_none() -> None:
    assert service("no-such-service") is None
    assert service("lambda", is_resource=True) is None


def test_alias_of_a_service() -> None:
    assert service("runtime.sagemaker") is not None


def test_foreign_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.pack"
    file.write_bytes(zlib.compress(b"something else"))
    with pytest.raises(ValueError, match=re.escape("no packed file of this version")):
        open_packed_file(file)
