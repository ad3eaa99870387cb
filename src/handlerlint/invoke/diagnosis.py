"""Turns what happened in an environment into findings HL901 to HL906, at the user's line. Called by `runner`.

What may be otherwise in Lambda is no finding: a call of AWS that was refused here, a module that is not
installed here but is there. `unjudged` then says why, also of an answer that no contract was asked of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from handlerlint.findings import Finding, Related, Severity
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.certainty import reason_to_doubt
from handlerlint.invoke.model import FunctionError, Invocation
from handlerlint.invoke.places import Places
from handlerlint.invoke.responses import reason_not_to_examine
from handlerlint.records import dataclass
from handlerlint.rules.base import Place
from handlerlint.rules.dynamic import (
    DynamicRule,
    InitFailed,
    InvocationFailed,
    ProcessExited,
    ResponseNotMarshalled,
    ResponseTooLarge,
    TimedOut,
)

_REQUEST = re.compile(r"^RequestId: [-0-9a-f]{36} Error: ")
_MESSAGE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """One outcome with what is to be said of it: a finding, or why nothing is certain of it.

    `notes` are what the user should know of all outcomes of the function. `is_own` tells a file of the function's own
    code from one of a library.
    """

    invocation: Invocation
    finding: Finding | None = None
    unjudged: str | None = None
    notes: tuple[str, ...] = ()
    is_own: Callable[[Path], bool] = lambda path: True


def judge(
    invocation: Invocation, function: LambdaFunction, places: Places, stand_ins: Sequence[str] = ()
) -> Judged:
    """The finding for one invocation, if it failed or left its process dead.

    `stand_ins` are variables whose real value is not known: see `variables.placeholders`.
    """
    notes = _notes(function, places, stand_ins)
    if invocation.error is None and not invocation.exited_afterwards:
        doubt = reason_not_to_examine(function, invocation)
        return Judged(invocation, unjudged=doubt, notes=notes, is_own=places.is_own)
    doubt = reason_to_doubt(invocation, function, places.interpreter, stand_ins)
    if doubt is not None:
        return Judged(invocation, unjudged=doubt, notes=notes, is_own=places.is_own)
    rule = _rule_for(invocation)
    place, related = _where(invocation, places)
    is_mere_hazard = rule is InvocationFailed and invocation.event.generated
    finding = rule.finding_for(
        (function.name,),
        function.handler,
        place,
        _message(invocation),
        severity=Severity.WARNING if is_mere_hazard else None,
        runtime_error=_runtime_error(invocation),
        help=_help(invocation),
        related=(*related, *_event_file(invocation, places)),
    )
    return Judged(invocation, finding, notes=notes, is_own=places.is_own)


def _notes(function: LambdaFunction, places: Places, stand_ins: Sequence[str]) -> tuple[str, ...]:
    """What differs from Lambda for all events of a function."""
    notes = []
    version = places.interpreter.version
    is_configured = function.source.kind not in ("argument", "convention")
    if is_configured and version != function.python_version:
        here = ".".join(map(str, version))
        notes.append(
            f"it runs with Python {here}, in Lambda with {function.runtime}; choose another with `--python`"
        )
    if stand_ins:
        names = ", ".join(f"`{name}`" for name in stand_ins)
        verb = "is" if len(stand_ins) == 1 else "are"
        given = f"its own name is used as its value; set it with `--env {stand_ins[0]}=…`"
        if len(stand_ins) > 1:
            given = f"their own names are used as their values; set them with `--env {stand_ins[0]}=…`"
        notes.append(f"{names} {verb} known after deployment only: {given}")
    return tuple(notes)


def _rule_for(invocation: Invocation) -> type[DynamicRule]:
    error = invocation.error
    match invocation.status:
        case "init-error":
            return InitFailed
        case "timeout":
            return TimedOut
        case "exited":
            return ProcessExited
    if error is None:
        return ProcessExited
    match error.error_type:
        case "Runtime.MarshalError":
            return ResponseNotMarshalled
        case "Function.ResponseSizeTooLarge":
            return ResponseTooLarge
    return InvocationFailed


def _where(invocation: Invocation, places: Places) -> tuple[Place, tuple[Related, ...]]:
    """The innermost line of the user's own code, and the calls that led there; else the handler itself."""
    error = invocation.error or FunctionError("", "")
    frames = places.users_frames((*error.stack_trace, *error.frames_seen))
    if frames:
        steps = [
            Related(f"called from here in `{frame.name}`" if frame.name else "called from here", *place)
            for frame in frames[:-1]
            if (place := places.line(frame)) is not None
        ]
        last = places.line(frames[-1])
        if last is not None:
            return Place(*last), tuple(reversed(steps[-5:]))
    if invocation.status == "init-error":
        return places.init_failure(error), ()
    if error.error_type == "Runtime.MarshalError":
        return places.returned()
    return places.handler(), ()


