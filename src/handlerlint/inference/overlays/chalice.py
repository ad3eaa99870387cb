"""Chalice 1.34: routes, and what it makes of their results."""

from __future__ import annotations

from handlerlint.inference.checks import serializability
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.domain.values import Instance, Json, Unknown, Value, members
from handlerlint.inference.interpreter import routes
from handlerlint.inference.objects import class_facts

CHALICE = "chalice"

_RESPONSE = "chalice.app.Response"


@overlay("chalice.app.DecoratorAPI.route")
def _chalice_route(call: Call) -> Value | None:
    return routes.decorator(CHALICE)


@overlay("chalice.app.DecoratorAPI.middleware", "chalice.app.DecoratorAPI.register_middleware")
def _chalice_middleware(call: Call) -> Value | None:
    call.frame.machine.has_middleware = True
    return None


def chalice_problems(frame: Frame, state: State, result: Value) -> list[Problem]:
    """What `Response.to_dict` fails at: `json.dumps` with a `default` for Decimal, of all but text and responses."""
    walk = serializability.Walk(frame, state, "json", _default)
    found: list[Problem] = []
    for value in members(result):
        order, complete = class_facts.class_of(frame, state, value)
        if isinstance(value, (Unknown, Json)) or (complete and _RESPONSE not in order):
            own = serializability.walk_value(walk, value, "", (), 0)
            found += [problem for problem in own if problem.path or problem.class_name != "builtins.bytes"]
    return found


def _default(value: Value) -> Value | None:
    """`handle_extra_types`."""
    is_decimal = isinstance(value, Instance) and value.class_name == "decimal.Decimal"
    return Instance("builtins.float") if is_decimal else None
