"""Places in source text as plain tuples, for the stages below `findings`. Used by `source` and inference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# What Python takes for the end of a line; str.splitlines would also cut at form feeds and U+2028.
LINE_END = re.compile(r"\r\n|\r|\n")


class CodeSpan(NamedTuple):
    """From the start up to, not including, the end: rows and columns count from 1, columns in code points."""

    row: int
    column: int
    end_row: int
    end_column: int


FILE_START = CodeSpan(1, 1, 1, 1)


class LineMap:
    """Moves places of inline code into the template that it stands in, or of changed text into the file.

    `starts` gives row and column in the template of each line of the code; a place beyond the last line
    belongs to the last one (the end of the code is one line further when it ends in a line break).
    """

    __slots__ = ("_starts",)

    def __init__(self, starts: tuple[tuple[int, int], ...]) -> None:
        self._starts = starts

    def with_longer_rows(self, longer: Mapping[int, int]) -> LineMap:
        """The map for code of which some rows have become longer by some characters at their start."""
        return LineMap(
            tuple(
                (row, column - longer.get(number, 0)) for number, (row, column) in enumerate(self._starts, 1)
            )
        )

    def place(self, row: int, column: int) -> tuple[int, int]:
        """The place in the template of a place in the code."""
        template_row, template_column = self._starts[min(row, len(self._starts)) - 1]
        return template_row, max(template_column + column - 1, 1)

    def span(self, span: CodeSpan) -> CodeSpan:
        """The span in the template of a span in the code."""
        return CodeSpan(*self.place(span.row, span.column), *self.place(span.end_row, span.end_column))
