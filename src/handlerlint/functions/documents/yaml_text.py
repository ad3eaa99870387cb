"""YAML into nodes, through PyYAML's event stream: no object is ever made of a tag; called by `documents`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handlerlint.functions.documents.building import TreeBuilder
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import Node, Scalar
from handlerlint.text import Span

if TYPE_CHECKING:
    import yaml

_STANDARD = "tag:yaml.org,2002:"
_STANDARD_TAGS = frozenset(
    _STANDARD + name
    for name in (
        *("binary", "bool", "float", "int", "merge", "null", "str", "timestamp", "value"),
        *("map", "omap", "pairs", "seq", "set"),
    )
)


def parse_yaml(text: str) -> Node | None:
    """The first document of the text; None where there is none. Raises MalformedDocument."""
    import yaml

    # libyaml where PyYAML was built with it: eight times as fast, the same events.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = TreeBuilder()
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.DocumentEndEvent):
                break
            _take(event, builder, yaml)
    except yaml.reader.ReaderError as error:
        place = _place_of(text, error)
        raise MalformedDocument(f"not YAML: {error.reason}", place) from None
    except yaml.MarkedYAMLError as error:
        raise MalformedDocument(f"not YAML: {_message(error)}", _error_place(error)) from None
    return builder.root


def _take(event: yaml.Event, builder: TreeBuilder, yaml: Any) -> None:
    match event:
        case yaml.ScalarEvent():
            tag = _tag(event)
            scalar = Scalar(event.value, _scalar_span(event), _style(event, tag))
            builder.scalar(scalar, _span(event), tag=tag, anchor=event.anchor)
        case yaml.MappingStartEvent():
            builder.open(_span(event), is_map=True, tag=_tag(event), anchor=event.anchor)
        case yaml.SequenceStartEvent():
            builder.open(_span(event), is_map=False, tag=_tag(event), anchor=event.anchor)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            end = event.end_mark
            builder.close(end.line + 1, end.column + 1)
        case yaml.AliasEvent():
            builder.alias(event.anchor, _span(event))


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _scalar_span(event: Any) -> Span:
    """The text itself, without quotes; an event also spans the tag and anchor before it."""
    row, column, end_row, end_column = _span(event)
    quoted = event.style in ("'", '"')
    if quoted:
        column, end_column = column + 1, end_column - 1
    if row == end_row and (event.anchor is not None or event.tag is not None):
        column = max(end_column - len(event.value), column)
    return Span(row, column, end_row, end_column)


def _style(event: Any, tag: str | None) -> str:
    """A text with a tag such as `!!str` or `!Ref` is no null, whatever it says."""
    style = event.style or ""
    return "'" if style == "" and tag is not None else style


def _tag(event: Any) -> str | None:
    tag: str | None = event.tag
    if tag is None or tag == "!" or tag in _STANDARD_TAGS:
        return None
    if tag.startswith("!"):
        return tag
    shown = tag.replace(_STANDARD, "!!")
    raise MalformedDocument(f"tag `{shown}` has no meaning in a configuration file", _span(event))


def _message(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return ", ".join(parts) or "cannot be parsed"


def _error_place(error: yaml.MarkedYAMLError) -> Span | None:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return None
    row, column = mark.line + 1, mark.column + 1
    return Span.at(row, column, 1)


def _place_of(text: str, error: yaml.reader.ReaderError) -> Span:
    """libyaml counts bytes, PyYAML's own reader characters: look for the character itself."""
    character = error.character
    symbol = chr(character) if isinstance(character, int) else character[:1].decode("latin-1")
    index = max(text.find(symbol), 0)
    row = text.count("\n", 0, index) + 1
    column = index - text.rfind("\n", 0, index)
    return Span.at(row, column, 1)
