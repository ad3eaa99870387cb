"""The modules of a Chalice application as syntax trees: what they decorate, register and import.

Used by `chalice`. Chalice itself imports `app.py` and takes its `app`; here nothing is run, so what is decorated in
a function, or by a name that is made in a way that cannot be followed, is not seen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.python_modules import python_tree
from handlerlint.project.view import read_file
from handlerlint.records import dataclass, field
from handlerlint.text import Span

_MOST_MODULES = 500
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Decorated:
    """`@owner.kind(…)` on the function `name`; `owner.kind(…)(name)` means the same."""

    owner: str
    kind: str
    name: str
    place: Span


@dataclass(slots=True)
class Module:
    """One file: its statements at module level, those in `if`, `for`, `try` and `with` blocks included."""

    path: Path
    name: str
    is_package: bool
    statements: list[ast.stmt]

    def decorated(self) -> Iterator[Decorated]:
        """What is decorated by a method of an object."""
        for statement in self.statements:
            match statement:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    for decorator in statement.decorator_list:
                        yield from _decoration(decorator, name, -1)
                case ast.Expr(value=ast.Call(func=ast.Call() as decorator, args=[argument])):
                    match argument:
                        case ast.Name(id=name) | ast.Attribute(attr=name):
                            yield from _decoration(decorator, name, 0)

    def registrations(self) -> Iterator[Span]:
        """The calls of `register_blueprint`."""
        for statement in self.statements:
            match statement:
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr="register_blueprint") as function)):
                    yield _place(function, 0)


@dataclass(slots=True)
class Made:
    """Where a name was assigned to in the end, and what: the module, the name there, the value."""

    module: Module
    name: str
    value: ast.expr


@dataclass(slots=True)
class Application:
    """`app.py`, and the modules below its folder that it imports, directly or not."""

    folder: Path
    modules: dict[str, Module] = field(default_factory=dict)

    @property
    def main(self) -> Module | None:
        """`app.py`; None where it does not parse."""
        return self.modules.get("app")

    def load(self) -> None:
        """Read `app.py` and what it imports."""
        pending = ["app"]
        while pending and len(self.modules) < _MOST_MODULES:
            name = pending.pop(0)
            module = None if name in self.modules else _read(self.folder, name)
            if module is not None:
                self.modules[name] = module
                for imported, alias in _imports(module):
                    pending += [imported, f"{imported}.{alias}"] if alias else [imported]

    def made(self, module: Module, name: str, depth: int = 0) -> Made | None:
        """Where a name of a module comes from; None where that cannot be followed."""
        found: Made | None = None
        for statement in module.statements:
            match statement:
                case ast.Assign(targets=[*targets], value=value):
                    if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                        found = Made(module, name, value)
                case ast.AnnAssign(target=ast.Name(id=target_name), value=ast.expr() as value):
                    found = Made(module, name, value) if target_name == name else found
                case ast.ImportFrom() if depth < _DEEPEST:
                    source = self.modules.get(_imported_from(module, statement))
                    named = {alias.asname or alias.name: alias.name for alias in statement.names}
                    original = name if "*" in named else named.get(name)
                    if source is not None and source is not module and original is not None:
                        found = self.made(source, original, depth + 1) or found
        return found


def _read(folder: Path, name: str) -> Module | None:
    base = folder.joinpath(*name.split("."))
    for path in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
        try:
            body = python_tree(read_file(path)).body
        except OSError:
            continue
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return Module(path, name, path.name == "__init__.py", list(_flat(body)))
    return None


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.For, ast.While, ast.Try, ast.With)):
            for block in ("body", "orelse", "finalbody"):
                yield from _flat(getattr(statement, block, []))
            for handler in getattr(statement, "handlers", []):
                yield from _flat(handler.body)


def _imports(module: Module) -> Iterator[tuple[str, str | None]]:
    """Each module that is imported, with the name that is taken out of it, if there is one."""
    for statement in module.statements:
        match statement:
            case ast.Import(names=names):
                for alias in names:
                    yield alias.name, None
            case ast.ImportFrom(names=names):
                source = _imported_from(module, statement)
                for alias in names:
                    yield source, None if alias.name == "*" else alias.name


def _imported_from(module: Module, statement: ast.ImportFrom) -> str:
    if not statement.level:
        return statement.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - statement.level + module.is_package]
    return ".".join((*kept, *([statement.module] if statement.module else ())))


def _decoration(decorator: ast.expr, name: str, offset: int) -> Iterator[Decorated]:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    match function:
        case ast.Attribute(value=ast.Name(id=owner), attr=kind):
            yield Decorated(owner, kind, name, _place(function, offset))


def _place(node: ast.Attribute, offset: int) -> Span:
    """The place of `owner.kind`, with the `@` before it for an offset of -1."""
    end = node.end_col_offset or node.col_offset
    return Span(node.lineno, node.col_offset + 1 + offset, node.end_lineno or node.lineno, end + 1)
