"""Terraform text as blocks and attributes, through python-hcl2 or as JSON; called by `modules`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handlerlint.functions.documents.json_text import parse_json
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar
from handlerlint.functions.documents.reading import decode
from handlerlint.functions.terraform.comments import set_places, without_inner_comments
from handlerlint.records import dataclass, field
from handlerlint.text import FILE_START, Span

if TYPE_CHECKING:
    from lark import Tree
    from lark.exceptions import UnexpectedInput

Expression = Any
"""A tree of python-hcl2's grammar, or a node of a JSON file; `values` evaluates both."""


@dataclass(slots=True)
class Body:
    """What stands between the braces of a block, or in a file."""

    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of_type(self, kind: str) -> Iterator[Block]:
        """Its blocks of a type; in JSON a block inside a block looks like an attribute."""
        for block in self.blocks:
            if block.type == kind:
                yield block
        node = self.attributes.get(kind)
        if isinstance(node, (MapNode, ListNode)):
            for item in node.items if isinstance(node, ListNode) else (node,):
                if isinstance(item, MapNode):
                    yield Block(kind, (), _json_body(item), item.span)


@dataclass(frozen=True, slots=True)
class Block:
    """`type "label" "label" { … }`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    span: Span
    path: Path | None = None


def parse_terraform(path: Path, data: bytes) -> Body:
    """The file's blocks; raises MalformedDocument."""
    text = decode(data)
    if path.name.endswith(".json"):
        root = parse_json(text)
        return _json_file(root, path) if isinstance(root, MapNode) else Body()
    try:
        return _body(_tree(text), path)
    except MalformedDocument as error:
        raise error.of_template(text) from None


def parse_expression(text: str) -> Expression | None:
    """An expression by itself, such as one between `${` and `}`; None where it is none."""
    try:
        body = _body(_tree(f"value = {text}\n"), None)
    except MalformedDocument:
        return None
    return body.attributes.get("value")


_WORD = re.compile(r"[\w.-]+|[^\w\s]+")
_HEREDOC = re.compile(r"<<-?([A-Za-z][A-Za-z0-9._-]*)[ \t]*\r?$")


def _tree(text: str) -> Tree[Any]:
    import hcl2
    from lark.exceptions import LarkError, UnexpectedInput

    parsed = without_inner_comments(_tidied(text))
    try:
        tree = hcl2.parses_to_tree(parsed)
    except UnexpectedInput as error:
        raise _malformed(error, parsed) from None
    except (LarkError, RecursionError):
        raise MalformedDocument("not HCL") from None
    set_places(tree, text, parsed)
    return tree


# What the parser's tokens are called; of the others there are too many to help.
_TOKENS = {
    "NAME": "a name",
    "DBLQUOTE": "a text in quotes",
    "FLOAT_LITERAL": "a value",
    "EQ": "`=`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
    "RSQB": "`]`",
    "RPAR": "`)`",
}
_CLOSING = ("RBRACE", "RSQB", "RPAR")
_MOST_EXPECTED = 4


def _malformed(error: UnexpectedInput, text: str) -> MalformedDocument:
    """What stands where the text cannot go on, and what could stand there."""
    row, column = max(error.line, 1), max(error.column, 1)
    line = "".join(text.split("\n")[row - 1 : row])[column - 1 :]
    column += len(line) - len(line.lstrip())
    word = _WORD.match(line.lstrip())
    at_end = getattr(getattr(error, "token", None), "type", "") == "$END"
    found = f"`{word.group()}`" if word is not None else f"the end of the {'file' if at_end else 'line'}"
    allowed: set[str] = set(getattr(error, "expected", ()))
    if "FLOAT_LITERAL" in allowed:  # whatever begins a value
        allowed &= {"FLOAT_LITERAL", *_CLOSING} if "$END" not in allowed else set()
    expected = [shown for name, shown in _TOKENS.items() if name in allowed]
    message = f"not HCL: {found} cannot stand here"
    if 0 < len(expected) <= _MOST_EXPECTED:
        *others, last = expected
        shown = f"{', '.join(others)} or {last}" if others else last
        message = f"not HCL: expected {shown}, found {found}"
    return MalformedDocument(message, Span.at(row, column, 1))


def _tidied(text: str) -> str:
    """The text without blanks behind the marks of heredocs, which Terraform allows and python-hcl2 does not.

    No other place in the file moves.
    """
    if "<<" not in text:
        return text
    lines = text.split("\n")
    terminator: str | None = None
    for index, line in enumerate(lines):
        if terminator is None:
            match = _HEREDOC.search(line)
            if match is not None:
                terminator = match.group(1)
                lines[index] = line.rstrip()
        elif line.strip() == terminator:
            terminator = None
            lines[index] = line.rstrip()
    return "\n".join(lines)


def _body(tree: Tree[Any], path: Path | None) -> Body:
    body = Body()
    for child in _trees(tree):
        match child.data:
            case "body":
                return _body(child, path)
            case "attribute":
                name, _, expression = [part for part in child.children if not _is_space(part)][:3]
                body.attributes[token_text(name)] = expression
            case "block":
                body.blocks.append(_block(child, path))
    return body


def _block(tree: Tree[Any], path: Path | None) -> Block:
    words: list[str] = []
    inner = Body()
    for child in _trees(tree):
        if child.data == "body":
            inner = _body(child, path)
        elif child.data != "new_line_or_comment":
            words.append(token_text(child).strip('"'))
    return Block(words[0], tuple(words[1:]), inner, span_of(tree), path)


def token_text(tree: Any) -> str:
    """All tokens of a tree, put together; the text of a node of a JSON file."""
    if isinstance(tree, Scalar):
        return tree.text
    children = getattr(tree, "children", None)
    return str(tree) if children is None else "".join(token_text(child) for child in children)


def _trees(tree: Tree[Any]) -> Iterator[Tree[Any]]:
    return (child for child in tree.children if hasattr(child, "data"))


def _is_space(child: Any) -> bool:
    return getattr(child, "data", "") == "new_line_or_comment"


def span_of(expression: Expression) -> Span:
    """Where an expression stands; a text without its quotes."""
    if isinstance(expression, (Scalar, ListNode, MapNode)):
        return expression.span
    meta = expression.meta
    if meta.empty:
        return FILE_START
    row, column, end_row, end_column = meta.line, meta.column, meta.end_line, meta.end_column
    if is_plain_text(expression) and row == end_row:
        return Span(row, column + 1, end_row, end_column - 1)
    return Span(row, column, end_row, end_column)


def is_plain_text(expression: Expression) -> bool:
    """Whether an expression is one text in quotes."""
    tree = expression
    while getattr(tree, "data", "") == "expr_term" and len(tree.children) == 1:
        tree = tree.children[0]
    return getattr(tree, "data", "") == "string"


# In JSON the type of a block says how many labels are nested below it.
_LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "locals": 0}


def _json_file(root: MapNode, path: Path) -> Body:
    body = Body()
    for kind, node in root.items():
        if kind in _LABELS:
            body.blocks.extend(_json_blocks(kind, node, _LABELS[kind], (), path))
    return body


def _json_blocks(kind: str, node: Node, depth: int, labels: tuple[str, ...], path: Path) -> Iterator[Block]:
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _json_blocks(kind, item, depth, labels, path)
    elif isinstance(node, MapNode):
        if depth == 0:
            yield Block(kind, labels, _json_body(node), node.span, path)
            return
        for label, item in node.items():
            yield from _json_blocks(kind, item, depth - 1, (*labels, label), path)


def _json_body(node: MapNode) -> Body:
    return Body(dict(node.entries), [])
