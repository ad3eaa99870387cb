"""Which constructs of a file are newer than a Python version? Used by `syntax`.

A look at the text decides which kinds of construct may be there at all; nearly always none, and then the tree
is not walked. This module is imported when there is a tree, so libcst is loaded already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import lru_cache

import libcst as cst

from handlerlint.records import dataclass

Version = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class NewerSyntax:
    """A construct that came with Python `since`; `construct` names it in the plural."""

    since: Version
    construct: str
    node: cst.CSTNode


# What must be in the text for a construct to be there, by the version that brought it.
_SIGNS: tuple[tuple[Version, re.Pattern[str]], ...] = (
    ((3, 8), re.compile(r":=|/\s*[,):]|=\s*[!:}]|\b(?:return|yield)\b[^\n]*\*")),
    ((3, 9), re.compile(r":=|^[ \t]*@.*[^\w.\s]|\bwith\s*\(|\bfor\b[^\n]*\bin\b[^\n]*\*", re.MULTILINE)),
    ((3, 10), re.compile(r"^[ \t]*match\b|:=", re.MULTILINE)),
    ((3, 11), re.compile(r"\bexcept\s*\*|\[[^\]\n]*\*|:\s*\*|\basync\s+for\b")),
    ((3, 12), re.compile(r"^[ \t]*type\s+\w|\b(?:def|class)\s+\w+\s*\[", re.MULTILINE)),
    ((3, 13), re.compile(r"\b(?:def|class|type)\s+\w+\s*\[[^\]]*=")),
    ((3, 14), re.compile(r"""\bexcept\s*\*?\s*[^:\n]*,|\b[tT]["']|\b(?:[tT][rR]|[rR][tT])["']""")),
    ((3, 15), re.compile(r"^[ \t]*lazy\s+(?:import|from)\b", re.MULTILINE)),
)

