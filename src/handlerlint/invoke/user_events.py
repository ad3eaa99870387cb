"""The user's own events: files, folders, standard input, JSON Lines; and which function each is meant for.

Called by `command`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.event_kinds import kinds_of
from handlerlint.invoke.model import Event, strict_json
from handlerlint.records import dataclass
from handlerlint.settings import display_name

SUFFIXES = (".json", ".jsonl", ".ndjson")
RESPONSE_SUFFIX = ".response.json"
EVENT_FOLDER = "events"

_LINES = (".jsonl", ".ndjson")


def events_from(argument: str, working_folder: Path) -> tuple[Event, ...]:
    """The events of one `--event`: a file, all files of a folder, or `-` for standard input.

    Raises UserError for what is not there or no JSON, and where there is none at all.
    """
    if argument == "-":
        return _parsed(sys.stdin.read(), "stdin", "standard input", None)
    path = working_folder / argument
    files = event_files(path) if path.is_dir() else [path]
    events = tuple(event for file in files for event in events_in(file, working_folder))
    if not events:
        raise UserError(f"--event: there is no event in '{argument}'")
    return events


def events_in(path: Path, working_folder: Path) -> tuple[Event, ...]:
    """The events of one file: one JSON value, or one on each line of a JSON Lines file."""
    shown = display_name(path, working_folder)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UserError(f"event '{shown}' cannot be read: {reason}") from error
    return _parsed(text, path.stem, f"event '{shown}'", path)


def event_files(folder: Path) -> list[Path]:
    """The files with events below a folder; recorded responses beside them are none."""
    found = (path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return sorted(path for path in found if not path.name.endswith(RESPONSE_SUFFIX))


def _parsed(text: str, name: str, shown: str, path: Path | None) -> tuple[Event, ...]:
    lines = text.splitlines() if path is not None and path.suffix in _LINES else None
    if lines is None:
        error = _json_error(text)
        if error is None:
            return (Event(name, text.encode(), path),)
        lines = text.splitlines()
        if path is not None or len([line for line in lines if line.strip()]) < 2:
            raise UserError(f"{shown} is not JSON: {error}")
    events = []
    for row, line in enumerate(lines, 1):
        if line.strip():
            error = _json_error(line)
            if error is not None:
                raise UserError(f"{shown}, line {row}, is not JSON: {error}")
            events.append(Event(f"{name}:{row}", line.encode(), path))
    return tuple(events)


def _json_error(text: str) -> str | None:
    try:
        strict_json(text)
    except ValueError as error:
        return str(error)
    return None


@dataclass(frozen=True, slots=True)
class FoundEvents:
    """The events beside the templates, and one line for each file there that is none."""

    events: tuple[Event, ...]
    left_out: tuple[str, ...]


def events_beside(functions: Sequence[LambdaFunction], working_folder: Path) -> FoundEvents:
    """The events below `events/` beside the templates; in the code root of a function without a template."""
    folders = [folder for folder in dict.fromkeys(map(events_folder, functions)) if folder is not None]
    paths = [path for folder in folders if folder.is_dir() for path in event_files(folder)]
    read = [_read_or_reason(path, working_folder) for path in dict.fromkeys(paths)]
    return FoundEvents(
        tuple(event for events in read if isinstance(events, tuple) for event in events),
        tuple(reason for reason in read if isinstance(reason, str)),
    )


def _read_or_reason(path: Path, working_folder: Path) -> tuple[Event, ...] | str:
    try:
        return events_in(path, working_folder)
    except UserError as error:
        return str(error)


def events_folder(function: LambdaFunction) -> Path | None:
    """Where the events of a function lie: beside its template, or in its code root where there is none."""
    template = function.source.path if function.source.kind != "convention" else None
    home = function.code_root if template is None else template.parent
    return None if home is None else home / EVENT_FOLDER


def assigned(
    events: Iterable[Event], functions: Sequence[LambdaFunction]
) -> Mapping[LambdaFunctionKey, tuple[Event, ...]]:
    """Which function gets which event: by its name, by who sends it, or because there is no other function.

    An event that fits none is given to none: a function that fails for an event meant for another is no defect.
    """
    chosen: dict[LambdaFunctionKey, list[Event]] = {}
    for event in events:
        for function in _meant(event, functions):
            chosen.setdefault(key_of(function), []).append(event)
    return {key: tuple(found) for key, found in chosen.items()}


LambdaFunctionKey = tuple[str, str | None, Path | None]


def key_of(function: LambdaFunction) -> LambdaFunctionKey:
    """What tells functions apart: a name may stand in several templates."""
    return function.name, function.handler, function.source.path


def _meant(event: Event, functions: Sequence[LambdaFunction]) -> Sequence[LambdaFunction]:
    near = [function for function in functions if _is_near(event, function)] or functions
    named = [function for function in near if _is_named(event, function)]
    if named:
        longest = max(len(_simplified(function.name)) for function in named)
        return [function for function in named if len(_simplified(function.name)) == longest]
    if len(near) == 1:
        return near
    kinds = kinds_of(json.loads(event.payload))
    return [
        function for function in near if kinds and any(source.kind in kinds for source in function.events)
    ]


def _is_near(event: Event, function: LambdaFunction) -> bool:
    """Whether the event's folder belongs to the function's template or code."""
    folder = events_folder(function)
    return event.path is None or (folder is not None and event.path.is_relative_to(folder))


def _is_named(event: Event, function: LambdaFunction) -> bool:
    """`events/create-order.json`, `events/CreateOrder/first.json` are for `CreateOrderFunction`."""
    if event.path is None:
        return False
    wanted = _simplified(function.name)
    names = [_simplified(event.path.stem), _simplified(event.path.parent.name)]
    return bool(wanted) and any(name.startswith(wanted) for name in names)


def _simplified(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).removesuffix("function").removesuffix("lambda")
