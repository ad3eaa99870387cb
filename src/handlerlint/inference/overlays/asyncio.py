"""asyncio: running coroutines, and gathering their results."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import allocation
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.failing import fail
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import Container, State
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    FALSE,
    NEVER,
    NONE,
    UNKNOWN,
    BoundMethod,
    Constant,
    Coroutine,
    FunctionValue,
    Instance,
    Reference,
    TupleValue,
    Value,
)
from handlerlint.inference.effects import suspended
from handlerlint.inference.types import queries

_RUN = ("asyncio.runners.run", "asyncio.run")
#: From then on it takes whatever can be awaited, and says so otherwise.
_TAKES_ALL = (3, 14)


@overlay(*_RUN, "asyncio.events.AbstractEventLoop.run_until_complete")
def _run(call: Call) -> Value | None:
    found: list[Value] = []
    main = call.required("main", "future")
    if all(_is_no_coroutine(call.state, member) for member in members(main)):
        fail(call.frame, call.state, _not_awaitable(call, main))
        return NEVER
    for member in members(main):
        if isinstance(member, Coroutine):
            found.append(suspended.result_of(call.state, member))
        else:
            found.append(queries.await_value(call.frame, call.state, member, call.node))
    return join_all(found)


def _is_no_coroutine(state: State, value: Value) -> bool:
    """Whether a value is certainly nothing that can be awaited."""
    is_plain = isinstance(value, Constant) and value != NONE
    return (
        is_plain or isinstance(value, (FunctionValue, BoundMethod, TupleValue)) or _is_container(state, value)
    )


def _is_container(state: State, value: Value) -> bool:
    return isinstance(value, Reference) and isinstance(state.object_of(value), Container)


def _not_awaitable(call: Call, main: Value) -> Failure:
    """`asyncio.run(main)`: the function, not the coroutine that it gives."""
    is_strict = call.name in _RUN and call.frame.interpreter.python_version < _TAKES_ALL
    error, said = ("ValueError", "a coroutine was expected") if is_strict else ("TypeError", _AWAITABLE)
    is_function = isinstance(main, (FunctionValue, BoundMethod))
    given = "a function, not the coroutine that it gives" if is_function else "no coroutine"
    what = f"`{call.name.rpartition('.')[2]}()` is given {given}: {said}"
    advice = "call the function" if is_function else "only an `async def` gives a coroutine"
    return Failure(call.frame.module.file, call.node, error, said, what, advice, is_question=True)


_AWAITABLE = "An asyncio.Future, a coroutine or an awaitable is required"


@overlay("asyncio.tasks.gather", "asyncio.gather")
def _gather(call: Call) -> Value | None:
    if call.argument("return_exceptions") not in (None, FALSE):
        return _gather_all(call.frame, call.state, call.arguments, call.node)
    results = [_awaited(call.state, member) for member in call.arguments.positional]
    rest: Value | None = None
    if call.arguments.further is not None:
        rest = join_all(_awaited(call.state, member) for member in members(call.arguments.further))
    return Coroutine(
        allocation.new_list(call.frame, call.state, call.node, results, rest),
        "gather",
        call.frame.step(call.node),
    )


def _awaited(state: State, value: Value) -> Value:
    return suspended.result_of(state, value) if isinstance(value, Coroutine) else UNKNOWN


def _gather_all(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`return_exceptions=True`: what fails is among the results."""
    given = [*arguments.positional, *([arguments.further] if arguments.further is not None else [])]
    results = [_awaited(state, member) for value in given for member in members(value)]
    element = join_all([*results, Instance("builtins.Exception", origin=frame.step(node))])
    return Coroutine(allocation.new_list(frame, state, node, (), element), "gather", frame.step(node))
