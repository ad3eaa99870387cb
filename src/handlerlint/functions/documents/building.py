"""Puts the nodes of a document together, within limits; used by the parsers of YAML and JSON."""

from __future__ import annotations

from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar
from handlerlint.records import dataclass
from handlerlint.text import Span

MAXIMUM_DEPTH = 400
MAXIMUM_NODES = 1_000_000


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    span: Span
    is_map: bool
    tag: str | None
    anchor: str | None
    items: list[Node]
    entries: dict[str, Node]
    keys: dict[str, Span]
    size: int = 1
    key: Scalar | None = None
    key_is_next: bool = True
    merged: list[Node] | None = None


class TreeBuilder:
    """Puts nodes together from the parsers' events, without recursion and within the limits above.

    The order is that of the text; `anchor` and `alias` are YAML's. Raises MalformedDocument.
    """

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}

    def open(self, span: Span, *, is_map: bool, tag: str | None = None, anchor: str | None = None) -> None:
        """A list or mapping begins."""
        if len(self._open) >= MAXIMUM_DEPTH:
            raise MalformedDocument(f"nested more than {MAXIMUM_DEPTH} levels deep", span)
        if anchor is not None:
            self._anchors[anchor] = None
        self._open.append(_Open(span, is_map, tag, anchor, [], {}, {}))

    def close(self, end_row: int, end_column: int) -> None:
        """The innermost list or mapping ends."""
        frame = self._open.pop()
        span = Span(frame.span.row, frame.span.column, end_row, end_column)
        node: Node
        if frame.is_map:
            for merged in frame.merged or ():
                _merge(frame, merged)
            node = MapNode(frame.entries, span, frame.size, frame.keys)
        else:
            node = ListNode(tuple(frame.items), span, frame.size)
        self._add(tagged(frame.tag, node, span), frame.anchor)

    def scalar(
        self, scalar: Scalar, span: Span, *, tag: str | None = None, anchor: str | None = None
    ) -> None:
        """A text; `span` is its place together with its tag."""
        self._add(tagged(tag, scalar, span), anchor)

    def alias(self, anchor: str, span: Span) -> None:
        """The same node again."""
        if anchor not in self._anchors:
            raise MalformedDocument(f"undefined alias `*{anchor}`", span)
        node = self._anchors[anchor]
        if node is None:
            raise MalformedDocument(f"alias `*{anchor}` refers to itself", span)
        self._add(node, None)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        frame.size += 1 if isinstance(node, Scalar) else node.size
        if frame.size > MAXIMUM_NODES:
            message = f"more than {MAXIMUM_NODES:,} values after all aliases are expanded"
            raise MalformedDocument(message, frame.span)
        if not frame.is_map:
            frame.items.append(node)
        elif frame.key_is_next:
            # A list or mapping as a key means nothing in any configuration format that is read here.
            frame.key = node if isinstance(node, Scalar) else None
            frame.key_is_next = False
        else:
            frame.key_is_next = True
            self._add_entry(frame, node)

    def _add_entry(self, frame: _Open, node: Node) -> None:
        key = frame.key
        if key is None:
            return
        if key.text == "<<" and key.style == "" and not isinstance(node, Scalar):
            frame.merged = [*(frame.merged or ()), node]
            return
        # A key given again takes its place at the end, as the last one counts.
        frame.entries.pop(key.text, None)
        frame.entries[key.text] = node
        frame.keys[key.text] = key.span


def _merge(frame: _Open, merged: Node) -> None:
    """YAML's `<<`: fill in what the mapping does not say itself."""
    sources = merged.items if isinstance(merged, ListNode) else (merged,)
    for source in sources:
        if isinstance(source, MapNode):
            for key, node in source.items():
                frame.entries.setdefault(key, node)
                frame.keys.setdefault(key, source.keys.get(key, source.span))


_PLAIN_TAGS = frozenset({"Ref", "Condition"})


def tagged(tag: str | None, node: Node, span: Span) -> Node:
    """`!Sub text` in its long form `{"Fn::Sub": text}`, for every local tag, as the AWS tools do it."""
    if tag is None or not tag.startswith("!") or len(tag) < 2:
        return node
    name = tag[1:]
    if name == "GetAtt" and isinstance(node, Scalar):
        parts = node.text.split(".", 1)
        node = ListNode(tuple(Scalar(part, node.span, "'") for part in parts), node.span, 3)
    key = name if name in _PLAIN_TAGS else f"Fn::{name}"
    size = 2 if isinstance(node, Scalar) else node.size + 1
    return MapNode({key: node}, span, size, {key: span})
