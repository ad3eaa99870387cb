"""Places in the client's units: lines from 0, columns in UTF-16, or whatever was agreed on. Called by `answers`."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.workspace import PositionCodec

from handlerlint.project.view import read_text
from handlerlint.text import LINE_END, Location, Span


class Texts:
    """The texts of files as the client sees them: those that are open, else those of the disk."""

    def __init__(self, codec: PositionCodec, unsaved: dict[Path, str]) -> None:
        self._codec = codec
        self._unsaved = unsaved
        self._lines: dict[Path, list[str]] = {}

    def lines(self, path: Path) -> list[str]:
        """The lines of a file, without their ends; none of one that cannot be read."""
        if path not in self._lines:
            text = self._unsaved.get(path)
            if text is None:
                try:
                    text = read_text(path)
                except OSError:
                    text = ""
            self._lines[path] = LINE_END.split(text)
        return self._lines[path]

    def range(self, path: Path, span: Span) -> types.Range:
        """A span of a file in the client's units."""
        return types.Range(self._position(path, span.start), self._position(path, span.end))

    def _position(self, path: Path, location: Location) -> types.Position:
        lines = self.lines(path)
        if location.row > len(lines):
            return types.Position(len(lines), 0)
        return self._codec.position_to_client_units(
            lines, types.Position(location.row - 1, location.column - 1)
        )

    def location(self, path: Path, position: types.Position) -> Location:
        """The client's place in a file as row and column from 1, in code points."""
        given = types.Position(position.line, position.character)
        found = self._codec.position_from_client_units(self.lines(path), given)
        return Location(found.line + 1, found.character + 1)


def path_of(uri: str) -> Path | None:
    """The file of a URI; None for what is no file, such as a text that has no name yet."""
    name = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return None if name is None else Path(name)


def uri_of(path: Path) -> str:
    """The URI of a file."""
    return uris.from_fs_path(str(path)) or path.as_uri()


def holds(span: Span, place: Location) -> bool:
    """Whether a place is in a span, its end included, where a cursor stands behind a word."""
    return span.start <= place <= span.end
