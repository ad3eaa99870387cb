"""Keeps responses beside the events, and finds what differs from them later (HL907). Used by `command`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handlerlint.errors import MissingExtra, UserError
from handlerlint.findings import Finding
from handlerlint.functions.model import LambdaFunction
from handlerlint.invoke.model import Event, Invocation, Json, strict_json
from handlerlint.invoke.user_events import EVENT_FOLDER, RESPONSE_SUFFIX
from handlerlint.records import dataclass
from handlerlint.rules.dynamic import ResponseChanged

if TYPE_CHECKING:
    from handlerlint.invoke.places import Places

_SHOWN = 3  # differences that a message names
_VALUE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a response differs, as JSONPath and as the place in what is returned, and how."""

    path: str
    value_path: str
    description: str


class Recorder:
    """Looks at every outcome: writes its response if `writing`, else compares it with the written one.

    `ignored` are JSONPath expressions (RFC 9535) for what may differ each time.
    """

    def __init__(self, ignored: Sequence[str], *, writing: bool) -> None:
        self._writing = writing
        self._ignored = _compiled(ignored)

    def examine(self, function: LambdaFunction, invocation: Invocation, places: Places) -> Sequence[Finding]:
        """The finding for a response that has changed. Failures are neither written nor compared."""
        response = invocation.response
        path = response_path(function, invocation.event)
        if path is None or response is None or not response.is_json:
            return ()
        if self._writing:
            _write(path, response.value)
            return ()
        if not path.is_file():
            return ()
        differences = list(self._differences(_read(path), response.value))
        return [_finding(function, invocation, places, path, differences)] if differences else ()

    def _differences(self, recorded: Json, current: Json) -> Iterator[Difference]:
        before, after = _opened(recorded), _opened(current)
        for expression in self._ignored:
            _remove(expression, before)
            _remove(expression, after)
        return differences(before, after)


def response_path(function: LambdaFunction, event: Event) -> Path | None:
    """`events/order.CreateOrder.response.json`; for a generated event in the folder beside the template."""
    name = f"{_safe(event.name)}.{_safe(function.name)}{RESPONSE_SUFFIX}"
    if event.path is not None:
        return event.path.with_name(name)
    home = function.source.path.parent if function.source.path is not None else function.code_root
    return None if home is None else home / EVENT_FOLDER / name


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)


def _write(path: Path, value: Json) -> None:
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UserError(f"--record: '{path}' cannot be written: {error.strerror}") from error


def _read(path: Path) -> Json:
    try:
        value: Json = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"the recorded response '{path}' cannot be read: {error}") from error
    return value


def _compiled(expressions: Sequence[str]) -> list[object]:
    if not expressions:
        return []
    try:
        import jsonpath
    except ImportError:
        raise MissingExtra("python-jsonpath, which ignored paths need, is not installed", "invoke") from None

    def compiled(expression: str) -> object:
        try:
            return jsonpath.compile(expression)
        except jsonpath.JSONPathError as error:
            reason = str(error).partition("\n")[0]
            raise UserError(f"'{expression}' is not a JSONPath such as '$.requestId': {reason}") from error

    return [compiled(expression) for expression in expressions]


def _remove(expression: object, document: Json) -> None:
    """Take what the expression finds out of the document, the last items of a list first."""
    found = [match.parts for match in expression.finditer(document)]  # type: ignore[attr-defined]
    for parts in sorted(found, key=lambda parts: [str(part).zfill(9) for part in parts], reverse=True):
        parent: Any = document  # each part but the last leads to a list or a dict
        for part in parts[:-1]:
            parent = parent[part]
        if parts:
            del parent[parts[-1]]


def _opened(value: Json) -> Json:
    """The value with the JSON text in an HTTP response's `body` opened, so that paths reach into it."""
    copied: Json = json.loads(json.dumps(value))
    if isinstance(copied, dict) and "statusCode" in copied and isinstance(copied.get("body"), str):
        try:
            body = strict_json(str(copied["body"]))
        except ValueError:
            return copied
        if isinstance(body, (dict, list)):
            copied["body"] = body
    return copied


def differences(
    before: Json, after: Json, path: str = "$", value_path: str = "return"
) -> Iterator[Difference]:
    """Where two JSON values differ, the deepest places, in order. 1 and 1.0 are equal, 1 and true are not."""
    match before, after:
        case dict(), dict():
            for key in dict.fromkeys((*before, *after)):
                place, value_place = f"{path}{_step(key)}", f'{value_path}["{key}"]'
                if key not in after:
                    yield Difference(place, value_place, f"is missing, was {_shown(before[key])}")
                elif key not in before:
                    yield Difference(place, value_place, f"is new: {_shown(after[key])}")
                else:
                    yield from differences(before[key], after[key], place, value_place)
        case list(), list() if len(before) == len(after):
            for index, (old, new) in enumerate(zip(before, after, strict=True)):
                yield from differences(old, new, f"{path}[{index}]", f"{value_path}[{index}]")
        case list(), list():
            yield Difference(path, value_path, f"has {len(after)} items, had {len(before)}")
        case _ if before != after or isinstance(before, bool) != isinstance(after, bool):
            yield Difference(path, value_path, f"is {_shown(after)}, was {_shown(before)}")


def _step(key: str) -> str:
    return f".{key}" if re.fullmatch(r"[A-Za-z_]\w*", key) else f"[{json.dumps(key)}]"


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_LENGTH else f"{text[: _VALUE_LENGTH - 1]}…"


def _finding(
    function: LambdaFunction,
    invocation: Invocation,
    places: Places,
    path: Path,
    found: Sequence[Difference],
) -> Finding:
    """The finding for a response that differs from the recorded one at `path`; `found` is not empty."""
    place = places.handler()
    named = "; ".join(f"`{difference.path}` {difference.description}" for difference in found[:_SHOWN])
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ResponseChanged.finding_for(
        (function.name,),
        function.handler,
        place,
        f"The response to the event `{invocation.event.name}` has changed: {named}{more}",
        value_path=found[0].value_path,
        help=f"If that is meant, record it with `--record`; "
        f"if it changes each time, ignore it with `--ignore-difference '{found[0].path}'`.",
        related=(places.file_start("the recorded response", path),),
    )
