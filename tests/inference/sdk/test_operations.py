"""Every operation of some services, returned raw from a handler: the interpreter says what the table says.

By default a few services; `--sweep` takes all of them (some minutes).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.inference.entry import analyse
from handlerlint.inference.sdk import Operation, Serializer, Verdict, service, service_names, verdict
from handlerlint.inference.stubs.store import StubStore
from handlerlint.source.files import SourceFiles
from handlerlint.source.modules import FoundModule, ModuleFinder

SAMPLE = ("athena", "dynamodb", "kms", "logs", "sns", "sqs", "stepfunctions", "sts")
STUBS = StubStore((3, 11))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize(
        "name", service_names() if metafunc.config.getoption("--sweep", default=False) else SAMPLE
    )


def test_raw_responses_are_judged_as_the_table_judges_them(name: str, tmp_path: Path) -> None:
    known = service(name)
    assert known is not None
    for operation_name in known.operation_names:
        source = (
            f"import boto3\nclient = boto3.client({name!r})\n"
            f"def lambda_handler(event, context):\n    return client.{operation_name}(**event)\n"
        )
        (tmp_path / f"{operation_name}_handler.py").write_text(source, encoding="utf-8")
    finder = ModuleFinder((tmp_path,), SourceFiles())
    different = [
        operation_name
        for operation_name in known.operation_names
        if not agrees(finder, f"{operation_name}_handler", known.operation(operation_name))
    ]
    assert different == []


def agrees(finder: ModuleFinder, module_name: str, operation: Operation | None) -> bool:
    """Whether returning the raw response is an error for both, and told as one about a response."""
    assert operation is not None
    module = finder.find(module_name)
    assert isinstance(module, FoundModule)
    returned = analyse(module, "lambda_handler", finder, STUBS, (3, 11)).returned
    says_error = any(one.problem.kind == "value" for one in returned)
    is_error = verdict(operation.response, Serializer.RUNTIME_CLIENT) is Verdict.UNSERIALIZABLE
    return says_error == is_error and all(one.problem.response for one in returned)
