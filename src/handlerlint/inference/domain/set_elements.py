"""What the elements of sets and of the keys of dicts are after set arithmetic. Used by `operators` and `sets`.

Where all elements of a set are constants, each of them is in it.
"""

from __future__ import annotations

from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import UNKNOWN, Constant, Value


def without(element: Value, removed: Value) -> Value:
    """What is left of some elements when others are taken away."""
    taken = members(removed)
    if all(isinstance(value, Constant) for value in taken):
        return join_all(value for value in members(element) if value not in taken)
    return any_of(element)


def without_one(element: Value, removed: Value) -> Value:
    """What is left of some elements when one is taken away, of which it may not be known which one it is."""
    return without(element, removed) if len(members(removed)) == 1 else any_of(element)


def common(element: Value, other: Value) -> Value:
    """What two sets have in common."""
    first, second = members(element), members(other)
    if all(isinstance(value, Constant) for value in (*first, *second)):
        return join_all(value for value in first if value in second)
    return any_of(element)


def all_of(element: Value) -> tuple[Value, ...] | None:
    """The elements one by one, where it is known which there are; of an empty set, none."""
    found = members(element)
    return found if all(isinstance(value, Constant) for value in found) else None


def any_of(element: Value) -> Value:
    """Some of the elements, which ones is not known: of constants any may be missing."""
    return UNKNOWN if any(isinstance(value, Constant) for value in members(element)) else element
