"""Configuration text as a tree that remembers where each value stands; made by `documents`."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.functions.model import whole_number
from handlerlint.records import dataclass, field
from handlerlint.text import FILE_START, Location, Span


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `style` is how it is written: "" (plain), a quote, `|` or `>`; "=" if it was computed.

    `lines` are the places where its lines stand, if it was put together from lines that stand in the file.
    """

    text: str
    span: Span = FILE_START
    style: str = ""
    lines: tuple[Location, ...] = ()

    @property
    def is_null(self) -> bool:
        """Whether this is YAML's and JSON's null."""
        return self.style == "" and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list; `size` is the number of nodes in it with every alias written out."""

    items: tuple[Node, ...]
    span: Span = FILE_START
    size: int = 1


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping with texts as keys, the last one of equal keys; `size` as in `ListNode`."""

    entries: dict[str, Node] = field(default_factory=dict)
    span: Span = FILE_START
    size: int = 1
    keys: dict[str, Span] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        """The value under `key`; None where there is none or it is null."""
        node = self.entries.get(key)
        if isinstance(node, Scalar) and node.is_null:
            return None
        return node

    def at(self, *path: str) -> Node | None:
        """The value under a path of keys; None where any of them is missing."""
        node: Node | None = self
        for key in path:
            if not isinstance(node, MapNode):
                return None
            node = node.get(key)
        return node

    def mapping(self, *path: str) -> MapNode:
        """The mapping under a path of keys; an empty one where there is none."""
        node = self.at(*path)
        return node if isinstance(node, MapNode) else MapNode()

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys and values in the order of the file."""
        return iter(self.entries.items())


Node = Scalar | ListNode | MapNode


def computed(text: str, span: Span = FILE_START) -> Scalar:
    """A text that does not stand in the file as it is."""
    return Scalar(text, span, "=")


def as_bool(node: object) -> bool | None:
    """The truth value of a scalar, as YAML 1.1 reads it; None for anything else."""
    if not isinstance(node, Scalar):
        return None
    match node.text.lower():
        case "true" | "yes" | "on":
            return True
        case "false" | "no" | "off":
            return False
        case _:
            return None


def as_int(node: object) -> int | None:
    """The whole number of a scalar; None for anything else."""
    return whole_number(node.text) if isinstance(node, Scalar) else None


def single_key(node: object) -> tuple[str, Node] | None:
    """Key and value of a mapping with exactly one entry: the form of an intrinsic function."""
    if isinstance(node, MapNode) and len(node.entries) == 1:
        return next(iter(node.entries.items()))
    return None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the template alone does not decide, and why."""

    reason: str


Resolved = Node | Unknown | None
"""A node that is no intrinsic function; Unknown; None for `AWS::NoValue` and for what is missing."""
