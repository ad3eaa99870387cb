"""Read one YAML or JSON file into nodes, within limits; called by every source written in these formats."""

from __future__ import annotations

import codecs
from functools import lru_cache
from pathlib import Path

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import MapNode, Node
from handlerlint.project.view import TooLarge, read_file
from handlerlint.records import dataclass
from handlerlint.text import Span


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file. `root` is None for an empty one."""

    path: Path
    text: str
    root: Node | None


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises MalformedDocument where it is too large, OSError where it cannot be read."""
    try:
        return read_file(path)
    except TooLarge as error:
        raise MalformedDocument(error.message) from None


def decode(data: bytes) -> str:
    """The text of a configuration file: UTF-8, or UTF-16 with a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        row = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        place = Span.at(row, column, 1)
        raise MalformedDocument("not UTF-8 text", place) from None


def parse(path: Path, data: bytes) -> Document:
    """The document in `data`; raises MalformedDocument.

    JSON is read as JSON first (YAML knows neither tabs nor surrogate pairs), and as YAML where it is none.
    """
    text = decode(data)
    return Document(path, text, _root(text, path.suffix == ".json"))


@lru_cache(maxsize=512)  # a language server reads the same templates at each keystroke
def _root(text: str, is_json: bool) -> Node | None:
    from handlerlint.functions.documents.json_text import parse_json
    from handlerlint.functions.documents.yaml_text import parse_yaml

    if text.lstrip()[:1] in ("{", "["):
        try:
            return parse_json(text)
        except MalformedDocument as error:
            if is_json:
                raise error.of_template(text) from None
    try:
        return parse_yaml(text)
    except MalformedDocument as error:
        raise error.of_template(text) from None


def read_mapping(path: Path) -> Document | None:
    """A file with a mapping in it; None where it is not there or none: its reader can do without it."""
    try:
        document = parse(path, read_bytes(path))
    except (OSError, MalformedDocument):
        return None
    return document if isinstance(document.root, MapNode) else None
