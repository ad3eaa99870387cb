"""What goes into an execution environment and what comes out of it: the plain data of dynamic mode."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Literal, NoReturn, TypeAlias

from handlerlint.records import dataclass

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

Status = Literal["success", "error", "init-error", "timeout", "exited"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its JSON text as it is sent, a name to show, and the file it came from, if any.

    `generated` tells a sample of ours from an event of the user's. `client_context` and `cognito_identity`
    are the JSON texts of the Invoke API's parameters.
    """

    name: str
    payload: bytes
    path: Path | None = None
    client_context: str | None = None
    cognito_identity: str | None = None
    generated: bool = False

    @classmethod
    def of(cls, value: object, name: str = "event") -> Event:
        """The event whose content is `value`, which must be JSON."""
        return cls(name, json.dumps(value).encode())


LOAD = Event("(load)", b"null")
"""No event: the function is loaded, and its handler is not called."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the runtime client posted: the bytes and their content type."""

    body: bytes
    content_type: str

    @property
    def is_json(self) -> bool:
        """Whether the bytes are JSON: text with `NaN` in it is not."""
        try:
            strict_json(self.body)
        except ValueError:
            return False
        return True

    @property
    def value(self) -> Json:
        """The parsed JSON. Raises ValueError where the bytes are none."""
        return strict_json(self.body)


@dataclass(frozen=True, slots=True)
class FunctionError:
    """An error as Lambda words it; `stack_trace` are the entries of `stackTrace` as the runtime makes them.

    `frames_seen` is a stack that the runtime did not tell but the interpreter did, at a time-out or a crash.
    """

    error_type: str
    error_message: str
    stack_trace: tuple[str, ...] = ()
    frames_seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsCall:
    """A call of AWS that was refused: the service as it is signed for, and the operation."""

    service: str
    operation: str

    def __str__(self) -> str:
        """`dynamodb GetItem`."""
        return f"{self.service} {self.operation}".strip()


@dataclass(frozen=True, slots=True)
class Logs:
    """What an invocation wrote to standard output and error; only the end of it where `omitted` is not 0."""

    content: bytes = b""
    omitted: int = 0

    @property
    def text(self) -> str:
        """The text, with a first line that says how many bytes are missing."""
        shown = self.content.decode("utf-8", "replace")
        return f"[{self.omitted} bytes omitted]\n{shown}" if self.omitted else shown


@dataclass(frozen=True, slots=True)
class Invocation:
    """How one event went. Times in milliseconds, memory in MB (2**20 bytes), as in Lambda's REPORT line.

    `init_duration_ms` is None for a warm invocation. `exit_reason` says how the process ended, if it did:
    `exit status 1`, `signal: killed`; `memory_exceeded` that its memory was the cause.
    `exited_afterwards` says that the process was gone although it had answered. `aws_calls` were refused.
    `network_peers` are others that were asked for something since the process started or answered last.
    """

    function: str
    handler: str
    event: Event
    request_id: str
    status: Status
    duration_ms: float
    init_duration_ms: float | None = None
    max_memory_mb: float | None = None
    response: Response | None = None
    error: FunctionError | None = None
    logs: Logs = Logs()
    exit_reason: str | None = None
    memory_exceeded: bool = False
    exited_afterwards: bool = False
    aws_calls: tuple[AwsCall, ...] = ()
    network_peers: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether the caller got what the handler returned."""
        return self.status == "success"


def strict_json(text: bytes | str) -> Json:
    """The value of a JSON text; ValueError for `NaN` and the like, which are none, and for broken UTF-8."""
    try:
        value: Json = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large for a number")
    return number
