"""Segments: statements that follow each other without a branch between. Who comes to the first comes to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import libcst as cst

_Suite = (cst.IndentedBlock, cst.SimpleStatementSuite)


def is_branching(statement: cst.CSTNode) -> bool:
    """Whether a statement has others inside: not all paths go on behind it."""
    return isinstance(statement, cst.BaseCompoundStatement)


def segment_of(tree: cst.Module, node: cst.CSTNode) -> cst.CSTNode | None:
    """The first statement of the segment that a node of a file stands in; None for a node of another file."""
    return _segments(tree).get(node)


@lru_cache(maxsize=16)
def _segments(tree: cst.Module) -> Mapping[cst.CSTNode, cst.CSTNode]:
    return dict(_of_statements(tree.body))


def _of_statements(statements: Sequence[cst.CSTNode]) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    first: cst.CSTNode | None = None
    for statement in statements:
        first = first or statement
        yield from _inside(statement, first)
        if is_branching(statement):
            first = None


def _inside(node: cst.CSTNode, segment: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    yield node, segment
    for child in node.children:
        if isinstance(child, _Suite):
            yield from _of_statements(child.body)
        else:
            yield from _inside(child, segment)
