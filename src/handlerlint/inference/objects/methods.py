"""Methods of builtin containers and of decoded JSON: each kind of object registers what its methods do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.tables import entered
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import UNKNOWN, BuiltinMethod, Reference, Value
from handlerlint.inference.types import queries

Methods = Callable[[Frame, State, Any, Any, str, Arguments, cst.CSTNode], "Value | None"]
_METHODS: dict[type, Methods] = {}


def methods_of(kind: type) -> Callable[[Methods], Methods]:
    """Register what the methods of a kind of object do.

    What is registered takes (frame, state, receiver, its object in the heap, name, arguments, node), and gives None
    to let the stub answer.
    """
    return entered(_METHODS, [kind])


def call_method(
    frame: Frame, state: State, method: BuiltinMethod, arguments: Arguments, node: cst.CSTNode
) -> Value:
    """Call a method of a container or of JSON; what is not known here, the stubs answer."""
    receiver = method.receiver
    record = state.heap.get(receiver.site) if isinstance(receiver, Reference) else None
    methods = _METHODS.get(type(receiver if record is None else record))
    value = None
    if methods is not None:
        value = methods(frame, state, receiver, record, method.name, arguments, node)
    elif isinstance(receiver, Reference):
        return UNKNOWN
    if value is None:
        value = queries.call_stub_method(frame, state, receiver, method.name, arguments, node)
    return value
