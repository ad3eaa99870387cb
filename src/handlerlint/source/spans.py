"""Where each node of a tree stands: what libcst's PositionProvider says, four times as fast. Called by `files`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

# As libcst's own providers of positions do; a test compares the two.
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

Point = tuple[int, int]  # a `Location` as a plain tuple: each node of a tree has two
Range = tuple[Point, Point]


def spans_of(tree: cst.Module) -> Mapping[cst.CSTNode, Range]:
    """Start and end of every node, without the white space around it."""
    state = _Spans(tree.default_indent, tree.default_newline)
    tree._codegen(state)
    return state.spans


class _Spans(CodegenState):
    """Follows how libcst writes the tree as text, and notes how far the text is before and after each node."""

    __slots__ = ("column", "row", "spans", "starts")

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent, default_newline)
        self.spans: dict[cst.CSTNode, Range] = {}
        self.starts: list[Point] = []
        self.row, self.column = 1, 1

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        if "\n" not in value and "\r" not in value:
            self.column += len(value)
            return
        lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.row += len(lines) - 1
        self.column = len(lines[-1]) + 1

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.starts.append((self.row, self.column))

    def after_codegen(self, node: cst.CSTNode) -> None:
        start = self.starts.pop()
        if node not in self.spans:  # what `record_syntactic_position` says is nearer to the point
            self.spans[node] = (start, (self.row, self.column))

    @contextmanager
    def record_syntactic_position(
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> Iterator[None]:
        start = (self.row, self.column)
        yield
        end = (self.row, self.column)
        self.spans[node] = (
            start if start_node is None else self.spans[start_node][0],
            end if end_node is None else self.spans[end_node][1],
        )
