"""heapq: what is pushed into a list is in it, in an order that is not known."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ListObject
from handlerlint.inference.domain.values import NONE, UNKNOWN, BuiltinMethod, Reference, Value, join_all
from handlerlint.inference.objects import kinds
from handlerlint.records import replace


def _reordered(call: Call) -> Reference | None:
    """The list, of which each element may be any of them by now; None where no list is known."""
    heap = call.required("heap")
    record = kinds.object_of(call.state, heap)
    if not isinstance(heap, Reference) or not isinstance(record, ListObject):
        return None
    if len(record.items) > 1:
        element = join_all(record.parts())
        call.state.heap[heap.site] = replace(record, items=(element,) * len(record.items), term=None)
    return heap


def _call_of(call: Call, heap: Reference, method: str, *arguments: Value) -> Value:
    bound = BuiltinMethod(heap, method)
    return kinds.call_method(call.frame, call.state, bound, Arguments(arguments), call.node)


@overlay("_heapq.heapify", "heapq.heapify")
def _heapify(call: Call) -> Value | None:
    return None if _reordered(call) is None else NONE


@overlay("_heapq.heappush", "heapq.heappush")
def _push(call: Call) -> Value | None:
    heap = _reordered(call)
    if heap is None:
        return None
    _call_of(call, heap, "append", call.required("item"))
    _reordered(call)
    return NONE


@overlay("_heapq.heappop", "heapq.heappop")
def _pop(call: Call) -> Value | None:
    heap = _reordered(call)
    return None if heap is None else _call_of(call, heap, "pop")


@overlay("_heapq.heappushpop", "heapq.heappushpop")
def _push_and_pop(call: Call) -> Value | None:
    return UNKNOWN if _push(call) is None else _pop(call)
