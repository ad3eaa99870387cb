"""Of which classes an expression's values are, on every path: what a fix that calls a method of them has to know.

The analysis of a handler tells where a value that fails comes by, and nothing of the others that come by there, too.
`entry` interprets the handler once more for that, and only where a fix is to be made.
"""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import ClassObject, Container, State
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import Constant, Json, Unknown, Value
from handlerlint.inference.objects import class_facts, instances
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """A class that an expression has had a value of: its resolution order, none where that is not known.

    `elements` are the classes of a set's elements, None among them for one that is not known.
    """

    order: tuple[str, ...] = ()
    is_dataclass: bool = False
    elements: frozenset[str | None] = frozenset()


class Sightings:
    """Collects the classes of the values of some expressions."""

    def __init__(self) -> None:
        self.by_node: dict[cst.CSTNode, set[Seen]] = {}

    def watch(self, frame: Frame, state: State, node: cst.CSTNode, value: Value) -> None:
        """One value that `node` has had in this state."""
        seen = self.by_node.setdefault(node, set())
        seen.update(_seen(frame, state, member) for member in members(value))


def _seen(frame: Frame, state: State, value: Value) -> Seen:
    if isinstance(value, (Unknown, Json)):
        return Seen()
    order, complete = class_facts.class_of(frame, state, value)
    if not complete or not order:
        return Seen()
    record = state.object_of(value)
    elements: frozenset[str | None] = frozenset()
    if isinstance(record, Container) and not record.has_places:
        each = (one for part in record.parts() for one in members(part))
        elements = frozenset(_class_name(frame, state, one) for one in each)
    is_dataclass = instances.data_class_of(state, value) is not None
    return Seen(tuple(_name(state, one) for one in order), is_dataclass, elements)


def _name(state: State, one: class_facts.ClassName) -> str:
    if isinstance(one, str):
        return one
    cls = state.heap.get(one)
    return cls.qualified_name if isinstance(cls, ClassObject) else "object"


def _class_name(frame: Frame, state: State, value: Value) -> str | None:
    if isinstance(value, Constant):
        return f"builtins.{value.kind}"
    order, complete = class_facts.class_of(frame, state, value)
    first = order[0] if order and complete else None
    return first if isinstance(first, str) else None
