"""Compiles one stub file (or typed source file) to its compact form; only a cold cache comes here."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from handlerlint.inference.stubs import codes
from handlerlint.inference.stubs.codes import ModuleCode
from handlerlint.inference.stubs.compile_functions import function_members
from handlerlint.inference.stubs.compile_types import (
    Scope,
    dotted_name,
    type_code,
    type_parameters,
    type_variable,
    value_code,
)
from handlerlint.inference.stubs.conditions import Target

_TYPING = ("typing", "typing_extensions")
_TYPE_VARIABLE_CALLS = {
    f"{module}.{name}": name != "TypeVar"
    for module in _TYPING
    for name in ("TypeVar", "ParamSpec", "TypeVarTuple")
}
_NEW_TYPE_CALLS = frozenset(f"{module}.NewType" for module in _TYPING)
_TYPED_DICT_CALLS = frozenset(f"{module}.TypedDict" for module in _TYPING)
_NAMED_TUPLE_CALLS = frozenset(f"{module}.NamedTuple" for module in _TYPING)
_ALIAS_ANNOTATIONS = frozenset(f"{module}.TypeAlias" for module in _TYPING)
_FINAL_ANNOTATIONS = frozenset(f"{module}.Final" for module in _TYPING)
# A class statement's own decorators that say something about its instances.
_DATACLASS_DECORATORS = frozenset(
    {"dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.frozen"}
) | {f"attrs.{name}" for name in ("define", "frozen", "mutable")}


def compile_stub(
    source: bytes, name: str, is_package: bool, target: Target, is_source: bool = False
) -> ModuleCode:
    """The compact form of a stub file; `is_source` for a `.py` file of a typed package.

    Raises SyntaxError (or ValueError, for null bytes) when the file does not parse.
    """
    statements = list(_flat(ast.parse(source).body, target))
    imports = _Imports(name, is_package)
    names = {
        defined: f"{name}.{defined}" for statement in statements for defined in _defined_names(statement)
    }
    names.update(imports.names(statements))
    scope = Scope(names, name)
    members = _Members(target, is_source).compile(statements, scope)
    for bound, (qualified, is_module, is_exported) in imports.bound.items():
        if bound not in members:
            members[bound] = codes.pack(codes.IMPORT, (qualified, is_module, is_exported))
    return ModuleCode(
        name=name,
        is_package=is_package,
        members=members,
        stars=tuple(imports.stars),
        exports=_exports(statements),
        # An incomplete stub says so with `def __getattr__(name)`; source has more names than we look for.
        is_partial=is_source or "__getattr__" in members,
        is_source=is_source,
    )


def _flat(body: Iterable[ast.stmt], target: Target) -> Iterator[ast.stmt]:
    """The statements that hold for the target: conditions decided, undecidable ones taken both ways."""
    for statement in body:
        match statement:
            case ast.If(test=test, body=then, orelse=otherwise):
                decision = target.decide(test)
                if decision is not False:
                    yield from _flat(then, target)
                if decision is not True:
                    yield from _flat(otherwise, target)
            case ast.Try(body=tried, handlers=handlers, orelse=otherwise, finalbody=final):
                for handler in handlers:
                    yield from _flat(handler.body, target)
                yield from _flat([*tried, *otherwise, *final], target)
            case ast.With(body=inner):
                yield from _flat(inner, target)
            case _:
                yield statement


def _defined_names(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case _ if type(statement).__name__ == "TypeAlias":  # Python 3.12
            yield statement.name.id  # type: ignore[attr-defined]


class _Imports:
    """What the imports of a file bind, and which modules it imports everything from."""

    def __init__(self, module: str, is_package: bool) -> None:
        self._package = module.split(".") if is_package else module.split(".")[:-1]
        self.bound: dict[str, tuple[str, bool, bool]] = {}
        self.stars: list[str] = []

    def names(self, statements: Iterable[ast.stmt]) -> dict[str, str]:
        """Read the imports: the qualified name of every name they bind."""
        for statement in statements:
            match statement:
                case ast.Import(names=aliases):
                    for alias in aliases:
                        if alias.asname is None:
                            top = alias.name.partition(".")[0]
                            self.bound[top] = (top, True, False)
                        else:
                            self.bound[alias.asname] = (alias.name, True, alias.asname == alias.name)
                case ast.ImportFrom(names=aliases):
                    self._read_from(self._source(statement), aliases)
        return {name: qualified for name, (qualified, _, _) in self.bound.items()}

    def _source(self, statement: ast.ImportFrom) -> str:
        if not statement.level:
            return statement.module or ""
        parent = self._package[: len(self._package) - statement.level + 1]
        return ".".join([*parent, *([statement.module] if statement.module else [])])

    def _read_from(self, source: str, aliases: list[ast.alias]) -> None:
        for alias in aliases:
            if alias.name == "*":
                self.stars.append(source)
            else:
                # PEP 484: only `import x as x` re-exports from a stub.
                self.bound[alias.asname or alias.name] = (
                    f"{source}.{alias.name}",
                    False,
                    alias.asname == alias.name,
                )


def _exports(statements: Iterable[ast.stmt]) -> tuple[str, ...] | None:
    """The names in `__all__`, or None without one; parts that are no lists of constants are left out."""
    found: list[str] | None = None
    for statement in statements:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
            ):
                found = [] if found is None else found
                if isinstance(value, (ast.List, ast.Tuple)):
                    found += [str(item.value) for item in value.elts if isinstance(item, ast.Constant)]
    return None if found is None else tuple(found)


class _Members:
    """Compiles the statements of a module or class body to member codes."""

    def __init__(self, target: Target, is_source: bool) -> None:
        self._target = target
        self._is_source = is_source

    def compile(self, statements: list[ast.stmt], scope: Scope, in_class: bool = False) -> codes.RawMembers:
        """The members that the body of a module or class defines, imports and hands on, as code."""
        members: codes.RawMembers = {}
        functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = {}
        for statement in statements:
            match statement:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    functions.setdefault(name, []).append(statement)
                    members.pop(name, None)
                case ast.ClassDef(name=name):
                    members[name] = codes.pack(codes.CLASS, self._class(statement, scope))
                case ast.AnnAssign(target=ast.Name(id=name)):
                    members[name] = _annotated(statement, scope)
                case ast.Assign(targets=targets, value=value):
                    names = [target.id for target in targets if isinstance(target, ast.Name)]
                    members.update((name, self._assigned(name, value, scope)) for name in names)
                case _ if type(statement).__name__ == "TypeAlias":  # Python 3.12
                    members[statement.name.id] = _type_statement(statement, scope)  # type: ignore[attr-defined]
        for name, definitions in functions.items():
            if name not in members:
                members[name] = function_members(definitions, scope, in_class, self._is_source)
        return members

    def _class(self, node: ast.ClassDef, scope: Scope) -> tuple[Any, ...]:
        """The code of a class: bases, members, decorators."""
        qualified = f"{scope.prefix}.{node.name}"
        header = Scope({}, qualified, scope, type_parameters(node, qualified, scope))
        body = list(_flat(node.body, self._target))
        # Methods and annotated attributes do not hide the names of types: stubs avoid depending on that.
        names = {
            name: f"{qualified}.{name}"
            for statement in body
            if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
            and not (isinstance(statement, ast.AnnAssign) and not _is_alias(statement, scope))
            for name in _defined_names(statement)
        }
        inner = Scope(names, qualified, header)
        members = self.compile(body, inner, in_class=True)
        if self._is_source:
            members = {**_instance_attributes(body, inner), **members}
        decorators = [dotted_name(_called(decorator), scope) for decorator in node.decorator_list]
        return (
            tuple(type_code(base, header) for base in node.bases),
            tuple(
                (keyword.arg, type_code(keyword.value, header)) for keyword in node.keywords if keyword.arg
            ),
            tuple(header.variables.values()),
            any(decorator in _DATACLASS_DECORATORS for decorator in decorators),
            tuple(name for name, member in members.items() if codes.tag_of(member) == codes.VARIABLE),
            tuple(name for name, member in members.items() if _is_abstract(member)),
            members,
        )

    def _assigned(self, name: str, value: ast.expr, scope: Scope) -> bytes:
        called = dotted_name(value.func, scope) if isinstance(value, ast.Call) else None
        if not isinstance(value, ast.Call) or called is None:
            # A method may be an alias of one that is not in sight of annotations (`__radd__ = __add__`).
            if isinstance(value, ast.Name) and scope.outer is not None and value.id not in scope.names:
                return codes.pack(codes.ASSIGNMENT, (value_code(value, scope), f"{scope.prefix}.{value.id}"))
            return codes.pack(codes.ASSIGNMENT, (value_code(value, scope), None))
        if called in _TYPE_VARIABLE_CALLS:
            variable = type_variable(f"{scope.prefix}.{name}", value, _TYPE_VARIABLE_CALLS[called], scope)
            return codes.pack(codes.TYPE_VARIABLE_MEMBER, variable)
        if called in _NEW_TYPE_CALLS and len(value.args) == 2:
            return codes.pack(codes.NEW_TYPE, (type_code(value.args[1], scope),))
        if called in _TYPED_DICT_CALLS or called in _NAMED_TUPLE_CALLS:
            return codes.pack(codes.CLASS, _functional_class(called, value, scope))
        return codes.pack(codes.ASSIGNMENT, (codes.UNKNOWN_CODE, None))


def _is_abstract(member: bytes) -> bool:
    return codes.tag_of(member) == codes.FUNCTION and bool(codes.unpack(member)[2])


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_alias(statement: ast.AnnAssign, scope: Scope) -> bool:
    return dotted_name(statement.annotation, scope) in _ALIAS_ANNOTATIONS


def _annotated(statement: ast.AnnAssign, scope: Scope) -> bytes:
    if _is_alias(statement, scope):
        return codes.pack(codes.ALIAS, (type_code(statement.value, scope), ()))
    annotation = statement.annotation
    base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    if base is annotation and dotted_name(base, scope) in _FINAL_ANNOTATIONS and statement.value is not None:
        return codes.pack(codes.ASSIGNMENT, (value_code(statement.value, scope), None))
    constant = value_code(statement.value, scope) if isinstance(statement.value, ast.Constant) else None
    value = (
        constant[1] if isinstance(constant, tuple) and constant[0] == codes.INSTANCE else codes.NOT_ANNOTATED
    )
    has_value = statement.value is not None
    return codes.pack(codes.VARIABLE, (type_code(annotation, scope), has_value, value))


def _type_statement(statement: Any, scope: Scope) -> bytes:
    qualified = f"{scope.prefix}.{statement.name.id}"
    inner = Scope({}, qualified, scope, type_parameters(statement, qualified, scope))
    return codes.pack(codes.ALIAS, (type_code(statement.value, inner), tuple(inner.variables.values())))


def _functional_class(called: str, call: ast.Call, scope: Scope) -> tuple[Any, ...]:
    """The class that `TypedDict("X", {...})` or `NamedTuple("X", [...])` makes."""
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    match call.args[1:2]:
        case [ast.Dict(keys=keys, values=values)]:
            pairs = list(zip(keys, values, strict=True))
        case [ast.List(elts=items) | ast.Tuple(elts=items)]:
            pairs = [
                (item.elts[0], item.elts[1])
                for item in items
                if isinstance(item, ast.Tuple) and len(item.elts) == 2
            ]
    members = {
        str(key.value): codes.pack(codes.VARIABLE, (type_code(value, scope), False, codes.NOT_ANNOTATED))
        for key, value in pairs
        if isinstance(key, ast.Constant)
    }
    keywords = tuple(
        (keyword.arg, type_code(keyword.value, scope)) for keyword in call.keywords if keyword.arg
    )
    return ((called,), keywords, (), False, tuple(members), (), members)


def _instance_attributes(body: list[ast.stmt], scope: Scope) -> codes.RawMembers:
    """The annotated attributes that a source file's methods set on self (`self.at: datetime = …`)."""
    found: codes.RawMembers = {}
    for method in body:
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(method):
                match node:
                    case ast.AnnAssign(
                        target=ast.Attribute(value=ast.Name(id="self"), attr=name), annotation=annotation
                    ):
                        code = type_code(annotation, scope)
                        found[name] = codes.pack(codes.VARIABLE, (code, True, codes.NOT_ANNOTATED))
    return found
