"""`functools.singledispatch`: which of the registered functions a value is given to."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import evaluate
from handlerlint.inference.core.registry import Call, native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import DictObject, Entry, State
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    BoundMethod,
    FunctionValue,
    Native,
    Partial,
    Reference,
    StubValue,
    Value,
    join_all,
    members,
)
from handlerlint.inference.objects import attributes, class_facts
from handlerlint.inference.stubs.types import ClassObjectType, NamedType


@native("functools.singledispatch")
def _singledispatch(call: Call) -> Value | None:
    function = call.arguments.get(0)
    if function is None:
        return UNKNOWN
    site = call.frame.site(call.node, "dispatch")
    call.state.heap[site] = DictObject("builtins.dict", {})
    return Native("dispatch", (Reference(site), function), call.frame.step(call.node))


@native("dispatch.register")
def _register(call: Call) -> Value | None:
    this, *given = call.arguments.positional
    assert isinstance(this, Native)
    match given:
        case [FunctionValue() as function]:
            cls = _annotated_class(call.frame, call.state, function)
            _enter(call.state, this, UNKNOWN if cls is None else cls, function)
            return function
        case [cls]:
            return Native("dispatch.under", (*this.data, cls))
        case [cls, function]:
            _enter(call.state, this, cls, function)
            return function
        case _:
            return UNKNOWN


@native("dispatch.under")
def _under(call: Call) -> Value | None:
    this, function = call.arguments.get(0), call.arguments.get(1)
    assert isinstance(this, Native)
    if function is None:
        return UNKNOWN
    _enter(call.state, this, this.data[2], function)  # type: ignore[arg-type]
    return function


def _annotated_class(frame: Frame, state: State, function: FunctionValue) -> Value | None:
    if not isinstance(function.node, cst.FunctionDef) or not function.node.params.params:
        return None
    annotation = function.node.params.params[0].annotation
    return None if annotation is None else evaluate(frame, state.copy(), annotation.annotation)


def _enter(state: State, this: Native, cls: Value, function: Value) -> None:
    table = this.data[0]
    assert isinstance(table, Reference)
    record = state.heap.get(table.site)
    if isinstance(record, DictObject):
        entries = {**record.entries, cls: Entry(function)}
        state.heap[table.site] = DictObject(record.class_name, entries)


@native("dispatch")
def _dispatch(call: Call) -> Value | None:
    """Call the registered function of the first class in the argument's resolution order that has one."""
    this, *given = call.arguments.positional
    assert isinstance(this, Native)
    table, default = this.data[0], _value(this.data[1])
    record = call.state.heap.get(table.site) if isinstance(table, Reference) else None
    if (
        not given
        or not isinstance(record, DictObject)
        or any(_is_open(call.state, cls) for cls in record.entries)
    ):
        return UNKNOWN
    results: list[Value] = []
    for member in members(given[0]):
        order, complete = class_facts.class_of(call.frame, call.state, member)
        if not complete or not order:
            return UNKNOWN
        function = next(
            (found for name in order if (found := _registered(record, name)) is not None), default
        )
        result = dispatch.call(
            call.frame,
            call.state,
            function,
            Arguments((member, *given[1:]), call.arguments.keywords),
            call.node,
        )
        call.state.dead = False
        results.append(result)
    found = join_all(results)
    return NEVER if found is NEVER else found


def _value(part: object) -> Value:
    return part if isinstance(part, (FunctionValue, Native, Partial, BoundMethod, StubValue)) else UNKNOWN


def _is_open(state: State, cls: Value) -> bool:
    """Whether it is not known what is registered: a union of types, an abstract class."""
    if not attributes.is_class(state, cls):
        return True
    name = class_facts.class_name_of(cls)
    return name is not None and name.startswith(("collections.abc.", "numbers.", "typing."))


def _registered(record: DictObject, name: class_facts.ClassName) -> Value | None:
    key: Value = StubValue(ClassObjectType(NamedType(name))) if isinstance(name, str) else Reference(name)
    entry = record.entries.get(key)
    return None if entry is None else entry.value
