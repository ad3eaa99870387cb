"""What is inside of objects, joined and widened: values, names and entries of two of them. Used by `objects`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import is_
from typing import TypeVar

from handlerlint.inference.domain.terms import either
from handlerlint.inference.domain.unions import join, join_all, members
from handlerlint.inference.domain.values import (
    UNBOUND,
    UNKNOWN,
    Constant,
    Json,
    UnionValue,
    Unknown,
    Value,
    is_harmless,
)
from handlerlint.records import dataclass

_Key = TypeVar("_Key")
_Part = TypeVar("_Part")

#: The `maybe` of an entry that is mostly not there: nothing is reported of it unless somebody asks for it.
USUALLY_ABSENT = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A value under a known key; `maybe` when the key is absent on some path, or mostly (USUALLY_ABSENT)."""

    value: Value
    maybe: int = False


def paired(
    left: Mapping[_Key, _Part], right: Mapping[_Key, _Part]
) -> Iterator[tuple[_Key, _Part | None, _Part | None]]:
    """Each key of either mapping with what both have there: mostly one is a copy of the other, with the same keys."""
    if len(left) == len(right) and all(map(is_, left, right)):
        return zip(left, left.values(), right.values(), strict=True)
    return ((key, left.get(key), right.get(key)) for key in {**left, **right})


def by_text(entries: Mapping[Value, Entry]) -> dict[str, Entry]:
    """The entries under keys that are known texts."""
    return {
        key.value: entry
        for key, entry in entries.items()
        if isinstance(key, Constant) and isinstance(key.value, str)
    }


#: At most so many entries that do not serialize are kept apart where a dict is gone through.
MOST_APART = 8


def kept_apart(pairs: Iterable[tuple[Value, Value]], pick: Callable[[Value, Value], Value]) -> Value:
    """What `pick` takes of one entry of many: those that do not serialize stay beside what the others are.

    A key stays beside any text, so that a loop over the keys meets it.
    """
    pairs = list(pairs)
    apart = [pick(*pair) for pair in pairs if not is_harmless(pair[1])]
    if not 0 < len(apart) <= MOST_APART:
        return join_all(pick(*pair) for pair in pairs)
    others = [pick(*pair) for pair in pairs if is_harmless(pair[1])]
    found = tuple(dict.fromkeys((*apart, *(members(join_all(others)) if others else ()))))
    return found[0] if len(found) == 1 else UnionValue(found, frozenset(found))


def is_plain(value: Value) -> bool:
    """Whether losing the correlation of this value with others can never make a finding false.

    A constant is none: `code = 404` tells which way a test went.
    """
    match value:
        case Json() | Unknown():
            return True
        case UnionValue(members=alternatives):
            return all(is_plain(member) for member in alternatives)
        case _:
            scalar = getattr(value, "class_name", None)
            return scalar in ("builtins.str", "builtins.int", "builtins.float")


def join_optional(left: Value | None, right: Value | None) -> Value | None:
    """Like `join`, of values of which either need not be there."""
    if left is None:
        return right
    return left if right is None else join(left, right)


def widen_values(left: Value, right: Value) -> Value:
    """The value that stands for two of which nothing false may be said."""
    if left is right or left == right:
        return left
    if is_plain(left) and is_plain(right):
        return join(left, right)
    return UNKNOWN


def join_names(left: Mapping[str, Value], right: Mapping[str, Value]) -> dict[str, Value]:
    """Names of either; one that a side lacks may be unbound."""
    joined = dict(left)
    for name, value in right.items():
        mine = left.get(name)
        if mine is None:
            joined[name] = join(value, UNBOUND)
        elif mine is not value:
            joined[name] = either(name, mine, value)
    for name in left:
        if name not in right:
            joined[name] = join(left[name], UNBOUND)
    return joined


def widen_names(left: Mapping[str, Value], right: Mapping[str, Value]) -> dict[str, Value]:
    """Names of either: Unknown where they differ in kind."""
    return {name: widen_values(one or UNKNOWN, other or UNKNOWN) for name, one, other in paired(left, right)}


def names_differ_plainly(left: Mapping[str, Value], right: Mapping[str, Value]) -> bool:
    """Whether the same names are bound, and where to different values, to plain ones."""
    return all(
        one is other
        or (one is not None and other is not None and (one == other or (is_plain(one) and is_plain(other))))
        for _, one, other in paired(left, right)
    )


def join_entries(
    left: Mapping[Value, Entry],
    right: Mapping[Value, Entry],
    left_rest: Value | None,
    right_rest: Value | None,
) -> dict[Value, Entry]:
    """Entries of either dict; one that a side lacks may be absent, or be one of that side's rest."""
    if left == right:
        return dict(left)
    joined: dict[Value, Entry] = {}
    for key, entry in left.items():
        other = right.get(key)
        if other is not None:
            value = either(key, entry.value, other.value)
            joined[key] = Entry(value, entry.maybe or other.maybe)
        else:
            joined[key] = Entry(entry.value if right_rest is None else join(entry.value, right_rest), True)
    for key, entry in right.items():
        if key not in left:
            joined[key] = Entry(entry.value if left_rest is None else join(entry.value, left_rest), True)
    return joined


def widen_entries(left: Mapping[Value, Entry], right: Mapping[Value, Entry]) -> dict[Value, Entry]:
    """Entries of either dict: Unknown where they differ in kind, or where one side has them."""
    entries: dict[Value, Entry] = {}
    for key, first, second in paired(left, right):
        if first is not None and first is second:
            entries[key] = first
        elif first is not None and second is not None:
            entries[key] = Entry(widen_values(first.value, second.value), first.maybe or second.maybe)
        else:
            only = first or second
            assert only is not None
            entries[key] = Entry(only.value if is_plain(only.value) else UNKNOWN, True)
    return entries


def entries_differ_plainly(left: Mapping[Value, Entry], right: Mapping[Value, Entry]) -> bool:
    """Whether the same keys are there, and where with different values, with plain ones."""
    for _, first, second in paired(left, right):
        if first is second or first == second:
            continue
        if first is None or second is None or not (is_plain(first.value) and is_plain(second.value)):
            return False  # a key that is missing may be what somebody asks of an answer
    return True
