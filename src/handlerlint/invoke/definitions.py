"""Finds where a handler is defined and where it returns, by its source alone; used by `places`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from handlerlint.functions.python_modules import python_tree
from handlerlint.records import dataclass

_IMPORTS = (ast.Import, ast.ImportFrom)
_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
_NO_NAME = re.compile(r"cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'")
_MOST_MODULES = 200  # looked at for an import that failed
_LONGEST_CHAIN = 10  # names that stand for names


@dataclass(frozen=True, slots=True)
class Definition:
    """The line that defines a handler, and the lines where it returns a value (of a plain function only).

    `end` is the line of the last statement after which it is over without a `return`; None where there is none, or
    where it returns nothing elsewhere, too.
    """

    path: Path
    row: int
    returns: tuple[int, ...] = ()
    end: int | None = None


def find_module(roots: Sequence[Path], parts: Sequence[str]) -> Path | None:
    """The file of a module below the first root that has it."""
    for root in roots:
        base = root.joinpath(*parts)
        for candidate in (base / "__init__.py", base.with_name(f"{base.name}.py")):
            if candidate.is_file():
                return candidate
    return None


def find_definition(path: Path, name: str, roots: Sequence[Path]) -> Definition | None:
    """Where a name of the module at `path` is defined; other names and imports from below `roots` are followed."""
    found: Definition | None = None
    for _ in range(_LONGEST_CHAIN):
        statement = _last_that_binds(path, name)
        if statement is None:
            return found
        found = Definition(path, statement.lineno)
        match statement:
            case ast.FunctionDef():
                rows = tuple(_return_rows(statement))
                return Definition(path, statement.lineno, rows, _end_row(statement))
            case ast.Assign(value=ast.Name(id=other)):
                name = other
            case ast.ImportFrom():
                module = _imported(path, statement, roots)
                if module is None:
                    return found
                path = module
                name = next(alias.name for alias in statement.names if (alias.asname or alias.name) == name)
            case _:
                return found
    return found


def find_failed_import(path: Path, message: str, roots: Sequence[Path]) -> tuple[Path, int] | None:
    """The import that an error of the import system speaks of: in the module at `path`, or in what it imports.

    The runtime client tells no trace of it.
    """
    queue = [path]
    for module in queue:
        tree = tree_of(module)
        statements = [node for node in ast.walk(tree) if isinstance(node, _IMPORTS)] if tree else []
        failed = next((node for node in statements if _speaks_of(message, node)), None)
        if failed is not None:
            return module, failed.lineno
        found = (other for node in statements for other in _modules_of(module, node, roots))
        queue += [other for other in dict.fromkeys(found) if other not in queue][: _MOST_MODULES - len(queue)]
    return None


def _speaks_of(message: str, statement: ast.Import | ast.ImportFrom) -> bool:
    missing, name = _NO_MODULE.search(message), _NO_NAME.search(message)
    match statement:
        case ast.Import(names=names):
            return missing is not None and any(_is_part(alias.name, missing[1]) for alias in names)
        case ast.ImportFrom(level=0, module=str(source)) if missing is not None:
            return _is_part(source, missing[1])
        case ast.ImportFrom(module=str(source)) if missing is not None:
            return _is_part(source, missing[1].rpartition(".")[2])
        case ast.ImportFrom(names=names, module=source, level=level) if name is not None:
            return any(alias.name == name[1] for alias in names) and (level > 0 or source == name[2])
    return statement.level > 0 and "attempted relative import" in message


def _is_part(imported: str, missing: str) -> bool:
    return f"{imported}.".startswith(f"{missing}.")


def _modules_of(path: Path, statement: ast.Import | ast.ImportFrom, roots: Sequence[Path]) -> Iterator[Path]:
    if isinstance(statement, ast.ImportFrom):
        found = [_imported(path, statement, roots)]
    else:
        found = [find_module(roots, alias.name.split(".")) for alias in statement.names]
    yield from filter(None, found)


def tree_of(path: Path) -> ast.Module | None:
    """The syntax tree of a file; None where it is none."""
    try:
        return python_tree(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return None


def _last_that_binds(path: Path, name: str) -> ast.stmt | None:
    tree = tree_of(path)
    found = [statement for statement in tree.body if _binds(statement, name)] if tree else []
    return found[-1] if found else None


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return statement.name == name
        case ast.Assign(targets=targets):
            return any(_is_name(target, name) for target in targets)
        case ast.AnnAssign(target=target):
            return _is_name(target, name)
        case ast.ImportFrom(names=names):
            return any((alias.asname or alias.name) == name for alias in names)
    return False


def _imported(path: Path, statement: ast.ImportFrom, roots: Sequence[Path]) -> Path | None:
    parts = statement.module.split(".") if statement.module else []
    if statement.level == 0:
        return find_module(roots, parts)
    package = path.parents[statement.level - 1] if statement.level <= len(path.parents) else None
    if package is None:
        return None
    return find_module((package,), parts) if parts else find_module((package.parent,), (package.name,))


def _return_rows(node: ast.AST) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Return(value=ast.expr()):
                yield child.lineno
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                pass  # what stands in there is returned to somebody else
            case _:
                yield from _return_rows(child)


def _end_row(function: ast.FunctionDef) -> int | None:
    """As HL401 has it: see `ends_of` of inference."""
    nothing = (
        node
        for node in _own_nodes(function)
        if isinstance(node, ast.Return) and (node.value is None or getattr(node.value, "value", ...) is None)
    )
    ends = list(_ends(function.body))
    return ends[-1].lineno if ends and not any(nothing) else None


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield child
            yield from _own_nodes(child)


def _ends(block: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements after which a block is over; of a choice without an `else` the choice, too."""
    match block[-1]:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return
        case ast.If(body=body, orelse=orelse) as choice:
            yield from _ends(body)
            yield from _ends(orelse or [ast.copy_location(ast.Pass(), choice)])
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
            if not finalbody or list(_ends(finalbody)):
                yield from _ends(orelse or body)
                for handler in handlers:
                    yield from _ends(handler.body)
        case ast.With(body=body):
            yield from _ends(body)
        case ast.Match(cases=cases) as choice:
            for case in cases:
                yield from _ends(case.body)
            yield choice
        case statement:
            yield statement


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
