"""Files as text and back, byte for byte, and edits of them. Called by `passes` and by `writing`."""

from __future__ import annotations

import codecs
import io
import tokenize
from typing import TYPE_CHECKING

from handlerlint.findings import Edit
from handlerlint.records import dataclass, replace
from handlerlint.text import LINE_END, fitted, newline_of

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file and all that makes bytes of it again: a byte order mark, the encoding."""

    text: str
    encoding: str
    mark: bytes = b""

    @property
    def data(self) -> bytes:
        """The bytes."""
        return self.mark + self.text.encode(self.encoding)

    def with_text(self, text: str) -> FileText:
        """The same file with another text."""
        return replace(self, text=text)


def text_of(data: bytes, *, is_python: bool) -> FileText | None:
    """The text of a file's bytes; None where they would not be the same again."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    encoding = "utf-8"
    try:
        if is_python and not mark:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        found = FileText(data[len(mark) :].decode(encoding), encoding, mark)
        return found if found.data == data else None
    except (SyntaxError, LookupError, ValueError):
        return None


def edited(text: str, edits: Iterable[Edit]) -> str | None:
    """The text after the edits, which must not overlap; None where they do, or lie outside.

    Edits that are the same count once: two fixes may need one import. Of several insertions at one place, the first
    comes first. New lines end as those of the text do.
    """
    starts = _row_starts(text)
    rows, newline = LINE_END.split(text), newline_of(text)
    parts: list[tuple[int, int, str]] = []
    for edit in dict.fromkeys(edits):
        content, span = fitted(edit.content, edit.span, rows, newline)
        start, end = (_offset(text, starts, *place) for place in (span.start, span.end))
        if start is None or end is None or start > end:
            return None
        parts.append((start, end, content))
    parts.sort(key=lambda part: part[:2])
    pieces: list[str] = []
    done = 0
    for start, end, content in parts:
        if start < done:
            return None
        pieces += (text[done:start], content)
        done = end
    return "".join((*pieces, text[done:]))


def _row_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in LINE_END.finditer(text))]


def _offset(text: str, starts: list[int], row: int, column: int) -> int | None:
    """Where a place is in the text; None for one that is not."""
    if row > len(starts):
        return None
    offset = starts[row - 1] + column - 1
    return offset if offset <= len(text) else None
