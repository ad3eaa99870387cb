"""The same handlers and events through the Runtime Interface Emulator and through handlerlint: the same answers.

Bodies, error types, messages and stack traces must agree; request ids differ and are taken out.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import NoReturn

import pytest

from handlerlint.invoke import Environment, Event, Invocation, Limits, Session

from .conftest import FIXTURES
from .emulator import MISSING, Emulator, find_emulator

FOLDER = FIXTURES / "differential"
EVENT: dict[str, object] = {"name": "caf\u00e9", "items": [1, 2.5, None, True, {}]}

LOADING = [
    "returns",
    "returns.absent",
    "absent.handler",
    "package.handler",
    "package/folder/deep.handler",
    "package.folder.deep.handler",
    "package.absent.handler",
    "sys.exit",
    "time.sleep",
    "load_raises.handler",
    "load_syntax.handler",
    "load_import.handler",
    "load_name.handler",
    "json.dumps",
]


def handlers_in(module: str) -> list[str]:
    """The handlers of a fixture: what it defines that does not begin with a capital."""
    specification = spec_from_file_location(module, FOLDER / f"{module}.py")
    assert specification is not None
    assert specification.loader is not None
    loaded = module_from_spec(specification)
    specification.loader.exec_module(loaded)
    names = [
        name for name, content in vars(loaded).items() if name[0].islower() and not inspect.ismodule(content)
    ]
    return [f"{module}.{name}" for name in names]


HANDLERS = [
    *LOADING,
    *(handler for name in ("returns", "errors", "signatures") for handler in handlers_in(name)),
]


@pytest.fixture
def emulator(without_peer: Callable[[str], NoReturn]) -> Path:
    return find_emulator() or without_peer(MISSING)


def answer(invocation: Invocation) -> bytes | dict[str, object]:
    """What the caller gets."""
    if invocation.response is not None:
        return invocation.response.body
    assert invocation.error is not None
    return {
        "errorType": invocation.error.error_type,
        "errorMessage": without_ids(invocation.error.error_message),
        "stackTrace": list(invocation.error.stack_trace),
    }


def told(body: bytes, *, is_error: bool) -> bytes | dict[str, object]:
    """The emulator's answer in the same form."""
    if not is_error:
        return body
    error = json.loads(body)
    return {
        "errorType": error["errorType"],
        "errorMessage": without_ids(error["errorMessage"]),
        "stackTrace": error.get("stackTrace", []),
    }


def without_ids(message: str) -> str:
    return re.sub(r"RequestId: [-0-9a-f]{36}", "RequestId: …", message)


def test_there_are_enough_handlers() -> None:
    assert len(set(HANDLERS)) >= 100


@pytest.mark.parametrize("handler", HANDLERS)
def test_same_answer_as_the_emulator(session: Session, emulator: Path, handler: str) -> None:
    payload = json.dumps(EVENT).encode()
    with Environment.of(handler, FOLDER, session=session, timeout=10) as environment:
        ours = environment.invoke(Event("event", payload))
    with Emulator(emulator, handler, FOLDER, variables(FOLDER)) as peer:
        theirs = peer.invoke(payload)
    assert answer(ours) == told(theirs, is_error=not ours.succeeded)


def test_same_sequence_of_answers(session: Session, emulator: Path) -> None:
    """One environment after the other, as processes end."""
    folder = FIXTURES / "faults"
    actions = [
        "count",
        "count",
        "exit_3",
        "count",
        "segmentation_fault",
        "kill_itself",
        "count",
        "abort",
        "count",
    ]
    events = [json.dumps({"do": action}).encode() for action in actions]
    function = Environment.of("app.handler", folder, session=session)
    with function as environment:
        ours = [environment.invoke(Event("event", event)) for event in events]
    with Emulator(emulator, "app.handler", folder, variables(folder)) as peer:
        theirs = [peer.invoke(event) for event in events]
    for outcome, body in zip(ours, theirs, strict=True):
        assert answer(outcome) == told(body, is_error=not outcome.succeeded)


def test_same_words_at_a_timeout(session: Session, emulator: Path) -> None:
    folder = FIXTURES / "faults"
    payload = json.dumps({"do": "sleep"}).encode()
    function = Environment.of("app.handler", folder, session=session).function
    with Environment(function, session=session, limits=Limits(timeout=1)) as environment:
        ours = environment.invoke(Event("event", payload))
    with Emulator(
        emulator, "app.handler", folder, {**variables(folder), "AWS_LAMBDA_FUNCTION_TIMEOUT": "1"}
    ) as peer:
        theirs = peer.invoke(payload).decode()
    assert ours.error is not None
    assert ours.error.error_message.endswith(theirs)


def variables(folder: Path) -> dict[str, str]:
    """What decides how values are serialized, and the time-out."""
    return {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.13", "AWS_LAMBDA_FUNCTION_TIMEOUT": "10"}
