"""Builtin functions and classes: what they mean beyond their types."""

from __future__ import annotations

import codecs
import functools
from types import SimpleNamespace
from typing import cast

import libcst as cst

from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, closure, form, overlay
from handlerlint.inference.domain import terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ClassObject, Container, InstanceObject, State
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    Constant,
    Coroutine,
    FunctionValue,
    Instance,
    Json,
    Lazy,
    Native,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    Wrapped,
    constant,
)
from handlerlint.inference.effects.library_calls import lose_names
from handlerlint.inference.interpreter import calls, expressions, narrowing
from handlerlint.inference.objects import attribute_changes, attributes, class_facts, decoded_json, truth
from handlerlint.inference.stubs.types import literal_type
from handlerlint.inference.types import queries
from handlerlint.inference.types.dynamodb import is_attribute
from handlerlint.records import replace


@form("builtins.isinstance")
def _isinstance(frame: Frame, state: State, node: cst.Call) -> Value | None:
    return expressions.truth_value(frame, state, node) if len(node.args) == 2 else None


@overlay("builtins.int", "builtins.float")
def _number(call: Call) -> Value | None:
    """Of an attribute of a DynamoDB item: a number never makes them raise, and what does is no number afterwards.

    Of a text they know one way to fail.
    """
    given = call.arguments.positional
    if len(given) == 1 and isinstance(given[0], Instance) and given[0].class_name == "builtins.str":
        may_raise(call.frame, call.state, Instance("builtins.ValueError", origin=call.frame.step(call.node)))
        return Instance(call.name, origin=call.frame.step(call.node))
    if len(given) != 1 or not is_attribute(given[0]):
        return None
    return Instance(call.name, origin=call.frame.step(call.node))


@overlay("builtins.abs", "builtins.round")
def _rounded(call: Call) -> Value | None:
    """Of the kinds that an attribute of a DynamoDB item may be, these take numbers alone."""
    value = call.argument("x", "number")
    if value is None or not is_attribute(value) or not isinstance(call.function, StubValue):
        return None
    number = Instance("decimal.Decimal", origin=getattr(value, "origin", None))
    arguments = replace(call.arguments, positional=(number, *call.arguments.positional[1:]))
    return queries.call(call.frame, call.state, call.function, arguments, call.node)


@overlay("builtins.bool")
def _bool(call: Call) -> Value | None:
    value = call.argument("o")
    if value is None:
        return constant(False)
    verdict = truth.truth(call.frame, call.state, value)
    return narrowing.BOOL if verdict is None else constant(verdict, call.frame.step(call.node))


@overlay("builtins.len")
def _len(call: Call) -> Value | None:
    value = call.required("obj")
    match value:
        case Constant(value=str() | bytes() as text):
            return constant(len(text))
        case TupleValue(items=items, rest=None):
            return constant(len(items))
        case Reference(site=site):
            record = call.state.heap.get(site)
            if isinstance(record, Container) and record.length is not None:
                return constant(record.length)
            attributes.call_special(
                call.frame, call.state, value, "__len__", (), call.node
            )  # what else it does
    return Instance("builtins.int", origin=call.frame.step(call.node))


@overlay("builtins.callable")
def _callable(call: Call) -> Value | None:
    verdicts = {_is_callable(call.frame, call.state, member) for member in members(call.required("obj"))}
    verdict = verdicts.pop() if len(verdicts) == 1 else None
    return narrowing.BOOL if verdict is None else constant(verdict)


def _is_callable(frame: Frame, state: State, value: Value) -> bool | None:
    match value:
        case Constant() | Json() | TupleValue() | Lazy() | Coroutine():
            return False
        case Unknown() | Instance():
            return None
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                found, complete = attributes.find_in_class(frame, state, Reference(record.cls), "__call__")
                return found is not None if complete or found is not None else None
            return isinstance(record, ClassObject)
        case _:
            return True


@overlay("inspect.iscoroutine", "inspect.isawaitable", "asyncio.coroutines.iscoroutine")
def _is_coroutine(call: Call) -> Value | None:
    alternatives = members(call.required("object", "obj"))
    verdicts = {isinstance(member, Coroutine) for member in alternatives}
    if any(isinstance(member, Unknown) for member in alternatives) or len(verdicts) != 1:
        return narrowing.BOOL
    return constant(verdicts.pop())


