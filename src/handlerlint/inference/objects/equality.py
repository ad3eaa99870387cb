"""When two values are equal: certainly, certainly not, or perhaps."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import ClassObject, Container, HeapObject, ListObject, State
from handlerlint.inference.domain.values import (
    Constant,
    EnumMember,
    Instance,
    Json,
    Native,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
)
from handlerlint.inference.objects import class_facts
from handlerlint.inference.stubs.types import ClassObjectType

#: Classes of the standard library that compare with scalars, or with anything.
_SCALAR_LIKE = frozenset(
    ("str", "bytes", "int", "float", "bool", "complex", "Decimal", "Fraction", "UserString", "Number")
)
#: Numbers of different classes may be equal.
_NUMBERS = frozenset(
    {"builtins.int", "builtins.float", "builtins.bool", "builtins.complex", "decimal.Decimal"}
)
#: The modules whose other classes equal no scalar.
_OBJECTS = sys.stdlib_module_names - {"unittest"}


def equal(frame: Frame, state: State, left: Value, right: Value) -> bool | None:
    """Whether two values are equal (or identical); None when that is not known."""
    match left, right:
        case (Unknown() | UnionValue(), _) | (_, Unknown() | UnionValue()):
            return None
        case Constant(), _ if not isinstance(right, Constant):
            return _equals_constant(frame, state, right, left)
        case _, Constant():
            return _equals_constant(frame, state, left, right)
        case (Native(name="object"), _) | (_, Native(name="object")):
            return left == right
        case StubValue(type=ClassObjectType(of=one)), StubValue(type=ClassObjectType(of=other)):
            return one == other
        case (StubValue(type=ClassObjectType()), Reference()) | (
            Reference(),
            StubValue(type=ClassObjectType()),
        ):
            return False
        case EnumMember(enum=one, name=first), EnumMember(enum=two, name=second):
            return first == second if one == two else None
        case (TupleValue() | Reference(), TupleValue() | Reference()):
            return _equal_in_content(frame, state, left, right)
        case _:
            return None


def _equals_constant(frame: Frame, state: State, value: Value, constant: Constant) -> bool | None:
    """Whether a value equals a known scalar."""
    match value:
        case Constant():
            return bool(value.value == constant.value)
        case Json():
            return False if constant.kind in ("bytes", "complex", "ellipsis") else None
        case Native(name="object"):
            return False
        case Instance(class_name=name):
            return _instance_equals(frame, name, constant)
        case _ if constant.value is None:
            is_other = not isinstance(value, StubValue) or class_facts.is_definite_object(value)
            return False if is_other else None
        case EnumMember(is_scalar=True):
            return equal(frame, state, value.value, constant)
        case _:
            return None if _may_equal_scalars(frame, state, value) else False


def _instance_equals(frame: Frame, class_name: str, constant: Constant) -> bool | None:
    """Whether an instance of a class equals a known scalar."""
    if constant.value is None:
        may_be_none = class_name == "builtins.object" or not class_facts.is_certain_class(frame, class_name)
        return None if may_be_none else False
    kind = f"builtins.{constant.kind}"
    if class_name == kind or (class_name in _NUMBERS and kind in _NUMBERS):
        return None
    return False if class_name in ("builtins.str", "builtins.bytes", *_NUMBERS) else None


def _equal_in_content(
    frame: Frame, state: State, left: TupleValue | Reference, right: TupleValue | Reference
) -> bool | None:
    """Whether two objects of which at least one holds others are equal."""
    match left, right:
        case TupleValue(items=mine, rest=None), TupleValue(items=others, rest=None):
            return _equal_items(frame, state, mine, others)
        case Reference(site=one), Reference(site=other):
            if one == other:
                return identical(frame, state, left, right)
            return _equal_containers(frame, state, state.heap.get(one), state.heap.get(other))
        case (Reference(site=site), TupleValue()) | (TupleValue(), Reference(site=site)):
            return False if isinstance(state.heap.get(site), Container) else None
        case _:
            return None


def identical(frame: Frame, state: State, left: Value, right: Value) -> bool | None:
    """Whether two values are one and the same object; None when that is not known."""
    if isinstance(left, Reference) and isinstance(right, Reference):
        if left.site != right.site:
            return False
        return None if frame.interpreter.is_generic(left.site) else True
    return equal(frame, state, left, right)


def _may_equal_scalars(frame: Frame, state: State, value: Value) -> bool:
    """Whether a value that is no scalar may say that it equals one: only what defines `==` so can."""
    if isinstance(state.object_of(value), ClassObject):
        return False
    order, is_complete = class_facts.class_of(frame, state, value)
    return not is_complete or any(_compares_scalars(state, cls) for cls in order)


def _compares_scalars(state: State, cls: class_facts.ClassName) -> bool:
    if isinstance(cls, str):
        module, _, name = cls.rpartition(".")
        return name in _SCALAR_LIKE or module.partition(".")[0] not in _OBJECTS
    record = state.heap.get(cls)
    return not isinstance(record, ClassObject) or "__eq__" in record.names


def _equal_containers(
    frame: Frame, state: State, one: HeapObject | None, other: HeapObject | None
) -> bool | None:
    """A list equals no dict, nor a set; of two of one kind it depends on what is in them."""
    match one, other:
        case ListObject(items=mine, rest=None), ListObject(items=others, rest=None):
            return _equal_items(frame, state, mine, others)
        case Container(), Container() if (
            type(one) is not type(other) or _has_more(one, other) or _has_more(other, one)
        ):
            return False
        case _:
            return None


def _has_more(one: Container, other: Container) -> bool:
    """Whether a dict certainly has a key that another one has not."""
    keys = other.known_elements if other.is_mapping else None
    if keys is None or not all(isinstance(key, Constant) for key in keys):
        return False
    return any(
        isinstance(key, Constant) and not maybe and key not in keys for key, _, maybe in one.items_by_key()
    )


def _equal_items(frame: Frame, state: State, mine: Sequence[Value], others: Sequence[Value]) -> bool | None:
    verdicts = [equal(frame, state, item, other) for item, other in zip(mine, others, strict=False)]
    if len(mine) != len(others) or False in verdicts:
        return False
    return None if None in verdicts else True
