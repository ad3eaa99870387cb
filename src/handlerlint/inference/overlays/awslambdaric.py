"""awslambdaric: what the context of an invocation holds."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import new_dict
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import attributes_of
from handlerlint.inference.domain.heap import Entry, State
from handlerlint.inference.domain.values import UNKNOWN, Instance, Value, constant

_CONTEXT = "awslambdaric.lambda_context."


@attributes_of(_CONTEXT + "LambdaContext")
def _of_context(frame: Frame, state: State, value: Instance, name: str, node: cst.CSTNode) -> Value | None:
    """`context.__dict__` always has the caller's identity, an object (lambda_context.py of 4.2)."""
    if name != "__dict__":
        return None
    identity = Instance(_CONTEXT + "CognitoIdentity", origin=frame.step(node, "`identity` of the context"))
    entries: dict[Value, Entry] = {constant("identity"): Entry(identity)}
    return new_dict(frame, state, node, entries, Instance("builtins.str"), UNKNOWN)
