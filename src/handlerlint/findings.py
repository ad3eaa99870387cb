"""What a rule says: plain frozen data, the only currency after `rules`."""

from __future__ import annotations

from enum import Enum

from handlerlint.records import dataclass, field, replace
from handlerlint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Iterable
    from typing import Any


# How a related place is called that stands in the handler, of a finding in a module that it calls.
CALLED_BY_HANDLER = "called by the handler here"
RETURNED = "returned here"


class Severity(str, Enum):
    """An error fails in Lambda on some path; a warning is a hazard or a contract of somebody else."""

    ERROR = "error"
    WARNING = "warning"


class ErrorFrom(str, Enum):
    """Who says the error of a finding: Lambda itself, or the service that gets the function's answer."""

    LAMBDA = "Lambda"
    AWS = "AWS"


class Applicability(str, Enum):
    """Whether a fix keeps the meaning of the program (safe) or may change it (unsafe)."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Related:
    """A place that explains a finding.

    `is_step` says that it is one of the way that the value took, from where it was made to where it fails: such places
    stand in their order.
    """

    message: str
    filename: str
    span: Span
    is_step: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `span` by `content`."""

    content: str
    span: Span


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits of one file that belong together; `message` says what they do.

    `filename` is that file, as findings name theirs; None for the one that the finding is in.
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect.

    `filename` is relative to the working folder where it lies inside, with `/`.
    `functions` are the names of all Lambda functions that it holds for; `handler` is their handler string.
    `value_path` is the place in the returned structure: `return["body"]["items"][]["created"]`.
    `runtime_error` is what will be said there, by `error_from`; `help` is how to mend it. `around` is the statement or
    call that `span` is a part of, where it is one: a `# noqa` on its first or last row counts, too. Findings of one
    `cause` in a file are mended at once, and shown as one. `said` is the message without what was added to it about
    other findings, if anything was. `url` is where the page of the rule is published; None for a rule
    of a plugin that says none.
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
    around: Span | None = None
    cause: str | None = None
    said: str | None = None
    error_from: ErrorFrom = ErrorFrom.LAMBDA
    url: str | None = None

    @property
    def in_handler(self) -> Related | None:
        """The place in the handler's own file from which a finding in another one is reached."""
        words = (CALLED_BY_HANDLER, RETURNED)
        found = (item for item in self.related if item.message in words and item.filename != self.filename)
        return next(found, None)

    def at_call(self) -> Finding:
        """The finding at the place in the handler from which it is reached; it must be in another file."""
        caller = self.in_handler
        assert caller is not None
        message = f"{self.message} (in {self.filename}, line {self.span.row})"
        return replace(
            self, message=message, filename=caller.filename, span=caller.span, fix=None, around=None
        )


def to_plain(finding: Finding) -> tuple[object, ...]:
    """The finding as tuples of strings and numbers, which any cache can keep."""
    fix = finding.fix
    return (
        finding.code,
        finding.name,
        finding.severity.value,
        finding.message,
        finding.filename,
        tuple(finding.span),
        finding.functions,
        finding.handler,
        finding.value_path,
        finding.runtime_error,
        finding.help,
        tuple((item.message, item.filename, tuple(item.span), item.is_step) for item in finding.related),
        None
        if fix is None
        else (fix.applicability.value, fix.message, tuple(map(_plain_edit, fix.edits)), fix.filename),
        None if finding.around is None else tuple(finding.around),
        finding.cause,
        finding.error_from.value,
        finding.url,
    )


def told_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings; of those with one cause the first, which tells of the others and where they are."""
    told: list[Finding] = []
    by_cause: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        if finding.cause is not None:
            same = by_cause.setdefault((finding.code, finding.filename, finding.cause), [])
            same.append(finding)
            if len(same) > 1:
                continue
        told.append(finding)
    return tuple(
        finding
        if finding.cause is None
        else _with_others(*by_cause[finding.code, finding.filename, finding.cause])
        for finding in told
    )


def _with_others(first: Finding, *others: Finding) -> Finding:
    if not others:
        return first
    more = "another handler fails" if len(others) == 1 else f"{len(others)} other handlers fail"
    return replace(
        first,
        message=f"{first.message} ({more} for the same reason)",
        said=first.message,
        functions=tuple(dict.fromkeys(name for finding in (first, *others) for name in finding.functions)),
        related=(*first.related, *(Related("for the same reason", one.filename, one.span) for one in others)),
    )


def from_plain(data: tuple[Any, ...]) -> Finding:
    """The finding that `to_plain` made this of."""
    code, name, severity, message, filename, span, functions, handler, *rest = data
    value_path, error, help, related, fix, around, cause, error_from, url = rest
    return Finding(
        code=code,
        name=name,
        severity=Severity(severity),
        message=message,
        filename=filename,
        span=Span(*span),
        functions=functions,
        handler=handler,
        value_path=value_path,
        runtime_error=error,
        help=help,
        related=tuple(
            Related(message, filename, Span(*span), is_step) for message, filename, span, is_step in related
        ),
        fix=None if fix is None else _fix(*fix),
        around=None if around is None else Span(*around),
        cause=cause,
        error_from=ErrorFrom(error_from),
        url=url,
    )


def _plain_edit(edit: Edit) -> tuple[str, tuple[int, ...]]:
    return edit.content, tuple(edit.span)


def _fix(applicability: str, message: str, edits: tuple[Any, ...], filename: str | None) -> Fix:
    made = tuple(Edit(content, Span(*span)) for content, span in edits)
    return Fix(Applicability(applicability), message, made, filename)
