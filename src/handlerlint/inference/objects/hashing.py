"""What can be hashed: members of sets and keys of dicts. For anything else TypeError is raised where it stands."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain.heap import Container, State
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import Instance, Reference, TupleValue, Value
from handlerlint.inference.stubs.types import NONE, NamedType


def hashed(frame: Frame, state: State, value: Value, node: cst.CSTNode, *, certain: bool = True) -> Value:
    """The alternatives of a value that can be hashed; the path ends without any, if it is `certain` to come here."""
    alternatives = members(value)
    able = [member for member in alternatives if not _is_unhashable(frame, state, member)]
    if len(able) == len(alternatives):
        return value
    may_raise(frame, state, Instance("builtins.TypeError", origin=frame.step(node, "raised here")))
    if not able and certain:
        state.dead = True
    return join_all(able)


def _is_unhashable(frame: Frame, state: State, value: Value) -> bool:
    match value:
        case TupleValue(items=items):
            return any(
                alternatives and all(_is_unhashable(frame, state, member) for member in alternatives)
                for alternatives in map(members, items)
            )
        case Instance(class_name=name):
            return frame.interpreter.stubs.attribute(NamedType(name), "__hash__") == NONE
        case Reference(site=site):
            record = state.heap.get(site)
            return isinstance(record, Container) and not record.is_hashable
        case _:
            return False
