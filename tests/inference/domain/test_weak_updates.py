"""Weak updates: nothing is said any more of what a change may have reached, and all of what it has not."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings

from handlerlint.inference.domain.heap import Entry
from handlerlint.inference.domain.unions import join
from handlerlint.inference.domain.values import Value, is_harmless
from handlerlint.inference.domain.weak_updates import weaken, weaken_entries, weaken_optional

from . import worlds
from .worlds import meant

FEW = settings(max_examples=60, deadline=None)


@FEW
@given(worlds.values, worlds.values)
def test_nothing_is_reported_of_a_weakened_value(value: Value, other: Value) -> None:
    weak = weaken(value)
    assert is_harmless(weak)
    assert meant(value) <= meant(weak)
    assert weaken(weak) == weak == weaken_optional(value)
    assert meant(weak) <= meant(weaken(join(value, other)))


def test_what_is_not_there_is_not_weakened() -> None:
    assert weaken_optional(None) is None


@FEW
@given(worlds.entries, worlds.keys)
def test_only_what_is_reached_is_weakened(entries: Mapping[Value, Entry], changed: Value) -> None:
    weak = weaken_entries(entries, lambda key, entry: key == changed and entry is entries[key])
    assert weak.keys() == entries.keys()
    for key, entry in entries.items():
        assert weak[key].maybe == entry.maybe
        assert weak[key].value == (weaken(entry.value) if key == changed else entry.value)
    assert all(is_harmless(entry.value) for entry in weaken_entries(entries).values())
