"""attrs: its classes are data classes."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import NEVER, UNKNOWN, Native, Value, join_all, members
from handlerlint.inference.interpreter import classes
from handlerlint.inference.objects import copies
from handlerlint.source.imports import dotted


@native("attr.define", "attr.s", "attrs.define", "attr.frozen", "attr.mutable")
def _define(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    cls = arguments.get(0, "maybe_cls")
    if arguments.keywords.keys() & {"init", "field_transformer", "these"}:
        return UNKNOWN
    return Native("dataclasses.decorator") if cls is None else classes.mark_dataclass(state, cls)


@native("attr.field", "attr.ib", "attrs.field")
def _field(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Native("dataclasses.field", (classes.FieldArguments(arguments),))


@native("attr.asdict", "attrs.asdict", "attr.astuple", "attrs.astuple")
def _as_plain(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if arguments.keywords or len(arguments.positional) != 1:
        return UNKNOWN
    as_tuple = isinstance(node, cst.Call) and dotted(node.func).endswith("astuple")
    found = [
        copies.as_plain(frame, state, member, node, as_tuple, 0)
        for member in members(arguments.positional[0])
    ]
    return join_all(found) if found else NEVER
