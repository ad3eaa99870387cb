"""abc: which functions are abstract."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import FunctionValue, Value, Wrapped


@overlay("abc.abstractmethod")
def _abstract(call: Call) -> Value | None:
    """The function itself, and all that its own definition is made of."""
    function = inner = call.required("funcobj")
    while isinstance(inner, Wrapped):
        inner = inner.function
    if isinstance(inner, FunctionValue):
        call.frame.interpreter.abstract.add(inner.node)
    return function
