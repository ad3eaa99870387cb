"""Operators, iteration, indexing, `with` and `await` by way of the special methods that stubs declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlerlint.inference.stubs.attributes import able_members, instance_class, special_attribute
from handlerlint.inference.stubs.calls import Outcome, merged, outcomes
from handlerlint.inference.stubs.model import Answer, Argument, StubVariable
from handlerlint.inference.stubs.types import (
    JSON,
    UNKNOWN,
    AnyType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    NamedType,
    TupleType,
    Type,
    UnionType,
    element_of,
    members_of,
    union_of,
)

if TYPE_CHECKING:
    from handlerlint.inference.stubs.questions import Questions

# The special methods of the binary operators, the right operand's last.
BINARY_METHODS = {
    "+": ("__add__", "__radd__"),
    "-": ("__sub__", "__rsub__"),
    "*": ("__mul__", "__rmul__"),
    "@": ("__matmul__", "__rmatmul__"),
    "/": ("__truediv__", "__rtruediv__"),
    "//": ("__floordiv__", "__rfloordiv__"),
    "%": ("__mod__", "__rmod__"),
    "**": ("__pow__", "__rpow__"),
    "<<": ("__lshift__", "__rlshift__"),
    ">>": ("__rshift__", "__rrshift__"),
    "&": ("__and__", "__rand__"),
    "^": ("__xor__", "__rxor__"),
    "|": ("__or__", "__ror__"),
    "==": ("__eq__", "__eq__"),
    "!=": ("__ne__", "__ne__"),
    "<": ("__lt__", "__gt__"),
    "<=": ("__le__", "__ge__"),
    ">": ("__gt__", "__lt__"),
    ">=": ("__ge__", "__le__"),
}
UNARY_METHODS = {"+": "__pos__", "-": "__neg__", "~": "__invert__"}


def binary(store: Questions, operator: str, left: Type, right: Type) -> Type:
    """The type of `left operator right`."""
    pairs = [(first, second) for first in members_of(left) for second in members_of(right)]
    found = [_of_pair(store, operator, first, second) for first, second in pairs]
    # What certainly raises gives no value: `x + 1` with an `int | None` is an int.
    possible = [result for result in found if result is not None]
    return union_of(possible) if possible else UNKNOWN


def _of_pair(store: Questions, operator: str, left: Type, right: Type) -> Type | None:
    """What an operator gives for two plain types; None when neither of them knows it."""
    if isinstance(left, AnyType) or isinstance(right, AnyType) or JSON in (left, right):
        return UNKNOWN
    own, reflected = BINARY_METHODS[operator]
    tries = [(left, own, right), (right, reflected, left)]
    if _is_proper_subclass(store, right, left) and own != reflected:
        tries.reverse()
    possible: list[Type] = []
    for receiver, method, argument in tries:
        for outcome in _method_outcomes(store, receiver, method, argument):
            if outcome.answer is not Answer.NO:
                possible.append(outcome.result)
            if outcome.answer is Answer.YES:
                return merged(possible)
    return merged(possible) if possible else None


def _method_outcomes(store: Questions, receiver: Type, method: str, argument: Type) -> Sequence[Outcome]:
    found = special_attribute(store, receiver, method)
    if isinstance(found, FunctionType):
        return outcomes(store, found, [Argument(argument)], 0)
    return () if found is None else (Outcome(Answer.MAYBE, UNKNOWN, {}, frozenset()),)


def _is_proper_subclass(store: Questions, right: Type, left: Type) -> bool:
    right_class, left_class = instance_class(right), instance_class(left)
    if right_class is None or left_class is None or right_class.name == left_class.name:
        return False
    return left_class.name in store.mro(right_class.name)


def unary(store: Questions, operator: str, operand: Type) -> Type:
    """The type of `-operand`, `+operand` or `~operand`."""
    return _call_method(store, operand, UNARY_METHODS[operator])


def _call_method(store: Questions, receiver: Type, method: str, arguments: Sequence[Argument] = ()) -> Type:
    if isinstance(receiver, UnionType):
        able = able_members(store, receiver, method)
        return union_of(_call_method(store, member, method, arguments) for member in able)
    found = special_attribute(store, receiver, method)
    return UNKNOWN if found is None else store.call(found, arguments)


def iterate(store: Questions, type_: Type) -> Type:
    """What `for` finds in a value."""
    match type_:
        case UnionType():
            able = able_members(store, type_, "__iter__", "__getitem__")
            return union_of(iterate(store, member) for member in able)
        case TupleType():
            return element_of(type_)
        case _ if type_ == JSON:
            return JSON
    items = store.tuple_items(type_)
    if items is not None:
        return element_of(items)
    if special_attribute(store, type_, "__iter__") is None:
        return _call_method(store, type_, "__getitem__", [Argument(NamedType("builtins.int"))])
    return _call_method(store, _call_method(store, type_, "__iter__"), "__next__")


def iterate_async(store: Questions, type_: Type) -> Type:
    """What `async for` finds in a value."""
    return await_(store, _call_method(store, _call_method(store, type_, "__aiter__"), "__anext__"))


def enter(store: Questions, type_: Type, is_async: bool) -> Type:
    """What `with … as` binds."""
    if is_async:
        return await_(store, _call_method(store, type_, "__aenter__"))
    return _call_method(store, type_, "__enter__")


def await_(store: Questions, type_: Type) -> Type:
    """What `await` gives: what the generator behind `__await__` returns."""
    if isinstance(type_, UnionType):
        return union_of(await_(store, member) for member in able_members(store, type_, "__await__"))
    match _call_method(store, type_, "__await__"):
        case NamedType(name="typing.Generator" | "types.GeneratorType", args=(_, _, result)):
            return result
        case _:
            return UNKNOWN


def subscript(store: Questions, type_: Type, index: Type) -> Type:
    """The type of `value[index]`."""
    match type_:
        case UnionType():
            able = able_members(store, type_, "__getitem__", "__class_getitem__")
            return union_of(subscript(store, member, index) for member in able)
        case ClassObjectType():
            # `list[int]` is as good as `list` when it is called.
            return (
                type_
                if special_attribute(store, type_, "__getitem__") is None
                else _item(store, type_, index)
            )
        case _ if type_ == JSON:
            return JSON if index != NamedType("builtins.slice") else UNKNOWN
    items = store.tuple_items(type_)
    if items is not None and isinstance(index, LiteralType) and isinstance(index.value, int):
        return _tuple_item(items, index.value)
    field = _typed_dict_field(store, type_, index)
    return _item(store, type_, index) if field is None else field


def _item(store: Questions, type_: Type, index: Type) -> Type:
    return _call_method(store, type_, "__getitem__", [Argument(index)])


def _tuple_item(items: TupleType, index: int) -> Type:
    if items.rest is None:
        return items.items[index] if -len(items.items) <= index < len(items.items) else UNKNOWN
    return items.items[index] if 0 <= index < len(items.items) else element_of(items)


def _typed_dict_field(store: Questions, type_: Type, index: Type) -> Type | None:
    class_ = store.class_(type_.name) if isinstance(type_, NamedType) else None
    if class_ is None or not class_.is_typed_dict or not isinstance(index, LiteralType):
        return None
    for name in store.mro(class_.qualname):
        owner = store.class_(name)
        member = None if owner is None else owner.members.get(str(index.value))
        if owner is not None and owner.is_typed_dict and isinstance(member, StubVariable):
            return member.type
    return UNKNOWN
