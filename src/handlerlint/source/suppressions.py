"""Which findings of a file `# noqa` comments suppress, by flake8's rules. Used by `linter`.

The expressions are those of flake8 (defaults.py): a bare comment suppresses everything on its line, one with
codes those that begin with one of them. `# flake8: noqa` on a line of its own is for the whole file, with codes
for those only. They hold for YAML, TOML and HCL alike.
"""

from __future__ import annotations

import io
import re
import tokenize

_INLINE = re.compile(
    r"# noqa(?::[\s]?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?",
    re.IGNORECASE,
)
_WHOLE_FILE = re.compile(
    r"^\s*# flake8[:=]\s*noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOQA = re.compile("noqa", re.IGNORECASE)


class Suppressions:
    """The comments of one file; nothing is done for a file without any."""

    __slots__ = ("_is_python", "_lines", "_ranges", "_text", "_whole_file")

    def __init__(self, text: str, *, is_python: bool) -> None:
        self._text = text if _NOQA.search(text) else ""
        self._is_python = is_python
        self._whole_file = [_codes(match) for match in _WHOLE_FILE.finditer(self._text)]
        self._lines: list[str] | None = None
        self._ranges: dict[int, tuple[int, int]] | None = None

    def hide(self, code: str, row: int) -> bool:
        """Whether a finding of `code` that starts in `row` (from 1) is suppressed."""
        if not self._text:
            return False
        if any(_covers(codes, code) for codes in self._whole_file):
            return True
        match = _INLINE.search(self._searched(row))
        return match is not None and _covers(_codes(match), code)

    def _searched(self, row: int) -> str:
        """The line, or the lines that a string over several lines, or backslashes, make one."""
        if self._lines is None:
            self._lines = self._text.splitlines() if not self._is_python else _python_lines(self._text)
        if self._ranges is None:
            self._ranges = _joined_lines(self._text) if self._is_python else {}
        first, last = self._ranges.get(row, (row, row))
        return "\n".join(self._lines[first - 1 : last])


def _codes(match: re.Match[str]) -> tuple[str, ...] | None:
    """The codes of a comment; None for one without, which is for all."""
    codes = match["codes"]
    return None if codes is None else tuple(code.upper() for code in re.split(r"[,\s]+", codes) if code)


def _covers(codes: tuple[str, ...] | None, code: str) -> bool:
    return codes is None or code.startswith(codes)


def _python_lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def _joined_lines(text: str) -> dict[int, tuple[int, int]]:
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
