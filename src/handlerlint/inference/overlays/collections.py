"""collections: classes made by `namedtuple`."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.heap import ClassObject
from handlerlint.inference.domain.values import UNKNOWN, Constant, Reference, Value
from handlerlint.inference.objects import iterating


@overlay("collections.namedtuple")
def _namedtuple(call: Call) -> Value | None:
    """A class whose fields are known if its field names are; one that nothing is known of otherwise."""
    name, fields = call.required("typename"), call.required("field_names")
    names: list[str] | None = None
    if isinstance(fields, Constant) and isinstance(fields.value, str):
        names = fields.value.replace(",", " ").split()
    else:
        iteration = iterating.iterate(call.frame, call.state, fields, call.node)
        if iteration.items is not None and all(isinstance(item, Constant) for item in iteration.items):
            names = [str(item.value) for item in iteration.items if isinstance(item, Constant)]
    if names is None or not isinstance(name, Constant):
        return UNKNOWN
    defaults: list[Value | None] = [None] * len(names)
    given = call.argument("defaults")
    if given is not None:
        iteration = iterating.iterate(call.frame, call.state, given, call.node)
        if iteration.items is None or len(iteration.items) > len(names):
            return UNKNOWN
        defaults[len(names) - len(iteration.items) :] = iteration.items
    site = call.frame.site(call.node, "namedtuple")
    call.state.heap[site] = ClassObject(
        *(str(name.value), str(name.value), (), {}, "named-tuple", tuple(zip(names, defaults, strict=True))),
        takes_fields="rename" not in call.passed,
    )
    return Reference(site, call.frame.step(call.node))
