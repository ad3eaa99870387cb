"""HL003: does each `# noqa` comment with codes of ours still silence something? Called by the linter at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handlerlint.findings import Applicability, Edit, Finding, Fix, Severity
from handlerlint.rules.base import Place, Rule, Subject
from handlerlint.source.suppressions import Comment, Suppressions
from handlerlint.text import LINE_END, Span


class UnusedSuppression(Rule):
    """
    ## What it does
    Finds codes in `# noqa` comments that silence nothing: the line has no such finding any more. Left alone are
    comments without codes, codes of other linters, codes of rules that are turned off, and files of handlers that
    could not be analysed.

    ## Why it is bad
    The comment tells readers of a defect that does not exist, and will hide the next one.

    ## Example
    ```python
    def lambda_handler(event, context):
        return {"name": event["name"]}  # noqa: HL301
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        return {"name": event["name"]}
    ```

    ## Options
    Off unless selected.
    """

    code = "HL003"
    name = "unused-suppression"
    severity = Severity.WARNING
    on_by_default = False

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Nothing: see `unused_suppressions`."""
        yield from ()


def unused_suppressions(
    filename: str, text: str, suppressions: Suppressions, codes: Iterable[str]
) -> Iterator[Finding]:
    """The findings of HL003 in one file, when all of its findings with these codes have been asked about."""
    on = tuple(codes)
    lines: list[str] | None = None
    for comment in suppressions.unused():
        unused = [(code, span) for code, span in comment.codes if any(one.startswith(code) for one in on)]
        if not unused:
            continue
        lines = lines or LINE_END.split(text)
        named = ", ".join(f"`{code}`" for code, _ in unused)
        yield UnusedSuppression.finding_for(
            (),
            None,
            Place(filename, unused[0][1]),
            f"this comment silences nothing with {named}",
            help="remove it",
            fix=_removal(comment, unused, lines[comment.span.row - 1]),
        )


def _removal(comment: Comment, unused: list[tuple[str, Span]], line: str) -> Fix:
    """Take away the codes, and the whole comment where nothing is left of it."""
    row, start, _, end = comment.span
    text = line[start - 1 : end - 1]
    left = text
    for code, _ in unused:
        left = _without(left, code)
    if left.rstrip().endswith((":", "=", "noqa", "NOQA")):
        start = len(line[: start - 1].rstrip()) + 1
        left = ""
    edit = Edit(left, Span(row, start, row, end))
    return Fix(Applicability.SAFE, "remove it", (edit,))


def _without(text: str, code: str) -> str:
    head, _, listed = text.partition("noqa")
    mark, codes = listed[:1], [part for part in listed[1:].replace(",", " ").split() if part.upper() != code]
    return f"{head}noqa{mark} {', '.join(codes)}" if codes else f"{head}noqa{mark}"
