"""Calls of operations with good and bad parameters: what is said of them is what botocore's validation says.

Of each operation a call is built that botocore takes, with one member at each level; then each value in it is
replaced by one of another type, and each name misspelt.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ParamValidationError
from botocore.validate import validate_parameters

from handlerlint.inference.analysis import HandlerAnalysis
from handlerlint.inference.entry import analyse
from handlerlint.inference.sdk import service, service_names
from handlerlint.inference.stubs.store import StubStore
from handlerlint.source.files import SourceFiles
from handlerlint.source.modules import FoundModule, ModuleFinder
from handlerlint.suggestions import meant_method

STUBS = StubStore((3, 11))
SESSION = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name="us-east-1")
SAMPLE = ("cloudwatch", "dynamodb", "events", "lambda", "s3", "ses", "sns", "sqs", "ssm", "stepfunctions")
VALUES = ("text", 1, 1.5, True, None, b"bytes", [], {}, ["text"], {"Name": "text"})
_DEEPEST = 3
_PER_OPERATION = 6
_TEXT_OF_A_TIMESTAMP = re.compile(r" type: <class '(str|bytes)'>, valid types: .*timestamp-string")


def valid(shape: Any, depth: int = 0) -> Any:
    """A value that botocore takes for a shape of its model."""
    match shape.type_name:
        case "structure":
            names = shape.required_members or list(shape.members)[:1]
            return {name: valid(shape.members[name], depth + 1) for name in names if depth < _DEEPEST}
        case "list":
            return [valid(shape.member, depth + 1)] if depth < _DEEPEST else []
        case "map":
            return {"key": valid(shape.value, depth + 1)} if depth < _DEEPEST else {}
        case "string":
            return "x" * max(shape.metadata.get("min", 1), 3)
        case "integer" | "long":
            return max(shape.metadata.get("min", 1), 1)
        case "boolean":
            return True
        case "timestamp":
            return "2024-01-01T00:00:00Z"
        case "blob":
            return b"x"
    return 1.5


def variants(given: dict[str, Any], chosen: random.Random) -> Iterator[dict[str, Any]]:
    """The parameters as they are, then with one value of another type, or one name misspelt."""
    yield given
    for _ in range(_PER_OPERATION):
        changed = {**given}
        name = chosen.choice(list(changed))
        match changed[name], chosen.random():
            case dict() as inner, share if inner and share < 0.5:
                key = chosen.choice(list(inner))
                changed[name] = {**inner, key: chosen.choice(VALUES)}
            case [dict() as inner], share if inner and share < 0.5:
                key = chosen.choice(list(inner))
                rest = {other: value for other, value in inner.items() if other != key}
                changed[name] = [{**rest, key + "s": inner[key]} if share < 0.25 else rest]
            case _, share if share < 0.8:
                changed[name] = chosen.choice(VALUES)
            case value, _:
                del changed[name]
                changed[name[:-1]] = value
        yield changed


def is_refused(model: Any, given: dict[str, Any]) -> bool:
    """What botocore says: whether a name is wrong or a value is of the wrong type; not whether one is too short.

    Text and bytes may well be those of a timestamp: which ones are, is not looked at.
    """
    try:
        validate_parameters(given, model.input_shape)
    except ParamValidationError as refused:
        report = str(refused.kwargs["report"]).splitlines()
        lines = [line for line in report if not _TEXT_OF_A_TIMESTAMP.search(line)]
        return any(line.startswith(("Invalid type", "Missing", "Unknown")) for line in lines)
    return False


def analysed(folder: Path, *statements: str, names: str = "import boto3") -> HandlerAnalysis:
    """What is found of a handler of these statements, the first of which stands in line 6."""
    body = "".join(f"    {statement}\n" for statement in statements)
    text = f"{names}\n\n\n\ndef handler(event, context):\n{body}"
    (folder / "app.py").write_text(text, encoding="utf-8")
    finder = ModuleFinder((folder,), SourceFiles())
    module = finder.find("app")
    assert isinstance(module, FoundModule)
    return analyse(module, "handler", finder, STUBS, (3, 11))


@pytest.mark.parametrize("name", SAMPLE)
def test_calls_are_judged_as_botocore_judges_them(name: str, tmp_path: Path) -> None:
    client: Any = SESSION.client(name)
    known, chosen = service(name), random.Random(name)
    assert known is not None
    calls: list[tuple[str, bool]] = []
    for called in known.operation_names:
        operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[called])
        if operation.input_shape is None or not (given := valid(operation.input_shape)):
            continue
        for one in variants(given, chosen):
            words = ", ".join(f"{key}={value!r}" for key, value in one.items())
            calls.append((f"client.{called}({words})", is_refused(operation, one)))
    names = f"import boto3; client = boto3.client({name!r})"
    dumps = analysed(tmp_path, *(call for call, _ in calls), names=names).dumps
    told = {call.file.span(call.node).start.row for call in dumps if call.problems}
    different = [call for row, (call, refused) in enumerate(calls, start=6) if (row in told) != refused]
    assert different == []
    assert any(refused for _, refused in calls)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("client('s3').list_object_v2(Bucket='b')", "AttributeError"),
        ("client('s3').listBuckets()", "AttributeError"),
        ("resource('dynamodb').Table('t').batchWriter()", "AttributeError"),
        ("client('ec2').get_paginator('describe_instnces')", "KeyError"),
        ("client('s3').get_waiter('bucket_exizts')", "ValueError"),
        ("client('s3').generate_presigned_url('get_objekt')", "UnknownClientMethodError"),
        ("client('s3').download_file_object", None),
        ("client('s3').get_paginator('list_buckets')", None),
        ("client('s3').get_waiter('bucket_exists')", None),
        ("client('s3').generate_presigned_url('get_object', Params={'Bucket': 'b', 'Key': 'k'})", None),
    ],
)
def test_names_that_the_sdk_does_not_have(statement: str, code: str | None, tmp_path: Path) -> None:
    """What differs from a known name by a letter, case or underscores; any other may be in a newer SDK."""
    failures = analysed(tmp_path, f"boto3.{statement}").failures
    assert [failure.error for failure in failures] == ([] if code is None else [code])
    if code is not None:
        with pytest.raises(Exception, match=r".") as raised:
            eval(f"session.{statement}", {"session": SESSION})
        assert type(raised.value).__name__ == code


@pytest.mark.parametrize(
    ("statement", "is_told"),
    [
        ("client('s3').generate_presigned_url('get_object', Params={'Bucket': 'b', 'key': 'k'})", True),
        ("list(client('s3').get_paginator('list_objects_v2').paginate(Bucket='b', Prefx='a'))", True),
        ("client('s3').get_paginator('list_objects_v2').paginate(Bucket='b', PaginationConfig={})", False),
    ],
)
def test_parameters_that_are_given_on(statement: str, is_told: bool, tmp_path: Path) -> None:
    """Those of a presigned URL and of a paginator are validated as the operation's are."""
    dumps = analysed(tmp_path, statement.replace("client(", "boto3.client(")).dumps
    assert any(call.problems for call in dumps) is is_told
    if is_told:
        with pytest.raises(ParamValidationError):
            eval(statement, {"client": SESSION.client, "list": list})


def test_no_method_is_another_one_misspelt() -> None:
    """Of the operations that there are, each could have come after the others: none would have been a false alarm."""
    taken = []
    for name in service_names():
        known = service(name)
        assert known is not None
        names = set(known.operation_names)
        taken += [(name, one) for one in names if meant_method(one, names - {one}) is not None]
    assert taken == []
