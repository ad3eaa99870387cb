"""Unions: the value that stands for one of several, and what a union that has become too large is widened to."""

from __future__ import annotations

from collections.abc import Iterable

from handlerlint.inference.domain.values import (
    NEVER,
    SCALARS,
    UNKNOWN,
    Constant,
    EnumMember,
    Instance,
    Json,
    Never,
    Step,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
)
from handlerlint.records import replace

#: A union of more members than this is widened: to the common class where there is one, else to Unknown.
WIDEST_UNION = 10
#: Of a tuple with more items only its elements are known: each step of a program may double one.
LONGEST_TUPLE = 1024


def tuple_of(items: tuple[Value, ...], rest: Value | None, origin: Step | None) -> TupleValue:
    """A tuple that was put together; of a long one only the elements are known, not their places."""
    if len(items) > LONGEST_TUPLE:
        return TupleValue((), join_all([*items, rest or NEVER]), origin)
    return TupleValue(items, rest, origin)


def members(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value: those of a union, else the value itself."""
    match value:
        case UnionValue():
            return value.members
        case Never():
            return ()
        case _:
            return (value,)


def join(*values: Value) -> Value:
    """The value that stands for any of the given ones."""
    if len(values) == 2 and values[0] == values[1]:
        return values[0]
    return join_all(values)


def join_all(values: Iterable[Value]) -> Value:
    """The value that stands for any of the given ones; Never for none at all."""
    values = tuple(values)
    if values and isinstance(values[0], UnionValue) and all(value == values[0] for value in values[1:]):
        return values[0]
    found = _alternatives(values)
    if not found:
        return NEVER
    if len(found) > 1:
        _absorb_constants(found)
    if len(found) == 1:
        return next(iter(found.values()))
    if len(found) > WIDEST_UNION:
        return _widen(found.values())
    alternatives = tuple(found.values())
    return UnionValue(alternatives, frozenset(alternatives), getattr(alternatives[0], "origin", None))


def in_any_order(items: tuple[Value, ...], rest: Value | None) -> tuple[tuple[Value, ...], Value | None]:
    """The items and further elements of a sequence, in an order that is not known.

    What is at one place is then at no other, which values alone cannot tell: so none is known by its value or name.
    """
    parts = items if rest is None else (*items, rest)
    if len(parts) <= 1 or all(part == parts[0] for part in parts):
        return items, rest
    every = join_all(map(_nameless, parts))
    if rest is None and all(isinstance(item, (Constant, Instance, Json)) for item in items):
        return (every,) * len(items), None
    return ((every,) if items else ()), every


def _nameless(value: Value) -> Value:
    """Any value of the same class, or of the same classes where it is a tuple."""
    match value:
        case Constant(value=known, kind=kind, origin=origin) if known is not None and kind != "ellipsis":
            return Instance("builtins." + kind, origin=origin)
        case Instance():
            return replace(value, term=None)
        case Json(origin=origin):
            return Json(None, origin)
        case TupleValue(items=items):
            return replace(value, items=tuple(map(_nameless, items)))
        case UnionValue(members=alternatives):
            return join_all(map(_nameless, alternatives))
        case _:
            return value


def _alternatives(values: Iterable[Value]) -> dict[Value, Value]:
    """The different alternatives of some values; Unknown alone if it is one of them, for it can be any."""
    found: dict[Value, Value] = {}
    json: Json | None = None
    unknown: Unknown | None = None
    for value in values:
        for member in members(value):
            match member:
                case Unknown():
                    unknown = member if unknown is None or unknown == member else UNKNOWN
                case Json():
                    json = member if json is None or json == member else Json(None, json.origin)
                case _:
                    found.setdefault(member, member)
    if unknown is not None:
        one = unknown if not found and json is None else UNKNOWN
        return {one: one}
    if json is not None:
        found[json] = json
    return found


def _absorb_constants(found: dict[Value, Value]) -> None:
    """Drop `"a"`, and a text that is never empty, where any `str` is already among the alternatives.

    Of several instances of one class no single one has a name.
    """
    instances = [value for value in found if isinstance(value, Instance)]
    for one in instances if len(instances) > 1 else ():
        nameless = replace(one, term=None)
        if one.term is not None and any(
            other is not one and replace(other, term=None) == nameless for other in instances
        ):
            del found[one]
            found.setdefault(nameless, nameless)
    for text in [value for value in found if isinstance(value, Instance) and value.is_true]:
        if replace(text, is_true=False) in found:
            del found[text]
    classes = {
        value.class_name: value for value in found if isinstance(value, Instance) and not value.arguments
    }
    if classes:
        for value in [v for v in found if isinstance(v, Constant) and is_harmless(v)]:
            instance = classes.get("builtins." + value.kind)
            if instance is not None and (value.value or not instance.is_true):
                del found[value]


def _widen(values: Iterable[Value]) -> Value:
    """Many constants of few classes become those classes; anything else becomes Unknown."""
    classes: dict[str, Value] = {}
    others: list[Value] = []
    for value in values:
        if isinstance(value, Constant) and value.value is not None and is_harmless(value):
            classes.setdefault(value.kind, Instance("builtins." + value.kind, origin=value.origin))
        else:
            others.append(value)
    if classes and len(classes) + len(others) <= WIDEST_UNION:
        return join_all([*classes.values(), *others])
    return UNKNOWN


#: What `1`, `1.0` and `True` are instances of, which equal each other.
_NUMBERS: dict[str, type] = {"builtins.int": int, "builtins.float": float, "builtins.bool": bool}


def equal_value(value: Value, known: Value) -> Value:
    """What a value is once it equals a known one: that, unless it may be of another class, as a Decimal that is 0.

    Never where nothing of its class does.
    """
    match value, known:
        case (Json(), _) | (Unknown() | Instance(), EnumMember()):
            return known
        case Unknown(), Constant(kind=kind):
            return value if f"builtins.{kind}" in _NUMBERS else known
        case Instance(class_name=name), Constant(value=scalar, kind=kind):
            if name in (f"builtins.{kind}", "builtins.object"):
                return known
            if name in _NUMBERS and isinstance(scalar, (int, float)):
                return _as_number(name, scalar)
            return NEVER if scalar is None or name in SCALARS else value
        case _:
            return value


def _as_number(name: str, scalar: float) -> Value:
    """The number of a class that equals another one."""
    try:
        number = _NUMBERS[name](scalar)
    except (OverflowError, ValueError):  # infinity, or what is too large for a float
        return NEVER
    return constant(number) if number == scalar else NEVER
