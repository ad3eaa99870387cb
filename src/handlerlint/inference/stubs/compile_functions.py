"""Compiles the definitions of one function, overloads included, to a member code; for the stub compiler."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, TypeAlias

from handlerlint.inference.stubs import codes
from handlerlint.inference.stubs.codes import Code
from handlerlint.inference.stubs.compile_types import Scope, dotted_name, type_code, type_parameters
from handlerlint.inference.stubs.types import IMPLICIT_CLASS_METHODS, ParameterKind

_Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Parameter: TypeAlias = tuple[str, int, Code, bool]

_TYPING = ("typing", "typing_extensions")
_OVERLOADS = frozenset(f"{module}.overload" for module in _TYPING)
_PROPERTIES = frozenset(
    {
        "builtins.property",
        "functools.cached_property",
        "abc.abstractproperty",
        "enum.property",
        "enum._magic_enum_attr",
        "types.DynamicClassAttribute",
    }
)
_ABSTRACT = frozenset({"abc.abstractmethod", "abc.abstractproperty"})
# Decorators that leave a call's result as it is declared.
_TRANSPARENT = (
    frozenset(
        f"{module}.{name}"
        for module in _TYPING
        for name in ("final", "override", "no_type_check", "deprecated")
    )
    | frozenset({"typing.type_check_only", "typing_extensions.disjoint_base", "warnings.deprecated"})
    | frozenset({"functools.lru_cache", "functools.cache", "functools.wraps"})
)
_CONTEXT_MANAGERS = {
    "contextlib.contextmanager": "contextlib._GeneratorContextManager",
    "contextlib.asynccontextmanager": "contextlib._AsyncGeneratorContextManager",
}


def function_members(definitions: list[_Definition], scope: Scope, in_class: bool, is_source: bool) -> bytes:
    """The member code for the definitions of one name: a function, or a variable that tells nothing."""
    decorated = [(definition, _decorators(definition, scope)) for definition in definitions]
    # The setter and deleter of a property repeat its name.
    decorated = [(node, names) for node, names in decorated if not _is_accessor(node)]
    if not decorated:
        return codes.pack(codes.VARIABLE, (codes.UNKNOWN_CODE, True, codes.NOT_ANNOTATED))
    overloads = [(node, names) for node, names in decorated if not _OVERLOADS.isdisjoint(names)]
    chosen = overloads or decorated[-1:]
    kind = _kind(definitions[0].name, chosen[0][1], in_class)
    if kind is None:
        return codes.pack(codes.VARIABLE, (codes.UNKNOWN_CODE, True, codes.NOT_ANNOTATED))
    signatures = tuple(_signature(node, names, scope, is_source) for node, names in chosen)
    is_abstract = any(not _ABSTRACT.isdisjoint(names) for _, names in chosen)
    return codes.pack(codes.FUNCTION, (kind, signatures, is_abstract))


def _decorators(node: _Definition, scope: Scope) -> list[str]:
    called = [
        decorator.func if isinstance(decorator, ast.Call) else decorator for decorator in node.decorator_list
    ]
    return [dotted_name(decorator, scope) or "?" for decorator in called]


def _is_accessor(node: _Definition) -> bool:
    return any(
        isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "deleter", "getter")
        for decorator in node.decorator_list
    )


def _kind(name: str, decorators: list[str], in_class: bool) -> str | None:
    """What the decorators make of a function; None when one of them is not understood."""
    kind = "method" if in_class else "function"
    if in_class and name == "__new__":
        kind = "staticmethod"
    elif in_class and name in IMPLICIT_CLASS_METHODS:
        kind = "classmethod"
    for decorator in decorators:
        if decorator in _PROPERTIES:
            kind = "property"
        elif decorator in ("builtins.classmethod", "builtins.staticmethod"):
            kind = decorator.removeprefix("builtins.")
        elif not (
            decorator in _TRANSPARENT
            or decorator in _OVERLOADS
            or decorator in _ABSTRACT
            or decorator in _CONTEXT_MANAGERS
        ):
            return None
    return kind


def _signature(node: _Definition, decorators: list[str], scope: Scope, is_source: bool) -> tuple[Any, ...]:
    owner = f"{scope.prefix}.{node.name}"
    inner = Scope({}, owner, scope, type_parameters(node, owner, scope))
    result = type_code(node.returns, inner)
    # In source, `async def` with a yield is declared by what calling it gives; in a stub it has no yield.
    is_async = isinstance(node, ast.AsyncFunctionDef) and not (is_source and _yields(node))
    for decorator in decorators:
        if decorator in _CONTEXT_MANAGERS:
            result, is_async = _context_manager(_CONTEXT_MANAGERS[decorator], result), False
    return (tuple(_parameters(node.args, inner)), result, is_async)


def _context_manager(manager: str, result: Code) -> Code:
    if isinstance(result, tuple) and result[0] == codes.SUBSCRIPT:
        return (codes.SUBSCRIPT, manager, (result[2][0],))
    return manager


def _yields(node: _Definition) -> bool:
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(node))


def _parameters(arguments: ast.arguments, scope: Scope) -> Iterator[_Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    first_default = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        # Before `/` existed, two underscores in front of a name made it positional-only.
        is_hidden = argument.arg.startswith("__") and not argument.arg.endswith("__")
        is_positional_only = index < len(arguments.posonlyargs) or is_hidden
        kind = ParameterKind.POSITIONAL_ONLY if is_positional_only else ParameterKind.POSITIONAL
        yield _parameter(argument, kind, scope, index >= first_default)
    if arguments.vararg is not None:
        yield _parameter(arguments.vararg, ParameterKind.VAR_POSITIONAL, scope, False)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument, ParameterKind.KEYWORD_ONLY, scope, default is not None)
    if arguments.kwarg is not None:
        yield _parameter(arguments.kwarg, ParameterKind.VAR_KEYWORD, scope, False)


def _parameter(argument: ast.arg, kind: ParameterKind, scope: Scope, has_default: bool) -> _Parameter:
    return (argument.arg, int(kind), type_code(argument.annotation, scope), has_default)
