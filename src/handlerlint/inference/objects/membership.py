"""Membership: whether a container has an item, or a dict a key. Each kind registers what it knows of that."""

from __future__ import annotations

from collections.abc import Callable

from handlerlint.inference.core.tables import Dispatcher
from handlerlint.inference.domain.heap import Container, State
from handlerlint.inference.domain.values import Lazy, TupleValue, Value
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Membership:
    """The paths on which an item is in a container and is not; or `asked`, the container that is asked instead."""

    inside: State | None = None
    outside: State | None = None
    asked: Value | None = None


#: `item in value`: (path, value, its object in the heap, item). None where nothing special is known.
finds: Dispatcher[Callable[..., Membership | None]] = Dispatcher()


def find(state: State, item: Value, container: Value) -> Membership | None:
    """What the kind of a container knows of an item being in it; the path is used up."""
    record = state.object_of(container)
    of_its_kind = finds.of(container if record is None else record)
    return None if of_its_kind is None else of_its_kind(state, container, record, item)


def known_elements(state: State, container: Value) -> tuple[Value, ...] | None:
    """All elements of a container, of a dict its keys; None where it is not known which there are."""
    match container:
        case TupleValue(items=items, rest=None):
            return items
        case Lazy(class_name="_collections_abc.dict_keys" | "_collections_abc.dict_values", items=items):
            return items
        case _:
            record = state.object_of(container)
            return record.known_elements if isinstance(record, Container) else None
