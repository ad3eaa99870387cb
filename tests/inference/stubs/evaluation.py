"""Evaluates one expression twice, for the stub tests: on types through a `StubStore`, and really."""

from __future__ import annotations

import ast
import asyncio
import builtins
import collections.abc
import contextlib
import importlib
import io
import itertools
import json
import sys
import typing
from collections.abc import Callable, Mapping
from types import ModuleType as RealModule
from typing import Any

from handlerlint.inference.stubs import Argument, StubStore
from handlerlint.inference.stubs.types import (
    FLOAT,
    JSON,
    STR,
    UNKNOWN,
    AnyType,
    CallableType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    ModuleType,
    NamedType,
    NeverType,
    NoneType,
    TupleType,
    Type,
    UnionType,
    literal_type,
    union_of,
    widened,
)

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.MatMult: "@",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
}


def _real_await(awaitable: Any) -> Any:
    async def waiting() -> Any:
        return await awaitable

    return asyncio.run(waiting())


# What an expression may call besides real functions: the statements that have no expression.
REAL_HELPERS: dict[str, Callable[..., Any]] = {
    "element_of": lambda value: next(iter(value)),
    "enter": lambda value: value.__enter__(),
    "awaited": _real_await,
}


class TypeEvaluator:
    """Evaluates expressions on types; `given` are the types of free names."""

    def __init__(self, store: StubStore, given: Mapping[str, Type] | None = None) -> None:
        self._store = store
        self._given = dict(given or {})

    def evaluate(self, text: str) -> Type:
        """The type the stubs give to an expression; Never where they say that an attribute does not exist."""
        return self._expression(ast.parse(text, mode="eval").body)

    def _expression(self, node: ast.expr) -> Type:
        match node:
            case ast.Constant(value=float()):
                return FLOAT
            case ast.Constant(value=value) if value is not Ellipsis:
                return literal_type(value)  # type: ignore[arg-type]
            case ast.JoinedStr():
                return STR
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(value=value, attr=name):
                found = self._store.attribute(self._expression(value), name)
                return NeverType() if found is None else found
            case ast.Call(func=ast.Name(id=name), args=[argument]) if name in REAL_HELPERS:
                return self._helper(name, self._expression(argument))
            case ast.Call(func=function):
                return self._store.call(self._expression(function), self._arguments(node))
            case ast.Lambda(body=body):
                return CallableType(self._lambda(node.args, body))
            case _:
                return self._operation(node)

    def _operation(self, node: ast.expr) -> Type:
        match node:
            case ast.BinOp(left=left, op=operator, right=right):
                return self._store.binary(
                    _OPERATORS[type(operator)], self._expression(left), self._expression(right)
                )
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._store.binary(
                    _OPERATORS[type(operator)], self._expression(left), self._expression(right)
                )
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
                return literal_type(-value)
            case ast.UnaryOp(op=operator, operand=operand):
                return self._store.unary(_OPERATORS[type(operator)], self._expression(operand))
            case ast.Subscript(value=value, slice=index):
                return self._store.subscript(self._expression(value), self._index(index))
            case ast.Tuple(elts=elements):
                return TupleType(tuple(widened(self._expression(element)) for element in elements))
            case ast.List(elts=elements):
                return NamedType("builtins.list", (self._joined(elements),))
            case ast.Set(elts=elements):
                return NamedType("builtins.set", (self._joined(elements),))
            case ast.Dict(keys=keys, values=values):
                return NamedType(
                    "builtins.dict", (self._joined([k for k in keys if k]), self._joined(values))
                )
            case _:
                raise NotImplementedError(ast.dump(node))

    def _joined(self, elements: list[ast.expr]) -> Type:
        joined = widened(union_of(self._expression(element) for element in elements))
        return UNKNOWN if isinstance(joined, NeverType) else joined

    def _index(self, node: ast.expr) -> Type:
        return NamedType("builtins.slice") if isinstance(node, ast.Slice) else self._expression(node)

    def _name(self, name: str) -> Type:
        if name in self._given:
            return self._given[name]
        if hasattr(builtins, name):
            return self._store.value(f"builtins.{name}") or UNKNOWN
        return ModuleType(name)

    def _arguments(self, node: ast.Call) -> list[Argument]:
        positional = [
            Argument(self._expression(each.value), star="*")
            if isinstance(each, ast.Starred)
            else Argument(self._expression(each))
            for each in node.args
        ]
        return positional + [
            Argument(self._expression(each.value), name=each.arg, star="" if each.arg else "**")
            for each in node.keywords
        ]

    def _lambda(self, arguments: ast.arguments, body: ast.expr) -> Type:
        outer = dict(self._given)
        self._given.update({argument.arg: UNKNOWN for argument in arguments.args})
        try:
            return widened(self._expression(body))
        finally:
            self._given = outer

    def _helper(self, name: str, type_: Type) -> Type:
        match name:
            case "element_of":
                return self._store.iterate(type_)
            case "enter":
                return self._store.enter(type_)
            case _:
                return self._store.await_(type_)


