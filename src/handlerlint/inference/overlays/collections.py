"""collections: classes made by `namedtuple`."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ClassObject, State
from handlerlint.inference.domain.values import UNKNOWN, Constant, Reference, Value
from handlerlint.inference.objects import iterating


@native("collections.namedtuple")
def _namedtuple(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    name, fields = arguments.get(0, "typename"), arguments.get(1, "field_names")
    names: list[str] | None = None
    if isinstance(fields, Constant) and isinstance(fields.value, str):
        names = fields.value.replace(",", " ").split()
    elif fields is not None:
        iteration = iterating.iterate(frame, state, fields, node)
        if iteration.items is not None and all(isinstance(item, Constant) for item in iteration.items):
            names = [str(item.value) for item in iteration.items if isinstance(item, Constant)]
    if names is None or not isinstance(name, Constant):
        return UNKNOWN
    defaults: list[Value | None] = [None] * len(names)
    given = arguments.keywords.get("defaults")
    if given is not None:
        iteration = iterating.iterate(frame, state, given, node)
        if iteration.items is None or len(iteration.items) > len(names):
            return UNKNOWN
        defaults[len(names) - len(iteration.items) :] = iteration.items
    site = frame.site(node, "namedtuple")
    state.heap[site] = ClassObject(
        str(name.value), str(name.value), (), {}, "named-tuple", tuple(zip(names, defaults, strict=True))
    )
    return Reference(site, frame.step(node))
