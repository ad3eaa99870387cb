"""Colours, and text that is safe to print on a terminal: for the formats for people and for `commands`."""

from __future__ import annotations

import re
from collections.abc import Callable

RED = "1;31"
YELLOW = "1;33"
BLUE = "1;34"
CYAN = "36"
GREEN = "32"
BOLD = "1"
DIM = "2"
ITALIC = "3"

Paint = Callable[[str, str], str]

# A message may quote what stands in a file: escape sequences in it must not reach the terminal.
_CONTROL = re.compile(
    r"[\ud800-\udfff\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]"
)


def painter(colored: bool) -> Paint:
    """A function that puts a style round a text, or leaves the text as it is."""
    return _painted if colored else _plain


def _painted(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if text else text


def _plain(text: str, style: str) -> str:
    return text


def printable(text: str) -> str:
    """The text with each control character replaced by one visible character."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """The text as one line, safe to print."""
    return printable(" ".join(text.splitlines()))


def display_width(text: str) -> int:
    """The columns that a terminal takes for the text: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(
        0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1 for character in text
    )
