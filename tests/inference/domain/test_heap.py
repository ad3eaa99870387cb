"""The heap and the state of one path: copies that are independent, what was looked at, and what unknown code may do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from handlerlint.inference.domain.heap import (
    LOST,
    Heap,
    HeapObject,
    InstanceObject,
    ListObject,
    Namespace,
    State,
    is_json,
    lose,
    lose_only,
    parts,
    reachable,
    referenced,
)
from handlerlint.inference.domain.values import Reference, Site, TupleValue, Value

from . import worlds
from .worlds import SITES, UNIVERSE, Object, World, stands_for, state_stands_for

FEW = settings(max_examples=25, deadline=None)

# --- copies ----------------------------------------------------------------------------------------------

Content = dict[Site, HeapObject]


def content(heap: Heap) -> Content:
    return dict(heap.items())


@st.composite
def changed_heaps(draw: st.DrawFn) -> list[tuple[Heap, Content]]:
    """Heaps that were copied from each other and then changed, each beside the dict that it should be."""
    base = draw(worlds.contents())
    heaps: list[tuple[Heap, Content]] = [(Heap(dict(base)), dict(base))]
    for _ in range(draw(st.integers(0, 12))):
        heap, expected = draw(st.sampled_from(heaps))
        site = draw(st.sampled_from(SITES))
        match draw(st.sampled_from(["copy", "settled", "set", "update", "remove"])):
            case "copy":
                heaps.append((heap.copy(), dict(expected)))
            case "settled":
                heaps.append((heap.settled(), dict(expected)))
            case "set":
                heap[site] = expected[site] = draw(worlds.objects_at(site))
            case "update":
                several = draw(worlds.contents())
                heap.update(several)
                expected.update(several)
            case _:
                heap.remove(site)
                expected.pop(site, None)
    return heaps


@FEW
@given(changed_heaps())
def test_a_heap_never_sees_the_changes_of_its_copies(heaps: list[tuple[Heap, Content]]) -> None:
    for heap, expected in heaps:
        assert content(heap) == expected
        for site in SITES:
            assert heap.get(site) == heap.peek(site) == expected.get(site)
            assert (site in heap) == (site in expected)


@FEW
@given(changed_heaps())
def test_heaps_that_are_the_same_hold_the_same(heaps: list[tuple[Heap, Content]]) -> None:
    for heap, expected in heaps:
        assert heap.same(heap.copy())
        for other, expected_of_the_other in heaps:
            assert not heap.same(other) or expected == expected_of_the_other


@FEW
@given(changed_heaps())
def test_a_settled_heap_has_all_in_its_base(heaps: list[tuple[Heap, Content]]) -> None:
    for heap, expected in heaps:
        settled = heap.settled()
        assert list(settled.changed()) == []
        assert settled.base == expected
        assert settled.base is not heap.base


@FEW
@given(changed_heaps())
def test_what_decoded_json_is_told_apart(heaps: list[tuple[Heap, Content]]) -> None:
    for heap, expected in heaps:
        heap.trace.json = False
        assert dict(heap.json_items()) == {site: r for site, r in expected.items() if is_json(site, r)}
        assert heap.trace.json


# --- what was looked at ----------------------------------------------------------------------------------


@FEW
@given(worlds.contents(), st.sampled_from(SITES), st.data())
def test_what_is_read_or_changed_is_noted(base: Content, site: Site, data: st.DataObject) -> None:
    record = data.draw(worlds.objects_at(site))
    uses = {
        "get": lambda heap: heap.get(site),
        "in": lambda heap: site in heap,
        "set": lambda heap: heap.__setitem__(site, record),
        "update": lambda heap: heap.update({site: record}),
        "remove": lambda heap: heap.remove(site),
    }
    for use in uses.values():
        heap = Heap(dict(base))
        use(heap.copy())
        assert heap.trace.sites == {site}


@FEW
@given(worlds.paths(2))
def test_who_compares_paths_has_looked_at_nothing(several: list[State]) -> None:
    heap = several[0].heap
    heap.trace.sites.clear()
    heap.peek(SITES[0])
    heap.same(several[-1].heap)
    list(heap.items())
    heap.settled()
    assert heap.trace.sites == set()


# --- names and paths --------------------------------------------------------------------------------------


@FEW
@given(worlds.values, worlds.values)
def test_binding_a_name_is_not_seen_by_copies(first: Value, second: Value) -> None:
    state = State(Heap({worlds.SCOPE: Namespace({"a": first})}))
    copy = state.copy()
    copy.bind(worlds.SCOPE, "a", second)
    copy.bind(worlds.SCOPE, "b", second)
    assert state.heap[worlds.SCOPE] == Namespace({"a": first})
    assert copy.heap[worlds.SCOPE] == Namespace({"a": second, "b": second})
    copy.unbind(worlds.SCOPE, "a")
    assert copy.heap[worlds.SCOPE] == Namespace({"b": second})
    copy.bind(worlds.LIST, "a", first)  # no namespace: nothing happens
    assert worlds.LIST not in copy.heap


@FEW
@given(worlds.paths(2))
def test_a_path_becomes_another_one(several: list[State]) -> None:
    state, other = several[0].copy(), several[-1]
    state.take(other)
    assert state == other


# --- unknown code ----------------------------------------------------------------------------------------


#: What only something unknown can be.
FOREIGN = object()


def concretely_reachable(world: World, concrete: object) -> set[Site]:
    """Where a program comes to from a concrete value."""
    found: set[Site] = set()
    waiting = [concrete]
    while waiting:
        match waiting.pop():
            case Object(site) if site not in found:
                found.add(site)
                inside = world.objects.get(site, ())
                waiting.extend(inside.values() if isinstance(inside, dict) else inside)
            case tuple() as items:
                waiting.extend(items)
            case _:
                pass
    return found


@FEW
@given(st.data())
def test_what_a_program_reaches_is_reachable(data: st.DataObject) -> None:
    state = data.draw(worlds.paths(1))[0]
    for site, record in list(state.heap.items()):
        # Where something unknown leads is not known; `escaped` tells what it may be.
        if getattr(record, "open", False) or any(stands_for(value, FOREIGN) for value in parts(record)):
            state.heap.remove(site)
    world = data.draw(worlds.worlds(state))
    value = data.draw(st.one_of(worlds.references, st.tuples(worlds.references).map(TupleValue)))
    concrete = data.draw(worlds.concretes(value))
    assert concretely_reachable(world, concrete) <= reachable(state, [value])


@FEW
@given(worlds.paths(1), st.lists(worlds.values, max_size=3))
def test_reachable_is_closed(several: list[State], roots: list[Value]) -> None:
    state = several[0]
    found = reachable(state, roots)
    assert {site for value in roots for site in referenced(value)} <= found
    for site in found:
        record = state.heap.peek(site)
        for part in () if record is None else parts(record):
            assert set(referenced(part)) <= found


CHANGEABLE = ("list", "dict", "set", "instance", "json")


@FEW
@given(st.data())
def test_unknown_code_may_do_anything_to_what_it_gets(data: st.DataObject) -> None:
    state = data.draw(worlds.paths(1))[0]
    given_away = data.draw(st.lists(worlds.values, max_size=2))
    lost = state.copy()
    lose(lost, given_away)
    touched = reachable(state, given_away) | state.escaped
    assert lost.escaped == touched
    assert lost.heap.trace.escaped
    world = data.draw(worlds.worlds(state))
    objects = dict(world.objects)
    for site in touched & objects.keys():
        if site[0] in CHANGEABLE:
            objects[site] = data.draw(anything(site, objects[site]))
    assert state_stands_for(lost, World(objects, world.named))


@st.composite
def anything(draw: st.DrawFn, site: Site, before: worlds.Concrete) -> worlds.Concrete:
    """Any content of an object of its kind."""
    if site[0] in ("list", "set"):
        return tuple(draw(st.lists(st.sampled_from(UNIVERSE), max_size=3)))
    return draw(st.dictionaries(worlds.names, st.sampled_from(UNIVERSE), max_size=3))


@FEW
@given(st.data())
def test_unknown_code_does_nothing_to_what_it_does_not_know(data: st.DataObject) -> None:
    state = data.draw(worlds.paths(1))[0]
    given_away = data.draw(st.lists(worlds.values, max_size=2))
    lost = state.copy()
    lose(lost, given_away)
    for site in set(SITES) - reachable(state, given_away) - state.escaped:
        assert lost.heap.peek(site) == state.heap.peek(site)


@FEW
@given(worlds.paths(1), worlds.values)
def test_what_escaped_is_lost_by_every_later_call(several: list[State], value: Value) -> None:
    state = several[0]
    lose(state, [value])
    if worlds.LIST in state.escaped:
        state.heap[worlds.LIST] = ListObject("builtins.list", ())
        lose(state, ())
        assert state.heap[worlds.LIST] == LOST


@FEW
@given(worlds.paths(1), worlds.values)
def test_what_is_only_lost_is_known_to_nobody_else(several: list[State], value: Value) -> None:
    state = several[0]
    before, after = state.copy(), state.copy()
    lose_only(after, [value])
    assert after.escaped == before.escaped
    found = reachable(before, [value])
    for site in SITES:
        if site not in found:
            assert after.heap.peek(site) == before.heap.peek(site)
        elif isinstance(before.heap.peek(site), ListObject):
            assert after.heap.peek(site) == LOST


def test_lost_instances_keep_their_class() -> None:
    state = State(Heap({worlds.INSTANCE: InstanceObject(worlds.CLASS, {})}))
    lose(state, [Reference(worlds.INSTANCE)])
    assert state.heap[worlds.INSTANCE] == InstanceObject(worlds.CLASS, {}, open=True)
