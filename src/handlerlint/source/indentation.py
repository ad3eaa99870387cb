"""Indentation that mixes tabs and blanks, written with blanks alone: libcst does not take all that Python does.

Python compares how far lines are indented, libcst what they are indented with: a line with twelve blanks lies deeper
than one with a tab to the one, and is no part of its block to the other. Used by `files` where parsing fails.
"""

from __future__ import annotations

import io
import tokenize

_TAB = 8  # docs.python.org/3/reference/lexical_analysis.html#indentation
_NO_CODE = (tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER)


def evenly_indented(text: str) -> tuple[str, dict[int, int]] | None:
    """The same program without tabs before its lines, and by how much each changed row (from 1) has become longer.

    Of a text that Python takes; None where no line begins with a tab.
    """
    rows = _rows_of_lines(text)
    if not rows:
        return None
    lines = text.split("\n")
    longer: dict[int, int] = {}
    for row in rows:
        line = lines[row - 1]
        code = line.lstrip(" \t\f")
        before = line[: len(line) - len(code)]
        if "\t" in before:
            blanks = " " * len(before.rpartition("\f")[2].expandtabs(_TAB))
            lines[row - 1] = blanks + code
            longer[row] = len(blanks) - len(before)
    return ("\n".join(lines), longer) if longer else None


def _rows_of_lines(text: str) -> list[int]:
    """The rows in which statements and comments begin: not those inside of brackets, texts and continued lines."""
    rows: list[int] = []
    begins = True
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if begins and token.type not in _NO_CODE:
                rows.append(token.start[0])
                begins = token.type == tokenize.COMMENT
            if token.type == tokenize.NEWLINE:
                begins = True
    except (tokenize.TokenError, SyntaxError):
        return []
    return rows
