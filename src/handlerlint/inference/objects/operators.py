"""Operators: arithmetic folded where both sides are known, containers joined, the rest asked of stubs."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import naming, pure_functions, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ANYWHERE, InstanceObject, State
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    JSON,
    NEVER,
    SCALARS,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    Reference,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    folded,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.objects import attributes, datetimes, kinds
from handlerlint.inference.types import dynamodb, queries

SPECIAL_METHODS = {
    "Add": "__add__",
    "Subtract": "__sub__",
    "Multiply": "__mul__",
    "Divide": "__truediv__",
    "FloorDivide": "__floordiv__",
    "Modulo": "__mod__",
    "Power": "__pow__",
    "MatrixMultiply": "__matmul__",
    "BitOr": "__or__",
    "BitAnd": "__and__",
    "BitXor": "__xor__",
    "LeftShift": "__lshift__",
    "RightShift": "__rshift__",
}


#: Numbers up to here are computed with.
_SMALL = 1 << 64


def _fold(name: str, left: Constant, right: Constant) -> object | None:
    """What an operator gives for two constants, or the error that it raises; None where that is not computed."""
    function = pure_functions.OPERATORS.get(name)
    a, b = left.value, right.value
    for value in (a, b):
        if not isinstance(value, (int, float, str)):
            return None
        if isinstance(value, (int, float)) and not -_SMALL < value < _SMALL:
            return None
    if function is None or (name == "Multiply" and isinstance(a, str) != isinstance(b, str)):
        return None
    if name == "Modulo" and isinstance(a, str):
        return None
    found = pure_functions.outcome(function, (a, b), {}, widest=_SMALL)
    if not isinstance(found, pure_functions.Raised):
        return found
    return found.error if isinstance(found.error, (ZeroDivisionError, TypeError)) else None


def fails(frame: Frame, state: State, error: type[Exception], node: cst.CSTNode) -> Value:
    """No value: what is done here certainly raises."""
    may_raise(frame, state, Instance(f"builtins.{error.__name__}", origin=frame.step(node)))
    return NEVER


def is_null_with(left: Value, right: Value) -> bool:
    """Whether one of two operands is None and the other one a text, a number or a container: they have no operator."""
    if isinstance(right, Constant) and right.value is None:
        left, right = right, left
    if not (isinstance(left, Constant) and left.value is None):
        return False
    return _is_class(right, *SCALARS, "builtins.NoneType") or isinstance(right, TupleValue)


def is_text_with_number(left: Value, right: Value) -> bool:
    """Whether one of two operands is a text and the other one a number: there is no order between them."""
    numbers = ("builtins.int", "builtins.float", "builtins.bool")
    return any(
        _is_class(one, "builtins.str") and _is_class(other, *numbers)
        for one, other in ((left, right), (right, left))
    )


def binary(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left <operator> right`; `name` is libcst's class of the operator."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        result = _fold(name, left, right)
        if isinstance(result, Exception):
            return fails(frame, state, type(result), node)
        if result is not None:
            return folded(result, frame.step(node))
    if isinstance(left, UnionValue) or isinstance(right, UnionValue):
        pairs = [(a, b) for a in members(left) for b in members(right)]
        if len(pairs) > 16:
            return UNKNOWN
        return join_all(binary(frame, state, name, a, b, node) for a, b in pairs)
    found = datetimes.moved(_binary(frame, state, name, left, right, node), left, right)
    return terms.computed(found, ("operator", name), naming.names_of(state, (left, right)))


def _of_project(
    frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode
) -> Value | None:
    """What `__add__` and its like of a class of the project give; None where no operand is of one."""
    special = SPECIAL_METHODS.get(name, "")
    for operand, other, method in ((left, right, special), (right, left, special.replace("__", "__r", 1))):
        if isinstance(state.object_of(operand), InstanceObject):
            result = attributes.call_special(frame, state, operand, method, (other,), node)
            return UNKNOWN if result is None else result
    return None


def _binary(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left operator right` for operands that are no unions, `__add__` and its like of the project first."""
    if is_null_with(left, right) and name != "Modulo":
        return fails(frame, state, TypeError, node)
    record = state.object_of(left)
    of_its_kind = kinds.operators.of(left if record is None else record)
    found = None if of_its_kind is None else of_its_kind(frame, state, left, record, name, right, node)
    if found is not None:
        return found
    if name == "Modulo" and _is_class(left, "builtins.str"):
        return dependences.text(frame, state, node, ("%", terms.term_of(left) or id(node)), [right])
    found = _of_project(frame, state, name, left, right, node)
    if found is not None:
        return found
    match left, right:
        case (Unknown(), _) | (_, Unknown()):
            may_raise(frame, state)
            return UNKNOWN
        case _ if dynamodb.is_attribute(left) or dynamodb.is_attribute(right):
            return dynamodb.binary(frame, state, name, left, right, node)
        case Json(), Json():
            may_raise(frame, state)
            return JSON
        case Json(), _:
            may_raise(frame, state)
            return _with_json(frame, state, name, right, node, json_left=True)
        case _, Json():
            may_raise(frame, state)
            return _with_json(frame, state, name, left, node, json_left=False)
        case _:
            return queries.binary(frame, state, name, left, right, node)


