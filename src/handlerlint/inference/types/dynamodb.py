"""Attributes of DynamoDB items, of which the kind is not known: what operators tell of it. For `objects.operators`."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Instance, Json, Value
from handlerlint.inference.sdk import shapes
from handlerlint.inference.stubs.types import STR, NamedType, Type, UnionType, union_of
from handlerlint.inference.stubs.types import UNKNOWN as ANY
from handlerlint.inference.types import conversion
from handlerlint.inference.types.queries import JSON_KINDS, OPERATORS

NUMBER = "decimal.Decimal"

#: What an attribute may be that has operators. Nobody calculates with booleans that were stored.
_KINDS = union_of(
    (
        STR,
        NamedType(NUMBER),
        NamedType("builtins.set", (ANY,)),
        NamedType("builtins.list", (ANY,)),
        NamedType("builtins.dict", (STR, ANY)),
    )
)


def is_attribute(value: Value) -> bool:
    """Whether a value is an attribute of an item of which the kind is not known."""
    return isinstance(value, Instance) and value.class_name == shapes.DYNAMODB_VALUE


def binary(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left <operator> right`, one of them an attribute: what no other kind can do shows that it is a number."""
    operands = _kinds_of(frame, state, left), _kinds_of(frame, state, right)
    found = frame.interpreter.stubs.binary(OPERATORS[name], *operands)
    may_raise(frame, state)
    if isinstance(found, UnionType):
        return left if is_attribute(left) else right
    if isinstance(found, NamedType) and found.name.endswith(".Decimal"):
        return Instance(found.name, origin=frame.step(node, "a number of DynamoDB, which is a Decimal"))
    return conversion.to_value(frame, state, found, node, "op")


def _kinds_of(frame: Frame, state: State, value: Value) -> Type:
    if is_attribute(value):
        return _KINDS
    return union_of(JSON_KINDS) if isinstance(value, Json) else conversion.to_type(frame, state, value)
