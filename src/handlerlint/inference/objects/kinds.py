"""What each kind of object does, found by the kind: each registers it in its own file.

A function that is registered takes (frame, state, value, its object in the heap, …, node); the object is None for
values that are not in the heap. Where it gives None, nothing special is known of that kind.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.tables import Dispatcher
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import HeapObject, State
from handlerlint.inference.domain.values import UNKNOWN, BuiltinMethod, Reference, Value
from handlerlint.inference.types import queries

#: A call of a method: …, its name, the arguments.
methods: Dispatcher[Callable[..., Value | None]] = Dispatcher()
#: `value <operator> other`: …, libcst's name of the operator, the other operand.
operators: Dispatcher[Callable[..., Value | None]] = Dispatcher()
#: `value <operator>= other`, as `operators`; the value if it has changed in place.
operators_in_place: Dispatcher[Callable[..., Value | None]] = Dispatcher()
#: `value[index]`: …, the index.
loads_items: Dispatcher[Callable[..., Value]] = Dispatcher()
#: `value[index] = item`: …, the index, the item.
stores_items: Dispatcher[Callable[..., None]] = Dispatcher()
#: `value[index] = item` where another object may be the one that changes: as `stores_items`, but without a frame.
stores_items_weakly: Dispatcher[Callable[..., None]] = Dispatcher()
#: `del value[index]`: …, the index, no node.
deletes_items: Dispatcher[Callable[..., None]] = Dispatcher()


def object_of(state: State, value: Value) -> HeapObject | None:
    """The object in the heap that a value refers to; None for a value that is no reference."""
    return state.heap.get(value.site) if isinstance(value, Reference) else None


def call_method(
    frame: Frame, state: State, method: BuiltinMethod, arguments: Arguments, node: cst.CSTNode
) -> Value:
    """Call a method of a container or of JSON; what is not known here, the stubs answer."""
    receiver = method.receiver
    record = object_of(state, receiver)
    of_its_kind = methods.of(receiver if record is None else record)
    value = None
    if of_its_kind is not None:
        value = of_its_kind(frame, state, receiver, record, method.name, arguments, node)
    elif isinstance(receiver, Reference):
        return UNKNOWN
    if value is None:
        value = queries.call_stub_method(frame, state, receiver, method.name, arguments, node)
    return value
