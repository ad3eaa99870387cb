"""Deferred execution: callbacks passed to libraries run at an unknown later time.

What they change is therefore unknown from here on (havoc). Used by `types.queries`, `interpreter.calls` and overlays.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.domain.heap import (
    InstanceObject,
    State,
    lose,
)
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BoundMethod,
    BuiltinMethod,
    FunctionValue,
    Partial,
    Reference,
    Value,
)
from handlerlint.inference.syntax.scopes import nodes_in, scope_of


def lose_to_callbacks(frame: Frame, state: State, values: Iterable[Value]) -> None:
    """A library is given these values: if it can call one of them, that may change all that it can get hold of."""
    given = tuple(values)
    callbacks = [value for each in given for value in members(each) if _is_callback(value)]
    if not callbacks:
        return
    owners = [value.receiver for value in callbacks if isinstance(value, BuiltinMethod)]
    lose(state, (*given, *owners))
    seen: set[cst.CSTNode] = set()
    for callback in callbacks:
        _lose_names(frame, state, callback, seen)


def lose_to_base_class(state: State, qualified_name: str, receiver: Value | None) -> None:
    """An inherited method of a library may call what the class overrides: `Thread.start()` its `run()`."""
    record = state.object_of(receiver)
    if isinstance(record, InstanceObject) and not qualified_name.endswith("__"):
        lose(state, [] if receiver is None else [receiver])


def _is_callback(value: Value) -> bool:
    """Whether a value is code that may have effects in the project, run by whoever is given it."""
    match value:
        case FunctionValue(node=node):
            return isinstance(node, cst.FunctionDef) or not _only_looks(node.body)
        case BoundMethod(function=function) | Partial(function=function):
            return _is_callback(function)
        case BuiltinMethod(receiver=Reference()):
            return True
        case _:
            return False


def _only_looks(node: cst.BaseExpression) -> bool:
    """Whether the body of a lambda only takes something out of what it is given, as that of a `key=` does."""
    return isinstance(
        node, (cst.Name, cst.Attribute, cst.Subscript, cst.Tuple, cst.BaseString, cst.Comparison)
    )


def _lose_names(frame: Frame, state: State, value: Value, seen: set[cst.CSTNode]) -> None:
    """Lose the names that a function binds outside of itself, and the objects of its module that it can change."""
    match value:
        case BoundMethod(function=inner) | Partial(function=inner):
            _lose_names(frame, state, inner, seen)
            return
        case FunctionValue() if value.node not in seen:
            seen.add(value.node)
        case _:
            return
    info = scope_of(value.node)
    for name in info.global_names:
        state.bind(value.module, name, UNKNOWN)
    for name in info.nonlocal_names:
        for scope in reversed(value.scopes):
            if name in names_of(state, scope).names:
                state.bind(scope, name, UNKNOWN)
                break
    names = names_of(state, value.module).names
    for name in mentioned(value.node) - info.bound:
        found = names.get(name)
        if isinstance(found, FunctionValue):
            _lose_names(frame, state, found, seen)
        elif isinstance(found, Reference):
            lose(state, (found,))


@lru_cache(maxsize=256)
def mentioned(node: cst.CSTNode) -> frozenset[str]:
    """All names in a piece of code."""
    return frozenset(part.value for part in nodes_in(node) if isinstance(part, cst.Name))


def lose_to_key(state: State, key: Value | None, element: Value) -> None:
    """`key=` is called with each element: what changes it is no mere question."""
    for member in members(key) if key is not None else ():
        function = member.function if isinstance(member, BoundMethod) else member
        if isinstance(function, FunctionValue) and _changes(state, function, set()):
            lose(state, (element,))


def _changes(state: State, function: FunctionValue, seen: set[cst.CSTNode]) -> bool:
    """Whether a function, or one of its module that it may call, changes objects."""
    if function.node in seen:
        return False
    seen.add(function.node)
    if _stores(function.node):
        return True
    scopes = [names_of(state, scope).names for scope in (function.module, *function.scopes)]
    called = (scope.get(name) for name in mentioned(function.node) for scope in scopes)
    return any(isinstance(each, FunctionValue) and _changes(state, each, seen) for each in called)


#: Methods of containers that change them.
_CHANGING = frozenset(
    {"append", "clear", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update", "__setitem__"}
)


@lru_cache(maxsize=256)
def _stores(node: cst.CSTNode) -> bool:
    """Whether a piece of code stores into an object, or deletes from one."""
    for part in nodes_in(node):
        match part:
            case cst.AssignTarget(target=cst.Subscript() | cst.Attribute()) | cst.Del():
                return True
            case cst.AugAssign(target=cst.Subscript() | cst.Attribute()):
                return True
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) if name in _CHANGING:
                return True
            case _:
                pass
    return False