def _message(invocation: Invocation) -> str:
    """What went wrong with an invocation, as one sentence for the finding."""
    handler = invocation.handler
    event = f"for the event `{invocation.event.name}`"
    error = invocation.error
    if error is None:
        return f"the process of `{handler}` ended after its answer ({invocation.exit_reason}) {event}"
    said = _shortened(f"{error.error_type}: {_plain(error.error_message)}")
    match invocation.status, error.error_type:
        case "init-error", _:
            return f"`{handler}` cannot be loaded: {said}"
        case "timeout", _:
            return f"`{handler}` {_plain(error.error_message).replace('Task timed', 'timed')} {event}"
        case "exited", _ if invocation.memory_exceeded:
            return f"`{handler}` needed {invocation.max_memory_mb:.0f} MB, more memory than it has, {event}"
        case "exited", _:
            return f"the process of `{handler}` ended ({invocation.exit_reason}) {event}"
        case _, "Runtime.MarshalError":
            reason = error.error_message.removeprefix("Unable to marshal response: ")
            return f"what `{handler}` returns {event} does not serialize: {_shortened(reason)}"
        case _, "Function.ResponseSizeTooLarge":
            return f"what `{handler}` returns {event} is larger than 6,291,556 bytes"
    return f"`{handler}` raised {said} {event}"


def _runtime_error(invocation: Invocation) -> str | None:
    error = invocation.error
    return None if error is None else _shortened(f"{error.error_type}: {_plain(error.error_message)}")


def _plain(message: str) -> str:
    """The message without the request id, which is another one each time."""
    return _REQUEST.sub("", message)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MESSAGE_LENGTH else f"{line[: _MESSAGE_LENGTH - 1]}…"


def _help(invocation: Invocation) -> str | None:
    error = invocation.error
    if error is None:
        return "a thread or a forked process ends the runtime client; end threads before the handler returns"
    if error.error_type == "PermissionError" and "[Errno 13]" in error.error_message:
        return "in Lambda only `/tmp` can be written: `OSError: [Errno 30] Read-only file system`"
    if invocation.memory_exceeded:
        return "give the function more memory, or handle the data piece by piece"
    if invocation.status == "timeout" and invocation.init_duration_ms is None and error.frames_seen:
        return None
    if invocation.event.generated and _rule_for(invocation) is InvocationFailed:
        return "the event is a generated sample: give one of your own with `--event FILE`"
    return None


def _event_file(invocation: Invocation, places: Places) -> tuple[Related, ...]:
    path = invocation.event.path
    return () if path is None else (places.file_start("with this event", path),)


def merged(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """One finding for what several events, repetitions or functions have in common."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (
            *(finding.code, finding.filename, finding.span),
            *(finding.runtime_error, finding.handler, finding.value_path),
        )
        groups.setdefault(key, []).append(finding)
    return tuple(_merge(group) for group in groups.values())


def _merge(group: list[Finding]) -> Finding:
    from handlerlint.records import replace

    first = min(group, key=lambda finding: finding.severity is not Severity.ERROR)
    messages = dict.fromkeys(finding.message for finding in group)
    others = len(messages) - 1
    more = f" and {others} other event{'s' if others > 1 else ''}" if others else ""
    related = dict.fromkeys(step for finding in group for step in finding.related)
    return replace(
        first,
        message=first.message + more,
        said=first.message,
        functions=tuple(dict.fromkeys(name for finding in group for name in finding.functions)),
        related=tuple(related),
    )
