"""Every operation that moto answers: what the table says of its response against the real json.dumps.

By default a few services; `pytest tests/inference/sdk --sweep` takes all of them (some minutes).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from moto import mock_aws

from handlerlint.inference.sdk import Serializer, Verdict, service, service_names, verdict

from .conformance import hidden_failures, serializes
from .sweep import answers
from .versions import IS_PACKED_VERSION

SAMPLE = ("events", "kms", "lambda", "logs", "s3", "sns", "sqs", "ssm", "stepfunctions", "sts")
MAKES_CLIENTS_FAIL = ("iot-data", "iot-jobs-data")
RecordProperty = Callable[[str, object], None]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = service_names() if metafunc.config.getoption("--sweep", default=False) else SAMPLE
    metafunc.parametrize("name", [name for name in names if name not in MAKES_CLIENTS_FAIL])


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    logging.disable(logging.CRITICAL)
    with mock_aws():
        yield
    logging.disable(logging.NOTSET)


@pytest.mark.filterwarnings("ignore")
def test_no_response_fails_that_is_said_to_serialize(name: str, record_property: RecordProperty) -> None:
    """The other way round a difference is no failure: a list may be empty, a member absent."""
    known = service(name)
    assert known is not None
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for answer in answers(name):
        operation = known.operation(answer.operation)
        if operation is None:
            assert not IS_PACKED_VERSION
            continue
        said = verdict(operation.response, Serializer.JSON_DUMPS)
        is_json = serializes(answer.response)
        seen[f"{said.value}, {'serializes' if is_json else 'fails'}"] += 1
        if said is Verdict.SERIALIZABLE and not is_json and IS_PACKED_VERSION:
            wrong.append(answer.operation)
        wrong += [
            f"{answer.operation}{text}" for text in hidden_failures(operation.response, answer.response)
        ]
    record_property("sdk-sweep", dict(seen))
    assert wrong == []
    assert seen or name not in SAMPLE
