"""What Lambda itself says to a fixture: runs it in `child.py` and compares with its expectations.

Used by `test_returns.py`; one child process serves all fixtures of a test worker.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .fixtures import Event, Expectation, Fixture

# Codes that the runtime client's marshaller answers, with the words it has for each.
MARSHAL_ERRORS = {
    "HL204": ("Object of type coroutine is not JSON serializable",),
    "HL205": ("is not JSON serializable",),
    "HL301": ("is not JSON serializable", "codec can't decode"),
    "HL302": ("keys must be str", "codec can't decode"),
    "HL303": ("is not JSON serializable", "codec can't decode"),
    "HL304": ("Object of type coroutine is not JSON serializable",),
    "HL305": ("Circular reference detected", "maximum recursion depth exceeded"),
}
MARSHAL_WARNINGS = {"HL306", "HL307"}
DUMPS_CODES = {"HL311", "HL312", "HL322", "HL323"}
_ANYWHERE = ("", 0)

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class DumpsFailure:
    """A `json.dumps` (or its like), or a call of boto3, that raised under a call in the fixture, caught or not."""

    place: Place
    error_type: str
    message: str


@dataclass(frozen=True, slots=True)
class Invocation:
    """What one event came to. `place` is where the handler's own frame returned, None if it is no function.

    `portability` is what `json.dumps` says to a value that the runtime client took.
    """

    error_type: str | None
    error_message: str
    place: Place | None
    nan: bool
    portability: str | None
    dumps_failures: tuple[DumpsFailure, ...]

    @property
    def marshal_error(self) -> str | None:
        return self.error_message if self.error_type == "Runtime.MarshalError" else None

    @property
    def raised(self) -> str | None:
        """The exception that left the handler, unless it is a `json.dumps` failure, which is a verdict."""
        if self.error_type in (None, "Runtime.MarshalError"):
            return None
        if any(
            (f.error_type, f.message[:200]) == (self.error_type, self.error_message[:200])
            for f in self.dumps_failures
        ):
            return None
        return self.error_type


@dataclass(frozen=True, slots=True)
class Outcome:
    """All invocations of a fixture, or why there are none."""

    init_error: str | None
    invocations: tuple[Invocation, ...]

    @property
    def verdicts(self) -> set[str]:
        """What was seen, in words of the summary: `marshal-error`, HL306, HL307, HL311."""
        seen: set[str] = set()
        for invocation in self.invocations:
            if invocation.marshal_error is not None:
                seen.add("marshal-error")
            if invocation.portability is not None:
                seen.add("HL306")
            if invocation.nan:
                seen.add("HL307")
            if invocation.dumps_failures:
                seen.add("HL311")
        return seen


class Child:
    """The process that runs fixtures; started again after one that ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request; an `init_error` when the process ended instead."""
        if self._process is None:
            self._process = self._started()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            code = self._process.wait()
            self.close()
            return {"init_error": f"the fixture ended the process (status {code}) or hung", "invocations": []}
        return json.loads(answer)  # type: ignore[no-any-return]

    @staticmethod
    def _started() -> subprocess.Popen[str]:
        program = Path(__file__).with_name("child.py")
        return subprocess.Popen(
            [sys.executable, str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()  # closes its standard input, which is what it waits for
            self._process = None


_child = Child()


def close() -> None:
    """End the child process; the next fixture would start another."""
    _child.close()


@cache
def run(fixture: Fixture) -> Outcome:
    """Send the fixture's events through the real runtime client; once per fixture and worker."""
    answer = _child.ask(
        {
            "code_root": str(fixture.code_root),
            "handler": fixture.handler,
            "events": [event.json for event in fixture.events],
            "environment": fixture.environment,
            "sdk_source": "\n".join(file.read_text(encoding="utf-8") for file in fixture.files)
            if fixture.uses_sdk
            else "",
        }
    )
    return Outcome(answer["init_error"], tuple(_invocation(raw) for raw in answer["invocations"]))


def _invocation(raw: dict[str, Any]) -> Invocation:
    place = raw["return_place"]
    return Invocation(
        error_type=raw["error_type"],
        error_message=raw["error_message"] or "",
        place=(place["filename"], place["row"]) if place else None,
        nan=raw["nan"],
        portability=raw["portability"],
        dumps_failures=tuple(
            DumpsFailure((failure["filename"], failure["row"]), failure["type"], failure["message"])
            for failure in raw["dumps_failures"]
        ),
    )


