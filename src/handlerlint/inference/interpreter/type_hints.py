"""What an annotation in the user's own code says about a value, where nothing better is known."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import registry
from handlerlint.inference.core.allocation import new_dict, new_list, new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import peek
from handlerlint.inference.domain.heap import ClassObject, InstanceObject, State
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    Reference,
    TupleValue,
    Value,
    constant,
    join_all,
)
from handlerlint.inference.objects import attributes, class_facts
from handlerlint.inference.stubs.types import NamedType
from handlerlint.inference.types import conversion
from handlerlint.source.imports import dotted

_LISTS = frozenset({"list", "List"})
_DICTS = frozenset({"dict", "Dict"})
_SETS = frozenset({"set", "Set", "frozenset", "FrozenSet"})
_TRANSPARENT = frozenset({"Final", "Required", "NotRequired", "ReadOnly"})


def value_of(frame: Frame, state: State, node: cst.BaseExpression, at: cst.CSTNode, tag: str = "") -> Value:
    """The value that an annotation promises; Unknown for what it leaves open."""
    match node:
        case cst.SimpleString():
            try:
                inner = cst.parse_expression(str(node.evaluated_value))
            except (cst.ParserSyntaxError, ValueError):
                return UNKNOWN
            return value_of(frame, state, inner, at, tag)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return join_all(
                (value_of(frame, state, left, at, tag + "l"), value_of(frame, state, right, at, tag + "r"))
            )
        case cst.Subscript():
            return _parametrised(frame, state, node, at, tag)
        case cst.Name() | cst.Attribute():
            return _named(frame, state, node, at, tag)
        case _:
            return UNKNOWN


def _named(frame: Frame, state: State, node: cst.BaseExpression, at: cst.CSTNode, tag: str) -> Value:
    """The value that an annotation which is one name promises: an instance of the class."""
    if isinstance(node, cst.Name) and node.value == "None":
        return constant(None)
    cls = peek(frame, state, node)
    if cls is NEVER:
        return UNKNOWN
    name = class_facts.class_name_of(cls)
    if isinstance(cls, Constant):
        return UNKNOWN
    if name is not None:
        if name in ("builtins.dict", "builtins.list", "builtins.tuple", "builtins.object"):
            return UNKNOWN
        return conversion.to_value(frame, state, NamedType(name), at, tag)
    record = state.heap.get(cls.site) if isinstance(cls, Reference) else None
    if isinstance(record, ClassObject) and record.kind in ("class", "dataclass"):
        assert isinstance(cls, Reference)
        maker = registry.instance_maker(attributes.stub_bases(frame, state, cls))
        if maker is not None:
            return maker(frame, state, cls, at, tag)
        site = frame.site(at, "annotated" + tag)
        state.heap[site] = InstanceObject(cls.site, {}, None, open=True)
        return Reference(site, frame.step(at))
    return UNKNOWN


def _parametrised(frame: Frame, state: State, node: cst.Subscript, at: cst.CSTNode, tag: str) -> Value:
    """The value that an annotation such as `list[datetime]` or `Optional[X]` promises."""
    name = dotted(node.value).rpartition(".")[2]
    inner = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
    if name == "Optional" and inner:
        return join_all((value_of(frame, state, inner[0], at, tag), constant(None)))
    if name == "Union":
        return join_all(value_of(frame, state, part, at, f"{tag}{i}") for i, part in enumerate(inner))
    if name in _TRANSPARENT and inner:
        return value_of(frame, state, inner[0], at, tag)
    if name in _LISTS and len(inner) == 1:
        return new_list(frame, state, at, (), value_of(frame, state, inner[0], at, tag + "e"), tag="l" + tag)
    if name in _SETS and len(inner) == 1:
        return new_set(frame, state, at, value_of(frame, state, inner[0], at, tag + "e"))
    if name in _DICTS and len(inner) == 2:
        key = value_of(frame, state, inner[0], at, tag + "k")
        item = value_of(frame, state, inner[1], at, tag + "v")
        return new_dict(frame, state, at, None, key, item, tag="d" + tag)
    if name in ("tuple", "Tuple") and inner:
        if len(inner) == 2 and isinstance(inner[1], cst.Ellipsis):
            return TupleValue((), value_of(frame, state, inner[0], at, tag + "e"), frame.step(at))
        return TupleValue(
            tuple(value_of(frame, state, part, at, f"{tag}{i}") for i, part in enumerate(inner)),
            None,
            frame.step(at),
        )
    if name == "Literal":
        return join_all(peek(frame, state, part) for part in inner)
    return UNKNOWN
