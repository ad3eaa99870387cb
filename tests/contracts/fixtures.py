"""Reads the fixtures under `tests/fixtures/contracts`: who invokes the handler, with which events, what is expected."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from handlerlint.functions.model import EventSource
from handlerlint.invoke.sample_events import sample_event
from handlerlint.runtime.contracts import Json

ROOT = Path(__file__).parent.parent / "fixtures" / "contracts"

_INVOKED = re.compile(r"# invoked by: ([\w-]+)(?: (\{.*\}))?$")
_EVENT = re.compile(r"# event: ([\w-]+)(?: (\{.*\}))?$")
_EXPECT = re.compile(r"# expect: (HL\d{3}(?:, HL\d{3})*)$")


@dataclass(frozen=True)
class Fixture:
    """A handler. Each event is a sample, some parts replaced (`Records.0.body`); `expectations` are rows and codes."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).with_suffix("").as_posix()

    @cached_property
    def lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def sources(self) -> tuple[EventSource, ...]:
        found = (_INVOKED.match(line) for line in self.lines)
        return tuple(EventSource(match[1], json.loads(match[2] or "{}")) for match in found if match)

    @cached_property
    def events(self) -> tuple[Json, ...]:
        return tuple(_changed(match[1], match[2]) for line in self.lines if (match := _EVENT.match(line)))

    @cached_property
    def expectations(self) -> list[tuple[int, str]]:
        return sorted(
            (row, code)
            for row, line in enumerate(self.lines, start=1)
            if (match := _EXPECT.search(line))
            for code in match[1].split(", ")
        )


def _changed(sample: str, changes: str | None) -> Json:
    event: Json = json.loads(sample_event(sample).payload)
    for path, part in json.loads(changes or "{}").items():
        *steps, last = path.split(".")
        whole: Any = event
        for step in steps:
            whole = whole[int(step) if isinstance(whole, list) else step]
        whole[last] = part
    return event


def all_fixtures() -> list[Fixture]:
    """Every file: `<service>/<what it is about>.py`."""
    return [Fixture(path) for path in sorted(ROOT.rglob("*.py"))]
