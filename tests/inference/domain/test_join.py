"""Joining: what stands for several values or paths stands for each of them, and says nothing that none of them says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlerlint.inference.domain.entries import is_plain
from handlerlint.inference.domain.heap import LOST, State, parts
from handlerlint.inference.domain.join import join_states, merge_paths, mergeable, widen
from handlerlint.inference.domain.unions import join, join_all
from handlerlint.inference.domain.values import NEVER, UNBOUND, UNKNOWN, Site, Value, is_harmless

from . import worlds
from .worlds import bad, meant, state_stands_for, values

MANY = settings(max_examples=200, deadline=None)
FEW = settings(max_examples=25, deadline=None)
SOME = settings(max_examples=50, deadline=None)

# --- values ----------------------------------------------------------------------------------------------


@MANY
@given(values, values)
def test_a_join_stands_for_what_either_value_stands_for(left: Value, right: Value) -> None:
    assert meant(left) | meant(right) <= meant(join(left, right))


@MANY
@given(st.lists(values, max_size=12))
def test_a_join_of_many_stands_for_what_each_stands_for(several: list[Value]) -> None:
    joined = meant(join_all(several))
    assert all(meant(value) <= joined for value in several)


@MANY
@given(values, values)
def test_order_does_not_matter(left: Value, right: Value) -> None:
    assert join(left, right) == join(right, left)


@MANY
@given(values)
def test_a_value_joined_with_itself_or_with_none_is_the_same(value: Value) -> None:
    assert join(value, value) == join_all([value, NEVER]) == join_all([value]) == value


@MANY
@given(st.lists(worlds.simple_values, min_size=3, max_size=3))
def test_few_values_may_be_joined_in_any_grouping(several: list[Value]) -> None:
    """Of many it depends on the grouping which of them are widened."""
    a, b, c = several
    assert join(join(a, b), c) == join(a, join(b, c)) == join_all(several)


@MANY
@given(st.lists(values, min_size=1, max_size=12))
def test_a_join_serializes_as_its_parts_do(several: list[Value]) -> None:
    """Nothing is known of it where they are too many, or one of them is not known."""
    joined = join_all(several)
    expected = {member for value in several for member in bad(value)}
    assert bad(joined) == (set() if joined == UNKNOWN else expected)


def test_the_join_of_nothing_is_no_value() -> None:
    assert join_all([]) == NEVER


# --- paths -----------------------------------------------------------------------------------------------


#: Object by object, so that each kind meets all others often enough.
EACH_KIND = pytest.mark.parametrize("site", worlds.SITES, ids=lambda site: site[0])


def copies(several: list[State]) -> list[State]:
    return [state.copy() for state in several]


def said(state: State, site: Site) -> set[Value]:
    """What of an object may be reported."""
    record = state.heap.peek(site)
    return set() if record is None else {value for part in parts(record) for value in bad(part)} - {UNBOUND}


@EACH_KIND
@SOME
@given(st.data())
def test_a_joined_path_stands_for_each_of_its_parts(site: Site, data: st.DataObject) -> None:
    several = data.draw(worlds.paths(some=(site,)))
    world = data.draw(worlds.worlds(data.draw(st.sampled_from(several))))
    assert state_stands_for(join_states(copies(several)), world)


@FEW
@given(worlds.paths())
def test_a_joined_path_says_what_one_of_its_parts_says(several: list[State]) -> None:
    joined = join_states(copies(several))
    for site in worlds.SITES:
        assert said(joined, site) <= {value for state in several for value in said(state, site)}
    assert joined.escaped == frozenset().union(*(state.escaped for state in several))


@FEW
@given(st.data())
def test_only_dead_paths_are_dead_together(data: st.DataObject) -> None:
    several = data.draw(worlds.paths())
    for state in several:
        state.dead = data.draw(st.booleans())
    assert join_states(copies(several)).dead == all(state.dead for state in several)


@EACH_KIND
@SOME
@given(st.data())
def test_a_widened_path_stands_for_both_parts(site: Site, data: st.DataObject) -> None:
    several = data.draw(worlds.paths(2, (site,)))
    left, right = several[0], several[-1]
    world = data.draw(worlds.worlds(data.draw(st.sampled_from([left, right]))))
    assert state_stands_for(widen(left.copy(), right.copy()), world)


@FEW
@given(worlds.paths(2))
def test_a_widened_path_says_what_both_parts_say(several: list[State]) -> None:
    """What would be reported of one only is not said; an object that one has not made is as the other has it.

    Unless it can be reached through what is Unknown now: then it may have been changed there.
    """
    left, right = several[0], several[-1]
    widened = widen(left.copy(), right.copy())
    for site in worlds.SITES:
        ours, theirs = said(left, site), said(right, site)
        if site == worlds.EVENT or (left.heap.peek(site) and right.heap.peek(site)):
            assert said(widened, site) <= ours & theirs
        else:
            is_lost = any(widened.heap.peek(other) == LOST for other in worlds.SITES)
            assert said(widened, site) == ours | theirs or (is_lost and said(widened, site) <= ours | theirs)


@FEW
@given(st.data(), st.integers(1, 3))
def test_merged_paths_stand_for_all_that_go_on(data: st.DataObject, limit: int) -> None:
    several = data.draw(worlds.paths())
    for state in several:
        state.dead = data.draw(st.sampled_from([False, False, True]))
    alive = [state for state in several if not state.dead]
    merged = merge_paths(copies(several), limit)
    assert len(merged) <= min(limit, len(alive))
    for state in alive:
        world = data.draw(worlds.worlds(state))
        assert any(state_stands_for(path, world) for path in merged)


@FEW
@given(worlds.paths(), st.integers(1, 4))
def test_merged_paths_say_what_one_of_them_says(several: list[State], limit: int) -> None:
    for path in merge_paths(copies(several), limit):
        for site in worlds.SITES:
            assert said(path, site) <= {value for state in several for value in said(state, site)}


@FEW
@given(worlds.paths(2))
def test_whether_paths_may_be_merged_does_not_depend_on_the_order(several: list[State]) -> None:
    left, right = several[0], several[-1]
    assert mergeable(left, right) == mergeable(right, left)
    assert mergeable(left, left.copy())


@FEW
@given(worlds.paths(2))
def test_paths_may_be_merged_where_they_say_the_same_of_what_is_reported(several: list[State]) -> None:
    left, right = several[0], several[-1]
    if mergeable(left, right):
        for site in worlds.SITES:
            if left.heap.peek(site) and right.heap.peek(site):
                assert said(left, site) == said(right, site)


@FEW
@given(values)
def test_what_is_plain_is_harmless_or_one_class(value: Value) -> None:
    if is_plain(value):
        assert is_harmless(value)
