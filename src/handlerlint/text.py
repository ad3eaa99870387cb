"""Places in text: the one pair and the one range of all stages.

Rows and columns count from 1, columns in code points. Both are tuples: large documents have many of them.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Mapping, Sequence
    from typing import NamedTuple

    class _Location(NamedTuple):
        row: int
        column: int

    class _Span(NamedTuple):
        row: int
        column: int
        end_row: int
        end_column: int
else:
    from collections import namedtuple

    _Location = namedtuple("_Location", ("row", "column"))
    _Span = namedtuple("_Span", ("row", "column", "end_row", "end_column"))

# What Python takes for the end of a line; str.splitlines would also cut at form feeds and U+2028.
LINE_END = re.compile(r"\r\n|\r|\n")


class Location(_Location):
    """A row and a column."""

    __slots__ = ()


class Span(_Span):
    """From a row and a column up to, not including, another row and column."""

    __slots__ = ()

    @classmethod
    def at(cls, row: int, column: int, length: int = 0) -> Span:
        """Some characters of one row."""
        return cls(row, column, row, column + length)

    @property
    def start(self) -> Location:
        """Where it begins."""
        return Location(self.row, self.column)

    @property
    def end(self) -> Location:
        """Where it ends: the first place that is not in it."""
        return Location(self.end_row, self.end_column)


FILE_START = Span(1, 1, 1, 1)


def text_at(text: str, span: Span) -> str | None:
    """What stands at a span of a text, with `\n` between its rows; None where the text is shorter."""
    rows = LINE_END.split(text)
    if span.end_row > len(rows):
        return None
    lines = rows[span.row - 1 : span.end_row]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def newline_of(text: str) -> str:
    """What ends the lines of a text."""
    match = LINE_END.search(text)
    return "\n" if match is None else match.group()


def fitted(content: str, span: Span, rows: Sequence[str], newline: str) -> tuple[str, Span]:
    """An edit as it is in this very text: lines end as there, and a row behind the last one is begun there."""
    content = content.replace("\n", newline)
    if (span.row, span.column) != (len(rows) + 1, 1):
        return content, span
    return newline * bool(rows[-1]) + content, Span.at(len(rows), len(rows[-1]) + 1)


class LineMap:
    """Moves places of inline code into the template that it stands in, or of changed text into the file.

    `starts` gives row and column in the template of each line of the code; a place beyond the last line
    belongs to the last one (the end of the code is one line further when it ends in a line break).
    """

    __slots__ = ("_starts",)

    def __init__(self, starts: tuple[Location, ...]) -> None:
        self._starts = starts

    def with_longer_rows(self, longer: Mapping[int, int]) -> LineMap:
        """The map for code of which some rows have become longer by some characters at their start."""
        return LineMap(
            tuple(
                Location(row, column - longer.get(number, 0))
                for number, (row, column) in enumerate(self._starts, 1)
            )
        )

    def place(self, row: int, column: int) -> Location:
        """The place in the template of a place in the code."""
        template_row, template_column = self._starts[min(row, len(self._starts)) - 1]
        return Location(template_row, max(template_column + column - 1, 1))

    def span(self, span: Span) -> Span:
        """The span in the template of a span in the code."""
        return Span(*self.place(span.row, span.column), *self.place(span.end_row, span.end_column))
