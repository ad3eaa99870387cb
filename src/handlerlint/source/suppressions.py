"""Which findings of a file `# noqa` comments suppress, by flake8's rules. Used by `linter`.

The expressions are those of flake8 (defaults.py): a bare comment suppresses everything on its line, one with
codes those that begin with one of them. `# flake8: noqa` on a line of its own is for the whole file, with codes
for those only. They hold for YAML, TOML and HCL alike.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from handlerlint.records import dataclass
from handlerlint.text import LINE_END, Span

INLINE = re.compile(
    r"# noqa(?::[\s]?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?",
    re.IGNORECASE,
)
_WHOLE_FILE = re.compile(
    r"^\s*# flake8[:=]\s*noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOQA = re.compile("noqa", re.IGNORECASE)
_NOQA_COMMENT = re.compile(r"# (?:flake8[:=]\s*)?noqa", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that silences codes: its place in the file, and each code, or beginning of some, with its own place."""

    span: Span
    codes: tuple[tuple[str, Span], ...]


class Suppressions:
    """The comments of one file; nothing is done for a file without any."""

    __slots__ = ("_is_python", "_lines", "_ranges", "_text", "_used", "_whole_file")

    def __init__(self, text: str, *, is_python: bool) -> None:
        self._text = text if _NOQA.search(text) else ""
        self._is_python = is_python
        self._whole_file = [(match.start(), _codes(match)) for match in _WHOLE_FILE.finditer(self._text)]
        self._lines: list[str] | None = None
        self._ranges: dict[int, tuple[int, int]] | None = None
        self._used: set[tuple[int, str]] = set()

    def hide(self, code: str, row: int) -> bool:
        """Whether a finding of `code` that starts in `row` (from 1) is suppressed."""
        if not self._text:
            return False
        for start, codes in self._whole_file:
            if _covers(codes, code):
                self._note(self._text.count("\n", 0, start) + 1, codes, code)
                return True
        first, lines = self._searched(row)
        match = INLINE.search("\n".join(lines))
        if match is None or not _covers(_codes(match), code):
            return False
        self._note(first + match.string.count("\n", 0, match.start()), _codes(match), code)
        return True

    def _note(self, row: int, codes: tuple[str, ...] | None, code: str) -> None:
        self._used.update((row, prefix) for prefix in codes or () if code.startswith(prefix))

    def unused(self) -> Iterator[Comment]:
        """The comments with codes of ours that have hidden nothing that was asked about, each with these codes."""
        comments = _comments(self._text) if self._is_python else _comments_of_lines(self._text)
        for row, column, text in comments:
            match = INLINE.match(text) or _WHOLE_FILE.match(text)
            if match is None or match["codes"] is None:
                continue
            codes = []
            for found in re.finditer(r"[A-Z]+[0-9]+", match["codes"], re.IGNORECASE):
                code = found.group().upper()
                if code.startswith("HL") and (row, code) not in self._used:
                    start = column + match.start("codes") + found.start()
                    codes.append((code, Span.at(row, start, len(code))))
            if codes:
                yield Comment(Span.at(row, column, match.end()), tuple(codes))

    def _searched(self, row: int) -> tuple[int, list[str]]:
        """The line, or the lines that a string over several lines, or backslashes, make one; and the first's row."""
        if self._lines is None:
            self._lines = self._text.splitlines() if not self._is_python else _python_lines(self._text)
        if self._ranges is None:
            self._ranges = joined_lines(self._text) if self._is_python else {}
        first, last = self._ranges.get(row, (row, row))
        return first, self._lines[first - 1 : last]


def _comments(text: str) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of what looks like our comment in each comment of a Python file."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            match = _NOQA_COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
            if match is not None:
                yield token.start[0], token.start[1] + match.start() + 1, token.string[match.start() :]
    except (tokenize.TokenError, SyntaxError):
        return


def _comments_of_lines(text: str) -> Iterator[tuple[int, int, str]]:
    for row, line in enumerate(LINE_END.split(text), 1):
        match = _NOQA_COMMENT.search(line)
        if match is not None:
            yield row, match.start() + 1, line[match.start() :]


def _codes(match: re.Match[str]) -> tuple[str, ...] | None:
    """The codes of a comment; None for one without, which is for all."""
    codes = match["codes"]
    return None if codes is None else tuple(code.upper() for code in re.split(r"[,\s]+", codes) if code)


def _covers(codes: tuple[str, ...] | None, code: str) -> bool:
    return codes is None or code.startswith(codes)


def _python_lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def joined_lines(text: str) -> dict[int, tuple[int, int]]:
    """For each row that is joined with others, the first and last of them (flake8's `_noqa_line_mapping`)."""
    joined: dict[int, tuple[int, int]] = {}
    first, last = 0, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first = min(first or token.start[0], token.start[0])
            last = max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                if last > first:
                    joined.update(dict.fromkeys(range(first, last + 1), (first, last)))
                first = last = 0
    except (tokenize.TokenError, SyntaxError):
        return {}
    return joined
