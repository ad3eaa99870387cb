"""Functions that an application of a library calls for requests (`@app.get("/")`). Used by overlays.

Such a function is reached when its application is given an event: when the handler calls `app.resolve(event,
context)`, or hands the application to a function that is not known, or is itself an object of a library.
"""

from __future__ import annotations

from handlerlint.inference.core.context import Frame, Route
from handlerlint.inference.core.registry import Call, closure
from handlerlint.inference.domain.values import FunctionValue, Native, Value
from handlerlint.inference.interpreter import opaque_decorators

HTTP_METHODS = ("get", "post", "put", "delete", "patch", "head", "options")


def decorator(library: str = "") -> Value:
    """A decorator that registers a function with an application; `library` if that makes something of its result."""
    return Native("route", (library,))


@closure("route", "function")
def _registered(call: Call) -> Value | None:
    """The function stays as it is."""
    function = call.required("function")
    register(call.frame, function, str(call.data[0]))
    return function


def register(frame: Frame, function: Value, library: str = "") -> None:
    """An application of a library calls this function for requests."""
    behind = opaque_decorators.function_behind(function)
    if behind is not None:  # what another decorator makes of its result is not known
        function, library = behind, ""
    if isinstance(function, FunctionValue):
        route = Route(function, library)
        if route not in frame.interpreter.routes:
            frame.interpreter.routes.append(route)
