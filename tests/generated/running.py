"""Runs a program in the runtime client's serialization, on events that cover all that it asks about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from awslambdaric.lambda_runtime_marshaller import to_json

from .many import PREFIX, ROWS
from .questions import ROW_SUBJECT
from .writing import ABSENT, Subject

#: Programs that take more runs than this are left out.
MOST_RUNS = 8000
#: Of one row, all that a question tells apart; of several, that it is answered with yes and with no.
FEW_ROWS = ({"id": 1, "kind": "a"}, {"id": 2, "kind": "b"}, {"id": 3})
ALL_ROWS: tuple[list[dict[str, object]], ...] = (
    *([{"id": 1} if kind is ABSENT else {"id": 1, "kind": kind}] for kind in ROW_SUBJECT.values),
    *(list(rows) for length in (0, 2, 3) for rows in product(FEW_ROWS, repeat=length)),
)


@dataclass(frozen=True)
class Outcome:
    """What the runs came to: the first event that fails to serialize, and the first other error."""

    failing: object = None
    failure: str | None = None
    raised: str | None = None


def values_of(subject: Subject) -> tuple[object, ...]:
    return (ABSENT, *ALL_ROWS) if subject == ROWS else subject.values


def run_count(subjects: tuple[Subject, ...]) -> int:
    count = prod(len(values_of(subject)) for subject in subjects)
    return count * 100 if PREFIX in subjects else count


def events(subjects: tuple[Subject, ...]) -> Iterator[tuple[dict[str, str], str]]:
    """The environment and the event, as JSON, of every combination."""
    for combination in product(*(values_of(subject) for subject in subjects)):
        environment: dict[str, str] = {}
        event: dict[str, Any] = {}
        for subject, value in zip(subjects, combination, strict=True):
            if subject.kind == "variable":
                if value is not ABSENT:
                    environment[subject.key] = str(value)
                continue
            holder = event
            for part in subject.path[:-1]:
                holder = holder.setdefault(part, {})
            if value is not ABSENT:
                holder[subject.key] = value
        yield environment, json.dumps(event)


def run(text: str, subjects: tuple[Subject, ...], until_raised: bool = False) -> Outcome:
    """Run the program on every combination, until one fails to serialize (or raises anything)."""
    code = compile(text, "app.py", "exec")
    raised: str | None = None
    modules: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    for environment, event in events(subjects):
        with _environment(environment, subjects):
            error = _error_of_run(code, modules, tuple(environment.items()), json.loads(event))
        if error is None:
            continue
        said = f"{type(error).__name__}: {error}"
        if _is_of_serialization(error):
            return Outcome((environment, json.loads(event)), said, raised)
        raised = raised or f"{said} on {environment} {event}"
        if until_raised:
            break
    return Outcome(raised=raised)


@contextmanager
def _environment(variables: dict[str, str], subjects: tuple[Subject, ...]) -> Iterator[None]:
    """The environment has, of the variables that are asked about, those that are given."""
    asked = [subject.key for subject in subjects if subject.kind == "variable"]
    if not asked:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for name in asked:
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


def _error_of_run(
    code: CodeType,
    modules: dict[Any, dict[str, Any]],
    environment: tuple[tuple[str, str], ...],
    event: object,
) -> Exception | None:
    """What one invocation raises; the module is loaded once in each environment."""
    try:
        if environment not in modules:
            names: dict[str, Any] = {"__name__": __name__}  # dataclasses look for the module
            exec(code, names)
            modules[environment] = names
        to_json(modules[environment]["lambda_handler"](event, None))
    except Exception as error:
        return error
    return None


def _is_of_serialization(error: Exception) -> bool:
    """Whether `json.dumps` of the program, or the runtime client, raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or not isinstance(error, (TypeError, ValueError)):
        return False
    return Path(trace.tb_frame.f_code.co_filename).parent.name in ("json", "simplejson", "awslambdaric")
