"""dataclasses: the decorator, fields, and what `asdict` and `replace` make."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.failing import fail
from handlerlint.inference.core.registry import Call, attributes_of, decorator, options_of, overlay
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import Container, State
from handlerlint.inference.domain.naming import Held
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    TRUE,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    TupleValue,
    Value,
    constant,
)
from handlerlint.inference.interpreter import classes
from handlerlint.inference.objects import class_facts, instances
from handlerlint.inference.objects.copies import as_plain
from handlerlint.inference.objects.fields import fields_of
from handlerlint.inference.objects.named_tuples import with_fields
from handlerlint.inference.stubs.types import LiteralType
from handlerlint.runtime.runtimes import standard_library

_FIELD = "dataclasses.Field"


@decorator("dataclasses.dataclass", decorates="cls")
def _dataclass(call: Call, cls: Value) -> Value | None:
    options = options_of(call)
    return classes.mark_dataclass(
        *(call.state, cls),
        takes_fields="init" not in options and options.get("kw_only", TRUE) == TRUE,
        is_by_name="kw_only" in options,
        is_frozen=options.get("frozen") == TRUE,
        is_ordered="order" in options,
        hashes=not options.keys().isdisjoint(("eq", "frozen", "unsafe_hash")),
    )


@overlay("dataclasses.field")
def _field(call: Call) -> Value | None:
    return classes.field(call)


@overlay("dataclasses.fields")
def _fields(call: Call) -> Value | None:
    """The fields of a data class, or of an instance of one, of which the names are known."""
    owner = call.required("class_or_instance")
    cls = instances.data_class_of(call.state, owner) or instances.class_of_project(call.state, owner)
    if cls is None or cls.kind != "dataclass":
        return UNKNOWN
    step, whole = call.frame.step(call.node), ("content", (), Held(cls))
    found = [
        # What else there is to know of a field, its type and so on, is written in the class.
        Instance(_FIELD, (LiteralType(name, "builtins.str"),), step, term=("attribute", whole, (name,), 0))
        for name in fields_of(cls)
    ]
    return TupleValue(tuple(found), None, step)


@overlay("dataclasses.is_dataclass")
def _is_dataclass(call: Call) -> Value | None:
    """Whether a value is a data class or an instance of one, where its class is known."""
    verdicts = {_comes_of_dataclass(call, member) for member in members(call.required("obj"))}
    return constant(True in verdicts) if len(verdicts) == 1 and None not in verdicts else None


def _comes_of_dataclass(call: Call, value: Value) -> bool | None:
    if isinstance(value, Json):
        return False
    cls = instances.data_class_of(call.state, value) or instances.class_of_project(call.state, value)
    if cls is not None:
        return True if cls.kind == "dataclass" else None
    order, is_whole = class_facts.class_of(call.frame, call.state, value)
    standard = standard_library(call.frame.interpreter.python_version) | {"builtins"}
    is_standard = all(isinstance(one, str) and one.partition(".")[0] in standard for one in order)
    return False if order and is_whole and is_standard else None


@attributes_of(_FIELD)
def _of_field(frame: Frame, state: State, value: Instance, name: str, node: cst.CSTNode) -> Value | None:
    match value.arguments:
        case (LiteralType(value=known),) if name == "name":
            return constant(known)
        case _:
            return None


@overlay("dataclasses.asdict", "dataclasses.astuple")
def _asdict(call: Call) -> Value | None:
    as_tuple = call.name == "dataclasses.astuple"
    factory = call.argument("dict_factory")
    if not call.passed <= {"obj", "dict_factory"}:
        return UNKNOWN  # tuple_factory decides
    if all(_is_no_instance(call.state, member) for member in members(call.required("obj"))):
        short = call.name.rpartition(".")[2]
        said = f"{short}() should be called on dataclass instances"
        what = f"`{short}()` is given no data class"
        fail(call.frame, call.state, Failure(call.frame.module.file, call.node, "TypeError", said, what))
        return NEVER
    found = [
        as_plain(call.frame, call.state, member, call.node, as_tuple, 0, factory)
        if instances.data_class_of(call.state, member) is not None
        else UNKNOWN  # it raises a TypeError, unless it is a data class of a library
        for member in members(call.required("obj"))
    ]
    return join_all(found)


def _is_no_instance(state: State, value: Value) -> bool:
    """Whether a value is certainly an instance of a builtin class."""
    return (isinstance(value, Constant) and value != NONE) or isinstance(state.object_of(value), Container)


@overlay("dataclasses.replace", "copy.replace")
def _replace(call: Call) -> Value | None:
    value = call.required("obj")
    return with_fields(call.frame, call.state, value, call.arguments, call.node)
