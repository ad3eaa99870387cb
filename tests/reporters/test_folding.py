"""Whatever is folded, cut or put into a table fits, and says what it said before."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from handlerlint.reporters.folding import folded, table
from handlerlint.reporters.frame import Label, frame_lines
from handlerlint.reporters.style import display_width, painter
from handlerlint.text import Span

TEXT = st.text("abc  /._-日é", max_size=120)
LINES = st.lists(st.text("ab (){}.\t日x", max_size=300), min_size=1, max_size=5)
WIDTHS = st.sampled_from([40, 60, 100, 200])


@settings(max_examples=200, deadline=None)
@given(TEXT, st.integers(2, 60), st.integers(1, 60))
def test_folded_text(text: str, width: int, first: int) -> None:
    head, *others = folded(text, width, min(first, width))
    assert display_width(head) <= min(first, width)
    assert all(display_width(line) <= width for line in others)
    assert "".join([head, *others]).replace(" ", "") == text.replace(" ", "")
    assert folded(text, None) == [text]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, TEXT), min_size=1, max_size=3), WIDTHS)
def test_tables(rows: list[tuple[str, ...]], width: int) -> None:
    headings = [("one", "1"), ("two", None), ("three", None), ("four", None)]
    cells = [[(cell, "31") for cell in row] for row in rows]
    _, *blocks = table([headings, *cells], width, painter(False))
    assert len(blocks) == len(rows)
    for block, row in zip(blocks, rows, strict=True):
        assert all(display_width(line) <= width for line in block)
        for character in "日é":
            assert "".join(block).count(character) == "".join(row).count(character)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Label]]:
    """Lines with a place of some of them, and places in them that have led to it."""
    lines = draw(LINES)

    def place(marker: str) -> Label:
        first = draw(st.integers(1, len(lines)))
        last = draw(st.integers(first, len(lines)))
        start = draw(st.integers(1, len(lines[first - 1]) + 1))
        end = draw(st.integers(start if first == last else 1, len(lines[last - 1]) + 1))
        return Label(Span(first, start, last, end), "" if marker == "^" else draw(TEXT), marker, "1;31")

    return "\n".join(lines), [place("^"), *(place("-") for _ in range(draw(st.integers(0, 2))))]


@settings(max_examples=200, deadline=None)
@given(marked(), WIDTHS)
def test_frames(given_frame: tuple[str, list[Label]], width: int) -> None:
    text, labels = given_frame
    plain = [*frame_lines(text, labels, 2, painter(False), width)]
    assert all(display_width(line) <= width for line in plain)
    colored = frame_lines(text, labels, 2, painter(True), width)
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in colored] == plain
    if not labels[0].is_tall and plain:
        assert any("^" in line for line in plain)
