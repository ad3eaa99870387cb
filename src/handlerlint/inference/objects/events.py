"""The event of a service as an object of which the keys are known, for the runs that contracts are held against."""

from __future__ import annotations

from collections.abc import Mapping

from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.heap import DictObject, Entry, ListObject, State
from handlerlint.inference.domain.values import NONE, UNKNOWN, Instance, Json, Reference, Value, constant
from handlerlint.runtime.contracts.events import Part, Shape

_PARTS: dict[Part, Value] = {
    Part.TEXT: Instance("builtins.str", is_true=True),
    Part.NUMBER: Instance("builtins.int"),
    Part.FLAG: Instance("builtins.bool"),
    Part.OPEN: UNKNOWN,
}


def event_of(state: State, shape: Shape, path: tuple[object, ...] = ()) -> Value:
    """A value of this shape, its objects put into the heap."""
    site = ("event", path, 0)
    match shape:
        case Part():
            whole = ("json", "event", *path)
            if shape is Part.MESSAGE:
                constraints.assume(state, terms.is_among(whole, (NONE,)), False)
            return terms.named(_PARTS[shape], whole) if shape in _PARTS else Json(whole)
        case str():
            return constant(shape)
        case tuple():
            record = event_of(state, shape[0], (*path, "[]"))
            state.heap[site] = ListObject(
                "builtins.list", (record,), event_of(state, shape[0], (*path, "[…]"))
            )
        case Mapping():
            state.heap[site] = DictObject(
                "builtins.dict",
                {
                    constant(name.rstrip("?")): Entry(
                        event_of(state, part, (*path, ("str", name.rstrip("?")))), name.endswith("?")
                    )
                    for name, part in shape.items()
                },
            )
    return Reference(site)
