"""Weak updates by loops: a loop that stores under its own keys may replace any entry of the container.

The body is interpreted once for a key that stands for all of them. Each entry may have been replaced or deleted, for
example a date by its text, so the entries that do not serialize become Unknown. Used by `loops`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import peek
from handlerlint.inference.domain.heap import DictObject, State
from handlerlint.inference.domain.values import UNKNOWN, Reference, is_harmless
from handlerlint.inference.domain.weak_updates import weaken_entries
from handlerlint.inference.effects.deferred import mentioned
from handlerlint.inference.syntax.scopes import children_of, names_bound_in

_METHODS = frozenset({"pop", "setdefault", "update", "__setitem__", "__delitem__"})


def doubt(frame: Frame, before: State, ends: list[State], node: cst.For | cst.While) -> None:
    """After a loop: of what containers held before it that it changes key by key, keep only what is harmless.

    That holds for the paths, too, on which it has changed nothing: these say only that one entry had no need of it.
    """
    for container in _changed_containers(node):
        found = [
            (path, value) for path in ends if isinstance(value := peek(frame, path, container), Reference)
        ]
        changed = {
            value.site for path, value in found if path.heap.get(value.site) != before.heap.get(value.site)
        }
        for path, value in found:
            record, earlier = path.heap.get(value.site), before.heap.get(value.site)
            if value.site in changed and isinstance(record, DictObject) and isinstance(earlier, DictObject):
                path.heap[value.site] = _doubtful(record, earlier)


def _doubtful(record: DictObject, earlier: DictObject) -> DictObject:
    """The dict without what was bad in it before, and may have been mended."""
    entries = weaken_entries(record.entries, lambda key, entry: earlier.entries.get(key) == entry)
    rest = record.rest_value
    if rest is not None and earlier.rest_value is not None and not is_harmless(earlier.rest_value):
        rest = UNKNOWN
    return DictObject(record.class_name, entries, record.rest_key, rest, record.default)


@lru_cache(maxsize=64)
def _changed_containers(node: cst.For | cst.While) -> tuple[cst.BaseExpression, ...]:
    """The expressions whose items the body sets or removes at a key that is made in the loop."""
    bound = names_bound_in(node)
    return tuple(
        container
        for container, key in _changes(node.body)
        if _is_plain(container) and not bound.isdisjoint(mentioned(key))
    )


def _is_plain(node: cst.BaseExpression) -> bool:
    """Whether nothing happens where an expression is evaluated once more."""
    match node:
        case cst.Name():
            return True
        case cst.Attribute(value=value) | cst.Subscript(value=value):
            return _is_plain(value)
        case _:
            return False


def _changes(node: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """Each container that is changed, with the key or what holds it."""
    match node:
        case cst.FunctionDef() | cst.Lambda() | cst.ClassDef():
            return
        case cst.AssignTarget(target=target) | cst.AugAssign(target=target) | cst.Del(target=target):
            yield from _items(target)
        case cst.Call(func=cst.Attribute(value=container, attr=cst.Name(value=name)), args=[first, *_]) if (
            name in _METHODS
        ):
            yield container, first.value
    for child in children_of(node):
        yield from _changes(child)


def _items(target: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    match target:
        case cst.Subscript(value=container, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            yield container, key
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from _items(element.value)
