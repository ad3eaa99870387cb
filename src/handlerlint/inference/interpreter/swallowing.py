"""Names that an exception leaves unbound where an `except` takes it, and the program goes on to use them.

A path that comes out of an `except` clause keeps the names that the `try` body would have bound, as long as nothing
is left open on it: neither a test nor a loop, nor what unknown code does. What is decided there may depend on whether
there was an exception, in ways that are not seen; so the clause is then noted among what does not fail. Used by
`exceptions`, which begins such paths, and by `unbound`, which looks for the cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core import dispatch, registry
from handlerlint.inference.core.context import Frame, Raise, names_of
from handlerlint.inference.domain.heap import LeftUnbound, State
from handlerlint.inference.domain.values import UNBOUND, UNKNOWN, BuiltinMethod, Instance, Json, Native, Site
from handlerlint.inference.effects.library_calls import Raises, effects_of
from handlerlint.inference.syntax.scopes import imported_names, names_bound_in, nodes_in
from handlerlint.runtime.runtimes import standard_library

#: What of the AWS SDK sends a request; the rest makes objects that may: `dynamodb.Table(name)`, `get_paginator(…)`.
_REQUESTS = frozenset({"sdk.operation", "sdk.batch_action"})

Clause = cst.ExceptHandler | cst.ExceptStarHandler


def begin(frame: Frame, states: Iterable[State], node: cst.Try | cst.TryStar) -> None:
    """A `try` begins, perhaps again: what it has left unbound before, it may bind now."""
    for state in states if frame.swallowing else ():
        record = state.heap.get(_site(frame))
        if isinstance(record, LeftUnbound):
            names = {name: clause for name, clause in record.names.items() if clause not in node.handlers}
            state.heap[_site(frame)] = LeftUnbound(names)


def interrupted(frame: Frame, raised: list[Raise]) -> list[Raise]:
    """Paths that leave by another exception, which any of many calls may raise: that tells nothing of the clauses."""
    for item in raised if frame.swallowing else ():
        if item.value is None:
            item.state.heap.remove(_site(frame))
    return raised


def used_later(frame: Frame, node: cst.Try | cst.TryStar) -> frozenset[str]:
    """The names that a `try` body binds, and that may be used where it has not come that far."""
    function = None if frame.function is None else frame.function.node
    if not isinstance(function, cst.FunctionDef) or frame.info.is_generator or frame.interpreter.loading:
        return frozenset()
    return _used_outside(function, node)


def may_fail(frame: Frame, state: State, node: cst.Try | cst.TryStar) -> bool:
    """Whether a `try` body holds a call or an item that may well raise, in some invocation."""
    return any(_may_fail(frame, state, part) for part in _calls_and_items(node))


def _may_fail(frame: Frame, state: State, node: cst.Call | cst.Subscript) -> bool:
    """Not what fails only where the deployment is wrong, and not a question to the event itself."""
    if isinstance(node, cst.Subscript):
        owner = dispatch.peek(frame, state, node.value)
        return not (isinstance(owner, Instance) and owner.class_name == "os._Environ")
    function = frame.interpreter.called.get(node, (UNKNOWN,))[0]
    if isinstance(function, BuiltinMethod) and isinstance(function.receiver, Json):
        return function.receiver.path != ("json", "event")
    if isinstance(function, Native) and function.name.startswith("sdk."):
        return function.name in _REQUESTS
    return effects_of(registry.name_of(function)).raises in (Raises.PERHAPS, Raises.ALWAYS)


def bound_before_an_exit(frame: Frame, node: cst.Try | cst.TryStar) -> frozenset[str]:
    """Names that a `try` body binds in a `with` whose manager may raise when it is left: then they are bound.

    Managers of the standard library close what they have opened.
    """
    names: frozenset[str] = frozenset()
    for part in nodes_in(node.body):
        if isinstance(part, cst.With) and not all(_is_left_quietly(frame, item.item) for item in part.items):
            names |= names_bound_in(part.body)
    return names


def _is_left_quietly(frame: Frame, manager: cst.BaseExpression) -> bool:
    function = frame.interpreter.called.get(manager, (UNKNOWN,))[0]
    module = registry.name_of(function).partition(".")[0]
    return module in standard_library(frame.interpreter.python_version)


@lru_cache(maxsize=256)
def _calls_and_items(node: cst.Try | cst.TryStar) -> tuple[cst.Call | cst.Subscript, ...]:
    return tuple(part for part in nodes_in(node.body) if isinstance(part, (cst.Call, cst.Subscript)))


def unbound_in_all(frame: Frame, names: frozenset[str], taken: Iterable[Raise]) -> frozenset[str]:
    """Those names that no path has bound that comes to an `except` clause."""
    for item in taken:
        bound = names_of(item.state, frame.scope).names
        names = frozenset(name for name in names if bound.get(name, UNBOUND) is UNBOUND)
    return names


def keep(frame: Frame, state: State, names: Iterable[str], handler: Clause) -> None:
    """A path goes through an `except` clause, after which these names are unbound."""
    found = dict.fromkeys(names, handler)
    if not found:
        return
    if not frame.swallowing:
        frame.interpreter.swallowing += 1
    frame.swallowing.add(handler)
    known = state.heap.get(_site(frame))
    state.heap[_site(frame)] = LeftUnbound(
        {**(known.names if isinstance(known, LeftUnbound) else {}), **found}
    )


def deleted(frame: Frame, states: Iterable[State], handler: Clause, name: str) -> None:
    """`except … as name` is over: Python deletes the name."""
    function = None if frame.function is None else frame.function.node
    if isinstance(function, cst.FunctionDef) and _outlives_its_clauses(function, name):
        for state in states:
            keep(frame, state, [name], handler)


def cause(frame: Frame, state: State, name: str) -> Clause | None:
    """The `except` clause that has left a name unbound on this path, which ends here."""
    record = state.heap.get(_site(frame)) if frame.swallowing else None
    found = record.names.get(name) if isinstance(record, LeftUnbound) else None
    if found is not None:
        state.heap.remove(_site(frame))
    return found


def doubt(frame: Frame, states: Iterable[State]) -> None:
    """Something is left open on these paths, in this call or one around it: nothing is certain after their clauses."""
    interpreter = frame.interpreter
    if not interpreter.swallowing:
        return
    one: Frame | None = frame
    while one is not None:
        if one.swallowing:
            for state in states:
                record = state.heap.get(_site(one))
                if isinstance(record, LeftUnbound):
                    interpreter.passed.update(record.names.values())
        one = one.parent


def end(frame: Frame, states: Iterable[State]) -> None:
    """A call is over on these paths, which have come past its `except` clauses without an error."""
    if frame.swallowing:
        doubt(frame, states)
        for state in states:
            state.heap.remove(_site(frame))
        frame.interpreter.swallowing -= 1
        frame.swallowing.clear()


def give_up(frame: Frame) -> None:
    """A call is not followed to its end, so it is not known what comes after its `except` clauses."""
    if frame.swallowing:
        frame.interpreter.passed |= frame.swallowing
        end(frame, ())


def _site(frame: Frame) -> Site:
    return ("left unbound", frame.scope)


@lru_cache(maxsize=256)
def _used_outside(function: cst.FunctionDef, node: cst.Try | cst.TryStar) -> frozenset[str]:
    """The names that a `try` body binds, but not by an import, and that are written elsewhere in the function, too.

    In a loop, what the loop binds elsewhere may have been bound in another round; a function inside may bind what it
    declares to be not its own.
    """
    names = names_bound_in(node.body)
    for part in nodes_in(node.body):
        if isinstance(part, (cst.Import, cst.ImportFrom)):
            names -= frozenset(imported_names(part))
    for part in nodes_in(function.body) if names else ():
        if isinstance(part, (cst.For, cst.While)) and any(one is node for one in nodes_in(part)):
            names -= names_bound_in(part, but=node)
        elif isinstance(part, cst.Nonlocal):
            names -= frozenset(item.name.value for item in part.names)
    inside = _written(node.body) + (Counter() if node.orelse is None else _written(node.orelse))
    everywhere = _written(function.body)
    return frozenset(name for name in names if everywhere[name] > inside[name])


@lru_cache(maxsize=256)
def _outlives_its_clauses(function: cst.FunctionDef, name: str) -> bool:
    """Whether a name that `except` clauses bind is written outside of them."""
    inside = sum(
        _written(part)[name]
        for part in nodes_in(function.body)
        if isinstance(part, cst.ExceptHandler) and part.name is not None and name in _written(part.name)
    )
    return _written(function.body)[name] > inside


@lru_cache(maxsize=256)
def _written(node: cst.CSTNode) -> Counter[str]:
    return Counter(part.value for part in nodes_in(node) if isinstance(part, cst.Name))
