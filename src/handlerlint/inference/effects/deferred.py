"""Callbacks: functions of the project that a library is given, and calls at an unknown time and any number of times.

What a callback changes is found by trying it: it is interpreted aside, and what it has written is lost from here on.
Used by `effects.library_calls`, `types.queries`, `interpreter.calls` and overlays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.core.registry import shape_of
from handlerlint.inference.core.summaries import Paths
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
    NEVER,
    NONE,
    UNKNOWN,
    BoundMethod,
    BuiltinMethod,
    FunctionValue,
    Instance,
    ModuleValue,
    Native,
    Partial,
    Reference,
    Site,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    Wrapped,
)
from handlerlint.inference.effects import escape
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.stubs.types import (
    CallableType,
    ClassObjectType,
    FunctionType,
    NamedType,
    Type,
    UnionType,
)
from handlerlint.records import dataclass, replace

#: Arguments of which nothing is known, not even their number.
ANYTHING = Arguments((), {}, UNKNOWN, UNKNOWN)
#: A function is called for one element after the other where there are at most so many.
MOST_CALLS = 8


@dataclass(frozen=True, slots=True)
class Effect:
    """What a call does: where it writes, what it reads, and what it hands to others."""

    written: set[Site]
    read: set[Site]
    handed: frozenset[Site]

    def lose(self, state: State, given: Iterable[Value]) -> None:
        """On a path where this happens, nobody knows when, what is written may be anything."""
        for site in self.written:
            match site:
                case ("name", tuple() as scope, str(name)):
                    if isinstance(state.heap.get(scope), (ClassObject, Namespace)):
                        state.bind_all(scope, {name: UNKNOWN})
                case ("json", *_):
                    state.heap[site] = LOST
                case _ if _is_object(state, site):
                    state.heap[site] = state.heap[site].lost(site)
                    state.escaped |= {site}
        state.escaped |= reachable(state, _objects(state, self.handed))
        if ANYWHERE in self.written:  # whatever the call could get hold of may have been changed
            lose(state, (*given, *_objects(state, self.read)))


def lose_to_callbacks(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, called: Type | None = None
) -> None:
    """A library is given these values: if it can call one of them, what that changes may be anything from here on.

    `called` is the type of the library's function: it may tell with what its argument is called.
    """
    given = arguments.values
    stubs = frame.interpreter.stubs
    first = int(_is_method(called))  # what a method does with its own object, `lose_to_base_class` tells
    callbacks = [
        (place, one)
        for place, value in enumerate(given)
        if place >= first
        for one in _callbacks(state, value, stubs)
    ]
    unknown = [place for place, value in enumerate(given) if isinstance(value, Unknown)]
    if called is None or not (callbacks or (unknown and reachable(state, given))):
        takes: dict[int, Arguments] = {}
    else:
        takes = _called_with(frame, called, arguments)
    if not takes.keys().isdisjoint(unknown):
        lose(state, given)
    if not callbacks:
        return
    later = _later(frame.interpreter, state, (*given, *(one for _, one in callbacks)))
    for place, callback in callbacks:
        receiver = callback.receiver if isinstance(callback, BuiltinMethod) else callback
        paths, effect = _tried(frame, later.copy(), callback, takes.get(place, ANYTHING), node)
        effect.lose(state, (*given, receiver))
        for after, value in paths:
            # What it returns may be a part of what it has looked at.
            found = effect.read if escape.hides(after, value, set()) else reachable(after, (value,))
            state.escaped |= reachable(state, _objects(state, found))


def _is_method(called: Type | None) -> bool:
    """Whether a method is called of its class, with the object as its first argument."""
    return isinstance(called, FunctionType) and called.function.kind == "method" and called.receiver is None


def _called_with(frame: Frame, called: Type, arguments: Arguments) -> dict[int, Arguments]:
    """The places of the arguments that a function calls, by its signature, each with what it is called with."""
    binding = frame.interpreter.stubs.binding(called, shape_of(arguments))
    takes: dict[int, Arguments] = {}
    for place, type_ in binding.declared.items() if binding is not None else ():
        for one in type_.members if isinstance(type_, UnionType) else (type_,):
            if isinstance(one, CallableType):
                given = tuple(map(_declared, one.parameters or ()))
                takes[place] = replace(ANYTHING, positional=given)
    return takes


def _declared(type_: Type) -> Value:
    """What a callback is given for a parameter: known where its class is one of those that hold nothing else."""
    match type_:
        case NamedType(name=name) if name in escape.CLOSED:
            return Instance(name)
        case _:
            return UNKNOWN


def lose_to_base_class(
    frame: Frame, state: State, qualified_name: str, receiver: Value | None, node: cst.CSTNode
) -> None:
    """An inherited method of a library may call what the class overrides: `Thread.start()` its `run()`."""
    record = state.object_of(receiver)
    if receiver is None or not isinstance(record, InstanceObject) or qualified_name.endswith("__"):
        return
    is_known = not state.escaped.isdisjoint(receiver.sites())
    lose(state, (receiver,))
    if not is_known and isinstance(receiver, Reference):
        lose_to_methods(frame, state, receiver, node)


def lose_to_methods(frame: Frame, state: State, instance: Reference, node: cst.CSTNode) -> None:
    """Any method of an instance may be called from here on, at any time."""
    record = state.object_of(instance)
    if isinstance(record, InstanceObject):
        methods = (BoundMethod(method, instance) for _, method in _methods(state, record.cls))
        lose_to_callbacks(frame, state, Arguments(tuple(methods)), node)


def lose_to_metaclass(frame: Frame, state: State, metaclass: Value, node: cst.CSTNode) -> None:
    """A class is made by a metaclass of the project: what its methods change is not known from here on."""
    record = state.object_of(metaclass)
    if isinstance(record, ClassObject):
        functions = [value for value in record.names.values() if isinstance(value, FunctionValue)]
        methods = tuple(BoundMethod(function, metaclass) for function in functions)
        lose_to_callbacks(frame, state, Arguments(methods), node)
        for base in record.bases:
            lose_to_metaclass(frame, state, base, node)


def call_key(
    frame: Frame,
    state: State,
    key: Value | None,
    items: tuple[Value, ...] | None,
    element: Value,
    node: cst.CSTNode,
) -> None:
    """`key=` is called with each element, here and now; without one, the elements compare themselves."""
    if element is NEVER:
        return
    if items is not None and len(items) <= MOST_CALLS and isinstance(key, (FunctionValue, Native)):
        call_each(replace(frame, choices=None), state, key, [(item,) for item in items], node)
        return
    stubs = frame.interpreter.stubs
    asked = members(element) if key is None or key == NONE else (key,)
    for callback in (one for value in asked for one in _callbacks(state, value, stubs)):
        _tried(frame, state.copy(), callback, Arguments((element,)), node)[1].lose(state, (element,))


def call_each(
    frame: Frame, state: State, function: Value, rows: Iterable[tuple[Value, ...]], node: cst.CSTNode
) -> tuple[Value, ...]:
    """What a function gives for each of some arguments, one after the other: each call has a context of its own."""
    outer, made = frame.context, list[Value]()
    for position, row in enumerate(rows):
        frame.context = frame.interpreter.context(outer, node, position)
        made.append(dispatch.call(frame, state, function, Arguments(row), node))
        if state.dead:
            break
    frame.context = outer
    return tuple(made)


def as_data(frame: Frame, state: State, values: Iterable[Value]) -> list[Value]:
    """Of what a library is given, that which is no function: it can get at nothing of those but what they return."""
    functions = (FunctionValue, BoundMethod, Partial)
    stubs = frame.interpreter.stubs
    return [
        value
        for value in values
        if not (isinstance(value, functions) and any(_callbacks(state, value, stubs)))
    ]


def _callbacks(state: State, value: Value, stubs: StubStore) -> Iterator[Value]:
    """What is called if a library calls a value, or uses it, where that may have effects in the project."""
    match value:
        case FunctionValue() | BuiltinMethod(receiver=Reference()) | StubValue(type=FunctionType()):
            yield value
        case BoundMethod(function=function) | Partial(function=function) | Wrapped(function=function):
            if isinstance(function, Unknown) or any(_callbacks(state, function, stubs)):
                yield value
        case Native(data=data):
            if any(isinstance(part, FunctionValue) for part in data):
                yield value
        case TupleValue() | UnionValue():
            for part in value.inside():
                yield from _callbacks(state, part, stubs)
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                yield from (
                    BoundMethod(method, value)
                    for name, method in _methods(state, record.cls)
                    if _is_known_to_libraries(state, record.cls, name, stubs)
                )
        case _:
            pass


#: Special methods that are called where an instance or a class is made, and nowhere else.
_WHERE_MADE = frozenset(
    {"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__", "__class_getitem__"}
)


def _is_known_to_libraries(state: State, cls: Site, name: str, stubs: StubStore) -> bool:
    """Whether a library may call a method of an instance: a special one, or one that its own class has as well."""
    if name.startswith("__") and name.endswith("__"):
        return name not in _WHERE_MADE
    record = state.heap.get(cls)
    return isinstance(record, ClassObject) and any(
        stubs.attribute(base.type.of, name) is not None
        if isinstance(base, StubValue) and isinstance(base.type, ClassObjectType)
        else isinstance(base, Reference) and _is_known_to_libraries(state, base.site, name, stubs)
        for base in record.bases
    )


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
    held = (value for record in _held_by_libraries(state) for value in record.names.values())
    found = reachable(state, (*values, *modules, *held))
    trace.sites = looked_at
    later = state.copy()
    for site in found:
        record = state.heap.peek(site)
        if record is not None:
            later.heap.place(site, record.later())
    return later


def _held_by_libraries(state: State) -> Iterator[Namespace]:
    """What objects of libraries are known to hold: the attributes that they were given, the items of a queue."""
    for site, record in state.heap.items():
        if site[:1] == ("attribute",) and isinstance(record, Namespace):
            yield record


def _tried(
    frame: Frame, path: State, function: Value, arguments: Arguments, node: cst.CSTNode
) -> tuple[Paths, Effect]:
    """What a call would come to and do. Nothing of it is kept: no run of the program need come to it."""
    aside = replace(frame.apart(frame.interpreter), choices=None)
    with frame.interpreter.trial():
        return effect_of(path, lambda: dispatch.invoke(aside, path, function, arguments, node))


def effect_of(path: State, run: Callable[[], Paths]) -> tuple[Paths, Effect]:
    """What a call comes to that is made on a path, and what it does there."""
    trace, before = path.heap.trace, path.escaped
    around = trace.sites, trace.written
    read: set[Site] = set()
    written: set[Site] = set()
    trace.sites, trace.written = read, written
    try:
        paths = run()
        handed = frozenset().union(*(after.escaped for after, _ in paths)) - before
        return paths, Effect(written, read, handed)
    finally:
        trace.sites, trace.written = around
        trace.sites |= read


def _objects(state: State, sites: Iterable[Site]) -> list[Reference]:
    """Those of some addresses at which there is an object that can be changed."""
    return [Reference(site) for site in sites if _is_object(state, site)]


def _is_object(state: State, site: Site) -> bool:
    return isinstance(state.heap.get(site), (Container, InstanceObject))
