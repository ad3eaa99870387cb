"""What can be hashed: members of sets and keys of dicts. For anything else TypeError is raised where it stands."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.failing import fail
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import ClassObject, Container, InstanceObject, State
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import Instance, Reference, TupleValue, Value
from handlerlint.inference.objects import class_facts
from handlerlint.inference.stubs.types import NONE, NamedType


def hashed(frame: Frame, state: State, value: Value, node: cst.CSTNode, *, certain: bool = True) -> Value:
    """The alternatives of a value that can be hashed; the path ends without any, if it is `certain` to come here."""
    # Of an item, the key alone: the item itself may be there elsewhere.
    place = node.slice[0] if isinstance(node, cst.Subscript) else node
    alternatives = members(value)
    able = [member for member in alternatives if not _is_unhashable(frame, state, member)]
    if len(able) == len(alternatives):
        frame.interpreter.passed.add(place)
        return value
    may_raise(frame, state, Instance("builtins.TypeError", origin=frame.step(node, "raised here")))
    if not able and certain:
        kind = _class_name(state, alternatives[0])
        said = f"unhashable type: '{kind}'"
        what = f"a `{kind}` has no hash: it can be no key of a dict and no element of a set"
        fail(frame, state, Failure(frame.module.file, place, "TypeError", said, what, is_question=True))
    return join_all(able)


def _class_name(state: State, value: Value) -> str:
    match value:
        case TupleValue():
            return next(
                (_class_name(state, item) for item in value.items if isinstance(item, Reference)), "list"
            )
        case Instance(class_name=name):
            return name.rpartition(".")[2]
        case _:
            record = state.object_of(value)
            if isinstance(record, InstanceObject):
                cls = state.heap.get(record.cls)
                return cls.name if isinstance(cls, ClassObject) else "object"
            return record.class_name.rpartition(".")[2] if isinstance(record, Container) else "object"


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
            if isinstance(record, InstanceObject):
                return record.content is None and _has_lost_hash(frame, state, Reference(record.cls))
            return isinstance(record, Container) and not record.is_hashable
        case _:
            return False


def _has_lost_hash(frame: Frame, state: State, cls: Reference) -> bool:
    """Whether a class of the project defines when two are equal, and so has no hash unless it defines that, too."""
    order, complete = class_facts.resolution_order(frame, state, cls)
    for one in order if complete else ():
        record = state.heap.get(one) if isinstance(one, tuple) else None
        if not isinstance(record, ClassObject) or not record.known or "__hash__" in record.names:
            return False
        if record.kind not in ("class", "dataclass"):
            return False
        if record.kind == "dataclass" and not record.hashes:
            return True
        if "__eq__" in record.names:
            return record.kind == "class"
    return False
