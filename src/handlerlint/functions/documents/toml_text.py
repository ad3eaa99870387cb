"""TOML into nodes; called by `zappa` and `sam_config`."""

from __future__ import annotations

import re
import sys
from typing import Any

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar
from handlerlint.functions.documents.reading import decode
from handlerlint.text import Span

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


def load_toml(data: bytes) -> dict[str, Any]:
    """The tables of a TOML file; raises MalformedDocument."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(decode(data))
    except RecursionError:
        raise MalformedDocument("nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError, or a number with too many digits
        match = _PLACE.search(str(error))
        place = None
        if match is not None:
            row, column = int(match.group(1)), int(match.group(2))
            place = Span.at(row, column, 1)
        raise MalformedDocument(f"not TOML: {str(error).partition(' (at ')[0]}", place) from None


def parse_toml(data: bytes) -> Node:
    """The tables as nodes; without places, which the standard library does not keep."""
    return _node(load_toml(data))


def _node(value: object) -> Node:
    match value:
        case dict():
            return MapNode({str(key): _node(item) for key, item in value.items()})
        case list():
            return ListNode(tuple(_node(item) for item in value))
        case bool():
            return Scalar(str(value).lower())
        case str():
            return Scalar(value, style='"')
    return Scalar(str(value))
