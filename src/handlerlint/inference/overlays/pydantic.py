"""Model classes of libraries: pydantic and attrs. Their instances are what their annotations say."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from handlerlint.inference.core import allocation
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import Call, makes_instances, native
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
    Entry,
    InstanceObject,
    State,
)
from handlerlint.inference.domain.values import (
    JSON,
    UNKNOWN,
    Reference,
    TupleValue,
    Value,
    constant,
    join_all,
    members,
)
from handlerlint.inference.interpreter import classes, type_hints
from handlerlint.inference.objects import attributes
from handlerlint.source.imports import dotted

#: What in a model's body changes how its fields are converted or written out.
_CONVERTING = ("validator", "serializer")
#: Options of `model_dump` that change neither which fields there are nor what they hold.
_NEUTRAL = frozenset({"self", "mode", "round_trip", "warnings", "serialize_as_any"})

BASE_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})


def is_model(stubs: list[str]) -> bool:
    """Whether a class with these stub bases is a pydantic model."""
    return any(name in BASE_MODELS for name in stubs)


def is_plain_model(state: State, record: InstanceObject) -> bool:
    """Whether nothing in a model's body but its annotations says what its fields are."""
    cls = state.heap.get(record.cls)
    if not isinstance(cls, ClassObject) or cls.node is None:
        return False
    if "model_config" in cls.names or "Config" in cls.names:
        return False
    if any(isinstance(base, Reference) for base in cls.bases):
        return False  # fields and converters of the parents count, too
    return not any(
        word in name for name in _decorator_names(cls.node) for word in _CONVERTING
    )  # fmt: skip


@makes_instances("pydantic.BaseModel", "pydantic.main.BaseModel")
def _validated_instance(frame: Frame, state: State, cls: Reference, node: cst.CSTNode, tag: str) -> Value:
    """An instance that pydantic makes: the fields of a plain model are what their annotations say."""
    record = state.heap.get(cls.site)
    if not isinstance(record, ClassObject):
        return UNKNOWN
    empty = InstanceObject(cls.site, {}, None, open=True)
    fields: dict[str, Value] = {}
    if record.node is not None and tag.count("/") < 4 and is_plain_model(state, empty):
        for name, annotation in classes.annotated_names(record.node):
            fields[name] = type_hints.value_of(frame, state, annotation, node, f"{tag}/{name}")
    site = frame.site(node, "instance" + tag)
    state.heap[site] = InstanceObject(cls.site, fields, None, open=True)
    return Reference(site, frame.step(node))


def _decorator_names(node: cst.ClassDef) -> Iterator[str]:
    for statement in node.body.body:
        if isinstance(statement, cst.FunctionDef):
            for decorator in statement.decorators:
                written = decorator.decorator
                yield dotted(written.func if isinstance(written, cst.Call) else written)


@native("pydantic.BaseModel.model_dump", "pydantic.BaseModel.dict")
def _model_dump(call: Call) -> Value | None:
    if call.argument("mode") == constant("json"):
        return JSON
    if call.passed - _NEUTRAL:
        return UNKNOWN
    return join_all(
        _dumped(call.frame, call.state, member, call.node, 0) for member in members(call.required("self"))
    )


def _dumped(frame: Frame, state: State, value: Value, node: cst.CSTNode, depth: int) -> Value:
    """What `model_dump` makes of a field: models become dicts, everything else stays what it is."""
    if depth > 5:
        return UNKNOWN

    def inner(part: Value) -> Value:
        return join_all(_dumped(frame, state, member, node, depth + 1) for member in members(part))

    record = state.heap.get(value.site) if isinstance(value, Reference) else None
    match record:
        case InstanceObject():
            order = attributes.stub_bases(frame, state, Reference(record.cls))
            if not is_model(order):
                return value
            if not is_plain_model(state, record):
                return UNKNOWN
            entries: dict[Value, Entry] = {
                constant(name): Entry(inner(field)) for name, field in record.attributes.items()
            }
            assert isinstance(value, Reference)
            for name in _computed_fields(state, record):
                entries[constant(name)] = Entry(attributes.attribute(frame, state, value, name, node))
            return allocation.new_dict(frame, state, node, entries, tag=f"dump{hash(value.site)}")
        case Container():
            assert isinstance(value, Reference)
            return allocation.new_object(frame, state, node, record.mapped(inner), f"dump{hash(value.site)}")
        case _:
            if isinstance(value, TupleValue):
                rest = None if value.rest is None else inner(value.rest)
                return TupleValue(tuple(inner(item) for item in value.items), rest, value.origin)
            return value


def _computed_fields(state: State, record: InstanceObject) -> Iterator[str]:
    """The properties that `@computed_field` adds to what a model is dumped as."""
    cls = state.heap.get(record.cls)
    if isinstance(cls, ClassObject) and cls.node is not None:
        for statement in cls.node.body.body:
            if isinstance(statement, cst.FunctionDef):
                names = [dotted(decorator.decorator) for decorator in statement.decorators]
                if any(name.endswith("computed_field") for name in names):
                    yield statement.name.value
