"""The packed file holds what the installed botocore and boto3 say, is small, and knows its limits."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from botocore import xform_name
from sdktable.packing import differences, sdk_session, service_texts, write_packed_file

from handlerlint.inference.sdk import service, service_names
from handlerlint.inference.sdk.pack import PACKED_FILE, open_packed_file

from .versions import IS_PACKED_VERSION, PACKED

SAME_VERSION = pytest.mark.skipif(
    not IS_PACKED_VERSION, reason=f"the packed file was made from other versions: {PACKED}"
)
SAMPLE = ["dynamodb", "iam", "kms", "lambda", "s3", "sqs", "sts"]


@SAME_VERSION
def test_regenerated_services_are_the_packed_ones() -> None:
    assert differences(PACKED_FILE, service_texts(SAMPLE)) == []


@SAME_VERSION
def test_a_changed_service_is_a_difference() -> None:
    texts = service_texts(["sts"])
    changed = {"sts": texts["sts"].replace("Expiration!t", "Expiration!s"), "new-service": ""}
    assert differences(PACKED_FILE, changed) == ["sts: differs", "new-service: missing in the packed file"]


def test_written_file_reads_back(tmp_path: Path) -> None:
    texts = {name: "\n\f\n".join(open_packed_file().sections(name) or ()) for name in ("sts", "sqs")}
    file = tmp_path / "small.pack"
    write_packed_file(file, texts)
    assert differences(file, texts) == []
    first = file.read_bytes()
    write_packed_file(file, texts)
    assert file.read_bytes() == first


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
