"""functools: partial, caches, reduce, and single dispatch."""

from __future__ import annotations

from typing import cast

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.registry import Call, closure, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Namespace, State, lose
from handlerlint.inference.domain.unions import join
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    Constant,
    FunctionValue,
    Native,
    Partial,
    Reference,
    Value,
    Wrapped,
)
from handlerlint.inference.objects import attribute_changes, attributes, iterating
from handlerlint.inference.objects.folding import MOST_FOLDED, fold_all, fold_some


@overlay("functools.partial")
def _partial(call: Call) -> Value | None:
    if not call.arguments.complete:
        return UNKNOWN
    function, *rest = call.arguments.positional
    return Partial(function, tuple(rest), tuple(call.arguments.keywords.items()), call.frame.step(call.node))


@overlay("functools.partialmethod")
def _partialmethod(call: Call) -> Value | None:
    partial = _partial(call)
    return (
        Wrapped("partialmethod", partial, call.frame.step(call.node))
        if isinstance(partial, Partial)
        else UNKNOWN
    )


@overlay("functools.wraps")
def _wraps(call: Call) -> Value | None:
    return Native("wraps", (call.required("wrapped"),))


@closure("wraps", "wrapper")
def _wrapping(call: Call) -> Value | None:
    return _renamed(call, call.required("wrapper"), cast("Value", call.data[0]))


@overlay("functools.update_wrapper")
def _update_wrapper(call: Call) -> Value | None:
    return _renamed(call, call.required("wrapper"), call.required("wrapped"))


def _renamed(call: Call, wrapper: Value, wrapped: Value) -> Value:
    """A function that has the name of another one from here on; an object is given more than that."""
    if isinstance(wrapper, FunctionValue):
        names = {
            name: attributes.attribute(call.frame, call.state, wrapped, name, call.node)
            for name in ("__name__", "__qualname__")
        }
        attribute_changes.of_function(call.state, wrapper, names)
    elif isinstance(wrapper, Reference):
        lose(call.state, (wrapper,))
    return wrapper


@overlay("functools.lru_cache", "functools.cache")
def _cache(call: Call) -> Value | None:
    function = call.argument("maxsize", "user_function")
    return (
        Native("cache")
        if function is None or isinstance(function, Constant)
        else _cached(call.state, function)
    )


@closure("cache", "decorated")
def _cache_with_options(call: Call) -> Value | None:
    return _cached(call.state, call.required("decorated"))


def _cached(state: State, function: Value) -> Value:
    """A function that gives the same object again for the same arguments, as long as the process lives."""
    if isinstance(function, FunctionValue):
        state.heap[allocation.cache_of(function)] = Namespace({})
    return function


@closure("cache.clear")
def _cache_clear(call: Call) -> Value | None:
    """What has been given for any arguments is forgotten."""
    _cached(call.state, cast("Value", call.data[0]))
    return NONE


@overlay("functools.reduce")
def _reduce(call: Call) -> Value | None:
    """Fold the elements one by one where they are known; else what the function gives for any two of them.

    Where it gives something else for a third, more of them may come to anything.
    """
    function, start = call.required("function"), call.argument("initial")
    iteration = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)

    def combine(state: State, made: Value, item: Value) -> Value:
        return dispatch.call(call.frame, state, function, Arguments((made, item)), call.node)

    if iteration.items is not None and len(iteration.items) <= MOST_FOLDED:
        values = iteration.items if start is None else (start, *iteration.items)
        return (
            fold_all(call.frame, call.state, values[0], values[1:], combine, call.node) if values else NEVER
        )
    first = start if start is not None else iteration.element
    if iteration.element is NEVER:
        return first
    made = fold_some(call.state, first, iteration.element, combine)
    return first if call.state.dead else join(first, made)