@overlay("builtins.type")
def _type(call: Call) -> Value | None:
    if call.passed != {"o"}:
        return UNKNOWN
    found = [
        class_facts.class_value(call.frame, call.state, member) for member in members(call.required("o"))
    ]
    return join_all(UNKNOWN if cls is None else cls for cls in found)


@overlay("builtins.type.mro", "inspect.getmro")
def _mro(call: Call) -> Value | None:
    receiver = call.function.receiver if isinstance(call.function, StubValue) else None
    cls = call.required("cls") if receiver is None else receiver
    order = attributes.attribute(call.frame, call.state, cls, "__mro__", call.node)
    if receiver is None or not isinstance(order, TupleValue):
        return order
    return new_list(call.frame, call.state, call.node, order.items)


@overlay("builtins.getattr")
def _getattr(call: Call) -> Value | None:
    target, name = call.required("o"), call.required("name")
    default = call.argument("default")
    names, is_one = _names_of(call, target, name)
    if not names:
        return UNKNOWN
    frame, state = call.frame, call.state
    found = [attributes.attribute(frame, state, target, one, call.node) for one in names]
    if default is None:
        if not is_one and any(one is not NEVER for one in found):
            state.dead = False
            may_raise(frame, state)
        return join_all(found)
    state.dead = False
    if is_one and not isinstance(target, (UnionValue, Unknown, Json)):
        return default if found[0] is NEVER else found[0]
    return join_all([*(one for one in found if one is not NEVER), default])


def _names_of(call: Call, target: Value, name: Value) -> tuple[list[str], bool]:
    """The attributes that a name may be, and whether it certainly is the first; none where it may be any.

    Of a text that starts as some methods do, `"on_" + kind`, it is one of those: they are there to be found so.
    """
    texts = [one.value for one in members(name) if isinstance(one, Constant) and isinstance(one.value, str)]
    if texts:
        return (texts, len(texts) == 1) if len(texts) == len(members(name)) else ([], False)
    term = terms.own_term(name)
    start = "" if term is None else terms.start_of(term)
    record = call.state.object_of(target)
    if not start or not isinstance(record, InstanceObject):
        return [], False
    order, complete = class_facts.resolution_order(call.frame, call.state, Reference(record.cls))
    classes = [call.state.heap.get(owner) for owner in order if not isinstance(owner, str)]
    known = [each for each in classes if isinstance(each, ClassObject) and each.known]
    if not complete or len(known) < len(classes):
        return [], False
    if any("__getattr__" in each.names for each in known):
        return [], False
    return sorted({one for each in known for one in each.names if one.startswith(start)}), False


@overlay("builtins.setattr", "builtins.object.__setattr__")
def _setattr(call: Call) -> Value | None:
    target, name, value = (
        call.required("obj", "self"), call.required("name"), call.required("value"),
    )  # fmt: skip
    if isinstance(name, Constant) and isinstance(name.value, str):
        attribute_changes.store_attribute(call.frame, call.state, target, name.value, value, call.node)
        if _may_be_a_module(target) and name.value in names_of(call.state, call.frame.module.site).names:
            call.state.bind(call.frame.module.site, name.value, UNKNOWN)  # the target may be this very module
    else:
        call.frame.interpreter.dressed.add(attributes.ANY_NAME)
        calls.call_unknown(call.frame, call.state, UNKNOWN, Arguments((target, value)), call.node)
        attribute_changes.open_class(call.state, target)
        if _may_be_a_module(target) and call.frame.interpreter.reaches_modules:
            lose_names(call.frame, call.state)
    return NONE


def _may_be_a_module(value: Value) -> bool:
    return isinstance(value, Unknown) or (
        isinstance(value, Instance) and value.class_name == "types.ModuleType"
    )


