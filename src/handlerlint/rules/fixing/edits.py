"""Edits of a source file by the nodes of its tree, and the import that what they write may need. Called by rules.

An edit replaces a range of text: what lies outside stays as it is, byte for byte. Code that stands in a template is
left alone, since what it needs (indentation, quotes, escapes) is the template's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.findings import Applicability, Edit, Fix
from handlerlint.inference.syntax.scopes import names_bound_in, nodes_in, scope_of
from handlerlint.source.imports import dotted
from handlerlint.text import FILE_START, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handlerlint.source.files import SourceFile

# What needs no brackets before a dot, or another suffix.
_ATOMS = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.SimpleString, cst.List, cst.Dict, cst.Set)


def fix_of(message: str, edits: Iterable[Edit], *, safe: bool) -> Fix:
    """A fix: safe where it keeps the meaning of the program but for what fails."""
    return Fix(Applicability.SAFE if safe else Applicability.UNSAFE, message, tuple(edits))


def can_edit(file: SourceFile) -> bool:
    """Whether the text of the file's tree is the text of a file."""
    return file.inline_code is None and file.tree is not None


def insertion(row: int, column: int, content: str) -> Edit:
    """Text before a place."""
    return Edit(content, Span.at(row, column))


def around(file: SourceFile, node: cst.CSTNode, before: str, after: str) -> tuple[Edit, Edit]:
    """Text before and after a node."""
    span = file.span(node)
    return insertion(span.row, span.column, before), insertion(span.end_row, span.end_column, after)


def called(file: SourceFile, node: cst.BaseExpression, function: str) -> tuple[Edit, ...]:
    """The node as the argument of a function; a generator's own brackets are those of the call."""
    if isinstance(node, cst.GeneratorExp) and node.lpar:
        return (around(file, node, function, "")[0],)
    return around(file, node, f"{function}(", ")")


def suffixed(
    file: SourceFile, node: cst.BaseExpression, suffix: str, *, binds: bool = True
) -> tuple[Edit, ...]:
    """The node with text behind it, such as an attribute: what `binds` needs brackets around some nodes."""
    if node.rpar:
        return (around(file, node.rpar[-1], "", suffix)[1],)
    if isinstance(node, _ATOMS) or not binds:
        return (around(file, node, "", suffix)[1],)
    return around(file, node, "(", f"){suffix}")


def is_rebound(file: SourceFile, name: str) -> bool:
    """Whether any scope of the file binds a name: a builtin of that name may not be what is meant there."""
    return name in _all_bound(file.tree) if file.tree is not None else True


@lru_cache(maxsize=8)
def _all_bound(tree: cst.Module) -> frozenset[str]:
    bound = set(names_bound_in(tree))
    for node in nodes_in(tree):
        match node:
            case cst.FunctionDef() | cst.Lambda():
                bound |= scope_of(node).bound
            case cst.ClassDef():
                bound |= names_bound_in(node.body)
    return frozenset(bound)


def imported(file: SourceFile, module: str, name: str | None = None) -> tuple[str, tuple[Edit, ...]] | None:
    """How a module, or a name of it, is written in the file, and the edit that imports it first, where it has to be.

    None where the file binds the name to something else.
    """
    tree = file.tree
    if tree is None:
        return None
    for statement in _leading(tree):
        written = _written(statement, module, name)
        if written is not None:
            return written, ()
    if is_rebound(file, module.partition(".")[0] if name is None else name):
        return None
    for statement in _leading(tree):  # one more name of what is imported already
        if name is not None and isinstance(statement, cst.ImportFrom) and _is_from(statement, module):
            last = file.span(_last_alias(statement))
            return name, (insertion(last.end_row, last.end_column, f", {name}"),)
    text = f"import {module}" if name is None else f"from {module} import {name}"
    return name or module, (_import_edit(file, tree, text, module),)


def _leading(tree: cst.Module) -> Iterator[cst.Import | cst.ImportFrom]:
    """The imports that stand at the top level of a module, each by itself."""
    for line in tree.body:
        if isinstance(line, cst.SimpleStatementLine):
            yield from (part for part in line.body if isinstance(part, (cst.Import, cst.ImportFrom)))


def _written(statement: cst.Import | cst.ImportFrom, module: str, name: str | None) -> str | None:
    """How an import lets one write the name, or the name of the module."""
    if isinstance(statement.names, cst.ImportStar):
        return None
    for alias in statement.names:
        own, written = alias.evaluated_name, alias.evaluated_alias or alias.evaluated_name
        if isinstance(statement, cst.Import):
            if own == module:
                return written if name is None else f"{written}.{name}"
        elif own == name and _is_from(statement, module):
            return written
    return None


def _is_from(statement: cst.ImportFrom, module: str) -> bool:
    is_other = bool(statement.relative) or isinstance(statement.names, cst.ImportStar)
    return not is_other and statement.module is not None and dotted(statement.module) == module


def _last_alias(statement: cst.ImportFrom) -> cst.CSTNode:
    assert not isinstance(statement.names, cst.ImportStar)
    alias = statement.names[-1]
    return alias.name if alias.asname is None else alias.asname.name


def _import_edit(file: SourceFile, tree: cst.Module, text: str, module: str) -> Edit:
    """A new import, among the first ones where its name belongs, and never before a docstring or a future import."""
    after: cst.CSTNode | None = None
    for line in tree.body:
        match line:
            case cst.SimpleStatementLine(
                body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]
            ) if line is tree.body[0]:
                after = line
            case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom() as known]):
                belongs_before = _belongs_before(known, text, module)
                if belongs_before is None:
                    break
                if belongs_before:
                    return insertion(file.span(line).row, 1, f"{text}\n")
                after = line
            case _:
                break
    if after is None:
        return insertion(_first_row(file, tree), 1, f"{text}\n\n")
    return _behind(file, after, text)


def _belongs_before(known: cst.Import | cst.ImportFrom, text: str, module: str) -> bool | None:
    """Whether a new import of a module comes before one that is there; None before relative imports, which end them."""
    is_plain = text.startswith("import ")
    match known:
        case cst.Import(names=[first, *_]):
            return is_plain and first.evaluated_name > module
        case cst.ImportFrom(module=cst.Name(value="__future__")):
            return False
        case cst.ImportFrom(module=found, relative=[]) if found is not None:
            return is_plain or dotted(found) > module
        case _:
            return None


def _first_row(file: SourceFile, tree: cst.Module) -> int:
    match tree.body[:1]:
        case [cst.FunctionDef(decorators=[first, *_]) | cst.ClassDef(decorators=[first, *_])]:
            return file.span(first).row
        case [first]:
            return file.span(first).row
        case _:
            return FILE_START.row


def _behind(file: SourceFile, line: cst.CSTNode, text: str) -> Edit:
    """A line behind one, with a blank one between where that is no plain import."""
    span = file.span(line)
    is_import = isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Import)
    is_same = is_import or not text.startswith("import ")
    is_text = isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Expr)
    content = f"{text}\n" if is_same and not is_text else f"\n{text}\n"
    return Edit(content, Span.at(span.end_row + 1, 1))