def disagreements(fixture: Fixture, outcome: Outcome) -> list[str]:
    """What the fixture expects and Lambda does not do, or Lambda does and the fixture does not expect."""
    if outcome.init_error is not None:
        return [outcome.init_error]
    problems: list[str] = []
    for number, (event, invocation) in enumerate(
        zip(fixture.events, outcome.invocations, strict=True), start=1
    ):
        problems += [f"event {number}: {problem}" for problem in _mistakes(event, invocation)]
    problems += _at_returns(fixture, outcome)
    problems += _at_dumps(fixture, outcome)
    return problems


def _mistakes(event: Event, invocation: Invocation) -> list[str]:
    if invocation.raised == event.raises:
        return []
    wanted = f"`# raises: {event.raises}`" if event.raises else "no exception"
    return [f"expected {wanted}, got {invocation.raised}: {invocation.error_message}"]


def _at_returns(fixture: Fixture, outcome: Outcome) -> list[str]:
    """Expectations about returned values against what the marshaller said, return by return."""
    by_place = all(
        i.place is not None for i in outcome.invocations if i.error_type in (None, "Runtime.MarshalError")
    )
    expected: dict[Place, Counter[str]] = {}
    for wanted in fixture.expectations:
        if wanted.code in MARSHAL_ERRORS or wanted.code in MARSHAL_WARNINGS:
            place = fixture.return_place(wanted) if by_place else _ANYWHERE
            expected.setdefault(place, Counter())[wanted.code] += 1
    seen: dict[Place, list[Invocation]] = {place: [] for place in expected}
    for invocation in outcome.invocations:
        place = invocation.place if by_place and invocation.place else _ANYWHERE
        seen.setdefault(place, []).append(invocation)
    problems: list[str] = []
    for place, invocations in sorted(seen.items()):
        where = f"{place[0]}:{place[1]}" if place != _ANYWHERE else "the handler"
        problems += [f"{where}: {text}" for text in _compared(expected.get(place, Counter()), invocations)]
    return problems


def _compared(expected: Counter[str], invocations: list[Invocation]) -> list[str]:
    errors = [i.marshal_error for i in invocations if i.marshal_error is not None]
    portability = [i.portability for i in invocations if i.portability is not None]
    nan = any(i.nan for i in invocations)
    problems: list[str] = []
    error_codes = [code for code in expected if code in MARSHAL_ERRORS]
    for code in error_codes:
        # Of two bad members in one value only the first is named, so the words are checked for a lone code.
        words = MARSHAL_ERRORS[code] if len(error_codes) == 1 else ("",)
        if not any(word in error for error in errors for word in words):
            problems.append(f"{code} expected, the runtime client said {errors or 'nothing'}")
    if errors and not error_codes:
        problems.append(f"nothing expected, the runtime client said {errors}")
    # Behind an error a warning cannot be seen: the value is never sent.
    for code, is_seen, evidence in (
        ("HL306", bool(portability), portability),
        ("HL307", nan, "NaN or Infinity"),
    ):
        if is_seen and not expected[code]:
            problems.append(f"{code} not expected, but seen: {evidence}")
        if expected[code] and not is_seen and not errors:
            problems.append(f"{code} expected, not seen")
    return problems


def is_bad(fixture: Fixture, outcome: Outcome) -> bool:
    """Whether anything was seen that a finding is due for: a failure that is asked for is none."""
    failures = {failure for invocation in outcome.invocations for failure in invocation.dumps_failures}
    asked = {f for f in failures for question in fixture.questions if _is_at(fixture, question, f)}
    fails = any(one.code == "HL321" for one in fixture.expectations)
    raised = fails and any(invocation.raised for invocation in outcome.invocations)
    return bool(outcome.verdicts - {"HL311"} or failures - asked or raised)


def _at_dumps(fixture: Fixture, outcome: Outcome) -> list[str]:
    """Expectations about `json.dumps` against the failures that were recorded there."""
    expected = {e for e in fixture.expectations if e.code in DUMPS_CODES}
    failures = {failure for invocation in outcome.invocations for failure in invocation.dumps_failures}
    problems: list[str] = []
    explained: set[DumpsFailure] = set()
    for wanted in sorted(expected | set(fixture.questions)):
        here = {f for f in failures if _is_at(fixture, wanted, f)}
        explained |= here
        if not here:
            problems.append(f"{wanted.filename}:{wanted.row}: {wanted.code} expected, nothing raised there")
    unexpected = sorted(failures - explained, key=lambda failure: failure.place)
    return problems + [
        f"{f.place[0]}:{f.place[1]}: unexpected: {f.error_type}: {f.message}" for f in unexpected
    ]


def _is_at(fixture: Fixture, wanted: Expectation, failure: DumpsFailure) -> bool:
    filename, row = failure.place
    return filename == wanted.filename and row in fixture.call_rows(filename, wanted.row)