@overlay("sys.exc_info")
def _exc_info(call: Call) -> Value | None:
    """What is being handled here; elsewhere it may be what the caller handles, or nothing."""
    if call.frame.handled is None:
        return None
    kinds = [
        class_facts.class_value(call.frame, call.state, member) for member in members(call.frame.handled)
    ]
    kind = join_all(UNKNOWN if cls is None else cls for cls in kinds)
    return TupleValue(
        (kind, call.frame.handled, Instance("types.TracebackType", origin=call.frame.step(call.node)))
    )


@overlay("builtins.hasattr")
def _hasattr(call: Call) -> Value | None:
    target, name = call.required("obj"), call.required("name")
    if not isinstance(name, Constant) or not isinstance(name.value, str):
        return narrowing.BOOL
    verdicts = {_has(call, member, name.value) for member in members(target)}
    return constant(verdicts.pop()) if len(verdicts) == 1 and None not in verdicts else narrowing.BOOL


def _has(call: Call, value: Value, name: str) -> bool | None:
    """Whether a value has an attribute; None where that is not known."""
    if isinstance(value, Json) and not decoded_json.may_have(call.frame, name):
        return False
    if isinstance(value, (Unknown, Json)):
        return None
    if attributes.held(call.state, value, attribute_changes.WHOLE) is not None:
        return attributes.held(call.state, value, name) is not None or hasattr(SimpleNamespace, name)
    if isinstance(value, FunctionValue):
        call.frame.interpreter.dressed.add(name)  # or nobody would ask
    found = attributes.attribute(call.frame, call.state.copy(), value, name, call.node)
    return None if isinstance(found, Unknown) else found is not NEVER


def _wrapped(call: Call, kind: str) -> Value | None:
    function = call.argument("fget", "func", "f", "callable")
    if function is None or function == NONE:
        return UNKNOWN
    others = [call.argument(name) if kind == "property" else None for name in ("fset", "fdel")]
    setter, deleter = (None if other == NONE else other for other in others)
    return Wrapped(kind, function, call.frame.step(call.node), setter, deleter)


for _kind, _names in {
    "property": ("builtins.property", "abc.abstractproperty"),
    "cached_property": ("functools.cached_property",),
    "classmethod": ("builtins.classmethod", "abc.abstractclassmethod"),
    "staticmethod": ("builtins.staticmethod", "abc.abstractstaticmethod"),
}.items():
    for _name in _names:
        overlay(_name)(functools.partial(_wrapped, kind=_kind))


@overlay("builtins.object")
def _object(call: Call) -> Value | None:
    """A sentinel: equal to itself only."""
    return Native("object", (call.node, call.frame.context), call.frame.step(call.node))


@overlay("builtins.delattr", "builtins.object.__delattr__")
def _delattr(call: Call) -> Value | None:
    target, name = call.required("obj", "self"), call.required("name")
    if isinstance(name, Constant) and isinstance(name.value, str):
        attribute_changes.delete_attribute(call.frame, call.state, target, name.value, call.node)
        return NONE
    return calls.call_unknown(call.frame, call.state, UNKNOWN, Arguments((target,)), call.node)


@closure("property.changed", "function")
def _property_changed(call: Call) -> Value | None:
    """`x.getter(…)`, `x.setter(…)`, `x.deleter(…)`: another property."""
    before, kind = cast("tuple[Wrapped, str]", call.data)
    given = call.required("function")
    getter = given if kind == "getter" else before.function
    setter = given if kind == "setter" else before.setter
    deleter = given if kind == "deleter" else before.deleter
    return Wrapped("property", getter, call.frame.step(call.node), setter, deleter)


#: Encodings that begin with a byte order mark, which is no UTF-8; Lambda runs on little-endian hardware.
_MARKED = {"utf-16": codecs.BOM_UTF16_LE, "utf-32": codecs.BOM_UTF32_LE}


@overlay("builtins.str.encode")
def _encode(call: Call) -> Value | None:
    encoding = call.argument("encoding")
    if not isinstance(encoding, Constant):
        return None
    mark = _MARKED.get(str(encoding.value).lower().replace("_", "-"))
    if mark is None:
        return None
    may_raise(call.frame, call.state)
    return Instance("builtins.bytes", (literal_type(mark),), call.frame.step(call.node))
