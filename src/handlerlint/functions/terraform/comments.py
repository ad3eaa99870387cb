"""HCL without the comments that python-hcl2 does not expect where they stand; called by `syntax`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lark import Tree

# What opens, closes or holds text in HCL (github.com/hashicorp/hcl, hclsyntax/spec.md).
_TOKEN = re.compile(
    r"""(?P<block>/\*.*?\*/)
    | (?:\#|//)[^\n]*
    | <<-?(?P<heredoc>[A-Za-z][\w.-]*)[ \t]*\r?\n
    | [$%]?[$%]\{ | \\. | ["{}]""",
    re.VERBOSE | re.DOTALL,
)


def without_inner_comments(text: str) -> str:
    """The text with blanks in place of comments between other tokens of a line, which HCL takes for white space.

    No character moves; a comment that begins a line stays, as newlines may count there.
    """
    if "/*" not in text:
        return text
    parts: list[str] = []
    end = 0
    for comment in _block_comments(text):
        before = text[text.rfind("\n", 0, comment.start()) + 1 : comment.start()]
        if before.strip():
            parts += [text[end : comment.start()], " " * len(comment.group())]
            end = comment.end()
    return "".join((*parts, text[end:]))


def _block_comments(text: str) -> Iterator[re.Match[str]]:
    """The comments `/* … */`, apart from what looks like one inside a text."""
    around = ["{"]  # what the place stands in, from outside: texts, and braces of code
    position = 0
    while (token := _TOKEN.search(text, position)) is not None:
        shown, position = token.group(), token.end()
        inside_text = around[-1] == '"'
        if shown == '"':
            if inside_text:
                around.pop()
            else:
                around.append('"')
        elif shown in ("${", "%{") if inside_text else shown == "{":
            around.append("{")
        elif shown == "}" and not inside_text and len(around) > 1:
            around.pop()
        elif inside_text and shown[0] in "#/<":
            position = token.start() + 1
        elif token.group("block") is not None:
            yield token
        elif (name := token.group("heredoc")) is not None:
            last = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*\r?$", re.MULTILINE).search(text, position)
            position = len(text) if last is None else last.end()


def set_places(tree: Tree[Any], text: str, parsed: str) -> None:
    """Count rows and columns in the text itself, where newlines inside comments became blanks."""
    if text.count("\n") == parsed.count("\n"):
        return
    starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def place(offset: int) -> tuple[int, int]:
        row = bisect_right(starts, offset)
        return row, offset - starts[row - 1] + 1

    for subtree in tree.iter_subtrees():
        meta = subtree.meta
        if not meta.empty:
            meta.line, meta.column = place(meta.start_pos)
            meta.end_line, meta.end_column = place(meta.end_pos)
