"""Weak updates: what remains known of an object after a change that may or may not have reached it.

A part that does not serialize may have been replaced, for example by its text, so it becomes Unknown. A part that
serializes stays, since no finding depends on it. Used by `effects` and `objects`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlerlint.inference.domain.entries import Entry
from handlerlint.inference.domain.unions import join, members
from handlerlint.inference.domain.values import UNKNOWN, Constant, Value, is_harmless


def weaken(value: Value) -> Value:
    """The value after a change that may have replaced it."""
    return value if is_harmless(value) else UNKNOWN


def weaken_optional(value: Value | None) -> Value | None:
    """Like `weaken`, of something that need not be there."""
    return None if value is None else weaken(value)


def weaken_names(names: Mapping[str, Value], before: Mapping[str, Value]) -> dict[str, Value]:
    """Names or attributes of which a change may have replaced those that are not as they were before."""
    return {name: value if before.get(name) == value else weaken(value) for name, value in names.items()}


def names_later(names: Mapping[str, Value]) -> dict[str, Value]:
    """Names or attributes at any later time: objects are still there, but another text, number or None may be."""
    return {
        name: UNKNOWN if any(isinstance(one, Constant) for one in members(value)) else value
        for name, value in names.items()
    }


def replaced(value: Value, by: Value) -> Value:
    """The value after a change that may have put another one in its place."""
    return join(value, by) if is_harmless(value) and is_harmless(by) else UNKNOWN


def weaken_entries(
    entries: Mapping[Value, Entry],
    is_reached: Callable[[Value, Entry], bool] = lambda key, entry: True,
    by: Value | None = None,
) -> dict[Value, Entry]:
    """The entries of a dict of which a change may have replaced those that `is_reached` holds for.

    `by` is what it has put there, where that is known.
    """
    return {
        key: Entry(weaken(entry.value) if by is None else replaced(entry.value, by), entry.maybe)
        if is_reached(key, entry)
        else entry
        for key, entry in entries.items()
    }
