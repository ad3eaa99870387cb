"""Lists and other sequences that can change: loads, stores, iteration, and what their methods do."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import terms
from handlerlint.inference.domain.heap import (
    LONGEST_LIST,
    ListObject,
    State,
)
from handlerlint.inference.domain.unions import in_any_order, join, join_all, members, tuple_of
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    BuiltinMethod,
    Constant,
    Instance,
    Json,
    Reference,
    Site,
    TupleValue,
    Value,
    is_harmless,
)
from handlerlint.inference.domain.weak_updates import replaced, weaken
from handlerlint.inference.effects import deferred
from handlerlint.inference.objects import emptiness, equality, iterating, kinds
from handlerlint.inference.objects.iterating import Iteration
from handlerlint.inference.objects.kinds import MethodCall
from handlerlint.records import replace

#: Lists as long as these tell whether a slice is empty of an empty list only: `l[:1]`, `l[-1:]`.
_LENGTHS = (1, 2, 9)


@kinds.loads_items(ListObject)
def _load(
    frame: Frame, state: State, value: Reference, record: ListObject, index: Value, node: cst.CSTNode
) -> Value:
    """`l[index]`, `l[a:b]`."""
    if is_slice(index):
        return _list_slice(frame, state, value.site, record, slice_bounds(index), node)
    if (
        frame.interpreter.trying
        and not record.items
        and record.rest is not None
        and isinstance(index, Constant)
    ):
        without = state.copy()  # the path on which there is no element
        without.heap.learn(value.site, record.emptied())
        may_raise(frame, without, Instance("builtins.IndexError", origin=None))
    elif not _is_there(record, index):
        may_raise(frame, state)
    found = _at_index(value.site, record, index)
    return list_load(state, record, index) if found is None else found


def _is_there(record: ListObject, index: Value) -> bool:
    """Whether a list certainly has an element at a position."""
    known = len(record.items)
    return isinstance(index, Constant) and isinstance(index.value, int) and -known <= index.value < known


@kinds.loads_items(TupleValue)
def _load_from_tuple(
    frame: Frame, state: State, value: TupleValue, record: None, index: Value, node: cst.CSTNode
) -> Value:
    """`t[index]`, `t[a:b]`."""
    if not is_slice(index):
        return list_load(state, as_list(value), index)
    bounds = slice_bounds(index)
    if bounds is not None and value.rest is None:
        return TupleValue(value.items[bounds], None, frame.step(node))
    return TupleValue((), join_all([*value.items, value.rest or NEVER]), frame.step(node))


def as_list(value: TupleValue) -> ListObject:
    """A list with the elements of a tuple."""
    return ListObject("builtins.tuple", value.items, value.rest)


def positions(state: State, site: Site) -> tuple[Value, ...]:
    """The positions of a list that a loop goes through, where its elements are several objects: one for each."""
    record = state.heap.get(site)
    elements = members(record.rest) if isinstance(record, ListObject) and record.rest is not None else ()
    if len(elements) < 2 or not all(isinstance(element, Reference) for element in elements):
        return ()
    places = range(len(elements))
    return tuple(Instance("builtins.int", term=("index", ("object", site), place)) for place in places)


def _at_index(site: Site | None, record: ListObject, index: Value) -> Value | None:
    """The element that lies where a loop over the positions of this list is now."""
    match terms.own_term(index):
        case ("index", ("object", of), int(place)) if of == site and record.rest is not None:
            elements = members(record.rest)
            return elements[place] if place < len(elements) else None
        case _:
            return None


def list_load(state: State, record: ListObject, index: Value) -> Value:
    """`l[index]`; Never where the index is certainly out of range."""
    if isinstance(index, Constant) and isinstance(index.value, int):
        position = int(index.value)
        if record.rest is None:
            if -len(record.items) <= position < len(record.items):
                return record.items[position]
            return NEVER
        if 0 <= position < len(record.items):
            return record.items[position]
        last = (record.items[-1],) if record.items and position < 0 else ()
        return iterating.one_of_many(state, join_all([record.rest, *last]), UNKNOWN)
    return iterating.one_of_many(state, join_all([*record.items, record.rest or NEVER]), index)


@kinds.stores_items(ListObject)
def _store(
    frame: Frame,
    state: State,
    target: Reference,
    record: ListObject,
    index: Value,
    value: Value,
    node: cst.CSTNode,
) -> None:
    """`l[index] = value`, `l[a:b] = value`."""
    if is_slice(index):
        _list_store_slice(frame, state, target.site, record, index, value, node)
    else:
        _list_store(state, target.site, record, index, value)


def _list_store(state: State, site: Site, record: ListObject, index: Value, value: Value) -> None:
    """`l[index] = value`."""
    items, rest = list(record.items), record.rest
    if isinstance(index, Constant) and isinstance(index.value, int):
        position = int(index.value)
        if (rest is None and -len(items) <= position < len(items)) or 0 <= position < len(items):
            items[position] = value
            state.heap[site] = ListObject(record.class_name, tuple(items), rest)
            return
    items = [replaced(item, value) for item in items]
    if rest is not None:
        rest = join(rest, value) if is_harmless(rest) else value
    state.heap[site] = ListObject(record.class_name, tuple(items), rest)


def _list_store_slice(
    frame: Frame, state: State, site: Site, record: ListObject, index: Value, value: Value, node: cst.CSTNode
) -> None:
    """`l[a:b] = value`."""
    known, rest = iterating.unpack(frame, state, value, node)
    bounds = slice_bounds(index)
    if bounds is not None and bounds.stop is None and bounds.step is None:
        start = bounds.start or 0
        if 0 <= start <= len(record.items) or (start > 0 and record.rest is None):
            state.heap[site] = ListObject(record.class_name, (*record.items[:start], *known), rest)
            return
    everything = join_all([*record.items, record.rest or NEVER, *known, rest or NEVER])
    state.heap[site] = ListObject(record.class_name, (), weaken(everything))


def _list_slice(
    frame: Frame, state: State, site: Site, record: ListObject, bounds: slice | None, node: cst.CSTNode
) -> Value:
    """`l[a:b]`; `bounds` is None where they are not known."""
    if bounds is not None and record.rest is None:
        return new_list(frame, state, node, record.items[bounds], None, record.class_name)
    rest = join_all([*record.items, record.rest or NEVER])
    found = new_list(frame, state, node, (), rest, record.class_name)
    has_one = bounds is not None and all(range(length)[bounds] for length in _LENGTHS)
    return emptiness.copied_from(state, found, site) if has_one and not record.items else found


@iterating.iterates(ListObject)
def _iterate(
    frame: Frame, state: State, value: Reference, record: ListObject, node: cst.CSTNode
) -> Iteration:
    items = record.items if record.rest is None else None
    element = join_all([*record.items, record.rest or NEVER])
    return Iteration(items, element, value.site, record.truth is True)


def _list_add(
    state: State, site: Site, record: ListObject, values: Sequence[Value], rest: Value | None
) -> None:
    if record.rest is None and len(record.items) + len(values) <= LONGEST_LIST:
        state.heap[site] = ListObject(record.class_name, (*record.items, *values), rest)
        return
    state.heap[site] = ListObject(
        record.class_name, record.items, join_all([record.rest or NEVER, *values, rest or NEVER])
    )


def site_of_yields(scope: Site) -> Site:
    """Where a path keeps what a generator has yielded: by the scope of its body."""
    return ("yields", *scope)


def yielded(state: State, scope: Site) -> ListObject:
    """What a generator has yielded on this path."""
    found = state.heap.get(site_of_yields(scope))
    return found if isinstance(found, ListObject) else ListObject("builtins.list", ())


def add_yielded(state: State, scope: Site, values: Sequence[Value], rest: Value | None) -> None:
    """A generator yields these values, and if there is a `rest` any number of such."""
    _list_add(state, site_of_yields(scope), yielded(state, scope), values, rest)


def _all_elements(record: ListObject) -> Value:
    return join_all([*record.items, record.rest or NEVER])


@kinds.method(ListObject, "append", "appendleft")
def _append(call: MethodCall, record: ListObject) -> Value | None:
    stored = call.stored(0, "list")
    if call.name == "appendleft":
        return call.becomes(ListObject(record.class_name, (stored, *record.items), record.rest))
    _list_add(call.state, call.site, record, (stored,), None)
    return NONE


@kinds.method(ListObject, "extend", "extendleft")
def _extend(call: MethodCall, record: ListObject) -> Value | None:
    known, rest = iterating.unpack(call.frame, call.state, call.at(0), call.node)
    _list_add(call.state, call.site, record, known, rest)
    return NONE


@kinds.method(ListObject, "insert")
def _insert(call: MethodCall, record: ListObject) -> Value | None:
    stored, position = call.stored(1, "list"), call.at(0)
    if isinstance(position, Constant) and position.value == 0:
        return call.becomes(ListObject(record.class_name, (stored, *record.items), record.rest))
    return call.becomes(ListObject(record.class_name, (), join_all([_all_elements(record), stored])))


@kinds.method(ListObject, "remove")
def _remove(call: MethodCall, record: ListObject) -> Value | None:
    may_raise(call.frame, call.state)
    _list_remove(call.frame, call.state, call.site, record, call.at(0))
    return NONE


@kinds.method(ListObject, "index")
def _index(call: MethodCall, record: ListObject) -> Value | None:
    """Where an element is: an empty list has none."""
    may_raise(call.frame, call.state, Instance("builtins.ValueError", origin=call.frame.step(call.node)))
    return NEVER if not record.items and record.rest is None else None


@kinds.method(ListObject, "clear")
def _clear(call: MethodCall, record: ListObject) -> Value | None:
    return call.becomes(record.emptied())


@kinds.method(ListObject, "sort", "reverse", "rotate")
def _reorder(call: MethodCall, record: ListObject) -> Value | None:
    key, items = call.arguments.keywords.get("key"), record.known_elements
    deferred.call_key(call.frame, call.state, key, items, _all_elements(record), call.node)
    if call.name == "reverse" and record.rest is None:
        return call.becomes(ListObject(record.class_name, record.items[::-1]))
    return call.becomes(ListObject(record.class_name, *in_any_order(record.items, record.rest)))


@kinds.method(ListObject, "copy", "__copy__")
def _copy(call: MethodCall, record: ListObject) -> Value | None:
    return new_list(call.frame, call.state, call.node, record.items, record.rest, record.class_name)


@kinds.method(ListObject, "__getitem__")
def _getitem(call: MethodCall, record: ListObject) -> Value | None:
    return list_load(call.state, record, call.at(0))


def in_unknown_order(frame: Frame, state: State, iteration: Iteration, node: cst.CSTNode) -> Reference:
    """A new list of what an iteration gives, or of some of it, in an order that is not known."""
    if iteration.items is not None and not iteration.selects:
        return new_list(frame, state, node, *in_any_order(iteration.items, None))
    made = new_list(frame, state, node, (), iteration.element)
    return emptiness.taken_from(frame, state, made, iteration, node)


def disorder(state: State, value: Value) -> bool:
    """Each element of a list may be any of them by now; false if the value is no list."""
    record = state.object_of(value)
    if not isinstance(record, ListObject) or not isinstance(value, Reference):
        return False
    if len(record.items) > 1:
        items, rest = in_any_order(record.items, record.rest)
        state.heap[value.site] = replace(record, items=items, rest=rest, term=None)
    return True


def _list_remove(frame: Frame, state: State, site: Site, record: ListObject, value: Value) -> None:
    """`l.remove(value)`: the first item that equals it."""
    if record.rest is None:
        for position, item in enumerate(record.items):
            same = equality.equal(frame, state, item, value)
            if same:
                items = (*record.items[:position], *record.items[position + 1 :])
                state.heap[site] = ListObject(record.class_name, items)
                return
            if same is None:
                break
    everything = _all_elements(record)
    state.heap[site] = ListObject(record.class_name, (), weaken(everything))


@kinds.method(ListObject, "pop", "popleft")
def _pop(call: MethodCall, record: ListObject) -> Value | None:
    """`l.pop(i)`: the element, which is not in the list any more."""
    frame, state, site = call.frame, call.state, call.site
    index = call.arguments.get(0) or Constant(0 if call.name == "popleft" else -1, "int")
    if record.rest is not None and isinstance(index, Constant) and index.value in (0, -1):
        emptiness.raise_at_end(frame, state, site, "IndexError")
    elif record.rest is not None or not isinstance(index, Constant) or not isinstance(index.value, int):
        may_raise(frame, state)
    value = list_load(state, record, index)
    items = list(record.items)
    if record.rest is None and isinstance(index, Constant) and isinstance(index.value, int):
        if -len(items) <= index.value < len(items):
            del items[index.value]
            state.heap[site] = ListObject(record.class_name, tuple(items))
        else:
            may_raise(frame, state)
    else:
        left = iterating.one_of_many(state, _all_elements(record), UNKNOWN)
        state.heap[site] = ListObject(record.class_name, (), left)
    return value


@kinds.operators(ListObject)
def _operator(
    frame: Frame,
    state: State,
    left: Reference,
    record: ListObject,
    name: str,
    right: Value,
    node: cst.CSTNode,
) -> Value | None:
    """`l + other`, `l * count`."""
    other = state.object_of(right)
    match name, right:
        case "Add", _ if isinstance(other, ListObject) and record.rest is None:
            return new_list(frame, state, node, (*record.items, *other.items), other.rest)
        case "Add", _ if isinstance(other, ListObject):
            return new_list(
                frame, state, node, record.items, join_all([record.rest or NEVER, *other.parts()])
            )
        case "Add", Json():
            added = iterating.iterate(frame, state, right, node).element
            return new_list(frame, state, node, record.items, join_all([record.rest or NEVER, added]))
        case "Multiply", Constant(value=int(count)) if 0 < count <= 16:
            return new_list(frame, state, node, record.items * count, record.rest)
        case "Multiply", _:
            return new_list(frame, state, node, (), _all_elements(record))
        case _:
            return None


@kinds.operators(TupleValue)
def _operator_of_tuple(
    frame: Frame, state: State, left: TupleValue, record: None, name: str, right: Value, node: cst.CSTNode
) -> Value | None:
    """`t + other`, `t * count`."""
    match name, left, right:
        case "Add", TupleValue(items=a, rest=None), TupleValue(items=b, rest=rest):
            return tuple_of((*a, *b), rest, frame.step(node))
        case "Add", TupleValue(items=a, rest=more), TupleValue(items=b, rest=rest):
            return TupleValue(a, join_all([more or NEVER, *b, rest or NEVER]), frame.step(node))
        case "Multiply", _, _:
            return TupleValue((), join_all([*left.items, left.rest or NEVER]), frame.step(node))
        case _:
            return None


@kinds.operators_in_place(ListObject)
def _operator_in_place(
    frame: Frame,
    state: State,
    left: Reference,
    record: ListObject,
    name: str,
    right: Value,
    node: cst.CSTNode,
) -> Value | None:
    """`l += other`."""
    if name != "Add":
        return None
    known, rest = iterating.unpack(frame, state, right, node)
    _list_add(state, left.site, record, known, rest)
    return left


def is_slice(index: Value) -> bool:
    """Whether an index is a slice `a:b:c`."""
    return isinstance(index, BuiltinMethod) and index.name == "slice"


def slice_bounds(index: Value) -> slice | None:
    """The bounds of a slice, where all are known."""
    assert isinstance(index, BuiltinMethod) and isinstance(index.receiver, TupleValue)
    bounds = [
        bound.value
        for bound in index.receiver.items
        if isinstance(bound, Constant) and (bound.value is None or isinstance(bound.value, int))
    ]
    return slice(*bounds) if len(bounds) == 3 else None


@kinds.deletes_items(ListObject)
def _delete(frame: Frame, state: State, target: Reference, record: ListObject, index: Value) -> None:
    """`del l[index]`."""
    may_raise(frame, state)
    site = target.site
    if record.rest is None and isinstance(index, Constant) and isinstance(index.value, int):
        items = list(record.items)
        if -len(items) <= index.value < len(items):
            del items[index.value]
        state.heap[site] = ListObject(record.class_name, tuple(items))
        return
    everything = join_all([*record.items, record.rest or NEVER])
    state.heap[site] = ListObject(record.class_name, (), weaken(everything) if record.items else everything)
