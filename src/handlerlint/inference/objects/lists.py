"""Lists and other sequences that can change: loads, stores, iteration, and what their methods do."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    LONGEST_LIST,
    ListObject,
    State,
)
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    BuiltinMethod,
    Constant,
    Reference,
    Site,
    TupleValue,
    Value,
    is_harmless,
    join,
    join_all,
    with_step,
)
from handlerlint.inference.domain.weak_updates import weaken
from handlerlint.inference.effects import deferred
from handlerlint.inference.objects import equality, iterating, methods
from handlerlint.inference.objects.iterating import Iteration


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


def list_store(state: State, site: Site, record: ListObject, index: Value, value: Value) -> None:
    """`l[index] = value`."""
    items, rest = list(record.items), record.rest
    if isinstance(index, Constant) and isinstance(index.value, int):
        position = int(index.value)
        if (rest is None and -len(items) <= position < len(items)) or 0 <= position < len(items):
            items[position] = value
            state.heap[site] = ListObject(record.class_name, tuple(items), rest)
            return
    items = [weaken(item) for item in items]
    if rest is not None:
        rest = join(rest, value) if is_harmless(rest) else value
    elif not is_harmless(value):
        items = [UNKNOWN for _ in items]
    state.heap[site] = ListObject(record.class_name, tuple(items), rest)


def list_store_slice(
    frame: Frame, state: State, site: Site, record: ListObject, index: Value, value: Value, node: cst.CSTNode
) -> None:
    """`l[a:b] = value`."""
    known, rest = iterating.unpack(frame, state, value, node)
    if _keeps_head(record, index):
        state.heap[site] = ListObject(record.class_name, (*_head(record, index), *known), rest)
        return
    everything = join_all([*record.items, record.rest or NEVER, *known, rest or NEVER])
    state.heap[site] = ListObject(record.class_name, (), weaken(everything))


def list_slice(
    frame: Frame, state: State, record: ListObject, bounds: slice | None, node: cst.CSTNode
) -> Value:
    """`l[a:b]`; `bounds` is None where they are not known."""
    if bounds is not None and record.rest is None:
        return new_list(frame, state, node, record.items[bounds], None, record.class_name)
    rest = join_all([*record.items, record.rest or NEVER])
    return new_list(frame, state, node, (), rest, record.class_name)


@iterating.iterates(ListObject)
def _iterate(
    frame: Frame, state: State, value: Reference, record: ListObject, node: cst.CSTNode
) -> Iteration:
    items = record.items if record.rest is None else None
    element = join_all([*record.items, record.rest or NEVER])
    return Iteration(items, element, value.site, bool(record.items))


def _list_add(
    state: State, site: Site, record: ListObject, values: Sequence[Value], rest: Value | None
) -> None:
    if record.rest is None and len(record.items) + len(values) <= LONGEST_LIST:
        state.heap[site] = ListObject(record.class_name, (*record.items, *values), rest)
        return
    state.heap[site] = ListObject(
        record.class_name, record.items, join_all([record.rest or NEVER, *values, rest or NEVER])
    )


def _all_elements(record: ListObject) -> Value:
    return join_all([*record.items, record.rest or NEVER])


@methods.methods_of(ListObject)
def _list_method(
    frame: Frame,
    state: State,
    reference: Reference,
    record: ListObject,
    name: str,
    arguments: Arguments,
    node: cst.CSTNode,
) -> Value | None:
    """What a method of a list does to it, and gives."""
    site = reference.site
    match name:
        case "append" | "appendleft":
            value = arguments.get(0) or UNKNOWN
            stored = with_step(value, "put into the list here", frame.module.file, node)
            if name == "append":
                _list_add(state, site, record, (stored,), None)
            else:
                state.heap[site] = ListObject(record.class_name, (stored, *record.items), record.rest)
            return NONE
        case "extend" | "extendleft":
            known, rest = iterating.unpack(frame, state, arguments.get(0) or UNKNOWN, node)
            _list_add(state, site, record, known, rest)
            return NONE
        case "insert":
            value = arguments.get(1) or UNKNOWN
            stored = with_step(value, "put into the list here", frame.module.file, node)
            position = arguments.get(0)
            if isinstance(position, Constant) and position.value == 0:
                state.heap[site] = ListObject(record.class_name, (stored, *record.items), record.rest)
            else:
                everything = join_all([_all_elements(record), stored])
                state.heap[site] = ListObject(record.class_name, (), everything)
            return NONE
        case "pop" | "popleft":
            return _list_pop(frame, state, site, record, name, arguments)
        case "remove":
            may_raise(frame, state)
            _list_remove(frame, state, site, record, arguments.get(0) or UNKNOWN)
            return NONE
        case "clear":
            state.heap[site] = ListObject(record.class_name, ())
            return NONE
        case "sort" | "reverse" | "rotate":
            deferred.lose_to_key(state, arguments.keywords.get("key"), _all_elements(record))
            if name == "reverse" and record.rest is None:
                state.heap[site] = ListObject(record.class_name, record.items[::-1])
            elif len(record.items) + (record.rest is not None) > 1:
                every = _all_elements(record)
                state.heap[site] = ListObject(record.class_name, (every,) if record.items else (), every)
            return NONE
        case "copy" | "__copy__":
            return new_list(frame, state, node, record.items, record.rest, record.class_name)
        case "__getitem__":
            return list_load(state, record, arguments.get(0) or UNKNOWN)
        case _:
            return None


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


def _list_pop(
    frame: Frame, state: State, site: Site, record: ListObject, name: str, arguments: Arguments
) -> Value:
    """`l.pop(i)`: the element, which is not in the list any more."""
    index = arguments.get(0) or Constant(0 if name == "popleft" else -1, "int")
    if record.rest is not None or not isinstance(index, Constant) or not isinstance(index.value, int):
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


def is_slice(index: Value) -> bool:
    return isinstance(index, BuiltinMethod) and index.name == "slice"


def _keeps_head(record: ListObject, index: Value) -> bool:
    """Whether `l[n:] = …` replaces the end of a list whose beginning is known."""
    match index:
        case BuiltinMethod(receiver=TupleValue(items=(Constant(value=int(start)), upper, step))):
            return 0 <= start <= 8 and upper == NONE and step == NONE
        case _:
            return False


def _head(record: ListObject, index: Value) -> tuple[Value, ...]:
    assert isinstance(index, BuiltinMethod) and isinstance(index.receiver, TupleValue)
    start = index.receiver.items[0]
    assert isinstance(start, Constant) and isinstance(start.value, int)
    further = () if record.rest is None else (record.rest,) * max(start.value - len(record.items), 0)
    return (*record.items[: start.value], *further)


def list_remove(state: State, site: Site, record: ListObject, index: Value) -> None:
    if record.rest is None and isinstance(index, Constant) and isinstance(index.value, int):
        items = list(record.items)
        if -len(items) <= index.value < len(items):
            del items[index.value]
        state.heap[site] = ListObject(record.class_name, tuple(items))
        return
    everything = join_all([*record.items, record.rest or NEVER])
    state.heap[site] = ListObject(record.class_name, (), weaken(everything) if record.items else everything)
