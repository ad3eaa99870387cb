"""The registry of overlays: what they know better of a library than its stubs can say. They register here.

Everything is found by the name that a value resolves to, never by how it is written. What is registered gives
None to let the stub answer after all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TypeVar

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.summaries import Paths
from handlerlint.inference.core.tables import entered
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Instance, Reference, StubValue, Value
from handlerlint.inference.stubs.types import (
    ClassObjectType,
    FunctionType,
    NamedType,
    TupleType,
)
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A call that an overlay is asked about: what is called, with what, on which path, and where.

    Of one of the interpreter's own closures (Native) the closure itself is the first argument.
    """

    frame: Frame
    state: State
    function: Value
    arguments: Arguments
    node: cst.CSTNode

    @property
    def name(self) -> str:
        """The qualified name that the callee resolves to, however it is written."""
        named = _name_of(self.function) if isinstance(self.function, StubValue) else None
        return named or ""


NativeFunction = Callable[[Call], "Value | None"]
FormOfCall = Callable[[Frame, State, cst.Call], "Value | None"]
ForkingFunction = Callable[[Call], "Paths | None"]
AttributeOf = Callable[[Frame, State, Instance, str, cst.CSTNode], "Value | None"]
ElementOf = Callable[[Frame, State, Instance, cst.CSTNode], "Value | None"]
InstanceMaker = Callable[[Frame, State, Reference, cst.CSTNode, str], Value]

_NATIVES: dict[str, NativeFunction] = {}
_FORMS: dict[str, FormOfCall] = {}
_FORKING: dict[str, ForkingFunction] = {}
_ATTRIBUTES: dict[str, AttributeOf] = {}
_ELEMENTS: dict[str, ElementOf] = {}
_MAKERS: dict[str, InstanceMaker] = {}
_loaded: set[str] = set()

_Registered = TypeVar("_Registered")


def native(*names: str) -> Callable[[NativeFunction], NativeFunction]:
    """Register what a call of a library's function or class means."""
    return entered(_NATIVES, names)


def form(*names: str) -> Callable[[FormOfCall], FormOfCall]:
    """Register what a call means that depends on where it stands or how it is written: `super()`."""
    return entered(_FORMS, names)


def forking(*names: str) -> Callable[[ForkingFunction], ForkingFunction]:
    """Register a function that has several outcomes, each a path of its own."""
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


def _looked_up(table: dict[str, _Registered], name: str | None) -> _Registered | None:
    """What is registered under a name; the overlay of its library is loaded first."""
    if name is None:
        return None
    root = name.partition(".")[0]
    if root not in _loaded:
        # By name: what an overlay knows lies above this room, and most of them are never needed.
        overlays = import_module("handlerlint.inference.overlays")
        for package in ("builtins", root):
            _loaded.add(package)
            overlays.load(package)
    return table.get(name)


def find(value: StubValue) -> NativeFunction | None:
    """The native behind a stub's function or class, if there is one."""
    return _looked_up(_NATIVES, _name_of(value))


def find_form(value: Value) -> FormOfCall | None:
    """The form of call behind a value, if there is one."""
    return _looked_up(_FORMS, _name_of(value)) if isinstance(value, StubValue) else None


def find_forking(value: Value) -> ForkingFunction | None:
    """The function with several outcomes behind a value, if there is one."""
    return _looked_up(_FORKING, _name_of(value)) if isinstance(value, StubValue) else None


def find_closure(name: str) -> NativeFunction | None:
    """What calling one of the interpreter's own closures means: by its name, or by that of its family."""
    return _looked_up(_NATIVES, name) or _NATIVES.get(name.partition(".")[0] + ".*")


def _name_of(value: StubValue) -> str | None:
    match value.type:
        case FunctionType(function=function):
            return function.qualname
        case ClassObjectType(of=NamedType(name=name)):
            return name
        case ClassObjectType(of=TupleType()):
            return "builtins.tuple"
        case _:
            return None


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
