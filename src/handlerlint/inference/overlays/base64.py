"""base64: what constants come to, so that a file in the source is known for what it is."""

from __future__ import annotations

import base64

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Constant, Value, folded

_FUNCTIONS = {
    f"base64.{function.__name__}": function
    for function in (
        *(base64.b64encode, base64.b64decode, base64.standard_b64encode, base64.standard_b64decode),
        *(base64.urlsafe_b64encode, base64.urlsafe_b64decode),
    )
}


@overlay(*_FUNCTIONS)
def _converted(call: Call) -> Value | None:
    """The bytes that a constant is in the other form; of other arguments the stub knows the type."""
    given = call.argument("s")
    if call.passed != {"s"} or not isinstance(given, Constant):
        return None
    try:
        return folded(_FUNCTIONS[call.name](given.value), call.frame.step(call.node))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None  # it raises
