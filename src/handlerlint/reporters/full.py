"""The format for people: header, source frames with carets, related places, help; and the closing summary."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.findings import Finding, Severity
from handlerlint.reporters.folding import folded
from handlerlint.reporters.frame import CONTEXT, Label, frame_lines, labels_by_file
from handlerlint.reporters.report import Report, summary
from handlerlint.reporters.style import BLUE, BOLD, CYAN, GREEN, RED, YELLOW, Paint, one_line, painter


def render(report: Report) -> str:
    """A block for each finding, parted by empty lines, and the summary."""
    paint = painter(report.colored)
    lines: list[str] = []
    for finding in report.findings:
        lines += [*_block(finding, report, paint), ""]
    if report.with_summary:
        lines += (paint(line, BOLD) for line in folded(summary(report), report.width))
    return "".join(f"{line}\n" for line in lines)


def _block(finding: Finding, report: Report, paint: Paint) -> Iterator[str]:
    style = RED if finding.severity is Severity.ERROR else YELLOW
    title = f"{finding.code} {finding.severity.value}"
    message = folded(one_line(finding.message), _less(report.width, 2), _less(report.width, len(title) + 2))
    yield from _hanging(f"{paint(title, style)}: ", [paint(line, BOLD) for line in message], 2)
    labels = labels_by_file(finding, style)
    width = max(len(str(label.span.end.row + CONTEXT)) for found in labels.values() for label in found)
    for number, (filename, found) in enumerate(labels.items()):
        yield _arrow(":::" if number else "-->", filename, found[0], width, paint)
        yield from frame_lines(report.text_of(filename), found, width, paint, report.width)
    gutter = " " * (width + 1)
    for title, text, title_style in _notes(finding):
        indent = len(gutter) + 4
        lines = folded(text, _less(report.width, indent), _less(report.width, indent + len(title)))
        yield from _hanging(f"{gutter}{paint('=', BLUE)} {paint(title, title_style)}: ", lines, indent)


def _hanging(head: str, lines: list[str], indent: int) -> Iterator[str]:
    """The lines, the first one behind `head`, the others further in."""
    for line in lines:
        yield head + line
        head = " " * indent


def _less(width: int | None, taken: int) -> int | None:
    return None if width is None else max(1, width - taken)


def _arrow(sign: str, filename: str, first: Label, width: int, paint: Paint) -> str:
    start = first.span.start
    return f"{' ' * width}{paint(sign, BLUE)} {one_line(filename)}:{start.row}:{start.column}"


def _notes(finding: Finding) -> Iterator[tuple[str, str, str]]:
    if finding.runtime_error is not None:
        yield f"in {finding.error_from.value}", one_line(finding.runtime_error), BOLD
    if finding.functions:
        names = ", ".join(one_line(name) for name in finding.functions)
        yield "function" if len(finding.functions) == 1 else "functions", names, BOLD
    if finding.help is not None:
        yield "help", one_line(finding.help), CYAN
    if finding.fix is not None:
        yield f"fix ({finding.fix.applicability.value})", one_line(finding.fix.message), GREEN
