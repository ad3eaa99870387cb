"""Truth: whether a value is true in a condition, certainly, certainly not, or perhaps."""

from __future__ import annotations

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import ClassObject, Container, InstanceObject, State
from handlerlint.inference.domain.values import (
    Constant,
    EnumMember,
    Instance,
    Json,
    Lazy,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
)
from handlerlint.inference.objects import class_facts


def truth(frame: Frame, state: State, value: Value) -> bool | None:
    """Whether a value is true in a condition; None when that is not known."""
    match value:
        case Constant(value=scalar):
            return bool(scalar)
        case UnionValue(members=alternatives):
            verdicts = {truth(frame, state, member) for member in alternatives}
            return verdicts.pop() if len(verdicts) == 1 else None
        case Unknown() | Json():
            return None
        case TupleValue(items=items, rest=rest):
            return True if items else (False if rest is None else None)
        case Reference(site=site):
            return _object_truth(frame, state, site)
        case EnumMember():
            return None if value.is_scalar else True
        case Lazy(class_name=name):
            return None if "dict_" in name or "range" in name else True
        case Instance(class_name=name, is_true=is_true):
            return is_true or class_facts.stub_truth(frame, name)
        case StubValue():
            return True if class_facts.is_definite_object(value) else None
        case _:
            return True


def _object_truth(frame: Frame, state: State, site: tuple[object, ...]) -> bool | None:
    match state.heap.get(site):
        case Container() as record:
            return record.truth
        case InstanceObject() as record:
            return class_facts.instance_truth(frame, state, record)
        case ClassObject(known=True):
            return True
        case _:
            return None
