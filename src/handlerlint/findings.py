"""What a rule says: plain frozen data, the only currency after `rules`."""

from __future__ import annotations

from enum import Enum

from handlerlint.records import dataclass

RULE_PAGE = "https://handlerlint.readthedocs.io/rules/{name}/"


class Severity(str, Enum):
    """An error fails in Lambda on some path; a warning is a hazard or a contract of somebody else."""

    ERROR = "error"
    WARNING = "warning"


class Applicability(str, Enum):
    """Whether a fix keeps the meaning of the program (safe) or may change it (unsafe)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: rows and columns count from 1, columns in code points."""

    row: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: Location
    end: Location


@dataclass(frozen=True, slots=True)
class Related:
    """One step of the way that a value took: where it was made, stored, returned."""

    message: str
    filename: str
    span: Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `span` by `content`."""

    content: str
    span: Span


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of one file that belong together; `message` says what they do."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.

    `filename` is relative to the working folder where it lies inside, with `/`.
    `functions` are the names of all Lambda functions that it holds for; `handler` is their handler string.
    `value_path` is the place in the returned structure: `return["body"]["items"][]["created"]`.
    `runtime_error` is what the Lambda runtime will say; `help` is how to mend it.
    """

    code: str
    name: str
    severity: Severity
    message: str
    filename: str
    span: Span
    functions: tuple[str, ...] = ()
    handler: str | None = None
    value_path: str | None = None
    runtime_error: str | None = None
    help: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def url(self) -> str:
        """The documentation page of the rule."""
        return RULE_PAGE.format(name=self.name)
