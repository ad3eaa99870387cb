"""pydantic 2.14: the instances of its models are what their annotations say, and what their validators make of that."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Frame, Raise
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, closure, makes_instances, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
    Entry,
    InstanceObject,
    State,
)
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    FALSE,
    JSON,
    NONE,
    UNKNOWN,
    Constant,
    FunctionValue,
    Instance,
    Native,
    Reference,
    TupleValue,
    Value,
    Wrapped,
    constant,
)
from handlerlint.inference.interpreter import classes, type_hints
from handlerlint.inference.objects import attributes, class_facts, dicts, iterating
from handlerlint.inference.stubs.types import LiteralType
from handlerlint.inference.syntax.scopes import MODULE_SCOPE
from handlerlint.inference.types import conversion
from handlerlint.records import dataclass
from handlerlint.source.imports import dotted

#: Options of `model_dump` that change neither which fields there are nor what they hold.
_NEUTRAL = frozenset({"self", "instance", "mode", "round_trip", "warnings", "serialize_as_any"})
#: Options with which some fields may be left out: those without a value, or that the caller has not given.
_THINNING = frozenset({"exclude_none", "exclude_unset", "exclude_defaults"})
#: Settings of a model with which fields hold, and are dumped as, something else than their annotations say.
_CHANGING = frozenset({"use_enum_values", "serialize_by_alias", "ser_json_temporal", "json_encoders"})

_BASE_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
_UNDERSTOOD = frozenset({*_BASE_MODELS, "builtins.object", "typing.Generic", "abc.ABC"})
_VALIDATION_ERROR = "pydantic_core.ValidationError"
_WITH_CONTEXT = LiteralType("context", "builtins.str")
_DEEPEST = 4


def is_model(stubs: list[str]) -> bool:
    """Whether a class with these stub bases is a pydantic model."""
    return any(name in _BASE_MODELS for name in stubs)


# --- what the body of a model says -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Converter:
    """A method that pydantic calls for some fields (None: for all) when it validates, or writes out, an instance."""

    kind: str
    fields: frozenset[str] | None
    mode: str
    function: Value = UNKNOWN


def _fields_of(call: Call) -> frozenset[str] | None:
    names = [value.value if isinstance(value, Constant) else None for value in call.arguments.positional]
    if "*" in names or not call.arguments.complete:
        return None
    return frozenset(str(name) for name in names)


@overlay("pydantic.field_validator", "pydantic.field_serializer", "pydantic.validator")
def _of_fields(call: Call) -> Value | None:
    kind = call.name.rpartition(".")[2]
    mode = call.argument("mode") or constant("plain" if kind == "field_serializer" else "after")
    written = mode.value if isinstance(mode, Constant) else "wrap"
    if kind == "validator":
        is_plain = call.argument("each_item") in (None, FALSE)
        written = "wrap" if not is_plain else "after" if call.argument("pre") in (None, FALSE) else "before"
    if call.argument("when_used") in (constant("json"), constant("json-unless-none")):
        written = "json"
    return Native("pydantic.converts", (_Converter(kind, _fields_of(call), str(written)),))


@overlay("pydantic.model_validator", "pydantic.model_serializer", "pydantic.root_validator")
def _of_models(call: Call) -> Value | None:
    kind = call.name.rpartition(".")[2]
    mode = call.argument("mode") or constant("plain")
    written = mode.value if isinstance(mode, Constant) and kind != "root_validator" else "wrap"
    converter = _Converter(kind, None, str(written))
    if call.arguments.positional:  # written without options
        return Native("pydantic.converter", (converter, call.arguments.positional[0]))
    return Native("pydantic.converts", (converter,))


@closure("pydantic.converts", "function")
def _converts(call: Call) -> Value | None:
    return Native("pydantic.converter", (call.data[0], call.required("function")))


@overlay("pydantic.Field")
def _field(call: Call) -> Value | None:
    return Native("pydantic.field", (call.argument("exclude") in (None, NONE, FALSE),))


@overlay("pydantic.ConfigDict")
def _config(call: Call) -> Value | None:
    entries: dict[Value, Entry] = {
        constant(name): Entry(value) for name, value in call.arguments.keywords.items()
    }
    return (
        allocation.new_dict(call.frame, call.state, call.node, entries)
        if call.arguments.complete
        else UNKNOWN
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """What the classes say that make up a model: `fields` are annotations, each with the class that it stands in."""

    fields: dict[str, tuple[cst.BaseExpression, ClassObject]]
    converters: tuple[_Converter, ...]
    excluded: frozenset[str]

    def converters_of(self, name: str, kinds: tuple[str, ...]) -> list[_Converter]:
        """Those that are called for a field, in order."""
        return [
            each
            for each in self.converters
            if each.kind in kinds and (each.fields is None or name in each.fields) and each.mode != "json"
        ]


def _model(frame: Frame, state: State, cls: Reference) -> _Model | None:
    """What is known of a model; None where something in it is not understood."""
    order, complete = class_facts.resolution_order(frame, state, cls)
    records = [state.heap.get(each) for each in reversed(order) if not isinstance(each, str)]
    if not complete or not all(each in _UNDERSTOOD for each in order if isinstance(each, str)):
        return None
    fields: dict[str, tuple[cst.BaseExpression, ClassObject]] = {}
    converters: list[_Converter] = []
    excluded: set[str] = set()
    for record in records:
        if (
            not isinstance(record, ClassObject)
            or record.node is None
            or _has_changing_settings(state, record)
        ):
            return None
        for name, annotation in classes.annotated_names(record.node):
            if not name.startswith("_"):
                fields[name] = annotation, record
        for name, value in record.names.items():
            match value:
                case Native(name="pydantic.converter", data=(_Converter() as made, function)):
                    converters.append(_Converter(made.kind, made.fields, made.mode, function))  # type: ignore[arg-type]
                case Native(name="pydantic.field", data=(False,)):
                    excluded.add(name)
                case _:
                    continue
    return _Model(fields, tuple(converters), frozenset(excluded))


def _has_changing_settings(state: State, record: ClassObject) -> bool:
    """Whether `model_config`, or the older `class Config`, may make fields something else than is annotated."""
    found: set[object] = set()
    for name in ("model_config", "Config"):
        value = record.names.get(name)
        settings = state.object_of(value)
        match settings:
            case Container(is_mapping=True, known_elements=(*keys,)):
                found.update(key.value if isinstance(key, Constant) else None for key in keys)
            case ClassObject(names=names):
                found.update(names)
            case _ if value is not None:
                return True
            case _:
                continue
    return not found.isdisjoint({*_CHANGING, None})


# --- instances -------------------------------------------------------------------------------------------


@makes_instances("pydantic.BaseModel", "pydantic.main.BaseModel")
def _validated_instance(
    frame: Frame, state: State, cls: Reference, node: cst.CSTNode, tag: str, given: Arguments | None = None
) -> Value:
    """An instance that pydantic makes: each field is what its annotation says, and what its validators make of that.

    One that is certainly not `given` has its default.
    """
    record = state.heap.get(cls.site)
    if not isinstance(record, ClassObject):
        return UNKNOWN
    may_raise(frame, state)
    model = _model(frame, state, cls) if tag.count("/") < _DEEPEST else None
    site = frame.site(node, "instance" + tag)
    instance = Reference(site, frame.step(node))
    state.heap[site] = InstanceObject(cls.site, {}, None, open=True)
    if model is None:
        return instance
    outside, frame.raised = frame.raised, []
    fields: dict[str, Value] = {}
    for name, (annotation, owner) in model.fields.items():
        scope = _scope_of(frame, owner)
        default = owner.names.get(name)
        if given is not None and given.keywords.get(name) == NONE:
            fields[name] = NONE
            continue
        if default is not None and _leaves_out(given, name, model):
            fields[name] = UNKNOWN if isinstance(default, Native) else default
            continue
        value: Value = UNKNOWN
        if scope is not None:
            value = type_hints.value_of(frame, state, annotation, node, f"{tag}/{name}", scope)
        for validator in model.converters_of(name, ("field_validator", "validator")):
            value = _validated(frame, state, cls, validator, value, node)
        fields[name] = value
    state.heap[site] = InstanceObject(cls.site, fields, None, open=True)
    for validator in model.converters_of("", ("model_validator", "root_validator")):
        _validate_model(frame, state, cls, validator, instance, node)
    frame.raised = [*outside, *(_as_validation_error(frame, item, node) for item in frame.raised)]
    return instance


def _leaves_out(given: Arguments | None, name: str, model: _Model) -> bool:
    """Whether a call that makes an instance certainly does not give a field, by this name or another."""
    if given is None or given.positional or not given.complete or name in given.keywords:
        return False
    return given.keywords.keys() <= model.fields.keys()


def _scope_of(frame: Frame, owner: ClassObject) -> Frame | None:
    """A frame in which the annotations of a class are evaluated."""
    module = frame.interpreter.by_site.get(owner.module)
    if module is None or module is frame.module:
        return frame
    return Frame(frame.interpreter, module, module.site, MODULE_SCOPE, context=frame.context)


def _validated(
    frame: Frame, state: State, cls: Reference, validator: _Converter, value: Value, node: cst.CSTNode
) -> Value:
    """What a field holds after one of its validators."""
    given = value if validator.mode == "after" else UNKNOWN
    result = _called(frame, state, validator.function, cls, (given,), node)
    if validator.mode == "before":
        return value
    return result if validator.mode in ("after", "plain") else UNKNOWN


def _validate_model(
    frame: Frame, state: State, cls: Reference, validator: _Converter, instance: Reference, node: cst.CSTNode
) -> None:
    """Let a validator of the whole model see, and change, an instance."""
    if validator.mode == "before":
        _called(frame, state, validator.function, cls, (UNKNOWN,), node)
    elif (
        validator.mode != "after"
        or _called(frame, state, validator.function, None, (instance,), node) != instance
    ):
        state.heap[instance.site] = InstanceObject(cls.site, {}, None, open=True)


def _called(
    frame: Frame,
    state: State,
    function: Value,
    cls: Reference | None,
    given: tuple[Value, ...],
    node: cst.CSTNode,
) -> Value:
    """What a method gives that pydantic calls; Unknown where it cannot be told how, and where it always raises."""
    is_static = isinstance(function, Wrapped) and function.kind == "staticmethod"
    while isinstance(function, Wrapped):
        function = function.function
    if not isinstance(function, FunctionValue):
        return UNKNOWN
    if cls is not None and not is_static:
        given = (cls, *given)
    parameters = function.node.params
    count = len(parameters.posonly_params) + len(parameters.params)
    given = (*given, *(UNKNOWN for _ in range(count - len(given))))  # what is known of the other fields, too
    result = dispatch.call(frame, state, function, Arguments(given), node)
    if state.dead:
        state.dead = False
        return UNKNOWN
    return result


def _as_validation_error(frame: Frame, raised: Raise, node: cst.CSTNode) -> Raise:
    """What pydantic makes of an exception of a validator: its own, which holds that in its context."""
    order, _ = class_facts.class_of(frame, raised.state, raised.value or UNKNOWN)
    if {"builtins.ValueError", "builtins.AssertionError"}.isdisjoint(order):
        return raised
    return Raise(raised.state, Instance(_VALIDATION_ERROR, (_WITH_CONTEXT,), frame.step(node)))


@overlay(f"{_VALIDATION_ERROR}.errors")
def _errors(call: Call) -> Value | None:
    """The errors of a validation, of which one that a validator has raised is held as it is."""
    receiver = getattr(call.function, "receiver", None)
    if not isinstance(receiver, Instance) or _WITH_CONTEXT not in receiver.arguments:
        return None
    if call.argument("include_context") not in (None, constant(True)):
        return None
    frame, state, node = call.frame, call.state, call.node
    error = Instance("builtins.ValueError", origin=frame.step(node, "the exception of a validator"))
    context = allocation.new_dict(frame, state, node, {constant("error"): Entry(error)}, tag="ctx")
    entries: dict[Value, Entry] = {constant("ctx"): Entry(context)}
    found = allocation.new_dict(frame, state, node, entries, Instance("builtins.str"), JSON, tag="error")
    return allocation.new_list(frame, state, node, (), found)


@overlay("pydantic.TypeAdapter")
def _adapter(call: Call) -> Value | None:
    """An adapter gives what the annotation promises that it is made with."""
    if not isinstance(call.node, cst.Call) or not call.node.args or call.node.args[0].star:
        return None
    promised = type_hints.value_of(call.frame, call.state, call.node.args[0].value, call.node)
    type_ = conversion.to_type(call.frame, call.state, promised)
    return Instance("pydantic.TypeAdapter", (type_,), call.frame.step(call.node))


# --- what a model is dumped as ---------------------------------------------------------------------------


@overlay("pydantic.BaseModel.model_dump", "pydantic.BaseModel.dict")
def _model_dump(call: Call) -> Value | None:
    if call.argument("mode") == constant("json"):
        return JSON
    return _dumped_as(call, call.required("self"))


@overlay("pydantic.TypeAdapter.dump_python")
def _dump_python(call: Call) -> Value | None:
    """What an adapter dumps is as what a model dumps of a field."""
    return JSON if call.argument("mode") == constant("json") else _dumped_as(call, call.required("instance"))


def _dumped_as(call: Call, value: Value) -> Value:
    """What a call dumps a value as, by its options."""
    names = [_names(call, call.argument(option)) for option in ("include", "exclude")]
    if call.passed - _NEUTRAL - _THINNING - {"include", "exclude"} or None in names:
        return UNKNOWN
    is_thin = not call.passed.isdisjoint(_THINNING)
    found = [_dumped(call.frame, call.state, member, call.node, 0, is_thin) for member in members(value)]
    only, without = names
    for dumped in found:
        keys = dicts.entries_of(call.state, dumped)
        if keys is None and (only or without):
            return UNKNOWN
        for key in tuple(keys or ()):
            if (only and key not in only) or key in (without or ()):
                dicts.discard(call.state, dumped, key)
    return join_all(found)


def _names(call: Call, given: Value | None) -> frozenset[Value] | None:
    """The names of fields that an option lists; None where it says something else, or they are not known."""
    if given is None or given == NONE:
        return frozenset()
    found = iterating.iterate(call.frame, call.state, given, call.node)
    record = call.state.object_of(given)
    is_set = isinstance(record, Container) and not record.has_places
    names = members(found.element) if is_set else ()
    return frozenset(names) if names and all(isinstance(name, Constant) for name in names) else None


def _dumped(frame: Frame, state: State, value: Value, node: cst.CSTNode, depth: int, is_thin: bool) -> Value:
    """What `model_dump` makes of a field: models become dicts, everything else stays what it is.

    Of a model that `is_thin` some fields may be left out.
    """
    if depth > _DEEPEST:
        return UNKNOWN

    def inner(part: Value) -> Value:
        return join_all(_dumped(frame, state, member, node, depth + 1, is_thin) for member in members(part))

    record = state.object_of(value)
    match record:
        case InstanceObject():
            assert isinstance(value, Reference)
            if not is_model(attributes.stub_bases(frame, state, Reference(record.cls))):
                return value
            entries = _dumped_fields(frame, state, value, record, node, depth, is_thin)
            if entries is None:
                return UNKNOWN
            return allocation.new_dict(frame, state, node, entries, tag=f"dump{hash(value.site)}")
        case Container():
            assert isinstance(value, Reference)
            return allocation.new_object(frame, state, node, record.mapped(inner), f"dump{hash(value.site)}")
        case _:
            if isinstance(value, TupleValue):
                rest = None if value.rest is None else inner(value.rest)
                return TupleValue(tuple(inner(item) for item in value.items), rest, value.origin)
            return value


def _dumped_fields(
    frame: Frame,
    state: State,
    value: Reference,
    record: InstanceObject,
    node: cst.CSTNode,
    depth: int,
    is_thin: bool,
) -> dict[Value, Entry] | None:
    """What a model is dumped as, by its fields; None where a serializer of its own may write anything."""
    model = _model(frame, state, Reference(record.cls))
    if model is None or model.converters_of("", ("model_serializer",)):
        return None
    entries: dict[Value, Entry] = {}
    for name, field in record.attributes.items():
        if name not in model.fields or name in model.excluded:
            continue
        serializers = model.converters_of(name, ("field_serializer",))
        written = join_all(
            _dumped(frame, state, member, node, depth + 1, is_thin) for member in members(field)
        )
        for serializer in serializers:
            given = (value, field)
            is_plain = serializer.mode == "plain"
            written = _called(frame, state, serializer.function, None, given, node) if is_plain else UNKNOWN
        entries[constant(name)] = Entry(written, is_thin)
    for name in _computed_fields(state, record):
        entries[constant(name)] = Entry(attributes.attribute(frame, state, value, name, node))
    return entries


def _computed_fields(state: State, record: InstanceObject) -> Iterator[str]:
    """The properties that `@computed_field` adds to what a model is dumped as."""
    cls = state.heap.get(record.cls)
    if isinstance(cls, ClassObject) and cls.node is not None:
        for statement in cls.node.body.body:
            if isinstance(statement, cst.FunctionDef):
                names = [dotted(decorator.decorator) for decorator in statement.decorators]
                if any(name.endswith("computed_field") for name in names):
                    yield statement.name.value
