"""Handlers as people write them (tests/fixtures/handlers): what is said, and what the real runtime client does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.linter import lint
from handlerlint.records import replace

FOLDER = Path(__file__).parent.parent / "fixtures" / "handlers"
_AT_BINDING = re.compile(
    r"^\s*(?:async def |def |from .* import (?:\w+ as )?|\()?(\w+)\b.*  # (ok|expect: (HL\d+))$"
)
_NAMED = re.compile(r"^# (?:(ok): |expect: (HL\d+) )(\w+)$")

# What comes of a call with an event and a context, in the words of the codes.
_PROGRAM = """
import json, sys
from awslambdaric.bootstrap import FaultException, _get_handler
from awslambdaric.lambda_runtime_marshaller import LambdaMarshaller

sys.path.insert(0, sys.argv[1])
for line in sys.stdin:
    try:
        handler = _get_handler(line.strip())
        error = None
    except FaultException as fault:
        error = fault.exception_type
    if error is None:
        try:
            result = handler({}, None)
        except TypeError as failure:
            error = str(failure)
        else:
            try:
                LambdaMarshaller().marshal_response(result)
            except FaultException as fault:
                error = fault.msg
            if hasattr(result, "close"):
                result.close()
    print(json.dumps(error), flush=True)
"""
_WORDS = {
    "HL103": r"Runtime\.HandlerNotFound",
    "HL106": r"object is not callable",
    "HL201": r"got multiple values|takes (?:from \d+ to )?\d+ positional arguments? but [23] (?:were|positional)",
    "HL202": r"missing \d+ required positional argument",
    "HL203": r"missing \d+ required keyword-only argument",
    "HL204": r"Object of type coroutine is not JSON serializable",
    "HL205": r"Object of type generator is not JSON serializable",
    "HL304": r"Object of type coroutine is not JSON serializable",
}
_WARNINGS = {"HL206"}


@dataclass(frozen=True)
class Case:
    handler: str
    code: str | None


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.rglob("*.py")):
        module = ".".join(path.relative_to(FOLDER).with_suffix("").parts).removesuffix(".__init__")
        for line in path.read_text(encoding="utf-8").splitlines():
            at_binding, named = _AT_BINDING.match(line), _NAMED.match(line)
            if at_binding:
                yield Case(f"{module}.{at_binding[1]}", at_binding[3])
            elif named:
                yield Case(f"{module}.{named[3]}", named[2])


CASES = tuple(cases())


def test_there_are_many() -> None:
    assert len(CASES) > 90
    assert len(set(CASES)) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.handler)
def test_static(case: Case) -> None:
    settings = load_settings([FOLDER], working_folder=FOLDER, isolated=True)
    settings = replace(settings, handlers=(case.handler,), sources=(), select=("HL1", "HL2", "HL304"))
    result = lint(replace(settings, extend_ignore=("HL207",)))
    assert not result.failures
    assert [finding.code for finding in result.findings] == ([] if case.code is None else [case.code])


def test_dynamic() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "-c", _PROGRAM, str(FOLDER)],
        input="".join(f"{case.handler}\n" for case in CASES),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    errors = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [
        (case.handler, case.code, error)
        for case, error in zip(CASES, errors, strict=True)
        if not _agrees(case.code, error)
    ]
    assert wrong == []


def _agrees(code: str | None, error: str | None) -> bool:
    if code is None or code in _WARNINGS:
        return error is None
    return error is not None and re.search(_WORDS[code], error) is not None
