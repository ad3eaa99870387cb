"""Source frames: the lines of a file with markers under the places that are talked about. Used by `full` and `html`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from handlerlint.findings import Finding
from handlerlint.records import dataclass
from handlerlint.reporters.folding import clipped, folded
from handlerlint.reporters.style import BLUE, Paint, display_width, one_line, printable
from handlerlint.text import LINE_END, Span

CONTEXT = 2  # lines shown before and after the finding's own place
TALLEST_SPAN = 6  # a place of more lines is shown by its first and last ones
WIDEST_LINE = 140  # columns of a source line that are shown at most, where no terminal has fewer
_NARROWEST_TEXT = 24  # columns of what is said beside a marker: with less room it stands below
_DOTS = "..."  # where a line is cut


@dataclass(frozen=True, slots=True)
class Label:
    """A place to mark: `marker` is `^` for the finding itself and `-` for what led to it."""

    span: Span
    text: str
    marker: str
    style: str

    @property
    def is_tall(self) -> bool:
        """Whether the place covers several lines and is marked at its side."""
        return self.marker == "^" and self.last_row > self.span.start.row

    @property
    def last_row(self) -> int:
        """The last row with a character of the place: an end in column 1 is the end of the row before."""
        end = self.span.end
        return end.row - 1 if end.column == 1 and end.row > self.span.start.row else end.row


def frame_lines(
    text: str | None, labels: list[Label], width: int, paint: Paint, columns: int | None = None
) -> Iterator[str]:
    """The frame of one file; `width` is that of the row numbers. Nothing where there is no text to show.

    `columns` is how wide the terminal is; None where the frame is not shown on one.
    """
    lines, labels = lines_and_labels(text, labels)
    if not labels:
        return
    tall = next((label for label in labels if label.is_tall), None)
    bar = paint("|", BLUE)
    empty = f"{' ' * width} {bar}"
    room = None if columns is None else max(_NARROWEST_TEXT, columns - width - (3 if tall is None else 5))
    yield empty
    rows = rows_shown(labels, lines)
    for before, row in zip([rows[0], *rows], rows, strict=False):
        if row > before + 1:
            yield paint("...", BLUE)
        line = _Line(lines[row - 1], [label for label in labels if label.span.start.row == row], room)
        yield f"{paint(str(row).rjust(width), BLUE)} {bar} {_side(tall, row, paint)}{line.shown}".rstrip()
        for marks in line.marks(paint):
            yield f"{empty} {_side(tall, row, paint, below=True)}{marks}"
        if tall is not None and row == tall.last_row:
            yield f"{empty} {_closing(tall, lines, paint, room or WIDEST_LINE)}"
    yield empty


def labels_by_file(finding: Finding, style: str) -> dict[str, list[Label]]:
    """The places of a finding, its own file and its own place first; the same words twice are said once."""
    labels = {finding.filename: [Label(finding.span, "", "^", style)]}
    for related in finding.related:
        label = Label(related.span, one_line(related.message), "-", BLUE)
        found = labels.setdefault(related.filename, [])
        if label not in found:
            found.append(label)
    return labels


def lines_and_labels(text: str | None, labels: list[Label]) -> tuple[list[str], list[Label]]:
    """The lines of a file, and the labels that stand in them: none where there is nothing to show."""
    lines = [] if text is None else _lines_of(text)
    inside = [label for label in labels if label.span.start.row <= len(lines)]
    return lines, inside if any(lines[label.span.start.row - 1].strip() for label in inside) else []


@lru_cache(maxsize=8)  # a file may have many findings
def _lines_of(text: str) -> list[str]:
    return LINE_END.split(text)


def rows_shown(labels: Iterable[Label], lines: list[str]) -> list[int]:
    """The rows to show, in order; a single row between two of them is shown too."""
    rows: set[int] = set()
    for label in labels:
        rows.update(_rows_of_finding(label, lines) if label.marker == "^" else [label.span.start.row])
    return sorted(rows | {row + 1 for row in rows if row + 2 in rows})


def _rows_of_finding(label: Label, lines: list[str]) -> list[int]:
    """The rows of the place and of its context, without empty lines at the edges of that."""
    first, last = label.span.start.row, min(label.last_row, len(lines))
    before = list(range(max(1, first - CONTEXT), first))
    after = list(range(last + 1, min(len(lines), last + CONTEXT) + 1))
    while before and not lines[before[0] - 1].strip():
        del before[0]
    while after and not lines[after[-1] - 1].strip():
        del after[-1]
    inside = range(first, last + 1)
    return [*before, *(inside if len(inside) <= TALLEST_SPAN else [*inside[:3], *inside[-2:]]), *after]


def _side(tall: Label | None, row: int, paint: Paint, *, below: bool = False) -> str:
    """The two columns at the side of a line (or `below` it) in which a place of several lines is drawn."""
    if tall is None:
        return ""
    first = tall.span.start.row
    if row == first and not below:
        return paint("/", tall.style) + " "
    return paint("|", tall.style) + " " if first <= row <= tall.last_row else "  "


def _closing(tall: Label, lines: list[str], paint: Paint, widest: int) -> str:
    """`|____^` under the last character of a place of several lines."""
    last = lines[tall.last_row - 1] if tall.last_row <= len(lines) else ""
    column = tall.span.end.column - 1 if tall.span.end.row == tall.last_row else len(last)
    return paint("|" + "_" * max(1, min(_width(last[: max(0, column)]), widest)) + tall.marker, tall.style)


class _Line:
    """One source line as it is shown: tabs widened, control characters visible, a long line cut round its place.

    `room` is how many columns the terminal has for it; None where there is none.
    """

    def __init__(self, text: str, labels: list[Label], room: int | None) -> None:
        self._text = text
        self._labels = [label for label in labels if not label.is_tall]
        self._room = room
        self._widest = room or WIDEST_LINE
        self._cut = self._hidden()
        head = _DOTS if self._cut else ""
        shown = head + _widened(text[self._cut :])
        if display_width(shown) > self._widest:
            shown = clipped(shown, self._widest - len(_DOTS)) + _DOTS
        self.shown = shown

    def _hidden(self) -> int:
        """How many characters are left out at the beginning, so that the place can be seen."""
        place = min(
            self._labels, key=lambda label: (label.marker != "^", label.span.start.column), default=None
        )
        if place is None or _width(self._text) <= self._widest:
            return 0
        start, end = self._part(place)
        seen = min(_width(self._text[:end]), _width(self._text[:start]) + self._widest // 2)
        if seen <= self._widest - len(_DOTS):
            return 0
        cut = start
        while cut and _width(self._text[cut - 1 : start]) <= self._widest // 4:
            cut -= 1
        return cut

    def _part(self, label: Label) -> tuple[int, int]:
        """The characters of the line that a label is about."""
        end = len(self._text) if label.span.end.row > label.span.start.row else label.span.end.column - 1
        return min(label.span.start.column - 1, len(self._text)), end

    def marks(self, paint: Paint) -> Iterator[str]:
        """A line of markers for each label that starts in this line, those further right first, and what they say."""
        for label in sorted(self._labels, key=lambda label: label.span.start.column, reverse=True):
            start, end = self._part(label)
            before = len(_DOTS) * bool(self._cut) + _width(self._text[self._cut : start])
            indent = min(before, self._widest - 1)
            length = _width(self._text[max(start, self._cut) : end].rstrip())
            marker = label.marker * max(1, min(length, self._widest - indent))
            for column, text in self._beside(indent, marker, label.text):
                yield " " * column + paint(text, label.style)

    def _beside(self, indent: int, marker: str, text: str) -> Iterator[tuple[int, str]]:
        """The marker with its text, each line with its column: folded, or below it, where that is too wide."""
        column = indent + len(marker) + 1
        if self._room is None or not text or column + display_width(text) <= self._room:
            yield indent, f"{marker} {text}".rstrip()
            return
        beside = self._room - column
        if beside < _NARROWEST_TEXT:
            yield indent, marker
            column = max(0, min(indent, self._room - _NARROWEST_TEXT, self._room - display_width(text)))
            yield from ((column, part) for part in folded(text, self._room - column))
            return
        first, *others = folded(text, beside)
        yield indent, f"{marker} {first}"
        yield from ((column, part) for part in others)


def _widened(text: str) -> str:
    return printable(text.replace("\t", "    ").replace("\f", " "))


def _width(text: str) -> int:
    return display_width(_widened(text))
