"""Source frames as HTML: the rows that `full` shows, with the places themselves marked in the text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from handlerlint.findings import Finding
from handlerlint.reporters.frame import Label, labels_by_file, lines_and_labels, rows_shown
from handlerlint.reporters.html.markup import Markup, element, joined, prose
from handlerlint.reporters.report import Report

_WIDEST_LINE = 400  # characters of a source line that are shown at most
_FAR = 100  # columns after which a place cannot be seen without scrolling: the line is cut before it
_BEFORE = 40  # characters that are left before such a place


def frames(finding: Finding, report: Report) -> Iterator[Markup]:
    """The places of a finding, file by file; the heading alone of a file that cannot be read."""
    for filename, labels in labels_by_file(finding, "").items():
        start = labels[0].span.start
        place = element("p", f"{filename}:{start.row}:{start.column}", class_="place")
        lines, inside = lines_and_labels(report.text_of(filename), labels)
        shown = [place]
        if inside:
            rows = joined(_rows(lines, inside))
            shown.append(
                element("pre", rows, class_="frame", tabindex="0", aria_label=f"Lines of {filename}")
            )
        else:
            shown += [element("p", prose(label.text), class_="said") for label in labels if label.text]
        yield joined(shown, "\n")


def _rows(lines: list[str], labels: list[Label]) -> Iterator[Markup]:
    rows = rows_shown(labels, lines)
    width = len(str(rows[-1]))
    for before, row in zip([rows[0], *rows], rows, strict=False):
        if row > before + 1:
            yield joined([element("span", " " * width + " ", class_="row"), "…\n"])
        text = lines[row - 1]
        number = element("span", f"{row:>{width}} ", class_="row")
        yield joined([number, _marked(text, row, labels), "\n"])
        indent = text[: len(text) - len(text.lstrip())]
        for label in labels:
            if label.text and label.span.start.row == row:
                gutter = element("span", " " * width + " ", class_="row")
                yield joined([gutter, indent, element("span", "↑ ", prose(label.text), class_="said"), "\n"])


def _marked(text: str, row: int, labels: list[Label]) -> Markup:
    """A line with its places marked, those of the finding before others; a long one is cut round the first."""
    places = [(start, end, label.marker) for label in labels for start, end in _columns(text, row, label)]
    first = min((start for start, _, _ in places), default=0)
    cut = first - _BEFORE if first > _FAR else 0
    last = min(len(text), cut + _WIDEST_LINE)
    edges = {edge for start, end, _ in places for edge in (start, end) if cut < edge < last}
    borders = sorted({cut, last, *edges})
    parts: list[str] = ["…"] * bool(cut)
    for start, end in pairwise(borders):
        markers = {marker for begin, finish, marker in places if begin <= start < finish}
        part = text[start:end]
        if not markers:
            parts.append(part)
        else:
            parts.append(element("mark", part, class_="" if "^" in markers else "related"))
    return joined([*parts, *["…"] * (last < len(text))])


def _columns(text: str, row: int, label: Label) -> Iterator[tuple[int, int]]:
    """The part of a row that a place covers, from 0; of a related place only its first row is shown."""
    span = label.span
    if not span.start.row <= row <= (label.last_row if label.marker == "^" else span.start.row):
        return
    start = span.start.column - 1 if row == span.start.row else len(text) - len(text.lstrip())
    end = span.end.column - 1 if row == span.end.row else len(text.rstrip())
    start = min(start, max(0, len(text) - 1))
    if text.strip():
        yield start, max(start + 1, min(end, len(text)))
