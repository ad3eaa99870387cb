"""Set arithmetic on elements: what is left in a concrete set is among what is said to be left."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from handlerlint.inference.domain.set_elements import common, without, without_one
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import Instance, Value, constant

from . import worlds
from .worlds import stands_for

FEW = settings(max_examples=60, deadline=None)

elements = st.sampled_from(["", "a", "b", "long text", None, 1, 7, b"x"])
sets = st.frozensets(elements, min_size=1, max_size=5)


@st.composite
def abstractions(draw: st.DrawFn, concrete: frozenset[object]) -> Value:
    """What the elements of a set are: each by itself, or some of them by their class only."""
    return join_all(
        draw(st.sampled_from([constant(item), constant(item), Instance(f"builtins.{type(item).__name__}")]))
        for item in sorted(concrete, key=repr)
    )


@FEW
@given(sets, sets, st.data())
def test_difference(left: frozenset[object], right: frozenset[object], data: st.DataObject) -> None:
    rest = without(data.draw(abstractions(left)), data.draw(abstractions(right)))
    assert all(stands_for(rest, item) for item in left - right)


@FEW
@given(sets, sets, st.data())
def test_intersection(left: frozenset[object], right: frozenset[object], data: st.DataObject) -> None:
    rest = common(data.draw(abstractions(left)), data.draw(abstractions(right)))
    assert all(stands_for(rest, item) for item in left & right)


@FEW
@given(sets, worlds.values, st.data())
def test_one_element_less(left: frozenset[object], removed: Value, data: st.DataObject) -> None:
    rest = without_one(data.draw(abstractions(left)), removed)
    gone = data.draw(worlds.concretes(removed))
    assert all(stands_for(rest, item) for item in left if repr(item) != repr(gone))


def test_a_known_element_is_gone() -> None:
    both = join_all([constant("a"), constant(b"x")])
    assert without_one(both, constant(b"x")) == without(both, constant(b"x")) == constant("a")
