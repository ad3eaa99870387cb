"""aws_durable_execution_sdk_python 3.0: durable functions and their steps.

Facts are from its execution.py, context.py, operation/step.py and serdes.py.
"""

from __future__ import annotations

from typing import cast

import libcst as cst

from handlerlint.inference.checks import serializability
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, closure, decorator, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Instance,
    Native,
    Partial,
    Value,
    Wrapped,
)
from handlerlint.inference.objects import copies, iterating

_SDK = "aws_durable_execution_sdk_python."
_DURABLE_CONTEXT = Instance(_SDK + "context.DurableContext")
_STEP_CONTEXT = Instance(_SDK + "types.StepContext")

#: What the SDK's own serializer gives back as it was, besides what JSON has (serdes.py, TypeCodec).
_KEPT = frozenset({"decimal.Decimal", "datetime.datetime", "datetime.date", "uuid.UUID", "builtins.bytes"})


@decorator(_SDK + "execution.durable_execution", decorates="func")
def _durable_execution(call: Call, function: Value) -> Value | None:
    return Wrapped("durable", function)


@overlay(_SDK + "context.durable_step", _SDK + "context.durable_with_child_context")
def _durable_step(call: Call) -> Value | None:
    """Called with all arguments but the context; what that gives is called with the context."""
    return Native("durable_step", (call.required("func"),))


@closure("durable_step")
def _durable_step_bound(call: Call) -> Value | None:
    if not call.arguments.complete:
        return UNKNOWN
    ready = Native("durable_step.ready", call.data)
    return Partial(ready, call.arguments.positional, tuple(call.arguments.keywords.items()))


@closure("durable_step.ready")
def _durable_step_called(call: Call) -> Value | None:
    *given, context = call.arguments.positional
    (function,) = call.data
    return dispatch.call(
        call.frame,
        call.state,
        cast("Value", function),
        Arguments((context, *given), call.arguments.keywords),
        call.node,
    )


@overlay(_SDK + "context.DurableContext.step")
def _step(call: Call) -> Value | None:
    """The function runs here, at once; its result comes back through the SDK's serializer."""
    result = _called_back(call.frame, call.state, call.required("func"), _STEP_CONTEXT, call.node)
    if result is NEVER or call.argument("config") is not None:
        return result if result is NEVER else UNKNOWN
    return _round_trip(call.frame, call.state, result, call.node)


@overlay(_SDK + "context.DurableContext.run_in_child_context")
def _child_context(call: Call) -> Value | None:
    result = _called_back(call.frame, call.state, call.required("func"), _DURABLE_CONTEXT, call.node)
    return result if result is NEVER else UNKNOWN


@overlay(_SDK + "context.DurableContext.parallel")
def _parallel(call: Call) -> Value | None:
    functions = iterating.iterate(call.frame, call.state, call.required("functions"), call.node)
    for function in functions.items or (functions.element,):
        _called_back(call.frame, call.state.copy(), function, _DURABLE_CONTEXT, call.node)
    may_raise(call.frame, call.state)
    iterating.escape(call.state, *call.arguments.values)
    return UNKNOWN


def _called_back(frame: Frame, state: State, function: Value, context: Value, node: cst.CSTNode) -> Value:
    """Call a function the way the SDK does: whatever it raises comes out as an error of the SDK."""
    may_raise(frame, state)
    interpreter = frame.interpreter
    raised, trying = frame.raised, interpreter.trying
    frame.raised, interpreter.trying = [], 0
    try:
        return dispatch.call(frame, state, function, Arguments((context,)), node)
    finally:
        frame.raised, interpreter.trying = raised, trying


def _round_trip(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """A copy of what the SDK's serializer takes; of anything else nothing is known, for the step has failed."""
    walk = Walk(frame, state, "json")
    found = serializability.walk_value(walk, value, "", (), 0)
    if all(
        problem.kind == "nan" or (problem.kind == "value" and problem.class_name in _KEPT)
        for problem in found
    ):
        return copies.deep_copy(frame, state, value, node, {})
    return UNKNOWN
