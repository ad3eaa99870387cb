"""What reports say of each function and each invocation: plain data, as findings are. Made by `commands`, `invoke`."""

from __future__ import annotations

from handlerlint.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from typing import Any, Literal

    Status = Literal["ok", "unresolved", "error"]


@dataclass(frozen=True, slots=True)
class ConfiguredAt:
    """Where something configures a function."""

    kind: str
    path: str | None
    line: int | None

    def __str__(self) -> str:
        """`template.yaml:7`; the kind of what has no path."""
        if self.path is None or self.line is None:
            return self.path or self.kind
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """One function; paths are as they are shown to the user, lines count from 1.

    `origins` are all places that configure it, `source` among them.
    """

    name: str
    handler: str | None
    code_root: str | None
    module_path: str | None
    function_line: int | None
    runtime: str
    events: tuple[dict[str, object], ...]
    status: Status
    reason: str | None
    source: ConfiguredAt
    origins: tuple[ConfiguredAt, ...]

    @property
    def where(self) -> str:
        """`src/app.py:3`, or as much as is known of it."""
        line = "" if self.function_line is None else f":{self.function_line}"
        return f"{self.module_path or '-'}{line}"

    @property
    def invokers(self) -> str:
        """The kinds of its event sources."""
        return ", ".join(dict.fromkeys(str(event["kind"]) for event in self.events)) or "-"


@dataclass(frozen=True, slots=True)
class InvocationRow:
    """What came of an event for a function, as often as the same came of it: `count` times.

    `outcome` is a word or two, `reason` an error, or why nothing is said of it; `kind` tells how good that is.
    Times are in milliseconds: of the first invocation's init, and the least, median and 99th percentile of all.
    """

    function: str
    handler: str
    event: str
    kind: Literal["ok", "failed", "unjudged"]
    outcome: str
    reason: str | None = None
    count: int = 0
    durations: tuple[float, float, float] | None = None
    init_duration: float | None = None
    memory_mb: float | None = None
    response: str = ""
    logs: str = ""


def to_plain(row: FunctionRow) -> tuple[object, ...]:
    """The row as what any cache can keep."""
    *values, source, origins = (getattr(row, name) for name in FunctionRow.__slots__)
    return (*values, _plain_place(source), tuple(map(_plain_place, origins)))


def from_plain(data: tuple[Any, ...]) -> FunctionRow:
    """The row that `to_plain` made this of."""
    values = dict(zip(FunctionRow.__slots__, data, strict=True))
    values["source"] = ConfiguredAt(*values["source"])
    values["origins"] = tuple(ConfiguredAt(*origin) for origin in values["origins"])
    return FunctionRow(**values)


def _plain_place(place: ConfiguredAt) -> tuple[object, ...]:
    return place.kind, place.path, place.line
