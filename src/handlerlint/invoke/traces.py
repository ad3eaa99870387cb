"""Reads stack traces: those the runtime client posts, and those the interpreter writes when it is ended.

Used by `environment`, and by `diagnosis` to find the user's line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from handlerlint.records import dataclass

# awslambdaric: `  File "/var/task/app.py", line 3, in handler`, for syntax errors `  File "app.py" Line 3`.
_POSTED = re.compile(r'File "(?P<path>[^"\n]+)",? [lL]ine (?P<line>\d+)(?:, in (?P<name>.+))?')
# faulthandler: `  File "/var/task/app.py", line 3 in handler`.
_DUMPED = re.compile(r'  File "(?P<path>[^"\n]+)", line (?P<line>\d+) in (?P<name>.+)')
_DUMP = re.compile(
    r"Fatal Python error: (?:Aborted|Bus error|Floating[- ]point exception|Illegal instruction"
    r"|Segmentation fault)\n"
)
_RUNTIME_FILES = re.compile(r"[/\\]awslambdaric[/\\]|<frozen ")


@dataclass(frozen=True, slots=True)
class Frame:
    """One call on the stack: the file, the line (from 1), and the function's name where it is known."""

    path: str
    line: int
    name: str | None = None

    def __str__(self) -> str:
        """The frame as a line of a traceback."""
        return f'  File "{self.path}", line {self.line}' + (f", in {self.name}" if self.name else "")


def frames_of(stack_trace: Iterable[str]) -> list[Frame]:
    """The frames of a posted `stackTrace`, outermost first."""
    matches = (_POSTED.search(entry) for entry in stack_trace)
    return [Frame(found["path"], int(found["line"]), found["name"]) for found in matches if found]


def split_dump(text: str) -> tuple[str, str]:
    """What the program wrote, and what faulthandler added when the process was ended (often nothing).

    A process without `-X faulthandler`, as in Lambda, would not have written the second part.
    """
    found = _DUMP.search(text)
    return (text, "") if found is None else (text[: found.start()], text[found.start() :])


def frames_of_dump(dump: str) -> tuple[Frame, ...]:
    """The stack of the thread that ran the handler, outermost first, without the runtime client's frames."""
    stacks = [_stack(part) for part in dump.split("(most recent call first):")[1:]]
    running = [stack for stack in stacks if any(_is_runtime(frame) for frame in stack)]
    chosen = max(running, key=len, default=stacks[0] if stacks else [])
    return tuple(frame for frame in reversed(chosen) if not _is_runtime(frame))


def _stack(text: str) -> list[Frame]:
    frames = []
    for line in text.strip("\n").splitlines():
        found = _DUMPED.match(line)
        if found is None:
            break
        frames.append(Frame(found["path"], int(found["line"]), found["name"]))
    return frames


def _is_runtime(frame: Frame) -> bool:
    return _RUNTIME_FILES.search(frame.path) is not None
