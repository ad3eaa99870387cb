"""queue: what is put into a queue comes out of it in its order, until other code gets the queue."""

from __future__ import annotations

from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain import naming
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Container, lose
from handlerlint.inference.domain.values import (
    NONE,
    UNKNOWN,
    BuiltinMethod,
    Instance,
    StubValue,
    Value,
    constant,
)
from handlerlint.inference.objects import iterating, kinds
from handlerlint.inference.objects.attribute_changes import hold
from handlerlint.inference.objects.attributes import held

_OLDEST, _LATEST = "queue.Queue", "queue.LifoQueue"


@overlay(_OLDEST, _LATEST)
def _made(call: Call) -> Value | None:
    term = ("queue", id(call.node), call.frame.context)
    queue = Instance(call.name, origin=call.frame.step(call.node), term=term, is_exact=True)
    hold(
        call.state, queue, "queue", new_list(call.frame, call.state, call.node, (), None, "collections.deque")
    )
    return queue


def _receiver(call: Call) -> Value:
    receiver = call.function.receiver if isinstance(call.function, StubValue) else None
    return UNKNOWN if receiver is None else receiver


def _content(call: Call) -> Value | None:
    """The deque in which a queue keeps what it was given."""
    return held(call.state, _receiver(call), "queue")


def _length(call: Call) -> int | None:
    content = _content(call)
    record = call.state.object_of(content)
    return record.length if isinstance(record, Container) else None


def _called(call: Call, content: Value, method: str, *given: Value) -> Value:
    bound = BuiltinMethod(content, method)
    return kinds.call_method(call.frame, call.state, bound, Arguments(given), call.node)


@overlay("queue.Queue.put", "queue.Queue.put_nowait")
def _put(call: Call) -> Value | None:
    content, item = _content(call), call.required("item")
    if content is None:
        return None
    iterating.escape(call.state, item)
    _called(call, content, "append", item)
    if _length(call) is None:  # then it is not known either when it is empty
        naming.changed(call.state, _receiver(call))
        lose(call.state, (content, item))
    return NONE


@overlay("queue.Queue.empty", "queue.Queue.qsize")
def _counted(call: Call) -> Value | None:
    length = _length(call)
    if length is None:
        return None
    return constant(length if call.name.endswith("qsize") else length == 0, call.frame.step(call.node))


@overlay("queue.Queue.get", "queue.Queue.get_nowait")
def _get(call: Call) -> Value | None:
    content, receiver = _content(call), _receiver(call)
    if content is None or not isinstance(receiver, Instance):
        return None
    return _called(call, content, "popleft" if receiver.class_name == _OLDEST else "pop")