def _with_json(
    frame: Frame, state: State, name: str, other: Value, node: cst.CSTNode, *, json_left: bool
) -> Value:
    """An operator of which one operand is decoded JSON: what it gives for the kinds of JSON that have it."""
    if name == "Add" and _is_class(other, "builtins.str"):
        return Instance("builtins.str", origin=frame.step(node))
    is_number = _is_class(other, "builtins.int", "builtins.float")
    if is_number and (name == "Divide" or (name != "Modulo" and _is_class(other, "builtins.float"))):
        return Instance("builtins.float", origin=frame.step(node))
    if _is_class(other, "builtins.str", "builtins.int", "builtins.float", "builtins.bool"):
        return JSON
    return queries.binary_with_json(frame, state, name, other, node, json_left)


def _is_class(value: Value, *names: str) -> bool:
    match value:
        case Constant(kind=kind):
            return "builtins." + kind in names
        case Instance(class_name=name):
            return name in names
        case _:
            return False


def augmented(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left <operator>= right`: containers change in place, everything else gives a new value."""
    record = state.object_of(left)
    in_place = kinds.operators_in_place.of(record)
    changed = None if in_place is None else in_place(frame, state, left, record, name, right, node)
    if changed is None and isinstance(record, InstanceObject):
        changed = _instance_changed(frame, state, name, left, record, right, node)
    if changed is not None:
        return changed
    if isinstance(left, Unknown) and not isinstance(right, (Constant, Instance)):
        state.heap.trace.written.add(ANYWHERE)  # it may be a list
    return binary(frame, state, name, left, right, node)


def _instance_changed(
    frame: Frame,
    state: State,
    name: str,
    left: Value,
    record: InstanceObject,
    right: Value,
    node: cst.CSTNode,
) -> Value | None:
    """What `__iadd__` and its like of a class of the project give, or of the container that an instance is."""
    special = SPECIAL_METHODS.get(name, "").replace("__", "__i", 1)
    found = attributes.call_special(frame, state, left, special, (right,), node)
    if found is not None or not isinstance(record.content, Reference):
        return found
    content = augmented(frame, state, name, record.content, right, node)
    return left if content == record.content else content


def unary(frame: Frame, state: State, name: str, value: Value, node: cst.CSTNode) -> Value:
    """`-value`, `+value`, `~value`."""
    found = _unary(frame, state, name, value, node)
    return terms.computed(found, ("operator", name), naming.names_of(state, (value,)))


def _unary(frame: Frame, state: State, name: str, value: Value, node: cst.CSTNode) -> Value:
    match name, value:
        case "Minus", Constant(value=int() | float() as number):
            return folded(-number, frame.step(node))
        case "Plus", Constant(value=int() | float()):
            return value
        case _, Json():
            return JSON
        case (("Minus" | "Plus"), _) if dynamodb.is_attribute(value):
            return dynamodb.binary(frame, state, "Subtract", constant(0), value, node)
        case _:
            special = {"Minus": "__neg__", "Plus": "__pos__", "BitInvert": "__invert__"}[name]
            method = attributes.attribute(frame, state, value, special, node)
            if method is NEVER or isinstance(method, Unknown):
                return UNKNOWN
            return dispatch.call(frame, state, method, Arguments(), node)