# Comments and strings by the rules before PEP 701 (Python 3.12): an f-string that uses
# what it allows ends too early by them, or holds what was not allowed.
_OLD_STRING = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
    |(?P<prefix>\b[a-zA-Z]{1,2})?
     (?:(?P<triple>\"{3}|'{3})(?P<long>(?:\\.|(?!(?P=triple))[^\\])*)(?P=triple)
       |(?P<quote>["'])(?P<short>(?:\\(?:\r\n|.)|(?!(?P=quote))[^\\\r\n])*)(?P=quote)
       |(?P<open>["']))
    """,
    re.VERBOSE | re.DOTALL,
)


def first_newer(tree: cst.Module, text: str, version: Version) -> NewerSyntax | None:
    """The construct of the lowest version above `version`, the first in the file among those."""
    if not any(since > version and sign.search(text) for since, sign in _SIGNS) and not (
        version < (3, 12) and _may_hold_new_fstring(text)
    ):
        return None
    newer = [found for found in _constructs(tree) if found.since > version]
    return newer[0] if newer else None


def _may_hold_new_fstring(text: str) -> bool:
    """Whether an f-string does not look like one of Python 3.11."""
    for match in _OLD_STRING.finditer(text):
        prefix = (match["prefix"] or "").lower()
        if "f" not in prefix:
            continue
        if match["open"]:
            return True
        content = match["long"] if match["triple"] else match["short"]
        content = content.replace("{{", "").replace("}}", "")
        if content.count("{") != content.count("}") or ("{" in content and re.search(r"\\|#", content)):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Context:
    """Where a node stands: whether in a comprehension that is not asynchronous itself."""

    in_plain_comprehension: bool = False


_Checked = Iterator[tuple[Version, str]]
_Check = Callable[["cst.Module", "cst.CSTNode", _Context], _Checked]


def _constructs(tree: cst.Module) -> Iterator[NewerSyntax]:
    """All constructs of the tree that came after Python 3.7, in the order of the text."""
    checks = _checks()
    scopes = _scopes()
    evaluated_outside: dict[cst.CSTNode, _Context] = {}
    pending: list[tuple[cst.CSTNode, _Context]] = [(tree, _Context())]
    while pending:
        node, context = pending.pop()
        kind = type(node)
        context = evaluated_outside.pop(node, context)
        if kind in checks:
            for since, construct in checks[kind](tree, node, context):
                yield NewerSyntax(since, construct, node)
        if isinstance(node, cst.BaseComp):
            evaluated_outside[node.for_in.iter] = context
        if kind in scopes:
            context = _Context(scopes[kind] and not _is_asynchronous(node))
        pending.extend((child, context) for child in reversed(children(node)))


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes directly below `node`, without white space and punctuation."""
    found: list[cst.CSTNode] = []
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            found.append(value)
        elif isinstance(value, (tuple, list)):
            found.extend(item for item in value if isinstance(item, cst.CSTNode))
    return found


_PUNCTUATION = re.compile(
    r"whitespace|^(?:lpar|rpar|lbracket|rbracket|lbrace|rbrace|comma|semicolon|colon|equal|dot|header|footer"
    r"|leading_lines|lines_after_decorators|indent|newline|trailing_newline)$"
)


@lru_cache(maxsize=512)
def _field_names(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if not _PUNCTUATION.search(field.name))


@lru_cache(maxsize=1)
def _scopes() -> dict[type[cst.CSTNode], bool]:
    """Nodes with a scope of their own, and whether they are comprehensions."""
    comprehensions = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)
    return {cst.FunctionDef: False, cst.Lambda: False, **dict.fromkeys(comprehensions, True)}


@lru_cache(maxsize=1)
def _checks() -> dict[type[cst.CSTNode], _Check]:
    """By class of node, what gives the versions that it needs and the words for what needs them."""
    checks: dict[type[cst.CSTNode], _Check] = {
        cst.NamedExpr: lambda *_: iter((((3, 8), "assignment expressions (`:=`)"),)),
        cst.Match: lambda *_: iter((((3, 10), "`match` statements"),)),
        cst.TryStar: lambda *_: iter((((3, 11), "`except*` clauses"),)),
        cst.TypeAlias: lambda *_: iter((((3, 12), "`type` statements"),)),
        cst.TypeParameters: lambda *_: iter((((3, 12), "type parameters"),)),
        cst.TypeParam: _type_parameter,
        cst.Parameters: _parameters,
        cst.FormattedStringExpression: _formatted_expression,
        cst.FormattedString: _formatted_string,
        cst.Return: _starred_result,
        cst.Yield: _starred_result,
        cst.Decorator: _decorator,
        cst.With: _with,
        cst.For: _for,
        cst.Set: _set,
        cst.SetComp: _set_comprehension,
        cst.Subscript: _subscript,
        cst.ListComp: _comprehension,
        cst.DictComp: _comprehension,
        cst.ExceptHandler: _handler,
        cst.ExceptStarHandler: _handler,
    }
    # Absent in older versions of libcst, which do not take them either.
    template, lazy = getattr(cst, "TemplatedString", None), getattr(cst, "LazyImport", None)
    if template is not None:
        checks[template] = lambda *_: iter((((3, 14), "template strings"),))
    if lazy is not None:
        checks[lazy] = lambda *_: iter((((3, 15), "lazy imports"),))
    return checks


def _type_parameter(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, cst.TypeParam)
    if node.default is not None:
        yield (3, 13), "defaults of type parameters"


def _parameters(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, cst.Parameters)
    if node.posonly_params:
        yield (3, 8), "positional-only parameters"
    star, annotation = node.star_arg, None
    if isinstance(star, cst.Param) and star.annotation is not None:
        annotation = star.annotation.annotation
    if isinstance(annotation, cst.StarredElement):
        yield (3, 11), "starred annotations of `*args`"


def _formatted_expression(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, cst.FormattedStringExpression)
    if node.equal is not None:
        yield (3, 8), "`=` in f-string expressions"


def _formatted_string(tree: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    """What PEP 701 allows: the string's own quotes, backslashes, comments and line breaks in expressions."""
    assert isinstance(node, cst.FormattedString)
    code = tree.code_for_node(node.with_changes(lpar=(), rpar=()))
    whole = _OLD_STRING.fullmatch(code)
    if whole is None or whole["open"]:
        yield (3, 12), "f-strings that use their own quotes, or line breaks, in an expression"
        return
    for part in node.parts:
        if isinstance(part, cst.FormattedStringExpression):
            expression = tree.code_for_node(part.with_changes(format_spec=None))
            if "\\" in expression:
                yield (3, 12), "f-strings with a backslash in an expression"
            elif any(match["comment"] for match in _OLD_STRING.finditer(expression)):
                yield (3, 12), "f-strings with a comment in an expression"


def _starred_result(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, (cst.Return, cst.Yield))
    if _is_bare_starred_tuple(node.value):
        yield (3, 8), "starred values in `return` or `yield` without parentheses"


def _for(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, cst.For)
    if _is_bare_starred_tuple(node.iter):
        yield (3, 9), "starred values in `for` without parentheses"


def _decorator(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    """Before PEP 614: a dotted name, and perhaps one call of it."""
    assert isinstance(node, cst.Decorator)
    expression: cst.BaseExpression = node.decorator
    if isinstance(expression, cst.Call) and not expression.lpar:
        expression = expression.func
    while isinstance(expression, cst.Attribute) and not expression.lpar:
        expression = expression.value
    if not isinstance(expression, cst.Name) or expression.lpar:
        yield (3, 9), "decorators other than a dotted name or a call of one"


def _with(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    """Without `as` the parentheses are those of a tuple; Python 3.9 takes what 3.10 made official."""
    assert isinstance(node, cst.With)
    if isinstance(node.lpar, cst.LeftParen) and any(item.asname is not None for item in node.items):
        yield (3, 9), "parentheses around context managers"


def _set(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, cst.Set)
    if any(_is_bare_assignment(element.value) for element in node.elements):
        yield (3, 9), "assignment expressions in a set without parentheses"


def _set_comprehension(tree: cst.Module, node: cst.CSTNode, context: _Context) -> _Checked:
    assert isinstance(node, cst.SetComp)
    if _is_bare_assignment(node.elt):
        yield (3, 9), "assignment expressions in a set without parentheses"
    yield from _comprehension(tree, node, context)


def _subscript(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, cst.Subscript)
    for element in node.slice:
        if isinstance(element.slice, cst.Index):
            if element.slice.star:
                yield (3, 11), "starred values in an index"
            if _is_bare_assignment(element.slice.value):
                yield (3, 10), "assignment expressions in an index without parentheses"


def _comprehension(_: cst.Module, node: cst.CSTNode, context: _Context) -> _Checked:
    if context.in_plain_comprehension and _is_asynchronous(node):
        yield (3, 11), "asynchronous comprehensions inside other comprehensions"


def _handler(_: cst.Module, node: cst.CSTNode, __: _Context) -> _Checked:
    assert isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler))
    if isinstance(node.type, cst.Tuple) and not node.type.lpar:
        yield (3, 14), "`except` clauses with several types without parentheses"


def _is_bare_starred_tuple(node: cst.CSTNode | None) -> bool:
    return (
        isinstance(node, cst.Tuple)
        and not node.lpar
        and any(isinstance(element, cst.StarredElement) for element in node.elements)
    )


def _is_bare_assignment(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.NamedExpr) and not node.lpar


def _is_asynchronous(node: cst.CSTNode) -> bool:
    """Whether a comprehension has an `async for` of its own."""
    clause: cst.CompFor | None = getattr(node, "for_in", None)
    while clause is not None:
        if clause.asynchronous is not None:
            return True
        clause = clause.inner_for_in
    return False
