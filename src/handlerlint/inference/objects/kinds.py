"""What each kind of object does, found by the kind: each registers it in its own file.

A function that is registered takes (frame, state, value, its object in the heap, …, node); the object is None for
values that are not in the heap. Where it gives None, nothing special is known of that kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.tables import Dispatcher, entered
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Container, HeapObject, State, lose
from handlerlint.inference.domain.values import (
    NONE,
    UNKNOWN,
    BuiltinMethod,
    Reference,
    Site,
    Value,
    with_step,
)
from handlerlint.inference.objects import attributes
from handlerlint.inference.types import queries
from handlerlint.records import dataclass

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


@dataclass(frozen=True, slots=True)
class MethodCall:
    """A call of a method of a builtin class: of which value, with what, on which path, and where."""

    frame: Frame
    state: State
    value: Value
    name: str
    arguments: Arguments
    node: cst.CSTNode

    @property
    def site(self) -> Site:
        """The address of the object."""
        assert isinstance(self.value, Reference)
        return self.value.site

    def at(self, position: int, name: str | None = None) -> Value:
        """The argument at a position, or under a name."""
        return self.arguments.get(position, name) or UNKNOWN

    def stored(self, position: int, kind: str) -> Value:
        """The argument at a position on its way into a container."""
        return with_step(self.at(position), f"put into the {kind} here", self.frame.module.file, self.node)

    def becomes(self, record: HeapObject) -> Value:
        """The method changes the object, and returns None."""
        self.state.heap[self.site] = record
        return NONE


Method = Callable[..., "Value | None"]
_METHODS: dict[tuple[type, str], Method] = {}


def method(kind: type, *names: str) -> Callable[[Method], Method]:
    """Register what a method of a kind of object does.

    The function takes the call and the object in the heap, and returns None to leave the answer to the stub.
    """
    return entered(_METHODS, [(kind, name) for name in names])


#: What these classes have as well changes no list, set or dict.
_UNCHANGED = (tuple, frozenset, Mapping)


def call_method(
    frame: Frame, state: State, method: BuiltinMethod, arguments: Arguments, node: cst.CSTNode
) -> Value:
    """Call a method of a container or of JSON; what is not known here, the stubs answer."""
    receiver = method.receiver
    record = state.object_of(receiver)
    if record is None and isinstance(receiver, Reference):
        return UNKNOWN
    of_its_kind = _METHODS.get((type(receiver if record is None else record), method.name))
    value = None
    if of_its_kind is not None:
        value = of_its_kind(MethodCall(frame, state, receiver, method.name, arguments, node), record)
        if isinstance(receiver, Reference):
            attributes.mirror(state, receiver.site)
    elif record is not None and not isinstance(record, Container):
        return UNKNOWN
    elif record is not None and not any(hasattr(kind, method.name) for kind in _UNCHANGED):
        lose(state, (receiver,))
    if value is None:
        value = queries.call_stub_method(frame, state, receiver, method.name, arguments, node)
    return value
