"""Attributes that an object certainly does not have: of decoded JSON, of the standard library's modules and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import CoroutineType, SimpleNamespace

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import constraints, pure_functions, real_classes
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import CONTEXT, Failure, no_attribute
from handlerlint.inference.domain.heap import ClassObject, Container, InstanceObject, State
from handlerlint.inference.domain.values import (
    Constant,
    Coroutine,
    FunctionValue,
    Instance,
    Json,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Value,
    Wrapped,
)
from handlerlint.inference.interpreter import exception_messages, fitting, import_failures
from handlerlint.inference.objects import attribute_changes, attributes, class_facts, decoded_json, nulls
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.stubs.types import ClassObjectType, ModuleType, NamedType, Type
from handlerlint.inference.syntax.private_names import attribute_name
from handlerlint.records import dataclass, replace
from handlerlint.suggestions import closest, meant


def of(frame: Frame, state: State, owner: Value, node: cst.Attribute) -> Failure | None:
    """Why an attribute certainly is not there; None where it is, or nothing is known."""
    if isinstance(owner, Json):
        return _of_json(frame, state, owner, node)
    if isinstance(owner, UnionValue):
        if owner.term is not None and constraints.is_asked_what_it_is(state, owner.term):
            return None
        found = [of(frame, state, member, node) for member in owner.members]
        return found[0] if all(found) else None
    if isinstance(owner, Instance) and owner.term == ("context",):
        missing = _of_context(frame, state, owner, node)
        # `hasattr(context, "request_id")` may never be so.
        return missing if missing and not constraints.is_asked_what_it_is(state, owner.term) else None
    if isinstance(owner, FunctionValue):
        return _of_function(frame, state, owner, node)
    if attributes.held(state, owner, node.attr.value) is not None:
        return None
    if attributes.held(state, owner, attribute_changes.WHOLE) is not None:
        return _of_namespace(frame, owner, node)
    gone = import_failures.attribute_of_library(frame, owner, node.attr.value, node)
    gone = gone or exception_messages.lacking(frame, state, owner, node)
    return _of_standard_value(frame, state, owner, node) if gone is None else gone


def of_store(frame: Frame, state: State, owner: Value, node: cst.Attribute) -> Failure | None:
    """Why an attribute certainly cannot be set; None where it may be."""
    name, record = attribute_name(frame.module.file.tree, node), state.object_of(owner)
    if not isinstance(record, InstanceObject):
        return _of_builtin_owner(frame, state, owner, node)
    cls = Reference(record.cls)
    order, is_complete = class_facts.resolution_order(frame, state, cls)
    classes = [state.heap.get(one) for one in order if isinstance(one, tuple)]
    own_way = attributes.find_in_class(frame, state, cls, "__setattr__")[0]
    if not is_complete or not (own_way is None or isinstance(own_way, StubValue)):
        return None
    inherited = attributes.find_in_class(frame, state, cls, name)[0]
    known = [one for one in classes if isinstance(one, ClassObject)]
    if any(one.is_frozen for one in known):
        said = f"cannot assign to field '{name}'"
        what = f"`{known[0].name}` is a frozen data class: no attribute of it can be set"
        advice = f"make a new one: `dataclasses.replace(…, {name}=…)`"
        bases = frozenset({"AttributeError"})
        return Failure(
            frame.module.file, node, "FrozenInstanceError", said, what, advice, bases=bases, is_question=True
        )
    if known and known[0].kind == "named-tuple" and any(name == field for field, _ in known[0].fields):
        what = f"`{known[0].name}` is a named tuple: no field of it can be set"
        advice = f"make a new one: `…._replace({name}=…)`"
        return Failure(
            frame.module.file, node, "AttributeError", "can't set attribute", what, advice, is_question=True
        )
    if inherited is None and _has_no_place(known, order, {name, node.attr.value}):
        said = f"'{known[0].name}' object has no attribute '{name}'"
        what = f"`{known[0].name}` has no place for an attribute `{name}`: its `__slots__` do not name it"
        return Failure(frame.module.file, node, "AttributeError", said, what, is_question=True)
    if not (isinstance(inherited, Wrapped) and inherited.kind == "property" and inherited.setter is None):
        return None
    said = f"property '{name}' of '{known[0].name}' object has no setter"
    what = f"the property `{name}` of `{known[0].name}` has no setter"
    return Failure(frame.module.file, node, "AttributeError", said, what, is_question=True)


def _has_no_place(classes: Sequence[ClassObject], order: Sequence[object], names: set[str]) -> bool:
    """Whether the `__slots__` of all classes that an instance is of leave it no attribute of one of these names."""
    if not {one for one in order if isinstance(one, str)} <= {"builtins.object"}:
        return False
    return all({*names, "__dict__"}.isdisjoint(slots) for slots in map(_slots_of, classes))


def _slots_of(cls: ClassObject) -> tuple[str, ...]:
    """What the `__slots__` of a class name; a `__dict__` where there are none, or nothing is known of them."""
    match cls.names.get("__slots__"):
        case TupleValue(items=items, rest=None) if cls.node is not None and not cls.node.decorators:
            names = [one.value for one in items if isinstance(one, Constant) and isinstance(one.value, str)]
            return tuple(names) if len(names) == len(items) else ("__dict__",)
        case _:
            return ("__dict__",)


#: Classes whose instances have no attribute that can be set.
_WITHOUT_ATTRIBUTES = ("str", "bytes", "int", "float", "bool", "list", "tuple", "dict", "set", "frozenset")


def _of_builtin_owner(frame: Frame, state: State, owner: Value, node: cst.Attribute) -> Failure | None:
    """`response = {}`, `response.statusCode = 200`."""
    match owner:
        case Json(path=path) if path is not None and not constraints.is_asked_what_it_is(state, path):
            words = "this is decoded JSON, which"
            kind = "dict"
        case Constant() | TupleValue() | Reference():
            found = _described(frame, state, owner)
            if found is None or found.may_be_given:
                return None
            real = found.real()
            kind = (real if isinstance(real, type) else type(real)).__name__
            words = f"a `{kind}`"
        case _:
            return None
    if kind not in _WITHOUT_ATTRIBUTES and kind != "NoneType":
        return None
    name = node.attr.value
    said = f"'{kind}' object has no attribute '{name}'"
    what = f"{words} has no attributes that can be set, as `{name}` is here"
    advice = f'write `["{name}"]`' if kind == "dict" else None
    return Failure(frame.module.file, node, "AttributeError", said, what, advice, is_question=True)


def _of_json(frame: Frame, state: State, owner: Json, node: cst.Attribute) -> Failure | None:
    """`event.records`: no kind of JSON has such an attribute."""
    name = node.attr.value
    if owner.path is None or owner.path[0] != "json":
        return None
    is_event = owner.path[:2] == ("json", "event")
    if decoded_json.may_have(frame, name):
        return _of_its_class(frame, state, owner, node) if is_event else None
    if not is_event and not isinstance(owner.path[1], int):  # of `json.loads`
        return None
    if constraints.is_asked_what_it_is(state, owner.path):
        return None  # of JSON the answer may never be the one that leads here
    what = "the event is decoded JSON" if owner.path == ("json", "event") else "this is decoded JSON"
    return Failure(
        frame.module.file,
        node,
        "AttributeError",
        f"'dict' object has no attribute '{name}'",
        f"{what}, a dict, and has no attribute `{name}`",
        f'write `["{name}"]`, or let a decorator make an object of the event'
        if is_event
        else f'write `["{name}"]`',
        premise="event" if is_event else None,
        is_question=True,
    )


def _of_function(frame: Frame, state: State, owner: FunctionValue, node: cst.Attribute) -> Failure | None:
    """`table.query`, where `table()` gives the table: a function of the project that nobody has given attributes."""
    name, function = node.attr.value, owner.node
    if not isinstance(function, cst.FunctionDef) or function.decorators or name.startswith("_"):
        return None
    if not frame.interpreter.dressed.isdisjoint((name, attributes.ANY_NAME)) or hasattr(
        _plain_function, name
    ):
        return None
    if fitting.misfit(frame, state, owner, Arguments(), node) is not None:
        return None  # it is not called that way, so it may be meant itself
    what = f"`{function.name.value}` is a function, which has no attribute `{name}`"
    said = f"'function' object has no attribute '{name}'"
    advice = f"call it: `{function.name.value}().{name}`"
    return Failure(frame.module.file, node, "AttributeError", said, what, advice, is_question=True)


def _of_namespace(frame: Frame, owner: Value, node: cst.Attribute) -> Failure | None:
    """`SimpleNamespace(a=1).b`: it has what it was made with."""
    name = node.attr.value
    if not isinstance(owner, Instance) or hasattr(SimpleNamespace, name):
        return None
    short = owner.class_name.rpartition(".")[2]
    failure = no_attribute(frame.module.file, node, f"'types.{short}' object", name, None)
    return replace(failure, what=f"this `{short}` was made without an attribute `{name}`")


def _plain_function() -> None:
    """One as any other."""


def _of_its_class(frame: Frame, state: State, owner: Json, node: cst.Attribute) -> Failure | None:
    """`event["body"].get`, where a service puts a text."""
    assert owner.path is not None
    name, interpreter = node.attr.value, frame.interpreter
    is_lacking = partial(decoded_json.is_lacking, frame, name)
    if not interpreter.knows_event:
        interpreter.event_uses.append((owner.path[2:], is_lacking))
        return None
    kinds = constraints.facts_of(state, owner.path).possible_kinds
    if not all(map(is_lacking, kinds)):
        return None
    kind = min(kinds).rpartition(".")[2]
    return no_attribute(frame.module.file, node, f"'{kind}' object", name, None)


def _of_context(frame: Frame, state: State, owner: Instance, node: cst.Attribute) -> Failure | None:
    """`context.awsRequestId`: another attribute, misspelt, or one of a dict; any other name a decorator may have put
    there.
    """
    name, stub = node.attr.value, frame.interpreter.stubs.class_(owner.class_name)
    if stub is None or name in stub.members or attributes.held(state, owner, name) is not None:
        return None
    if hasattr(dict, name) and not name.startswith("_"):
        found = no_attribute(frame.module.file, node, f"'{CONTEXT}' object", name, None, "the context")
        return replace(found, premise="event")
    # `context.request_id` is a part of a name.
    parts = [
        one
        for one in stub.members
        if "_" in name and (one.endswith(f"_{name}") or one.startswith(f"{name}_"))
    ]
    near = parts[0] if len(parts) == 1 else meant(name, stub.members)
    if near is None:
        return None
    return no_attribute(frame.module.file, node, f"'{CONTEXT}' object", name, near, "the context")


def _of_standard_value(frame: Frame, state: State, owner: Value, node: cst.Attribute) -> Failure | None:
    """`"a".foo`, `datetime.utcnow2`: neither the stubs nor the class or module here have it, on any path."""
    interpreter, name = frame.interpreter, node.attr.value
    if name.startswith("_") or interpreter.patched:
        return None
    found = _described(frame, state, owner)
    if found is None or any(_has(stubs, found.type, name) for stubs in interpreter.possible_stubs):
        return None
    real = found.real()
    if isinstance(found.type, ModuleType) and found.type.name in import_failures.SDK:
        near = import_failures.meant_of_sdk(interpreter, found.type.name, name)
        return None if near is None else no_attribute(frame.module.file, node, found.words, name, near)
    is_in = partial(_has, type_=found.type, name=name)
    if real is _NOTHING or not import_failures.is_nowhere(interpreter, real, name, is_in):
        return None
    near = meant(name, dir(real))
    if near is None and found.may_be_given:
        return None
    near = near or closest(name, (each for each in dir(real) if not each.startswith("_")))
    return no_attribute(frame.module.file, node, found.words, name, near)


def _has(stubs: StubStore, type_: Type, name: str) -> bool:
    """Whether stubs say that something has an attribute; those of libraries leave much out, but of a few classes."""
    if isinstance(type_, ModuleType):
        return import_failures.is_described(stubs, type_.name, name)
    if not isinstance(type_, NamedType) or type_.name not in pure_functions.OPAQUE:
        return stubs.attribute(type_, name) is not None
    classes = map(stubs.class_, stubs.mro(type_.name))
    return any(name in cls.members for cls in classes if cls is not None)


_NOTHING = object()


@dataclass(frozen=True, slots=True)
class _Described:
    """What a value is: to stubs, in this Python, and in messages.

    `may_be_given`: an instance that keeps whatever attributes it is given, by a subclass or from outside.
    """

    type: Type
    words: str
    real: Callable[[], object]
    may_be_given: bool = False


def _described(frame: Frame, state: State, owner: Value) -> _Described | None:
    """What a value certainly is, if that is something of the standard library."""
    match owner:
        case StubValue(type=ModuleType(name=module) as type_):
            return _Described(type_, f"module '{module}'", lambda: real_classes.module(module) or _NOTHING)
        case StubValue(type=ClassObjectType(of=NamedType(name=name)) as type_):
            short = name.rpartition(".")[2]
            return _Described(type_, f"type object '{short}'", partial(_real_class, name))
        case Constant(value=None):
            is_certain = nulls.is_certain(state, owner)
            nothing = NamedType("types.NoneType")
            return _Described(nothing, "'NoneType' object", lambda: None) if is_certain else None
        case Coroutine():
            return _Described(NamedType("types.CoroutineType"), "'coroutine' object", lambda: CoroutineType)
        case Constant(kind=kind):
            name = f"builtins.{kind}"
        case TupleValue():
            name = "builtins.tuple"
        case Instance(term=("context",)):
            return None  # a decorator may have put something into it
        case Instance(class_name=name):
            if not (class_facts.has_certain_class(frame, owner) or real_classes.is_fixed(name)):
                return None
        case Reference(site=site):
            record = state.heap.get(site)
            name = record.class_name if isinstance(record, Container) else ""
        case _:
            return None
    known = pure_functions.class_of(name)
    if known is not None:
        is_open = name not in pure_functions.OPAQUE and known.__dictoffset__ != 0
        return _Described(NamedType(name), f"'{known.__name__}' object", lambda: known, is_open)
    short = name.rpartition(".")[2]
    return _Described(
        NamedType(name), f"'{short}' object", partial(_real_class, name), not real_classes.is_fixed(name)
    )


def _real_class(name: str) -> object:
    known = pure_functions.class_of(name) or real_classes.find(name)
    return known if isinstance(known, type) else _NOTHING
