"""`functools.singledispatch`: which of the registered functions a value is given to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import peek
from handlerlint.inference.core.registry import Call, closure, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Entry, State
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    FunctionValue,
    Native,
    Reference,
    StubValue,
    Value,
    Wrapped,
)
from handlerlint.inference.objects import attributes, class_facts, dicts
from handlerlint.inference.stubs.types import ClassObjectType, NamedType


@overlay("functools.singledispatch", "functools.singledispatchmethod")
def _singledispatch(call: Call) -> Value | None:
    """A table of functions by class, and what is called where none fits; a method gets its receiver later."""
    table = allocation.new_dict(call.frame, call.state, call.node, tag="dispatch")
    kind = "dispatch" if call.name == "functools.singledispatch" else "dispatch.method"
    return Native(kind, (table, call.required("func")), call.frame.step(call.node))


@closure("dispatch.register", "cls", "func")
def _register(call: Call) -> Value | None:
    cls, function = call.required("cls"), call.argument("func")
    if function is not None:
        return _enter(call, cls, function)
    annotated = cls
    while isinstance(annotated, Wrapped):
        annotated = annotated.function
    if not isinstance(annotated, FunctionValue):
        return Native("dispatch.under", (*call.data, cls))
    found = _annotated_class(call.frame, call.state, annotated)
    return _enter(call, UNKNOWN if found is None else found, cls)


@closure("dispatch.under", "func")
def _under(call: Call) -> Value | None:
    return _enter(call, cast("Value", call.data[2]), call.required("func"))


def _annotated_class(frame: Frame, state: State, function: FunctionValue) -> Value | None:
    """The class that the first annotation of a function names."""
    annotations = (parameter.annotation for parameter in function.node.params.params)
    annotation = next((each for each in annotations if each is not None), None)
    return None if annotation is None else peek(frame, state, annotation.annotation)


def _enter(call: Call, cls: Value, function: Value) -> Value:
    dicts.put(call.state, cast("Value", call.data[0]), {cls: function})
    return function


@closure("dispatch")
def _dispatch(call: Call) -> Value | None:
    """Call the registered function of the first class in the argument's resolution order that has one.

    One that is a method is bound as it would be where the table stands.
    """
    table, default, *bound_to = cast("tuple[Value, ...]", call.data)
    given, entries = call.arguments.positional, dicts.entries_of(call.state, table)
    if not given or entries is None or any(_is_open(call.state, cls) for cls in entries):
        return UNKNOWN
    results: list[Value] = []
    for member in members(given[0]):
        order, complete = class_facts.class_of(call.frame, call.state, member)
        if not complete or not order:
            return UNKNOWN
        function = next(
            (found for name in order if (found := _registered(entries, name)) is not None), default
        )
        if bound_to:
            receiver, cls = bound_to
            function = attributes.bind(call.frame, call.state, function, receiver, cls, call.node)
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


def _is_open(state: State, cls: Value) -> bool:
    """Whether it is not known what is registered: a union of types, an abstract class."""
    if not attributes.is_class(state, cls):
        return True
    name = class_facts.class_name_of(cls)
    return name is not None and name.startswith(("collections.abc.", "numbers.", "typing."))


def _registered(entries: Mapping[Value, Entry], name: class_facts.ClassName) -> Value | None:
    key: Value = StubValue(ClassObjectType(NamedType(name))) if isinstance(name, str) else Reference(name)
    entry = entries.get(key)
    return None if entry is None else entry.value
