"""heapq: what is pushed into a list is in it, in an order that is not known."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.values import NONE, UNKNOWN, BuiltinMethod, Value
from handlerlint.inference.effects import deferred
from handlerlint.inference.objects import iterating, kinds, lists
from handlerlint.records import replace


def _call_of(call: Call, heap: Value, method: str, *arguments: Value) -> Value:
    bound = BuiltinMethod(heap, method)
    return kinds.call_method(call.frame, call.state, bound, Arguments(arguments), call.node)


@overlay("_heapq.heapify", "heapq.heapify")
def _heapify(call: Call) -> Value | None:
    return NONE if lists.disorder(call.state, call.required("heap")) else None


@overlay("_heapq.heappush", "heapq.heappush")
def _push(call: Call) -> Value | None:
    heap = call.required("heap")
    if not lists.disorder(call.state, heap):
        return None
    _call_of(call, heap, "append", call.required("item"))
    lists.disorder(call.state, heap)
    return NONE


@overlay("_heapq.heappop", "heapq.heappop")
def _pop(call: Call) -> Value | None:
    heap = call.required("heap")
    return _call_of(call, heap, "pop") if lists.disorder(call.state, heap) else None


@overlay("_heapq.heappushpop", "heapq.heappushpop")
def _push_and_pop(call: Call) -> Value | None:
    return UNKNOWN if _push(call) is None else _pop(call)


@overlay("heapq.nlargest", "heapq.nsmallest")
def _some(call: Call) -> Value | None:
    iteration = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    key, items = call.argument("key"), iteration.items
    deferred.call_key(call.frame, call.state, key, items, iteration.element, call.node)
    return lists.in_unknown_order(call.frame, call.state, replace(iteration, selects=True), call.node)
