"""Objects in the heap: one for each place in each calling context, with what the program put in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlerlint.inference.core.allocation import is_known_key, new_dict, new_list, new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import LONGEST_LIST, State
from handlerlint.inference.domain.values import NEVER, Value, constant

from ..domain import worlds
from ..domain.worlds import object_stands_for

FEW = settings(max_examples=40, deadline=None)
NODE = cst.Name("here")


def frame_in(context: int) -> Frame:
    """An activation whose context is all that allocation asks for, and the file that a step names."""
    parts: dict[str, Any] = {
        "interpreter": None,
        "module": SimpleNamespace(file=None),
        "scope": (),
        "info": None,
    }
    return Frame(**parts, context=context)


@pytest.mark.parametrize("new", [new_list, new_dict, lambda *given: new_set(*given, NEVER)])
def test_one_place_in_one_context_is_one_site(new: Any) -> None:
    state = State()
    first = new(frame_in(1), state, NODE)
    assert new(frame_in(1), state, NODE).site == first.site
    assert new(frame_in(2), state, NODE).site != first.site
    assert new(frame_in(1), state, cst.Name("there")).site != first.site
    assert first.site in state.heap


@FEW
@given(
    st.lists(worlds.values, max_size=4), st.integers(0, LONGEST_LIST), st.none() | worlds.values, st.data()
)
def test_a_list_stands_for_what_was_put_in(
    some: list[Value], more: int, rest: Value | None, data: st.DataObject
) -> None:
    """Of a long list only the elements are known, not their places."""
    items = some + [constant(number) for number in range(more)]
    concrete = tuple(data.draw(worlds.concretes(item)) for item in items)
    further = () if rest is None else tuple(data.draw(st.lists(worlds.concretes(rest), max_size=2)))
    state = State()
    record = state.heap[new_list(frame_in(1), state, NODE, items, rest).site]
    assert object_stands_for(record, concrete + further)


def test_a_list_without_further_elements_has_no_rest() -> None:
    state = State()
    record = state.heap[new_list(frame_in(1), state, NODE, [constant("a")], NEVER).site]
    assert not object_stands_for(record, ("a", "a"))


@FEW
@given(worlds.values)
def test_a_known_key_is_one_value(key: Value) -> None:
    if is_known_key(key):
        assert len(worlds.meant(key)) <= 1
