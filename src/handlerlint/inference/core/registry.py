"""The registry of overlays: what they know about a library beyond its stubs.

An overlay is found by the qualified name that a value resolves to, never by how it is written. It returns None to
leave the answer to the stub.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Protocol, TypeAlias, TypeVar, cast

import libcst as cst

from handlerlint.extensions import load_overlays
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.summaries import Paths
from handlerlint.inference.core.tables import entered
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import NONE, UNKNOWN, Instance, Native, Reference, StubValue, Value
from handlerlint.inference.stubs.binding import Binding, CallShape
from handlerlint.inference.stubs.types import UNKNOWN as ANY
from handlerlint.inference.stubs.types import (
    ClassObjectType,
    FunctionType,
    NamedType,
    ParameterKind,
    StubFunction,
    StubParameter,
    StubSignature,
    TupleType,
    Type,
)
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A call that an overlay is asked about: what is called, with what, on which path, and where.

    Of arguments an overlay asks by the names of the callee's parameters: how they are passed its signature tells.
    """

    frame: Frame
    state: State
    function: Value
    arguments: Arguments
    node: cst.CSTNode

    @property
    def name(self) -> str:
        """The qualified name that the callee resolves to, however it is written."""
        return name_of(self.function)

    @property
    def data(self) -> tuple[object, ...]:
        """What one of the interpreter's own closures has kept."""
        assert isinstance(self.function, Native)
        return self.function.data

    @property
    def binding(self) -> Binding | None:
        """Which parameters the arguments are for; None if the callee cannot take them."""
        match self.function:
            case StubValue(type=called):
                pass
            case Native(name=name) if (closure := _closure(name)) is not None:
                called = closure.type
            case _:
                return None
        return self.frame.interpreter.stubs.binding(called, shape_of(self.arguments))

    @property
    def passed(self) -> frozenset[str]:
        """The parameters that get an argument, or may get one from a star."""
        binding = self.binding
        return frozenset() if binding is None else binding.possible.union(binding.given)

    def argument(self, *names: str) -> Value | None:
        """The argument of a parameter, however it is passed; None if none is given.

        It is Unknown if a star may give it, and if the signature at hand has no such parameter. Several names are
        those that callees of one overlay have for the same parameter.
        """
        binding, arguments = self.binding, self.arguments
        if binding is None:
            return UNKNOWN
        for name in names:
            if name in binding.given:
                return (*arguments.positional, *arguments.keywords.values())[binding.given[name]]
        if not binding.possible.isdisjoint(names):
            return UNKNOWN
        if binding.names.isdisjoint(names):
            return None if binding.takes_any_keyword and arguments.complete else UNKNOWN
        return None

    def required(self, *names: str) -> Value:
        """The argument of a parameter that has no default."""
        value = self.argument(*names)
        return UNKNOWN if value is None else value


def shape_of(given: Arguments) -> CallShape:
    """How the arguments of a call are passed."""
    return CallShape(
        len(given.positional),
        tuple(given.keywords),
        given.further is not None,
        given.further_keywords is not None,
    )


OverlayFunction = Callable[[Call], "Value | None"]
Decorate = Callable[[Call, Value], "Value | None"]
FormOfCall = Callable[[Frame, State, cst.Call], "Value | None"]
ForkingFunction = Callable[[Call, bool], "Paths | None"]
AttributeOf = Callable[[Frame, State, Instance, str, cst.CSTNode], "Value | None"]
ElementOf = Callable[[Frame, State, Instance, cst.CSTNode], "Value | None"]


class InstanceMaker(Protocol):
    """What makes an instance of a class at a node; `given` are the arguments, where it is not made of other data."""

    def __call__(
        self,
        frame: Frame,
        state: State,
        cls: Reference,
        node: cst.CSTNode,
        tag: str,
        given: Arguments | None = None,
    ) -> Value: ...


@dataclass(frozen=True, slots=True)
class Closure:
    """What calling one of the interpreter's own closures (Native) means, and what its parameters are."""

    answer: OverlayFunction
    type: FunctionType


_OVERLAYS: dict[str, OverlayFunction] = {}
_CLOSURES: dict[str, Closure] = {}
_DECORATORS: dict[str, Decorate] = {}
_FORMS: dict[str, FormOfCall] = {}
_FORKING: dict[str, ForkingFunction] = {}
_ATTRIBUTES: dict[str, AttributeOf] = {}
_ELEMENTS: dict[str, ElementOf] = {}
_MAKERS: dict[str, InstanceMaker] = {}
_loaded: set[str] = set()

_Registered = TypeVar("_Registered")


def overlay(*names: str) -> Callable[[OverlayFunction], OverlayFunction]:
    """Register what a call of a library's function or class means."""
    return entered(_OVERLAYS, names)


def has_overlay(name: str) -> bool:
    """Whether it is registered already what a call of a library's function or class means."""
    return name in _OVERLAYS or name in _FORMS or name in _FORKING


def closure(name: str, *parameters: str) -> Callable[[OverlayFunction], OverlayFunction]:
    """Register what a call of one of the interpreter's own closures means.

    Without parameters it takes any arguments.
    """
    signature = StubSignature(
        tuple(StubParameter(each, ParameterKind.POSITIONAL, ANY, has_default=True) for each in parameters)
        or (
            StubParameter("args", ParameterKind.VAR_POSITIONAL, ANY),
            StubParameter("keywords", ParameterKind.VAR_KEYWORD, ANY),
        ),
        ANY,
    )
    type_ = FunctionType(StubFunction(name, "function", (signature,)))

    def enter(answer: OverlayFunction) -> OverlayFunction:
        _CLOSURES[name] = Closure(answer, type_)
        return answer

    return enter


