"""Callbacks: functions of the project that a library is given, and calls at an unknown time and any number of times.

What a callback changes is found by trying it: it is interpreted aside, and what it has written is lost from here on.
Used by `effects.library_calls`, `types.queries`, `interpreter.calls` and overlays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    ANYWHERE,
    ClassObject,
    Container,
    InstanceObject,
    Namespace,
    State,
    lose,
    reachable,
)
from handlerlint.inference.domain.objects import LOST
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BoundMethod,
    BuiltinMethod,
    FunctionValue,
    ModuleValue,
    Partial,
    Reference,
    Site,
    StubValue,
    Unknown,
    Value,
)
from handlerlint.inference.stubs.types import FunctionType
from handlerlint.records import dataclass, replace

#: Arguments of which nothing is known, not even their number.
ANYTHING = Arguments((), {}, UNKNOWN, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a trial has done: where it has written, what it has read, what it has handed to others."""

    written: set[Site]
    read: set[Site]
    escaped: frozenset[Site]


def lose_to_callbacks(frame: Frame, state: State, values: Iterable[Value], node: cst.CSTNode) -> None:
    """A library is given these values: if it can call one of them, what that changes may be anything from here on."""
    given = tuple(values)
    callbacks = [callback for value in given for one in members(value) for callback in _callbacks(state, one)]
    if not callbacks:
        return
    later = _later(frame.interpreter, state, (*given, *callbacks))
    for callback in callbacks:
        receiver = callback.receiver if isinstance(callback, BuiltinMethod) else callback
        _lose(state, _tried(frame, later.copy(), callback, ANYTHING, node), (*given, receiver))


def lose_to_base_class(
    frame: Frame, state: State, qualified_name: str, receiver: Value | None, node: cst.CSTNode
) -> None:
    """An inherited method of a library may call what the class overrides: `Thread.start()` its `run()`."""
    record = state.object_of(receiver)
    if receiver is None or not isinstance(record, InstanceObject) or qualified_name.endswith("__"):
        return
    is_known = not state.escaped.isdisjoint(receiver.sites())
    lose(state, (receiver,))
    if not is_known:
        methods = [BoundMethod(method, receiver) for _, method in _methods(state, record.cls)]
        lose_to_callbacks(frame, state, methods, node)


def lose_to_key(frame: Frame, state: State, key: Value | None, element: Value, node: cst.CSTNode) -> None:
    """`key=` is called with each element, here and now."""
    for member in members(key) if key is not None else ():
        for callback in _callbacks(state, member):
            _lose(state, _tried(frame, state.copy(), callback, Arguments((element,)), node), (element,))


def as_data(state: State, values: Iterable[Value]) -> list[Value]:
    """Of what a library is given, that which is no function: it can get at nothing of those but what they return."""
    functions = (FunctionValue, BoundMethod, Partial)
    return [value for value in values if not (isinstance(value, functions) and any(_callbacks(state, value)))]


def _callbacks(state: State, value: Value) -> Iterator[Value]:
    """What is called if a library calls a value, where that may have effects in the project."""
    match value:
        case FunctionValue() | BuiltinMethod(receiver=Reference()) | StubValue(type=FunctionType()):
            yield value
        case BoundMethod(function=function) | Partial(function=function):
            if isinstance(function, Unknown) or any(_callbacks(state, function)):
                yield value
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                yield from (
                    BoundMethod(method, value)
                    for name, method in _methods(state, record.cls)
                    if name == "__call__"
                )
        case _:
            pass


def _methods(state: State, cls: Site) -> Iterator[tuple[str, FunctionValue]]:
    """The methods of a class of the project, and of its bases."""
    record = state.heap.get(cls)
    if isinstance(record, ClassObject):
        for name, value in record.names.items():
            if isinstance(value, FunctionValue) and name != "__init__":
                yield name, value
        for base in record.bases:
            if isinstance(base, Reference):
                yield from _methods(state, base.site)


def _later(interpreter: InterpreterContext, state: State, values: Iterable[Value]) -> State:
    """A path as it may be at any later time, in all that these values and the modules hold."""
    trace = state.heap.trace
    looked_at, trace.sites = trace.sites, set()
    modules = (ModuleValue(site, record.name) for site, record in interpreter.by_site.items())
    found = reachable(state, (*values, *modules))
    trace.sites = looked_at
    later = state.copy()
    for site in found:
        record = state.heap.peek(site)
        if record is not None:
            later.heap.own[site] = record.later()
    return later


def _tried(frame: Frame, path: State, function: Value, arguments: Arguments, node: cst.CSTNode) -> Effect:
    """What a call would do on a path. Nothing of it is kept: no run of the program need come to it."""
    trace, before = path.heap.trace, path.escaped
    around = trace.sites, trace.written
    trace.sites, trace.written = set(), set()
    aside = replace(frame.apart(frame.interpreter), choices=None)
    try:
        with frame.interpreter.trial():
            paths = dispatch.invoke(aside, path, function, arguments, node)
        handed = (after.escaped | reachable(after, (value,)) for after, value in paths)
        escaped = frozenset().union(*handed) - before
        return Effect(trace.written, trace.sites, escaped)
    finally:
        read = trace.sites
        trace.sites, trace.written = around
        trace.sites |= read


def _lose(state: State, effect: Effect, given: Iterable[Value]) -> None:
    """What a callback may have changed is not known from here on, since nobody knows when it runs."""
    for site in effect.written:
        match site:
            case ("name", tuple() as scope, str(name)):
                if isinstance(state.heap.get(scope), (ClassObject, Namespace)):
                    state.bind_all(scope, {name: UNKNOWN})
            case ("json", *_):
                state.heap[site] = LOST
            case _:
                record = state.heap.get(site)
                if isinstance(record, (Container, InstanceObject)):
                    state.heap[site] = record.lost(site)
                    state.escaped |= {site}
    state.escaped |= {site for site in effect.escaped if state.heap.get(site) is not None}
    if ANYWHERE in effect.written:  # whatever the trial could get hold of may have been changed
        read = (site for site in effect.read if isinstance(state.heap.get(site), (Container, InstanceObject)))
        lose(state, (*given, *map(Reference, read)))
