"""Conversion of values to types of stubs, and back.

A value that no type describes (an object of the project, a function) becomes an opaque class of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from handlerlint.inference.core.allocation import new_dict, new_list, new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import Container, State
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    Constant,
    Coroutine,
    Instance,
    Json,
    Lazy,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
)
from handlerlint.inference.sdk import shapes
from handlerlint.inference.stubs.types import (
    JSON as JSON_TYPE,
)
from handlerlint.inference.stubs.types import (
    OPAQUE,
    AnyType,
    CallableType,
    ClassObjectType,
    FunctionType,
    LiteralType,
    ModuleType,
    NamedType,
    NeverType,
    NoneType,
    TupleType,
    Type,
    UnionType,
    literal_type,
    union_of,
)
from handlerlint.inference.stubs.types import (
    UNKNOWN as ANY,
)


def to_type(frame: Frame, state: State, value: Value, depth: int = 0) -> Type:
    """The type of a value, as the stub store understands it."""
    match value:
        case Unknown() | Instance(class_name=shapes.DYNAMODB_VALUE):
            return ANY
        case Json():
            return JSON_TYPE
        case Constant():
            return _type_of_constant(value)
        case Instance(class_name=name, arguments=arguments):
            return NamedType(name, arguments)
        case UnionValue(members=alternatives):
            return union_of(to_type(frame, state, member, depth) for member in alternatives)
        case StubValue(type=type_):
            return type_
        case TupleValue() | Coroutine() | Lazy():
            return _type_with_parts(frame, state, value, depth)
        case Reference(site=site):
            return _object_type(frame, state, value, site, depth)
        case _:
            return opaque(frame, value)


def _type_with_parts(frame: Frame, state: State, value: TupleValue | Coroutine | Lazy, depth: int) -> Type:
    """The type of a value that holds others itself, and not in the heap."""
    match value:
        case TupleValue(items=items, rest=rest):
            return TupleType(
                tuple(_inner(frame, state, item, depth) for item in items),
                None if rest is None else _inner(frame, state, rest, depth),
            )
        case Coroutine(result=result):
            return NamedType("types.CoroutineType", (ANY, ANY, _inner(frame, state, result, depth)))
        case Lazy(class_name=name, element=element):
            return _lazy_type(frame, state, name, element, depth)


def _type_of_constant(value: Constant) -> Type:
    """The type of one value where annotations can say that, else its class."""
    if isinstance(value.value, (str, int, bytes)) or value.value is None:
        return literal_type(value.value)
    return NamedType("builtins." + value.kind if value.kind != "ellipsis" else "types.EllipsisType")


def _inner(frame: Frame, state: State, value: Value, depth: int) -> Type:
    """The type of an element: what lies in the heap keeps its identity."""
    if isinstance(value, UnionValue):
        return union_of(_inner(frame, state, member, depth) for member in value.members)
    if isinstance(value, Reference):
        return opaque(frame, value, _plain_type(frame, state, value))
    if depth > 3:
        return opaque(frame, value)
    return to_type(frame, state, value, depth + 1)


def _plain_type(frame: Frame, state: State, value: Reference) -> Type | None:
    """The type of a container of which no part has an identity."""
    record = state.heap.get(value.site)
    if not isinstance(record, Container) or not all(map(is_harmless, record.parts())):
        return None
    return _object_type(frame, state, value, value.site, 0)


def _lazy_type(frame: Frame, state: State, name: str, element: Value, depth: int) -> Type:
    inner = ANY if element is NEVER else _inner(frame, state, element, depth)
    if name.startswith("_collections_abc.dict_items") and isinstance(element, TupleValue):
        pair = tuple(_inner(frame, state, item, depth) for item in element.items)
        return NamedType(name, pair)
    if name.startswith("_collections_abc.dict_"):
        return NamedType(name, (inner, inner))
    if name == "types.GeneratorType":
        return NamedType(name, (inner, ANY, ANY))
    return NamedType(name, (inner,))


def _object_type(frame: Frame, state: State, value: Reference, site: tuple[object, ...], depth: int) -> Type:
    match state.heap.get(site):
        case Container() as record:
            arguments = (
                union_of(_inner(frame, state, value, depth) for value in values) if values else ANY
                for values in record.by_type_argument()
            )
            return NamedType(record.class_name, tuple(arguments))
        case _:
            return opaque(frame, value)


def opaque(frame: Frame, value: Value, type_: Type | None = None) -> Type:
    """A class of its own for a value that comes back as it was given; its argument is the value's type, if known."""
    if isinstance(value, (Unknown,)) or value is NEVER:
        return ANY
    if isinstance(value, UnionValue):
        return union_of(opaque(frame, member) for member in value.members)
    known = frame.interpreter.opaque
    name = f"{OPAQUE}v{len(known)}"
    known[name] = value
    return NamedType(name, () if type_ is None else (type_,))


