"""How outcomes are shown: lines and a progress bar for people, JSON for programs. Called by `command`."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.diagnosis import Judged
from handlerlint.invoke.model import LOAD, Invocation
from handlerlint.rows import InvocationRow
from handlerlint.settings import display_name

if TYPE_CHECKING:
    from handlerlint.invoke.runner import Outcome

_WORDS = {
    "success": "ok",
    "error": "error",
    "init-error": "init error",
    "timeout": "timeout",
    "exited": "exited",
}
_RESPONSE_LENGTH = 2000
_LOGS_LENGTH = 10_000  # characters of an invocation's logs in a report: the last ones
_FRAME = re.compile(r'(?P<indent>\s+)File "(?P<path>[^"]+)", line \d+')


def outcome_line(judged: Judged) -> str:
    """`ok          order  1.2 ms  init 143 ms  38 MB`, with what went wrong at its end."""
    invocation = judged.invocation
    parts = [f"{invocation.duration_ms:.1f} ms"]
    if invocation.init_duration_ms is not None:
        parts.append(f"init {invocation.init_duration_ms:.0f} ms")
    if invocation.max_memory_mb is not None:
        parts.append(f"{invocation.max_memory_mb:.0f} MB")
    if invocation.error is not None:
        first = f"{invocation.error.error_type}: {invocation.error.error_message}".splitlines()[0]
        parts.append(first if len(first) <= 120 else f"{first[:119]}…")
    return f"{_WORDS[invocation.status]:<10} {invocation.event.name:<24} {'  '.join(parts)}"


def details(judged: Judged, *, everything: bool, verbose: bool, told: set[str]) -> list[str]:
    """What stands below a line: why there is no finding; logs and response where they are wanted.

    Unless `verbose`, the frames of libraries are folded, and the runtime's warning that `told` holds is left out.
    """
    invocation = judged.invocation
    lines = [f"not judged: {judged.unjudged}"] if judged.unjudged else []
    if everything or not invocation.succeeded:
        logs = invocation.logs.text.splitlines()
        shown = logs if verbose else _without_frames(_without_warning(logs, told), judged.is_own)
        lines += [f"| {line}" for line in shown]
    if everything and invocation.response is not None:
        lines += [f"> {line}" for line in response_text(invocation).splitlines()]
    return lines


def _without_warning(lines: Sequence[str], told: set[str]) -> Iterator[str]:
    """The long text that the runtime client writes for every init that fails, only once."""
    for line in lines:
        _, marker, text = line.partition("LAMBDA_WARNING: ")
        if not marker:
            yield line
        elif text not in told:
            told.add(text)
            yield line


def _without_frames(lines: Iterable[str], is_own: Callable[[Path], bool]) -> Iterator[str]:
    """Tracebacks with the number of frames in place of those of libraries."""
    folded, depth = 0, 0
    for line in lines:
        frame = _FRAME.match(line)
        if frame is not None and not is_own(Path(frame["path"])):
            folded, depth = folded + 1, len(frame["indent"])
        elif folded and frame is None and _indent(line) > depth:
            continue  # the source of that frame
        else:
            if folded:
                yield _folded(folded, depth)
                folded = 0
            yield line
    if folded:
        yield _folded(folded, depth)


def _folded(frames: int, depth: int) -> str:
    return f"{' ' * depth}… {frames} frame{'s' if frames > 1 else ''} of libraries (--verbose shows them)"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def response_text(invocation: Invocation) -> str:
    """The response as indented JSON; how many bytes it has where it is none."""
    response = invocation.response
    if response is None:
        return ""
    if not response.is_json:
        return f"{len(response.body)} bytes that are not JSON: {response.body[:100]!r}"
    text = json.dumps(response.value, indent=2, ensure_ascii=False)
    return text if len(text) <= _RESPONSE_LENGTH else f"{text[:_RESPONSE_LENGTH]}\n…"


def json_of(invocation: Invocation, working_folder: Path) -> dict[str, object]:
    """One entry of `invocations` in the JSON output."""
    event, error, response = invocation.event, invocation.error, invocation.response
    shown: dict[str, object] = {
        "function": invocation.function,
        "handler": invocation.handler,
        "event": {
            "name": event.name,
            "path": None if event.path is None else display_name(event.path, working_folder),
        },
        "status": invocation.status,
        "duration_ms": round(invocation.duration_ms, 3),
        "init_duration_ms": _rounded(invocation.init_duration_ms),
        "max_memory_mb": invocation.max_memory_mb,
        "response": None,
        "error": None
        if error is None
        else {
            "errorType": error.error_type,
            "errorMessage": error.error_message,
            "stackTrace": list(error.stack_trace or error.frames_seen),
        },
        "logs": invocation.logs.text,
    }
    if response is not None and response.is_json:
        shown["response"] = response.value
    elif response is not None:
        shown["response_base64"] = base64.b64encode(response.body).decode()
    return shown


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 3)


def invocation_rows(outcome: Outcome) -> tuple[InvocationRow, ...]:
    """What came of each event, the same outcome of a repeated one once; and the functions that were not run."""
    groups: dict[tuple[object, ...], list[Judged]] = {}
    for function, judged in outcome.results:
        one = judged.invocation
        said = None if one.error is None else one.error.error_message
        key = (id(function), one.event.name, one.status, said, judged.unjudged)
        groups.setdefault(key, []).append(judged)
    rows = [_row(group) for group in groups.values()]
    for function, reason in outcome.skipped:
        handler = function.handler or "no handler"
        rows.append(InvocationRow(function.name, handler, "-", "unjudged", "not run", reason))
    return tuple(rows)


def _row(group: Sequence[Judged]) -> InvocationRow:
    """The row of invocations that came to the same; response and log are those of the first."""
    first, judged = group[0].invocation, group[0]
    is_load = first.event == LOAD and first.succeeded
    times = [one.invocation.duration_ms for one in group]
    inits = [one.invocation.init_duration_ms for one in group]
    memory = [one.invocation.max_memory_mb for one in group if one.invocation.max_memory_mb is not None]
    error = None if first.error is None else f"{first.error.error_type}: {first.error.error_message}"
    reasons = [error, None if judged.unjudged is None else f"not judged: {judged.unjudged}"]
    return InvocationRow(
        function=first.function,
        handler=first.handler,
        event=first.event.name,
        kind="unjudged" if judged.unjudged is not None else "ok" if first.succeeded else "failed",
        outcome="only loaded" if is_load else _WORDS[first.status],
        reason="; ".join(reason for reason in reasons if reason is not None) or None,
        count=len(group),
        durations=None if is_load else (min(times), median(times), percentile(times, 99)),
        init_duration=next((init for init in inits if init is not None), None),
        memory_mb=max(memory, default=None),
        response=response_text(first),
        logs=first.logs.text[-_LOGS_LENGTH:],
    )


def durations_table(results: Iterable[tuple[LambdaFunction, Judged]]) -> list[str]:
    """Minimum, median and 99th percentile of the warm invocations of each function and event."""
    groups: dict[tuple[str, str], list[float]] = {}
    for function, judged in results:
        invocation = judged.invocation
        if invocation.succeeded and invocation.init_duration_ms is None:
            groups.setdefault((function.name, invocation.event.name), []).append(invocation.duration_ms)
    if not groups:
        return []
    rows: list[tuple[str, ...]] = [("function", "event", "warm", "min ms", "median ms", "p99 ms")]
    for (name, event), times in groups.items():
        figures = (min(times), median(times), percentile(times, 99))
        rows.append((name, event, str(len(times)), *(f"{figure:.2f}" for figure in figures)))
    return _aligned(rows)


def percentile(numbers: Sequence[float], rank: int) -> float:
    """The smallest number that at least `rank` percent of all do not exceed."""
    ordered = sorted(numbers)
    return ordered[max(0, -(-len(ordered) * rank // 100) - 1)]


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if index < 2 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
