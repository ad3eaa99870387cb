"""Weak updates: what is left of a value or an object that a change may have reached, where it cannot be told exactly.

What does not serialize may have been replaced by its text, or by anything: nothing is said of it any more. What
serializes stays, since no finding depends on it. Used by `effects` and `objects`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlerlint.inference.domain.heap import Entry
from handlerlint.inference.domain.values import UNKNOWN, Value, is_harmless


def weaken(value: Value) -> Value:
    """The value after a change that may have replaced it."""
    return value if is_harmless(value) else UNKNOWN


def weaken_optional(value: Value | None) -> Value | None:
    """Like `weaken`, of something that need not be there."""
    return None if value is None else weaken(value)


def weaken_entries(
    entries: Mapping[Value, Entry], is_reached: Callable[[Value, Entry], bool] = lambda key, entry: True
) -> dict[Value, Entry]:
    """The entries of a dict of which a change may have replaced those that `is_reached` holds for."""
    return {
        key: Entry(weaken(entry.value), entry.maybe) if is_reached(key, entry) else entry
        for key, entry in entries.items()
    }
