"""What an annotation in the user's own code says about a value, where nothing better is known."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import registry
from handlerlint.inference.core.allocation import new_dict, new_list, new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import peek
from handlerlint.inference.domain.heap import ClassObject, InstanceObject, State
from handlerlint.inference.domain.unions import WIDEST_UNION, join_all
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    EnumMember,
    Reference,
    TupleValue,
    Value,
    constant,
)
from handlerlint.inference.objects import attributes, class_facts
from handlerlint.inference.stubs.types import NamedType
from handlerlint.inference.types import conversion
from handlerlint.source.imports import dotted

_LISTS = frozenset({"list", "List"})
_DICTS = frozenset({"dict", "Dict"})
_SETS = frozenset({"set", "Set", "frozenset", "FrozenSet"})
_TRANSPARENT = frozenset({"Final", "Required", "NotRequired", "ReadOnly"})


def value_of(
    frame: Frame,
    state: State,
    node: cst.BaseExpression,
    at: cst.CSTNode,
    tag: str = "",
    scope: Frame | None = None,
) -> Value:
    """The value that an annotation promises; Unknown for what it leaves open.

    It is made at `at`, in `frame`; the names in the annotation are those of `scope` where that is another module.
    """
    scope = scope or frame
    match node:
        case cst.SimpleString():
            try:
                inner = cst.parse_expression(str(node.evaluated_value))
            except (cst.ParserSyntaxError, ValueError):
                return UNKNOWN
            return value_of(frame, state, inner, at, tag, scope)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            first = value_of(frame, state, left, at, tag + "l", scope)
            return conversion.one_of((first, value_of(frame, state, right, at, tag + "r", scope)))
        case cst.Subscript():
            return _parametrised(frame, state, node, at, tag, scope)
        case cst.Name() | cst.Attribute():
            return _named(frame, state, node, at, tag, scope)
        case _:
            return UNKNOWN


def _named(
    frame: Frame, state: State, node: cst.BaseExpression, at: cst.CSTNode, tag: str, scope: Frame
) -> Value:
    """The value that an annotation which is one name promises: an instance of the class."""
    if isinstance(node, cst.Name) and node.value == "None":
        return constant(None)
    cls = peek(scope, state, node)
    if cls is NEVER:
        return UNKNOWN
    name = class_facts.class_name_of(cls)
    if isinstance(cls, Constant):
        return UNKNOWN
    if name is not None:
        if name in ("builtins.dict", "builtins.list", "builtins.tuple", "builtins.object", "typing.Any"):
            return UNKNOWN
        return conversion.to_value(frame, state, NamedType(name), at, tag)
    record = state.object_of(cls)
    if isinstance(record, ClassObject) and record.kind == "enum":
        found = [member for member in record.names.values() if isinstance(member, EnumMember)]
        return join_all(found) if 0 < len(found) <= WIDEST_UNION else UNKNOWN
    if isinstance(record, ClassObject) and record.kind in ("class", "dataclass"):
        assert isinstance(cls, Reference)
        maker = registry.instance_maker(attributes.stub_bases(frame, state, cls))
        if maker is not None:
            return maker(frame, state, cls, at, tag)
        site = frame.site(at, "annotated" + tag)
        state.heap[site] = InstanceObject(cls.site, {}, None, open=True)
        return Reference(site, frame.step(at))
    return UNKNOWN


def _parametrised(
    frame: Frame, state: State, node: cst.Subscript, at: cst.CSTNode, tag: str, scope: Frame
) -> Value:
    """The value that an annotation such as `list[datetime]` or `Optional[X]` promises."""
    name = dotted(node.value).rpartition(".")[2]
    inner = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
    if name == "Optional" and inner:
        return join_all((value_of(frame, state, inner[0], at, tag, scope), constant(None)))
    if name == "Union":
        return conversion.one_of(
            value_of(frame, state, part, at, f"{tag}{i}", scope) for i, part in enumerate(inner)
        )
    if name in _TRANSPARENT and inner:
        return value_of(frame, state, inner[0], at, tag, scope)
    if name in _LISTS and len(inner) == 1:
        return new_list(
            frame, state, at, (), value_of(frame, state, inner[0], at, tag + "e", scope), tag="l" + tag
        )
    if name in _SETS and len(inner) == 1:
        return new_set(frame, state, at, value_of(frame, state, inner[0], at, tag + "e", scope))
    if name in _DICTS and len(inner) == 2:
        key = value_of(frame, state, inner[0], at, tag + "k", scope)
        item = value_of(frame, state, inner[1], at, tag + "v", scope)
        return new_dict(frame, state, at, None, key, item, tag="d" + tag)
    if name in ("tuple", "Tuple") and inner:
        if len(inner) == 2 and isinstance(inner[1], cst.Ellipsis):
            return TupleValue((), value_of(frame, state, inner[0], at, tag + "e", scope), frame.step(at))
        return TupleValue(
            tuple(value_of(frame, state, part, at, f"{tag}{i}", scope) for i, part in enumerate(inner)),
            None,
            frame.step(at),
        )
    if name == "Literal":
        return join_all(peek(scope, state, part) for part in inner)
    return UNKNOWN