def real_value(text: str, given: Mapping[str, Any] | None = None) -> Any:
    """The value that the expression really has; free names are modules."""
    tree = ast.parse(text, mode="eval")
    names: dict[str, Any] = {**REAL_HELPERS, **(given or {})}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            # `os.path`, `urllib.parse`: a submodule must be imported to be an attribute.
            _import_quietly(ast.unparse(node))
    bound = {
        argument.arg for node in ast.walk(tree) if isinstance(node, ast.Lambda) for argument in node.args.args
    }
    for node in ast.walk(tree):
        is_free = isinstance(node, ast.Name) and node.id not in {*names, *bound}
        if is_free and not hasattr(builtins, node.id):  # type: ignore[attr-defined]
            names[node.id] = importlib.import_module(node.id)  # type: ignore[attr-defined]
    return eval(compile(tree, "<expression>", "eval"), names)


def _import_quietly(name: str) -> None:
    if name.replace(".", "").isidentifier():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def conforms(store: StubStore, type_: Type, value: Any) -> bool:
    """Whether a real value is what a type says, down to the elements of containers."""
    match type_:
        case AnyType():
            return True
        case NoneType():
            return value is None
        case UnionType(members):
            return any(conforms(store, member, value) for member in members)
        case LiteralType(literal, of):
            if of.startswith("builtins."):
                return type(value).__name__ == of.removeprefix("builtins.") and bool(value == literal)
            return value is getattr(_real_class(of), str(literal), None)
        case TupleType(items, rest):
            return _conforms_tuple(store, items, rest, value)
        case ClassObjectType(of):
            if not isinstance(of, NamedType):
                return isinstance(value, type)
            class_ = _real_class(of.name)
            return isinstance(value, type) and (class_ is None or issubclass(value, class_))
        case ModuleType():
            return isinstance(value, RealModule)
        case CallableType() | FunctionType():
            return callable(value)
        case NamedType() if type_ == JSON:
            return isinstance(json.dumps(value), str)
        case NamedType(name):
            class_ = _real_class(name)
            return class_ is None or (_is_instance(value, class_) and _elements_conform(store, type_, value))
        case _:
            return False


def _conforms_tuple(store: StubStore, items: tuple[Type, ...], rest: Type | None, value: Any) -> bool:
    if not isinstance(value, tuple) or (rest is None and len(value) != len(items)) or len(value) < len(items):
        return False
    return all(
        conforms(store, items[index] if index < len(items) else rest or UNKNOWN, part)
        for index, part in enumerate(value)
    )


def _is_instance(value: Any, class_: Any) -> bool:
    if class_ is float and isinstance(value, int):
        return True  # PEP 484
    try:
        return isinstance(value, class_)
    except TypeError:
        return True  # a protocol that cannot be checked


def _elements_conform(store: StubStore, type_: NamedType, value: Any) -> bool:
    args = type_.args
    if isinstance(value, dict) and len(args) == 2:
        return all(
            conforms(store, args[0], key) and conforms(store, args[1], item) for key, item in value.items()
        )
    if isinstance(value, (list, set, frozenset, collections.deque)) and len(args) == 1:
        return all(conforms(store, args[0], item) for item in value)
    # Those of other libraries may want a server.
    is_standard = type(value).__module__.partition(".")[0] in sys.stdlib_module_names
    if is_standard and isinstance(value, collections.abc.Iterator) and not isinstance(value, io.IOBase):
        element = store.iterate(type_)
        return all(conforms(store, element, item) for item in itertools.islice(value, 20))
    return True


def _real_class(name: str) -> Any:
    """The class at run time; None for what exists in stubs only."""
    module, _, short = name.rpartition(".")
    if module == "typing" and hasattr(collections.abc, short):
        return getattr(collections.abc, short)
    if module == "typing" and hasattr(typing, short):
        return None
    parts = name.split(".")
    for split in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:split]))
        except ImportError:
            continue
        for part in parts[split:]:
            found = getattr(found, part, None)
        return found if isinstance(found, type) else None
    return None