def decorator(
    *names: str, decorates: str, unknown_with: frozenset[str] = frozenset()
) -> Callable[[Decorate], Decorate]:
    """Register what a decorator makes of what it decorates, be it written with options or without.

    `decorates` is the parameter that gets the function or class where the decorator is written without;
    `unknown_with` are the options with which it is not known what the decorator does.
    """

    def enter(decorate: Decorate) -> Decorate:
        def answer(call: Call) -> Value | None:
            if not call.passed.isdisjoint(unknown_with):
                return UNKNOWN
            decorated = call.argument(decorates)
            if decorated is None or decorated == NONE:
                return Native("decorator", (call.name, _options(call)), call.frame.step(call.node))
            return decorate(call, decorated)

        overlay(*names)(answer)
        _DECORATORS.update(dict.fromkeys(names, decorate))
        return decorate

    return enter


def options_of(call: Call) -> Mapping[str, Value]:
    """The options that a decorator is written with."""
    is_closure = isinstance(call.function, Native)
    return dict(cast("_Options", call.data[1]) if is_closure else _options(call))


_Options: TypeAlias = tuple[tuple[str, Value], ...]


def _options(call: Call) -> _Options:
    return tuple((name, call.argument(name) or UNKNOWN) for name in sorted(call.passed))


@closure("decorator", "decorated")
def _decorated(call: Call) -> Value | None:
    """A decorator that was written with options is given what it decorates."""
    return _DECORATORS[str(call.data[0])](call, call.required("decorated"))


@closure("identity", "decorated")
def _identity(call: Call) -> Value | None:
    """A decorator that leaves what it decorates as it is."""
    return call.required("decorated")


def form(*names: str) -> Callable[[FormOfCall], FormOfCall]:
    """Register what a call means that depends on where it stands or how it is written: `super()`."""
    return entered(_FORMS, names)


def forking(*names: str) -> Callable[[ForkingFunction], ForkingFunction]:
    """Register a function that has several outcomes, each a path of its own; it is told if they are joined at once."""
    return entered(_FORKING, names)


def attributes_of(*class_names: str) -> Callable[[AttributeOf], AttributeOf]:
    """Register what the attributes of instances of a library's class are."""
    return entered(_ATTRIBUTES, class_names)


def elements_of(*class_names: str) -> Callable[[ElementOf], ElementOf]:
    """Register what iterating over instances of a library's class gives."""
    return entered(_ELEMENTS, class_names)


def makes_instances(*class_names: str) -> Callable[[InstanceMaker], InstanceMaker]:
    """Register how a library makes instances of classes of the project that inherit from its class.

    What is registered takes (frame, state, class, node, tag); the tag tells several made at one node apart.
    """
    return entered(_MAKERS, class_names)


def _looked_up(table: dict[str, _Registered], name: str) -> _Registered | None:
    """What is registered under a name; the overlay of its library is loaded first."""
    root = name.partition(".")[0]
    if root not in _loaded:
        # By name: what an overlay knows lies above this room, and most of them are never needed.
        overlays = import_module("handlerlint.inference.overlays")
        for package in ("builtins", root):
            _loaded.add(package)
            overlays.load(package)
            load_overlays(package)
    return table.get(name)


def answer(call: Call) -> Value | None:
    """What an overlay makes of a call; None if the stub is to answer."""
    function = call.function
    if isinstance(function, Native):
        found = _closure(function.name)
        meaning = None if found is None else found.answer
    else:
        meaning = _looked_up(_OVERLAYS, name_of(function))
    return None if meaning is None or call.binding is None else meaning(call)


def find_form(value: Value) -> FormOfCall | None:
    """The form of call behind a value, if there is one."""
    return _looked_up(_FORMS, name_of(value))


def find_forking(value: Value) -> ForkingFunction | None:
    """The function with several outcomes behind a value, if there is one."""
    return _looked_up(_FORKING, name_of(value))


def _closure(name: str) -> Closure | None:
    """What calling one of the interpreter's own closures means."""
    return _looked_up(_CLOSURES, name)


def name_of(value: Value) -> str:
    """The name under which a stub defines the function or class that a value is; empty for anything else."""
    return qualified_name(value.type) if isinstance(value, StubValue) else ""


def qualified_name(called: Type) -> str:
    """The name under which a stub defines a function or class; empty for anything else."""
    match called:
        case FunctionType(function=function):
            return function.qualname
        case ClassObjectType(of=NamedType(name=name)):
            return name
        case ClassObjectType(of=TupleType()):
            return "builtins.tuple"
        case _:
            return ""


def attribute(frame: Frame, state: State, value: Value, name: str, node: cst.CSTNode) -> Value | None:
    """`value.name` as an overlay knows it; None where the stubs know better."""
    if not isinstance(value, Instance):
        return None
    found = _looked_up(_ATTRIBUTES, value.class_name)
    return None if found is None else found(frame, state, value, name, node)


def element(frame: Frame, state: State, value: Instance, node: cst.CSTNode) -> Value | None:
    """What each element of a library's iterable is, as an overlay knows it."""
    found = _looked_up(_ELEMENTS, value.class_name)
    return None if found is None else found(frame, state, value, node)


def instance_maker(stub_bases: Iterable[str]) -> InstanceMaker | None:
    """How instances of a class with these stub bases are made, where a library makes them."""
    makers = (_looked_up(_MAKERS, name) for name in stub_bases)
    return next((maker for maker in makers if maker is not None), None)
