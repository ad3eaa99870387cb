"""concurrent.futures: the results of functions that an executor calls for each element."""

from __future__ import annotations

from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import BoundMethod, FunctionValue, Lazy, Value
from handlerlint.inference.effects import deferred
from handlerlint.inference.objects import iterating
from handlerlint.records import replace


@overlay("concurrent.futures._base.Executor.map", "concurrent.futures.thread.ThreadPoolExecutor.map")
def _map(call: Call) -> Value | None:
    """The results in the order of the elements; what a call raises waits in them, and nothing is said of it.

    Calls run at the same time, so none of them knows what another has written.
    """
    function, iterables = call.required("fn"), call.arguments.positional[1:]
    is_known = isinstance(function, (FunctionValue, BoundMethod))
    if not call.arguments.complete or not is_known or not iterables:
        return None
    _lose_to_threads(call)
    path = call.state.copy()
    columns = [iterating.iterate(call.frame, path, one, call.node).items for one in iterables]
    known = [items for items in columns if items is not None]
    rows = list(zip(*known, strict=False))
    if len(known) < len(columns) or len(rows) > deferred.MOST_CALLS:
        return None
    aside = replace(call.frame.apart(call.frame.interpreter), choices=None)
    with call.frame.interpreter.trial():
        made = deferred.call_each(aside, path, function, rows, call.node)
    if path.dead:
        return None
    call.state.take(path)
    _lose_to_threads(call)
    return Lazy("collections.abc.Iterator", made, join_all(made), None, call.frame.step(call.node))


def _lose_to_threads(call: Call) -> None:
    """What the calls write, nobody knows before, in between, and until all of them are over."""
    may_raise(call.frame, call.state)
    deferred.lose_to_callbacks(call.frame, call.state, call.arguments, call.node)
