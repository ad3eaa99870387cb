"""Setting and deleting attributes. Called for assignments, `setattr`, `del` and `delattr`."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.allocation import attributes_of
from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import naming
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    LOST,
    ClassObject,
    InstanceObject,
    Namespace,
    State,
    lose,
    reachable,
)
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    UNKNOWN,
    EnumMember,
    FunctionValue,
    Instance,
    ModuleValue,
    Reference,
    Site,
    StubValue,
    Unknown,
    Value,
    Wrapped,
    constant,
)
from handlerlint.inference.effects import deferred
from handlerlint.inference.objects import attributes, dicts
from handlerlint.inference.stubs.types import ClassObjectType, ModuleType, NamedType
from handlerlint.records import replace


def store_attribute(
    frame: Frame, state: State, target: Value, name: str, value: Value, node: cst.CSTNode
) -> None:
    """`target.name = value`."""
    alternatives = members(target)
    for member in alternatives:
        match member:
            case Reference(site=site):
                _store_in_object(
                    frame, state, member, site, name, value, node, certain=len(alternatives) == 1
                )
            case ModuleValue(site=site):
                state.bind(site, name, value)
            case FunctionValue():
                frame.interpreter.dressed.add(name)
                of_function(state, member, {name: value})
                state.escaped |= reachable(state, (value,))
            case EnumMember(enum=site) if isinstance(state.heap.get(site), ClassObject):
                state.bind_all(site, {name: UNKNOWN})  # of this member it is the value
            case StubValue(type=ClassObjectType(of=NamedType(name=owner)) | ModuleType(name=owner)):
                frame.interpreter.patched.add((owner, name))
            case Instance() if len(alternatives) == 1 and _holds(frame, member, name):
                hold(state, member, name, value)
                state.escaped |= reachable(state, (value,))
            case _:
                frame.interpreter.dressed.add(name)
                naming.changed(state, member)
                # `parser.on_start = self.start`
                deferred.lose_to_callbacks(frame, state, Arguments((value,)), node)
                state.escaped |= reachable(state, (value,))
                if isinstance(member, Unknown):
                    lose(state, ())  # it may be any object that unknown code has seen


#: Attributes of library objects, beside those of exceptions and the context, that are what they are set to.
_HELD = frozenset({("sqlite3.Connection", "row_factory")})


def _holds(frame: Frame, owner: Instance, name: str) -> bool:
    is_exception = frame.interpreter.stubs.is_subclass(owner.class_name, "builtins.BaseException")
    return is_exception or owner.term == ("context",) or (owner.class_name, name) in _HELD


def of_function(state: State, function: FunctionValue, names: Mapping[str, Value]) -> None:
    """Attributes of a function are what they are set to."""
    site = attributes_of(function)
    state.heap[site] = Namespace({**names_of(state, site).names, **names})


#: What is held of a library object that has no other attributes than those that are held.
WHOLE = "*"


def hold(state: State, owner: Value, name: str, value: Value) -> None:
    """An attribute of a library object with a name is what it has been set to, until unknown code gets the object."""
    site = naming.part(state, "attribute", owner, (name,))
    if site is not None:
        state.heap[site] = Namespace({name: value})


def _store_in_object(
    frame: Frame,
    state: State,
    target: Reference,
    site: Site,
    name: str,
    value: Value,
    node: cst.CSTNode,
    *,
    certain: bool,
) -> None:
    """`target.name = value` for an object in the heap; properties and descriptors are called."""
    record = state.heap.get(site)
    match record:
        case InstanceObject() if name in ("__dict__", "__class__"):
            cls = value if name == "__class__" and certain else None
            if isinstance(cls, Reference) and isinstance(state.heap.get(cls.site), ClassObject):
                state.heap[site] = replace(record, cls=cls.site)
            else:  # it is another object now
                lose(state, (target, value))
                state.heap[site] = LOST
        case InstanceObject():
            inherited, _ = attributes.find_in_class(frame, state, Reference(record.cls), name)
            if isinstance(inherited, Wrapped) and inherited.kind == "property":
                if inherited.setter is not None:
                    dispatch.call(frame, state, inherited.setter, Arguments((target, value)), node)
                else:
                    may_raise(frame, state)
                return
            if attributes.has_descriptor(frame, state, inherited, "__set__"):
                assert inherited is not None
                attributes.call_special(frame, state, inherited, "__set__", (target, value), node)
                return
            custom, _ = attributes.find_in_class(frame, state, Reference(record.cls), "__setattr__")
            if isinstance(custom, StubValue) and record.content is not None:
                attributes.call_on_content(frame, state, record, custom, (constant(name), value), node)
                return
            if custom is not None and not isinstance(custom, (Unknown, StubValue)):
                state.escaped |= reachable(state, (value,))
                state.heap[site] = InstanceObject(record.cls, {}, record.content, open=True)
                return
            before = record.attributes.get(name)
            kept = value if certain else join_all([value, before or UNKNOWN])
            state.heap[site] = replace(record, attributes={**record.attributes, name: kept})
        case ClassObject():
            state.heap[site] = replace(record, takes_fields=False)
            state.bind_all(site, {name: value})
        case _:
            state.escaped |= reachable(state, (value,))


def open_class(state: State, target: Value) -> None:
    """A class may have attributes from here on that are not known."""
    for member in members(target):
        record = state.object_of(member)
        if isinstance(record, ClassObject) and isinstance(member, Reference):
            state.heap[member.site] = replace(record, known=False)


def narrow(state: State, target: Value, name: str, value: Value) -> None:
    """What a path has found an attribute to be that an instance has of its own, if the target is one."""
    record = state.object_of(target)
    if isinstance(record, InstanceObject) and isinstance(target, Reference) and name in record.attributes:
        attributes = {**record.attributes, name: value}
        state.heap.learn(target.site, replace(record, attributes=attributes))


def delete_attribute(frame: Frame, state: State, target: Value, name: str, node: cst.CSTNode) -> None:
    """`del target.name`."""
    for member in members(target):
        if isinstance(member, Reference):
            record = state.heap.get(member.site)
            if isinstance(record, InstanceObject):
                _delete_of_instance(frame, state, member, record, name, node)
        elif isinstance(member, ModuleValue):
            state.unbind(member.site, name)


def _delete_of_instance(
    frame: Frame, state: State, target: Reference, record: InstanceObject, name: str, node: cst.CSTNode
) -> None:
    """`del target.name` for an instance; properties and descriptors are called."""
    cls = Reference(record.cls)
    inherited, _ = attributes.find_in_class(frame, state, cls, name)
    if isinstance(inherited, Wrapped) and inherited.kind == "property":
        if inherited.deleter is not None:
            dispatch.call(frame, state, inherited.deleter, Arguments((target,)), node)
        return
    if inherited is not None and attributes.has_descriptor(frame, state, inherited, "__delete__"):
        attributes.call_special(frame, state, inherited, "__delete__", (target,), node)
        return
    custom, _ = attributes.find_in_class(frame, state, cls, "__delattr__")
    if isinstance(custom, (FunctionValue, Wrapped)):
        state.heap[target.site] = InstanceObject(record.cls, {}, record.content, open=True)
        return
    if record.content is not None:
        dicts.discard(state, record.content, constant(name))
    kept_ones = {key: value for key, value in record.attributes.items() if key != name}
    state.heap[target.site] = replace(record, attributes=kept_ones)
