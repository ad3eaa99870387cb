"""Source frames: the lines of a file with markers under the places that are talked about. Used by `full`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handlerlint.records import dataclass
from handlerlint.reporters.style import BLUE, Paint, display_width, printable
from handlerlint.text import LINE_END, Span

CONTEXT = 2  # lines shown before and after the finding's own place
TALLEST_SPAN = 6  # a place of more lines is shown by its first and last ones
WIDEST_LINE = 140  # columns of a source line that are shown at most


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


def frame_lines(text: str | None, labels: list[Label], width: int, paint: Paint) -> Iterator[str]:
    """The frame of one file; `width` is that of the row numbers. Nothing where there is no text to show."""
    lines = [] if text is None else LINE_END.split(text)
    labels = [label for label in labels if label.span.start.row <= len(lines)]
    if not labels or not any(lines[label.span.start.row - 1].strip() for label in labels):
        return
    tall = next((label for label in labels if label.is_tall), None)
    bar = paint("|", BLUE)
    empty = f"{' ' * width} {bar}"
    yield empty
    rows = _rows(labels, lines)
    for before, row in zip([rows[0], *rows], rows, strict=False):
        if row > before + 1:
            yield paint("...", BLUE)
        line = _Line(lines[row - 1], [label for label in labels if label.span.start.row == row])
        yield f"{paint(str(row).rjust(width), BLUE)} {bar} {_side(tall, row, paint)}{line.shown}".rstrip()
        for marks in line.marks(paint):
            yield f"{empty} {_side(tall, row, paint, below=True)}{marks}"
        if tall is not None and row == tall.last_row:
            yield f"{empty} {_closing(tall, lines, paint)}"
    yield empty


def _rows(labels: Iterable[Label], lines: list[str]) -> list[int]:
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


def _closing(tall: Label, lines: list[str], paint: Paint) -> str:
    """`|____^` under the last character of a place of several lines."""
    last = lines[tall.last_row - 1] if tall.last_row <= len(lines) else ""
    column = tall.span.end.column - 1 if tall.span.end.row == tall.last_row else len(last)
    return paint(
        "|" + "_" * max(1, min(_width(last[: max(0, column)]), WIDEST_LINE)) + tall.marker, tall.style
    )


class _Line:
    """One source line as it is shown: tabs widened, control characters visible, a long line cut."""

    def __init__(self, text: str, labels: list[Label]) -> None:
        self._text = text
        self._labels = [label for label in labels if not label.is_tall]
        self._cut = 0
        first = min((label.span.start.column for label in self._labels), default=1)
        if _width(text) > WIDEST_LINE and _width(text[: first - 1]) > WIDEST_LINE // 2:
            self._cut = first - 1 - WIDEST_LINE // 4
        shown = _widened(text[self._cut :])
        head, tail = "..." if self._cut else "", "..." if len(shown) > WIDEST_LINE else ""
        self.shown = f"{head}{shown[:WIDEST_LINE]}{tail}"

    def marks(self, paint: Paint) -> Iterator[str]:
        """A line of markers for each label that starts in this line, those further right first."""
        for label in sorted(self._labels, key=lambda label: label.span.start.column, reverse=True):
            start = min(label.span.start.column - 1, len(self._text))
            end = len(self._text) if label.span.end.row > label.span.start.row else label.span.end.column - 1
            indent = " " * (3 * bool(self._cut) + _width(self._text[self._cut : start]))
            length = max(1, min(_width(self._text[start:end].rstrip()), WIDEST_LINE + 3 - len(indent)))
            yield indent + paint(f"{label.marker * length} {label.text}".rstrip(), label.style)


def _widened(text: str) -> str:
    return printable(text.replace("\t", "    ").replace("\f", " "))


def _width(text: str) -> int:
    return display_width(_widened(text))