def to_value(frame: Frame, state: State, type_: Type, node: cst.CSTNode, tag: str = "") -> Value:
    """The value that a type stands for; containers are allocated."""
    match type_:
        case AnyType():
            return UNKNOWN
        case NeverType():
            return NEVER
        case NoneType():
            return constant(None)
        case LiteralType(value=value, of=name):
            return constant(value, frame.step(node)) if name.startswith("builtins.") else Instance(
                name, origin=frame.step(node)
            )  # fmt: skip
        case UnionType(members=alternatives):
            return one_of(
                to_value(frame, state, member, node, f"{tag}|{position}")
                for position, member in enumerate(alternatives)
            )
        case TupleType(items=items, rest=rest):
            return TupleValue(
                tuple(to_value(frame, state, item, node, f"{tag}.{i}") for i, item in enumerate(items)),
                None if rest is None else to_value(frame, state, rest, node, tag + ".*"),
                frame.step(node),
            )
        case NamedType():
            return _instance(frame, state, type_, node, tag)
        case ClassObjectType() | FunctionType() | ModuleType() | CallableType():
            return StubValue(type_, None, frame.step(node))
        case _:
            return UNKNOWN


def one_of(alternatives: Iterable[Value]) -> Value:
    """A declared union: `X | None` gives X at times; which of several other classes it is, is not known."""
    found = list(alternatives)
    telling = [value for value in found if not _serializes(value)]
    if telling and any(value not in telling and value != NONE for value in found):
        return UNKNOWN
    return join_all(found)


def _serializes(value: Value) -> bool:
    if isinstance(value, TupleValue) and value.rest is None:
        return all(map(_serializes, value.items))
    return is_harmless(value)


_LISTS = frozenset({"builtins.list", "collections.deque"})


_SETS = frozenset({"builtins.set", "builtins.frozenset"})


_DICTS = frozenset({"builtins.dict", "collections.OrderedDict", "collections.defaultdict"})


_CONTAINERS = _LISTS | _SETS | _DICTS | {"collections.Counter"}


_COROUTINES = frozenset({"typing.Coroutine", "types.CoroutineType"})


def _instance(frame: Frame, state: State, type_: NamedType, node: cst.CSTNode, tag: str) -> Value:
    """The value of a type that names a class: a container in the heap where it is one, else an instance."""
    name, arguments = type_.name, type_.args
    if name.startswith(OPAQUE):
        return frame.interpreter.opaque.get(name, UNKNOWN)
    if type_ == JSON_TYPE:
        return Json(("json", id(node), frame.context, tag), frame.step(node))
    if name in _CONTAINERS:
        return _container(frame, state, type_, node, tag)
    if name in _COROUTINES:
        result = to_value(frame, state, arguments[2], node, f"{tag}[2]") if len(arguments) > 2 else UNKNOWN
        return Coroutine(result, "", frame.step(node))
    stub = frame.interpreter.stubs.class_(name)
    if stub is None or stub.is_typed_dict:
        return UNKNOWN
    if stub.is_enum:
        return Instance(name, origin=frame.step(node))
    return Instance(stub.qualname, arguments, frame.step(node))


def _container(frame: Frame, state: State, type_: NamedType, node: cst.CSTNode, tag: str) -> Value:
    """A new list, set or dict in the heap of which the classes of the elements are known."""
    name = type_.name
    inner = [to_value(frame, state, one, node, f"{tag}[{place}]") for place, one in enumerate(type_.args[:2])]
    first, second = (*inner, UNKNOWN, UNKNOWN)[:2]
    if name in _LISTS:
        return new_list(frame, state, node, (), first, name, tag + "list")
    if name in _SETS:
        return new_set(frame, state, node, first, name)
    if name == "collections.Counter":
        second = Instance("builtins.int")
    default = UNKNOWN if name == "collections.defaultdict" else None
    return new_dict(frame, state, node, None, first, second, name, default, tag + "dict")
