"""Text that fits the terminal: folded lines, and tables whose cells are folded. For `full` and for `commands`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from handlerlint.reporters.style import Paint, display_width

# A cell of a table: its text and the style in which it is painted, if any.
Cell = tuple[str, str | None]

_GAP = "  "
_NARROWEST = 12  # columns of a folded cell: with less a table cannot be read
_STYLED = re.compile(r"\x1b\[[\d;]*m")
_AFTER = "/.-_:,"  # a long word is cut behind one of these


def folded(text: str, width: int | None, first: int | None = None) -> list[str]:
    """The text in lines of at most `width` columns, the first one of `first`; in one line without a width."""
    if width is None:
        return [text]
    lines: list[str] = []
    line: str | None = None
    room = width if first is None else first
    for word in text.split(" "):
        longer = word if line is None else f"{line} {word}"
        if shown_width(longer) <= room:
            line = longer
            continue
        if line is not None or room < width:
            lines.append(line or "")
        room = width
        *whole, line = _cut(word, width)
        lines += whole
    return [*lines, line or ""]


def shown_width(text: str) -> int:
    """The columns that a text takes, which may be painted."""
    return display_width(_STYLED.sub("", text))


def _cut(word: str, width: int) -> list[str]:
    """A word in pieces that fit; a painted one stays whole."""
    pieces = []
    while display_width(word) > width and "\x1b" not in word:
        piece = clipped(word, width)
        ends = [index + 1 for index, character in enumerate(piece) if character in _AFTER]
        if ends and ends[-1] > len(piece) // 2:
            piece = piece[: ends[-1]]
        pieces.append(piece)
        word = word[len(piece) :]
    return [*pieces, word]


def clipped(text: str, width: int) -> str:
    """As much of the beginning of a text as takes at most `width` columns, and at least a character."""
    end = min(len(text), max(1, width))
    while end > 1 and display_width(text[:end]) > width:
        end -= 1
    return text[:end]


def table(rows: Sequence[Sequence[Cell]], width: int | None, paint: Paint) -> Iterator[list[str]]:
    """The lines of each row, the headings first, each column as wide as its cells.

    What is wider than `width` is folded in its widest columns; where that leaves too little, each row is a list
    of its cells under each other, named by the headings, which are no row then.
    """
    widths = _widths([[display_width(text) for text, _ in row] for row in rows], width)
    if widths is not None:
        yield from (_side_by_side(row, widths, paint) for row in rows)
        return
    assert width is not None
    yield []
    headings = [text for text, _ in rows[0]]
    yield from (_under_each_other(row, headings, width, paint) for row in rows[1:])


def _widths(cells: Sequence[Sequence[int]], width: int | None) -> list[int] | None:
    """The width of each column; None if they do not fit side by side."""
    natural = [max(column) for column in zip(*cells, strict=True)]
    if width is None or not natural:
        return natural
    room = width - len(_GAP) * (len(natural) - 1)
    widest = _fair_share(natural, room)
    return None if widest < _NARROWEST and widest < max(natural) else [min(size, widest) for size in natural]


def _fair_share(sizes: list[int], room: int) -> int:
    """How wide a column may be at most, so that all fit."""
    ordered = sorted(sizes)
    for index, size in enumerate(ordered):
        share = room // (len(ordered) - index)
        if share < size:
            return share
        room -= size
    return ordered[-1]


def _side_by_side(row: Sequence[Cell], widths: Sequence[int], paint: Paint) -> list[str]:
    columns = [folded(text, width) for (text, _), width in zip(row, widths, strict=True)]
    lines = []
    for parts in zip_longest(*columns, fillvalue=""):
        padded = [
            _painted(part, style, paint) + " " * (width - display_width(part))
            for part, (_, style), width in zip(parts, row, widths, strict=True)
        ]
        lines.append(_GAP.join(padded).rstrip())
    return lines


def _under_each_other(row: Sequence[Cell], headings: Sequence[str], width: int, paint: Paint) -> list[str]:
    (title, style), *cells = row
    lines = [_painted(part, style, paint) for part in folded(title, width)]
    indent = max(map(display_width, headings[1:]), default=0) + 2 * len(_GAP)
    for heading, (text, style) in zip(headings[1:], cells, strict=True):
        head = f"{_GAP}{heading}".ljust(indent)
        for part in folded(text, max(_NARROWEST, width - indent)):
            lines.append(head + _painted(part, style, paint))
            head = " " * indent
    return lines


def _painted(text: str, style: str | None, paint: Paint) -> str:
    return text if style is None else paint(text, style)
