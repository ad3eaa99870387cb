"""Items of values: `c[k]`, `c[k] = v`, `del c[k]`. Containers answer in their own files (`kinds.py`)."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    LOST,
    ClassObject,
    HeapObject,
    InstanceObject,
    Namespace,
    State,
    lose,
)
from handlerlint.inference.domain.join import WIDENED
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    EnumMember,
    FunctionValue,
    Instance,
    Json,
    Reference,
    UnionValue,
    Unknown,
    Value,
    Wrapped,
    constant,
    json_part,
    with_step,
)
from handlerlint.inference.objects import attributes, decoded_json, iterating, kinds, lists
from handlerlint.inference.types import queries


def load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]`."""
    if isinstance(index, UnionValue) and len(index.members) <= 4:
        found = [load_item(frame, state, value, member, node) for member in index.members]
        return join_all(found)
    return iterating.each(frame, state, value, lambda member: _load_item(frame, state, member, index, node))


def _load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]` for a value that is no union."""
    value = queries.as_tuple(frame, value)
    record = state.object_of(value)
    of_its_kind = kinds.loads_items.of(value if record is None else record)
    if of_its_kind is not None:
        return of_its_kind(frame, state, value, record, index, node)
    if lists.is_slice(index):
        return _load_slice(frame, state, value, index, node)
    match value:
        case Unknown(term=("event", *_)) if frame.interpreter.trying:
            absent = state.copy()
            absent.heap[WIDENED] = LOST  # configuration decides what is there
            may_raise(frame, absent)
            return UNKNOWN
        case Unknown():
            may_raise(frame, state)
            return UNKNOWN
        case Json():
            return decoded_json.load_item(frame, state, value, index)
        case Reference():
            return _load_from_object(frame, state, record, value, index, node)
        case Constant(value=None):
            may_raise(frame, state)
            return NEVER
        case Constant(value=str() as text) if isinstance(index, Constant) and isinstance(index.value, int):
            may_raise(frame, state)
            return constant(text[index.value]) if -len(text) <= index.value < len(text) else NEVER
        case _:
            may_raise(frame, state)
            return queries.subscript(frame, state, value, index, node)


def _load_from_object(
    frame: Frame,
    state: State,
    record: HeapObject | None,
    value: Reference,
    index: Value,
    node: cst.CSTNode,
) -> Value:
    """`value[index]` for an instance or a class of the project."""
    match record:
        case InstanceObject():
            special = attributes.call_special(frame, state, value, "__getitem__", (index,), node)
            if special is not None:
                return special
            content = record.content
            return UNKNOWN if content is None else load_item(frame, state, content, index, node)
        case ClassObject(kind="enum") if isinstance(index, Constant):
            member = record.names.get(str(index.value))
            return member if isinstance(member, EnumMember) else UNKNOWN
        case ClassObject(kind="enum"):
            may_raise(frame, state)
            return join_all(member for member in record.names.values() if isinstance(member, EnumMember))
        case ClassObject():
            found, is_complete = attributes.find_in_class(frame, state, value, "__class_getitem__")
            if not isinstance(found, (FunctionValue, Wrapped)):
                # Generic[…]: the class itself
                return value if is_complete or found is not None else UNKNOWN
            of_class = attributes.bind(frame, state, found, value, value, node)
            return dispatch.call(frame, state, of_class, Arguments((index,)), node)
        case _:
            return UNKNOWN


def _load_slice(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[a:b]` of what is no list or tuple."""
    known = lists.slice_bounds(index)
    match value:
        case Json():
            named = terms.term_of(index)
            bounds = (known.start, known.stop, known.step) if known is not None else named or id(node)
            return (
                json_part(value, None)
                if value.path is None
                else Json((*value.path, ("slice", bounds)), value.origin)
            )
        case Constant(value=str() | bytes() as text) if known is not None:
            return constant(text[known], frame.step(node))
        case Constant(kind=kind) if kind in ("str", "bytes"):
            return Instance("builtins." + kind, origin=frame.step(node))
        case Instance(class_name="builtins.str" | "builtins.bytes" | "builtins.bytearray" as name):
            return Instance(name, origin=frame.step(node))
        case Instance():
            return queries.subscript(frame, state, value, Instance("builtins.slice"), node)
        case _:
            return UNKNOWN


def store_item(
    frame: Frame, state: State, target: Value, index: Value, value: Value, node: cst.CSTNode
) -> None:
    """`target[index] = value`."""
    alternatives = members(target)
    for member in alternatives:
        if len(alternatives) > 1 and isinstance(member, Reference):
            # Which object is changed is not known: each of them may have been, or not.
            _store_weakly(state, member, index, value)
            continue
        match member:
            case Json():
                decoded_json.json_store(state, member, index, value)
            case Reference():
                _store_into_object(frame, state, member, index, value, node)
            case Unknown():
                naming.changed(state, member)
                iterating.escape(state, value)
                lose(state, ())  # it may be any object that unknown code has seen
            case Constant():
                may_raise(frame, state)
                state.dead = state.dead or len(alternatives) == 1
            case _:
                naming.changed(state, member)
                may_raise(frame, state)


def _store_into_object(
    frame: Frame, state: State, target: Reference, index: Value, value: Value, node: cst.CSTNode
) -> None:
    """`target[index] = value` for an object in the heap."""
    record = state.heap.get(target.site)
    of_its_kind = kinds.stores_items.of(record)
    if of_its_kind is not None:
        of_its_kind(frame, state, target, record, index, value, node)
    elif isinstance(record, InstanceObject):
        if attributes.call_special(frame, state, target, "__setitem__", (index, value), node) is None:
            content = record.content
            if content is not None:
                store_item(frame, state, content, index, value, node)
    else:
        iterating.escape(state, value)


def _store_weakly(state: State, target: Reference, index: Value, value: Value) -> None:
    record = state.heap.get(target.site)
    of_its_kind = kinds.stores_items_weakly.of(record)
    if of_its_kind is not None:
        of_its_kind(state, target, record, index, value)
    elif record is not None and not isinstance(record, (Namespace, ClassObject)):
        state.heap[target.site] = LOST


def delete_item(frame: Frame, state: State, target: Value, index: Value, node: cst.CSTNode) -> None:
    """`del target[index]`."""
    for member in members(target):
        record = state.object_of(member)
        of_its_kind = kinds.deletes_items.of(record)
        if of_its_kind is not None:
            of_its_kind(frame, state, member, record, index)
            continue
        may_raise(frame, state)
        match member:
            case Json():
                decoded_json.json_remove(state, member, index)
            case _ if isinstance(record, InstanceObject):
                of_class = attributes.call_special(frame, state, member, "__delitem__", (index,), node)
                if of_class is None and record.content is not None:
                    delete_item(frame, state, record.content, index, node)
            case _:
                naming.changed(state, member)
                if isinstance(member, Unknown):
                    lose(state, ())


def stored(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """A value on its way into a container."""
    return with_step(value, "put in here", frame.module.file, node)
