"""Making lists, dicts and sets in the heap."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import (
    LONGEST_LIST,
    DictObject,
    Entry,
    HeapObject,
    ListObject,
    SetObject,
    State,
)
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import (
    NEVER,
    Constant,
    EnumMember,
    FunctionValue,
    Reference,
    Site,
    StubValue,
    TupleValue,
    Value,
)
from handlerlint.inference.stubs.types import ClassObjectType


def cache_of(function: FunctionValue) -> Site:
    """Where what a function with a cache has given is kept, by its arguments."""
    return ("cache", id(function.node), 0)


def attributes_of(function: FunctionValue) -> Site:
    """Where the attributes of a function are kept that are not as its definition says."""
    return ("attributes", id(function.node), function.scopes)


def new_list(
    frame: Frame,
    state: State,
    node: cst.CSTNode,
    items: Sequence[Value] = (),
    rest: Value | None = None,
    class_name: str = "builtins.list",
    tag: str = "list",
) -> Reference:
    """Allocate a list."""
    if len(items) > LONGEST_LIST:
        items, rest = (), join_all([*items, rest or NEVER])
    site = frame.site(node, tag)
    state.heap[site] = ListObject(class_name, tuple(items), None if rest is NEVER else rest)
    return Reference(site, frame.step(node))


def new_dict(
    frame: Frame,
    state: State,
    node: cst.CSTNode,
    entries: dict[Value, Entry] | None = None,
    rest_key: Value | None = None,
    rest_value: Value | None = None,
    class_name: str = "builtins.dict",
    default: Value | None = None,
    tag: str = "dict",
    *,
    is_filled: bool = False,
) -> Reference:
    """Allocate a dict."""
    site = frame.site(node, tag)
    state.heap[site] = DictObject(class_name, entries or {}, rest_key, rest_value, default, is_filled)
    return Reference(site, frame.step(node))


def new_set(
    frame: Frame,
    state: State,
    node: cst.CSTNode,
    element: Value,
    class_name: str = "builtins.set",
    *,
    is_filled: bool = False,
) -> Reference:
    """Allocate a set."""
    site = frame.site(node, "set")
    state.heap[site] = SetObject(class_name, element, is_filled)
    return Reference(site, frame.step(node))


def new_object(frame: Frame, state: State, node: cst.CSTNode, record: HeapObject, tag: str) -> Reference:
    """Allocate an object of any kind."""
    site = frame.site(node, tag)
    state.heap[site] = record
    return Reference(site, frame.step(node))


def is_known_key(key: Value) -> bool:
    """Whether a key is one definite value."""
    match key:
        case Constant() | EnumMember():
            return True
        case StubValue(type=ClassObjectType()) | Reference(site=("class", *_)):
            return True
        case TupleValue(items=items, rest=None):
            return all(is_known_key(item) for item in items)
        case _:
            return False
