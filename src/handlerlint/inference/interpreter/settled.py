"""Which expressions have the same value, or values of one class, whatever path leads to them.

The interpreter follows fewer paths than there are: that all of these fail at a place does not prove that all fail.
What an expression is that depends on no path, one path tells.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core import dispatch, registry
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import pure_functions
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Container, State
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BuiltinMethod,
    Constant,
    FunctionValue,
    Instance,
    Reference,
    StubValue,
    TupleValue,
    Value,
)
from handlerlint.inference.stubs.types import (
    AnyType,
    ClassObjectType,
    FunctionType,
    ModuleType,
    NamedType,
    SelfType,
    Type,
    TypeVarType,
    parts_of,
)
from handlerlint.inference.syntax.reaching import (
    Definition,
    bindings,
    only_definition,
    reaching_definition,
)
from handlerlint.inference.syntax.scopes import COMPREHENSION, global_names, nodes_in, scope_of

_CHANGEABLE = (cst.List, cst.Dict, cst.Set)
_STATEMENTS = (cst.Import, cst.ImportFrom, cst.FunctionDef, cst.ClassDef)


class Settled(IntEnum):
    """What of an expression no path can change."""

    NOTHING = 0
    CLASS = 1
    VALUE = 2


def settled(frame: Frame, state: State, node: cst.BaseExpression) -> Settled:
    """What of the value that an expression has on this path it has on all."""
    known = frame.interpreter.settling
    found = known.get(node)
    if found is None:
        is_first = not known
        known[node] = Settled.NOTHING
        try:
            found = known[node] = _settled(frame, state, node)
        finally:
            if is_first:
                known.clear()
    return Settled(found)


def _settled(frame: Frame, state: State, node: cst.BaseExpression) -> Settled:
    """Like `settled`, by the parts of an expression, and of what defines its names; each of them is asked once."""
    match node:
        case cst.Integer() | cst.Float() | cst.Imaginary() | cst.SimpleString():
            return Settled.VALUE
        case cst.Name(value=name):
            return Settled.VALUE if name in ("None", "True", "False") else _of_name(frame, state, node)
        case cst.FormattedString() | cst.Lambda() | cst.ListComp() | cst.SetComp() | cst.DictComp():
            return Settled.CLASS
        case cst.Tuple() | cst.List() | cst.Set() | cst.Dict():
            return _of_display(frame, state, node)
        case cst.BinaryOperation(left=left, right=right) | cst.ConcatenatedString(left=left, right=right):
            return min(settled(frame, state, left), settled(frame, state, right))
        case cst.UnaryOperation(expression=operand) if not isinstance(node.operator, cst.Not):
            return settled(frame, state, operand)
        case cst.Subscript(value=owner, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            found = min(settled(frame, state, owner), settled(frame, state, index))
            return found if found is Settled.VALUE else _of_item(frame, state, owner)
        case cst.Call():
            return _of_call(frame, state, node)
        case cst.Attribute(value=owner):
            return _of_attribute(frame, state, node, owner)
        case _:
            return Settled.NOTHING


def is_one_definition(frame: Frame, state: State, node: cst.BaseExpression) -> bool:
    """Whether an expression names one module, function or class, whatever path leads to it."""
    match node:
        case cst.Name(value=name):
            found = _definition(frame, node)
            return isinstance(found, _STATEMENTS) or (found is None and _is_builtin(frame, name))
        case cst.Attribute(value=owner):
            return is_one_definition(frame, state, owner)
        case _:
            return False


def _definition(frame: Frame, node: cst.Name) -> Definition | None:
    """The one definition of a name that reaches this use of it."""
    module, function = _tree(frame), _function(frame)
    if frame.info is COMPREHENSION or "import *" in frame.module.file.text:
        return None
    if function is not None and node.value in scope_of(function).bound:
        return None if _has_nonlocal(function) else reaching_definition(function, node)
    if frame.scopes or node.value in global_names(frame.module.file.text):
        return None
    return reaching_definition(module, node) if function is None else only_definition(module, node.value)


@lru_cache(maxsize=1024)
def _has_nonlocal(function: cst.FunctionDef) -> bool:
    """Whether a function inside of this one may rebind its names."""
    return any(isinstance(part, cst.Nonlocal) for part in nodes_in(function))


def _tree(frame: Frame) -> cst.Module:
    tree = frame.module.file.tree
    assert isinstance(tree, cst.Module)
    return tree


def _function(frame: Frame) -> cst.FunctionDef | None:
    node = frame.function.node if frame.function is not None else None
    return node if isinstance(node, cst.FunctionDef) else None


def _is_builtin(frame: Frame, name: str) -> bool:
    """Whether nothing in a module or function binds a name of the builtins."""
    function = _function(frame)
    is_local = function is not None and name in scope_of(function).bound
    has_star = "import *" in frame.module.file.text
    return not is_local and name not in bindings(_tree(frame)) and not frame.scopes and not has_star


def _of_name(frame: Frame, state: State, node: cst.Name) -> Settled:
    found = _definition(frame, node)
    if not isinstance(found, cst.BaseExpression):
        return Settled.VALUE if _is_function(frame, state, node) else Settled.NOTHING
    level = settled(frame, state, found)
    if level is Settled.VALUE and any(isinstance(part, _CHANGEABLE) for part in nodes_in(found)):
        return Settled.CLASS
    return level


def _of_display(frame: Frame, state: State, node: cst.Tuple | cst.List | cst.Set | cst.Dict) -> Settled:
    """Of a container that is written with its elements: its value, if theirs are, and none is spread into it."""
    parts: list[cst.BaseExpression] = []
    for element in node.elements:
        match element:
            case cst.DictElement(key=key, value=value):
                parts += (key, value)
            case cst.Element(value=value):
                parts.append(value)
            case _:
                return Settled.CLASS
    is_known = all(settled(frame, state, part) is Settled.VALUE for part in parts)
    return Settled.VALUE if is_known else Settled.CLASS


def _of_item(frame: Frame, state: State, owner: cst.BaseExpression) -> Settled:
    """An item of an object of the standard library that has items of one class: a variable of the environment."""
    value = dispatch.peek(frame, state, owner) if settled(frame, state, owner) else None
    return (
        Settled.CLASS if isinstance(value, Instance) and _is_standard(value.class_name) else Settled.NOTHING
    )


def _of_attribute(frame: Frame, state: State, node: cst.Attribute, owner: cst.BaseExpression) -> Settled:
    is_object = settled(frame, state, owner) >= Settled.CLASS
    if not is_object and not is_one_definition(frame, state, owner):
        return Settled.NOTHING
    if _is_function(frame, state, node):
        return Settled.VALUE
    value = dispatch.peek(frame, state, owner)
    match value:
        case StubValue(type=ModuleType(name=name)) | Instance(class_name=name) if _is_standard(name):
            return Settled.CLASS
        case _:
            return Settled.NOTHING


def _is_function(frame: Frame, state: State, node: cst.Name | cst.Attribute) -> bool:
    """Whether an expression names a function of the standard library that nothing puts another one in place of."""
    if not is_one_definition(frame, state, node):
        return False
    match dispatch.peek(frame, state, node):
        case StubValue(type=FunctionType() as function, receiver=None):
            owner, _, short = registry.qualified_name(function).rpartition(".")
            return _is_standard(owner) and (owner, short) not in frame.interpreter.patched
        case _:
            return False


def _of_call(frame: Frame, state: State, node: cst.Call) -> Settled:
    """What is settled of the value that a call gives: as much as of its operands, where one function is called."""
    function, arguments = frame.interpreter.called.get(node, (UNKNOWN, Arguments()))
    receiver = node.func.value if isinstance(node.func, cst.Attribute) else None
    called: Type
    operands: list[cst.BaseExpression]
    match function:
        case FunctionValue(node=cst.FunctionDef() as definition):
            is_one = is_one_definition(frame, state, node.func) and _gives_nothing(definition)
            return Settled.VALUE if is_one else Settled.NOTHING
        case StubValue(type=FunctionType() | ClassObjectType() as called, receiver=None | StubValue()):
            receiver, operands = None, []
            if not is_one_definition(frame, state, node.func):
                return Settled.NOTHING
        case BuiltinMethod(receiver=Reference(site=site), name=name) if receiver is not None:
            record = state.heap.get(site)
            stubs = frame.interpreter.stubs
            found = (
                stubs.attribute(NamedType(record.class_name), name) if isinstance(record, Container) else None
            )
            if found is None:
                return Settled.NOTHING
            called, operands = found, [receiver]
        case StubValue(type=FunctionType() as called) if receiver is not None:
            operands = [receiver]
        case _:
            return Settled.NOTHING
    name = registry.qualified_name(called)
    operands += [argument.value for argument in node.args]
    levels = [settled(frame, state, operand) for operand in operands]
    if not _is_standard(name) or (receiver in operands and levels[0] is Settled.NOTHING):
        return Settled.NOTHING
    is_pure = pure_functions.find(name) is not None and not any(argument.star for argument in node.args)
    if is_pure and all(level is Settled.VALUE for level in levels):
        return Settled.VALUE
    owner = getattr(function, "receiver", None)
    values = arguments.values if receiver is None or owner is None else (owner, *arguments.values)
    if _is_generic(called) and not (all(levels) and all(map(_is_plain, values))):
        return Settled.NOTHING
    return Settled.CLASS


def _gives_nothing(function: cst.FunctionDef) -> bool:
    """Whether a function certainly returns None: no generator, no coroutine, and no `return` with a value."""
    if scope_of(function).is_generator or function.asynchronous is not None or function.decorators:
        return False
    return not any(
        isinstance(part, cst.Return) and part.value is not None for part in nodes_in(function.body)
    )


def _is_standard(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _is_generic(called: Type) -> bool:
    """Whether the class of what a function gives depends on what it is given, or is not said."""
    if not isinstance(called, FunctionType):
        return False
    return any(
        isinstance(part, (TypeVarType, AnyType))
        for signature in called.function.signatures
        for part in (signature.result, *parts_of(signature.result))
        if not isinstance(part, SelfType)
    )


def _is_plain(value: Value) -> bool:
    match value:
        case Constant():
            return True
        case Instance(class_name=name):
            return _is_standard(name)
        case TupleValue(items=items, rest=None):
            return all(map(_is_plain, items))
        case _:
            return False
