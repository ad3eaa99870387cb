"""Turns the expressions of a stub (annotations, aliases, constants) into type codes for the stub compiler."""

from __future__ import annotations

import ast
import builtins
from typing import Any

from handlerlint.inference.stubs import codes
from handlerlint.inference.stubs.codes import Code
from handlerlint.records import dataclass, field

_BUILTIN_NAMES = frozenset(dir(builtins)) | {"function", "ellipsis", "reveal_type", "WindowsError"}
_LITERAL_FORMS = frozenset({"typing.Literal", "typing_extensions.Literal"})
_ANNOTATED_FORMS = frozenset({"typing.Annotated", "typing_extensions.Annotated"})


@dataclass(slots=True)
class Scope:
    """What the names of a file mean; `variables` are type parameters in brackets (`class A[T]`)."""

    names: dict[str, str]
    prefix: str
    outer: Scope | None = None
    variables: dict[str, Code] = field(default_factory=dict)

    def resolve(self, name: str) -> Code:
        """The qualified name (or type variable) a simple name stands for."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            if name in scope.names:
                return scope.names[name]
            if scope.outer is None and name not in _BUILTIN_NAMES:
                return f"{scope.prefix}.{name}"
            scope = scope.outer
        return f"builtins.{name}"


def dotted_name(node: ast.expr, scope: Scope) -> str | None:
    """The qualified name of `a` or `a.b.c`."""
    match node:
        case ast.Name(id=name):
            code = scope.resolve(name)
            return code if isinstance(code, str) else None
        case ast.Attribute(value=value, attr=attr):
            base = dotted_name(value, scope)
            return None if base is None else f"{base}.{attr}"
        case _:
            return None


def _constant(value: object, scope: Scope) -> Code:
    """The code of `None`, of `...`, and of a type between quotation marks."""
    if value is None:
        return None
    if isinstance(value, str):
        return _quoted(value, scope)
    return codes.ELLIPSIS_CODE if value is Ellipsis else codes.UNKNOWN_CODE


def type_code(node: ast.expr | None, scope: Scope) -> Code:
    """The code of an annotation."""
    match node:
        case None:
            return codes.NOT_ANNOTATED
        case ast.Constant(value=value):
            return _constant(value, scope)
        case ast.Name(id=name):
            return scope.resolve(name)
        case ast.Attribute():
            return dotted_name(node, scope) or codes.UNKNOWN_CODE
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return (codes.UNION, (type_code(left, scope), type_code(right, scope)))
        case ast.List(elts=elements):
            return (codes.LIST, tuple(type_code(element, scope) for element in elements))
        case ast.Starred(value=value):
            return (codes.UNPACK, type_code(value, scope))
        case ast.Subscript(value=value, slice=index):
            return _subscript(value, index, scope)
        case _:
            return codes.UNKNOWN_CODE


def _quoted(text: str, scope: Scope) -> Code:
    try:
        return type_code(ast.parse(text.strip(), mode="eval").body, scope)
    except SyntaxError:
        return codes.UNKNOWN_CODE


def _subscript(value: ast.expr, index: ast.expr, scope: Scope) -> Code:
    base = type_code(value, scope)
    arguments = index.elts if isinstance(index, ast.Tuple) else [index]
    if base in _LITERAL_FORMS:
        return (codes.LITERAL, tuple(_literal_value(argument, scope) for argument in arguments))
    if base in _ANNOTATED_FORMS:
        return type_code(arguments[0], scope) if arguments else codes.UNKNOWN_CODE
    return (codes.SUBSCRIPT, base, tuple(type_code(argument, scope) for argument in arguments))


def _literal_value(node: ast.expr, scope: Scope) -> object:
    match node:
        case ast.Constant(value=(str() | int() | bytes() | None) as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
        case ast.Attribute():
            return (codes.ENUM_MEMBER, dotted_name(node, scope) or "")
        case _:
            # A literal of literals (`Literal[_A, _B]`), or something new.
            return (codes.ENUM_MEMBER, "")


def value_code(node: ast.expr | None, scope: Scope) -> Code:
    """The code of what a name is assigned: INSTANCE of a constant's type, or what the name is an alias of."""
    match node:
        case ast.Constant() | ast.UnaryOp() | ast.Tuple():
            constant = _constant_code(node, scope)
            return codes.UNKNOWN_CODE if constant == codes.UNKNOWN_CODE else (codes.INSTANCE, constant)
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.BinOp(op=ast.BitOr()):
            return type_code(node, scope)
        case _:
            return codes.UNKNOWN_CODE


def _constant_code(node: ast.expr, scope: Scope) -> Code:
    match node:
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=(str() | int() | bytes()) as value):
            return (codes.LITERAL, (value,))
        case ast.Constant(value=float()):
            return "builtins.float"
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return (codes.LITERAL, (-value,))
        case ast.Tuple(elts=elements):
            return (
                codes.SUBSCRIPT,
                "builtins.tuple",
                tuple(_constant_code(element, scope) for element in elements),
            )
        case _:
            return codes.UNKNOWN_CODE


def type_parameters(node: ast.AST, owner: str, scope: Scope) -> dict[str, Code]:
    """The type parameters in brackets of a class, function or type statement (PEP 695), by name."""
    found: dict[str, Code] = {}
    for parameter in getattr(node, "type_params", ()):
        inner = Scope({}, owner, scope, found)
        bound = getattr(parameter, "bound", None)
        constraints = bound.elts if isinstance(bound, ast.Tuple) else []
        found[parameter.name] = _variable_code(
            f"{owner}.{parameter.name}",
            type(parameter).__name__ != "TypeVar",
            None if constraints else bound,
            constraints,
            getattr(parameter, "default_value", None),
            inner,
        )
    return found


def type_variable(name: str, call: ast.Call, is_variadic: bool, scope: Scope) -> tuple[Any, ...]:
    """The code of the type variable that a call of TypeVar, ParamSpec or TypeVarTuple makes."""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    return _variable_code(
        name, is_variadic, keywords.get("bound"), call.args[1:], keywords.get("default"), scope
    )


def _variable_code(
    name: str,
    is_variadic: bool,
    bound: ast.expr | None,
    constraints: list[ast.expr],
    default: ast.expr | None,
    scope: Scope,
) -> tuple[Any, ...]:
    """The code of a type variable, with its bound and its constraints."""
    return (
        codes.TYPE_VARIABLE,
        name,
        is_variadic,
        type_code(bound, scope),
        tuple(type_code(constraint, scope) for constraint in constraints),
        type_code(default, scope),
    )
