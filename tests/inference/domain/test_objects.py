"""What objects say of themselves, against the concrete contents that they stand for."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlerlint.inference.domain.heap import LOST, Container, Heap, HeapObject, JsonChange, State
from handlerlint.inference.domain.values import UNBOUND, Site, Value, constant

from . import worlds
from .worlds import bad

SOME = hypothesis.settings(
    max_examples=60, deadline=None, suppress_health_check=[hypothesis.HealthCheck.filter_too_much]
)
CONTAINERS = pytest.mark.parametrize("site", [worlds.LIST, worlds.DICT, worlds.SET], ids=lambda site: site[0])
CHANGEABLE = pytest.mark.parametrize(
    "site", [worlds.LIST, worlds.DICT, worlds.INSTANCE], ids=lambda site: site[0]
)


def container(site: Site) -> st.SearchStrategy[Container]:
    return worlds.objects_at(site).filter(lambda record: isinstance(record, Container))  # type: ignore[return-value]


def at(site: Site, record: HeapObject) -> State:
    return State(Heap({site: record}))


def content_of(data: st.DataObject, site: Site, record: HeapObject) -> worlds.Concrete:
    """A content that an object stands for."""
    content = data.draw(worlds.worlds(at(site, record))).objects[site]
    if isinstance(content, dict):
        content.pop("default factory", None)
    return content


@CONTAINERS
@SOME
@given(st.data())
def test_what_a_container_says_holds_for_each_content(site: Site, data: st.DataObject) -> None:
    record = data.draw(container(site))
    content = content_of(data, site, record)
    assert (
        record.truth in (None, bool(content)) or site == worlds.SET
    )  # its elements may be equal to each other
    assert record.length in (None, len(content))
    known = record.known_elements
    if known is not None:
        assert all(any(worlds.stands_for(one, element) for one in known) for element in content)
    assert not any(isinstance(key, str) and record.lacks(key) for key in content if site == worlds.DICT)
    assert not record.lacks("a") or "a" not in content


@CONTAINERS
@SOME
@given(st.data())
def test_an_emptied_container_is_empty(site: Site, data: st.DataObject) -> None:
    emptied = data.draw(container(site)).emptied()
    assert (emptied.truth, emptied.length, emptied.known_elements) == (False, 0, ())
    assert [*emptied.items_by_key()] == []


def said(record: HeapObject) -> set[Value]:
    return {value for part in record.parts() for value in bad(part)} - {UNBOUND}


@CHANGEABLE
@SOME
@given(st.data())
def test_a_doubted_object_says_what_was_said_before(site: Site, data: st.DataObject) -> None:
    """It stands for what it has become, and nothing is reported of it that the change alone has brought."""
    before, after = (data.draw(worlds.objects_at(site)) for _ in range(2))
    hypothesis.assume(type(before) is type(after) and after != LOST)
    weakened = after.weakened(before)
    assert worlds.object_stands_for(weakened, data.draw(worlds.worlds(at(site, after))).objects[site])
    assert said(weakened) <= said(before)


@CHANGEABLE
@SOME
@given(st.data())
def test_an_object_that_has_not_changed_reads_as_it_did(site: Site, data: st.DataObject) -> None:
    record = data.draw(worlds.objects_at(site))
    assert not record.reads_otherwise(record)
    other = data.draw(worlds.objects_at(site))
    if type(other) is type(record) and not record.reads_otherwise(other):
        assert said(other) <= said(record)


def test_decoded_json_lacks_what_was_taken_out() -> None:
    change = JsonChange({}, frozenset({constant("a")}))
    assert change.lacks("a")
    assert not change.lacks("b")
