"""Which keys of dicts do not serialize, or cannot be sorted."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.inference.checks.walk import Walk, enum_name, fails, never_text
from handlerlint.inference.domain import values
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
)
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    Constant,
    EnumMember,
    Instance,
    Json,
    Unknown,
    Value,
)
from handlerlint.inference.objects import (
    class_facts,
    sdk_responses,
)
from handlerlint.runtime.serialization import (
    Position,
    judge,
)

#: Classes of which JSON has the values, also of members of enums that inherit from them.
JSON_SCALARS = frozenset({"builtins.str", "builtins.int", "builtins.float"})


def walk_keys(walk: Walk, record: Container, path: str) -> Iterator[Problem]:
    """The problems of the keys of a dict, and of its being an item of a DynamoDB resource."""
    if walk.sort_keys:
        yield from _unordered(record, path)
    for key in record.by_type_argument()[0]:
        yield from walk_key(walk, key, path)
    if sdk_responses.is_item(record) and walk.serializer != "dynamodb":
        yield from _walk_item(walk, record, path)


def _walk_item(walk: Walk, record: Container, path: str) -> Iterator[Problem]:
    """An item of a DynamoDB resource of which no attribute was converted: its numbers are Decimal."""
    *_, (_, every, _) = record.items_by_key()
    origin = getattr(every, "origin", None)
    if isinstance(origin, values.ResponseStep) and origin.member.startswith("LastEvaluatedKey"):
        return  # it holds the table's keys only, and those are mostly text
    number = Instance("decimal.Decimal", origin=origin)
    if walk.convert is None or walk.convert(number) is None:
        yield Problem("dynamodb", path, "decimal.Decimal", "Decimal", number, origin)


def _unordered(record: Container, path: str) -> Iterator[Problem]:
    """Keys of classes that do not compare: text with numbers, anything with None."""
    kinds = {
        "number" if key.kind in ("int", "float", "bool") else key.kind: key
        for key, _, maybe in record.items_by_key()
        if isinstance(key, Constant) and not maybe
    }
    if len(kinds) > 1:
        first, second, *_ = sorted(kinds.values(), key=lambda key: key.kind)
        yield Problem(
            "order", path, "builtins." + second.kind, f"{first.kind} and {second.kind}", second, None
        )


def subscript(key: Value) -> str:
    """How a key is shown in the path of a problem."""
    if isinstance(key, Constant):
        return '["' + key.value + '"]' if isinstance(key.value, str) else f"[{key.value!r}]"
    return "[]"


def walk_key(walk: Walk, key: Value, path: str) -> Iterator[Problem]:
    """The problem of a dict key, if there is one: JSON takes text, numbers, booleans and None."""
    for member in () if walk.skip_keys else members(key):
        found = _class_of_key(walk, member)
        if found is None:
            continue
        order, name, short = found
        said = never_text(member) if walk.serializer == "client" else None
        if said is not None or fails(walk, order, Position.KEY):
            yield Problem("key", path, name, short, member, getattr(member, "origin", None), said=said)
        elif walk.serializer == "client" and judge(order, Position.KEY).json_fails:
            yield Problem("portable", path, name, short, member, getattr(member, "origin", None))


def _class_of_key(walk: Walk, key: Value) -> tuple[list[str], str, str] | None:
    """The library classes of a key, and the names of its own class; None for what any JSON takes, or is not known."""
    match key:
        case Unknown() | Json() | Constant(kind="str"):
            return None
        case Constant(kind=kind) if kind != "bytes" and walk.serializer != "orjson":
            return None
    order, complete = class_facts.class_of(walk.frame, walk.state, key)
    if not order or not complete:
        return None
    first, names = order[0], [cls for cls in order if isinstance(cls, str)]
    if isinstance(first, str) and not isinstance(key, EnumMember):
        is_certain = not isinstance(key, Instance) or class_facts.is_certain_class(walk.frame, first)
        return (names, first, first.rpartition(".")[2]) if is_certain else None
    if not JSON_SCALARS.isdisjoint(order):
        return None
    if isinstance(key, EnumMember):
        return names, "enum.Enum", enum_name(walk.state, key)
    record = None if isinstance(first, str) else walk.state.heap.get(first)
    short = record.name if isinstance(record, ClassObject) else "object"
    return names, short, short
