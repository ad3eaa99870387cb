"""When two values are equal: certainly, certainly not, or perhaps."""

from __future__ import annotations

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import (
    Constant,
    EnumMember,
    Instance,
    Json,
    Lazy,
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


def equal(frame: Frame, state: State, left: Value, right: Value) -> bool | None:
    """Whether two values are equal (or identical); None when that is not known."""
    match left, right:
        case (Unknown() | UnionValue(), _) | (_, Unknown() | UnionValue()):
            return None
        case Constant(value=a), Constant(value=b):
            return bool(a == b)
        case Json(), Constant(kind=kind):
            return False if kind in ("bytes", "complex", "ellipsis") else None
        case Constant(), Json():
            return equal(frame, state, right, left)
        case Native(name="object"), Native(name="object"):
            return left == right
        case StubValue(type=ClassObjectType(of=one)), StubValue(type=ClassObjectType(of=other)):
            return one == other
        case (StubValue(type=ClassObjectType()), Reference()) | (
            Reference(),
            StubValue(type=ClassObjectType()),
        ):
            return False
        case (Native(name="object"), _) | (_, Native(name="object")):
            return False
        case EnumMember(enum=one, name=first), EnumMember(enum=two, name=second):
            return first == second if one == two else None
        case Instance(class_name=name), Constant(value=None):
            return (
                None if name == "builtins.object" or not class_facts.is_certain_class(frame, name) else False
            )
        case Instance(class_name=name), Constant(kind=kind):
            numbers = {
                "builtins.int",
                "builtins.float",
                "builtins.bool",
                "builtins.complex",
                "decimal.Decimal",
            }
            if name == "builtins." + kind or (name in numbers and "builtins." + kind in numbers):
                return None
            return False if name in ("builtins.str", "builtins.bytes", *numbers) else None
        case ((Reference() | TupleValue() | Lazy()), Constant(value=None)):
            return False
        case Constant(), _:
            return equal(frame, state, right, left) if not isinstance(right, Constant) else None
        case _:
            if isinstance(right, Constant) and right.value is None and not isinstance(left, StubValue):
                return False
            return None
