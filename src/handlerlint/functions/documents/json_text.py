"""JSON into nodes that know where they stand, unlike the standard library; called by `documents`."""

from __future__ import annotations

import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # not in typeshed

from handlerlint.functions.documents.building import TreeBuilder
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import Node, Scalar
from handlerlint.text import Location, Span

_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")


def parse_json(text: str) -> Node | None:
    """The document; None for blank text. Raises MalformedDocument."""
    return _Reader(text).read()


class _Reader:
    """One pass over the text, with the open brackets on a stack of its own."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.builder = TreeBuilder()
        self.closers: list[str] = []
        self.just_opened = False

    def read(self) -> Node | None:
        self._skip()
        if self.index == len(self.text):
            return None
        self._value()
        while self.closers:
            self._step()
        self._skip()
        if self.index < len(self.text):
            raise self._error("text after the end of the document")
        return self.builder.root

    def _step(self) -> None:
        """What stands after a value or an opening bracket, up to the next value or a closing bracket."""
        self._skip()
        character = self.text[self.index : self.index + 1]
        first, self.just_opened = self.just_opened, False
        if character == self.closers[-1]:
            self._close()
        elif first:
            self._member()
        elif character == ",":
            self.index += 1
            self._member()
        else:
            raise self._error(f"expected `,` or `{self.closers[-1]}`")

    def _member(self) -> None:
        """An item of the innermost list, or a key with its value of the innermost mapping."""
        self._skip()
        if self.closers[-1] == "}":
            if self.text[self.index : self.index + 1] != '"':
                raise self._error("expected a key in double quotes")
            self._string()
            self._skip()
            if self.text[self.index : self.index + 1] != ":":
                raise self._error("expected `:`")
            self.index += 1
            self._skip()
        self._value()

    def _value(self) -> None:
        character = self.text[self.index : self.index + 1]
        if character == '"':
            self._string()
        elif character in ("{", "["):
            self._open(character)
        else:
            word = _WORD.match(self.text, self.index)
            if word is None:
                raise self._error("expected a value")
            self._scalar(word.group(), word.start(), word.end(), "")
            self.index = word.end()

    def _open(self, character: str) -> None:
        row, column = self._place(self.index)
        self.builder.open(Span.at(row, column), is_map=character == "{")
        self.closers.append("}" if character == "{" else "]")
        self.index += 1
        self.just_opened = True

    def _close(self) -> None:
        self.closers.pop()
        self.index += 1
        self.builder.close(*self._place(self.index))

    def _string(self) -> None:
        start = self.index + 1
        try:
            value, self.index = scanstring(self.text, start, True)
        except JSONDecodeError as error:
            self.index = error.pos
            raise self._error(error.msg) from None
        self._scalar(value, start, self.index - 1, '"')

    def _scalar(self, value: str, start: int, end: int, style: str) -> None:
        span = Span(*self._place(start), *self._place(end))
        self.builder.scalar(Scalar(value, span, style), span)

    def _skip(self) -> None:
        space = _SPACE.match(self.text, self.index)
        if space is not None:
            self.index = space.end()

    def _place(self, index: int) -> Location:
        row = bisect_right(self.starts, index)
        return Location(row, index - self.starts[row - 1] + 1)

    def _error(self, message: str) -> MalformedDocument:
        row, column = self._place(min(self.index, len(self.text)))
        return MalformedDocument(f"not JSON: {message}", Span.at(row, column, 1))
