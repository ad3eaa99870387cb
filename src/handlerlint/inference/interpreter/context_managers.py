"""`with`: context managers are entered, and left again in the opposite order, whichever way their block is left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import cast

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Flow, Frame, Raise, Return
from handlerlint.inference.core.dispatch import caught, evaluate, execute_all, executes
from handlerlint.inference.core.failing import fail, fails
from handlerlint.inference.core.registry import Call, closure, overlay
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import LOST, ClassObject, InstanceObject, State, lose
from handlerlint.inference.domain.join import SURMISED, join_states, merge_paths
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    BoundMethod,
    FunctionValue,
    Instance,
    Lazy,
    Native,
    Reference,
    Unknown,
    Value,
)
from handlerlint.inference.effects import deferred
from handlerlint.inference.interpreter import calls, exceptions, fitting, statements
from handlerlint.inference.objects import attributes, class_facts, iterating, nulls, truth
from handlerlint.inference.syntax.scopes import children_of, nodes_in, scope_of
from handlerlint.records import replace

SUPPRESS = "contextlib.suppress"


@executes(cst.With)
def _with(frame: Frame, states: list[State], node: cst.With, flow: Flow) -> list[State]:
    return _entered(frame, states, node, node.items, flow)


def _entered(
    frame: Frame, states: list[State], node: cst.With, items: Sequence[cst.WithItem], flow: Flow
) -> list[State]:
    """Enter the first of some managers, then the others; then run the block."""
    if not items:
        return dispatch.run_body(frame, states, node.body, flow)
    item, *others = items
    by_manager: dict[Value | None, list[State]] = {}
    for state in states:
        manager = evaluate(frame, state, item.item)
        if state.dead:
            continue
        failure = None if node.asynchronous else _not_entered(frame, state, manager, item.item)
        if fails(frame, state, failure, item):
            continue
        entered = iterating.enter(frame, state, manager, item.item, node.asynchronous is not None)
        method = None if node.asynchronous else _method(frame, state, manager, "__enter__")
        if entered == NONE and method is not None and calls.gives_nothing(frame, state, method):
            entered = nulls.always(frame, item.item)
        if item.asname is not None:
            statements.assign(frame, state, item.asname.name, entered, item.item)
        if not state.dead:
            matters = any(_acts_at_its_end(frame, state, member, item.item) for member in members(manager))
            by_manager.setdefault(manager if matters else None, []).append(state)
    after: list[State] = []
    for manager_left, entered_states in by_manager.items():
        if manager_left is None:
            after += _entered(frame, entered_states, node, others, flow)
        else:
            after += _left(frame, entered_states, node, (item, *others), manager_left, flow)
    return after


def _not_entered(frame: Frame, state: State, manager: Value, node: cst.BaseExpression) -> Failure | None:
    """Why a `with` certainly cannot enter its manager, whichever of several it is."""
    found: list[Failure | None] = []
    for member in members(manager):
        if isinstance(member, Reference):
            found.append(_lacks_method(frame, state, member, node))
        else:
            found.append(_plain_generator(frame, node) if isinstance(member, Lazy) else None)
    return found[0] if all(found) else None


def _lacks_method(frame: Frame, state: State, manager: Reference, node: cst.BaseExpression) -> Failure | None:
    """Why an instance of a class of the project is certainly no context manager, or enters with other arguments."""
    record = state.object_of(manager)
    if not isinstance(record, InstanceObject) or record.content is not None:
        return None
    cls, version = Reference(record.cls), frame.interpreter.python_version
    owner = state.object_of(cls)
    assert isinstance(owner, ClassObject)
    for name in ("__enter__", "__exit__"):
        found, is_complete = attributes.find_in_class(frame, state, cls, name)
        if found is None and is_complete:
            what = f"`{owner.name}` is no context manager: it has no `{name}`"
            said = f"'{owner.name}' object does not support the context manager protocol"
            if version < (3, 11):
                return Failure(frame.module.file, node, "AttributeError", name, what)
            return Failure(frame.module.file, node, "TypeError", said, what)
    enter = _method(frame, state, manager, "__enter__")
    return None if enter is None else fitting.misfit(frame, state, enter, Arguments(), node)


def _method(frame: Frame, state: State, manager: Value, name: str) -> BoundMethod | None:
    """A method of an instance of a class of the project that is called, if it is a plain one."""
    cls = attributes.class_of_instance(state, manager) if isinstance(manager, Reference) else None
    found = None if cls is None else attributes.find_in_class(frame, state, cls, name)[0]
    return BoundMethod(found, manager) if isinstance(found, FunctionValue) else None


def _plain_generator(frame: Frame, node: cst.BaseExpression) -> Failure | None:
    """Why what a generator function gives, which no decorator makes a context manager of, cannot be entered."""
    if not isinstance(node, cst.Call):
        return None
    match frame.interpreter.called.get(node):
        case FunctionValue(node=cst.FunctionDef(decorators=[], asynchronous=None) as function), _ if scope_of(
            function
        ).is_generator:
            what = f"`{function.name.value}()` gives a generator, which is no context manager"
            advice = "decorate the function with `@contextlib.contextmanager`"
            if frame.interpreter.python_version < (3, 11):
                return Failure(frame.module.file, node, "AttributeError", "__enter__", what, advice)
            said = "'generator' object does not support the context manager protocol"
            return Failure(frame.module.file, node, "TypeError", said, what, advice)
        case _:
            return None


def _acts_at_its_end(frame: Frame, state: State, manager: Value, node: cst.BaseExpression) -> bool:
    """Whether leaving a manager changes anything that is followed."""
    match manager:
        case Instance(class_name=name):
            return name == SUPPRESS
        case Native(name="contextmanager.entered", data=data):
            return len(data) > 2
        case Unknown():
            return bool(_suppressed(frame, state, manager, node))
        case Native(name="closing.entered", data=(thing,)):
            return isinstance(thing, Reference)
        case Reference():
            return _exit_method(frame, state, manager, "__exit__") or _exit_method(
                frame, state, manager, "__aexit__"
            )
        case _:
            return False


def _exit_method(frame: Frame, state: State, manager: Reference, name: str) -> bool:
    cls = attributes.class_of_instance(state, manager)
    return cls is not None and attributes.find_in_class(frame, state, cls, name)[0] is not None


def _left(
    frame: Frame,
    states: list[State],
    node: cst.With,
    items: Sequence[cst.WithItem],
    manager: Value,
    flow: Flow,
) -> list[State]:
    """Run the rest of a `with` whose first manager has been entered, and leave it on every way out."""
    first, *others = items

    def leave(inside: list[State]) -> list[State]:
        for state in inside:
            _leave(frame, state, manager, NONE, first.item, node)
        return [state for state in inside if not state.dead]

    inner, noted = Flow(), set(frame.interpreter.failures)
    outside, frame.raised = frame.raised, []
    try:
        suppressed = _suppressed(frame, states[0], manager, first.item)
        with exceptions.expecting(frame, states[0], node, suppressed):
            after = _entered(frame, states, node, others, inner)
    finally:
        implicit, frame.raised = frame.raised, outside
    after = leave(after)
    flow.breaks.extend(leave(inner.breaks))
    flow.continues.extend(leave(inner.continues))
    for way_out in inner.returns:
        flow.returns.extend(Return(state, way_out.value, way_out.node) for state in leave([way_out.state]))
    for raised in caught(frame, [*inner.raises, *implicit], node):
        error = UNKNOWN if raised.value is None else raised.value
        swallowed = _leave(frame, raised.state, manager, error, first.item, node)
        if raised.state.dead:
            continue
        if swallowed or (swallowed is None and not suppressed):
            _foresee(frame, error, noted)
        if swallowed is None:
            perhaps = raised.state.copy()
            perhaps.heap[SURMISED] = LOST
            after.append(perhaps)
        if swallowed:
            after.append(raised.state)
        else:
            flow.raises.append(Raise(raised.state, raised.value))
    return merge_paths(after, frame.interpreter.widest_fork)


def _foresee(frame: Frame, error: Value, noted: Collection[cst.CSTNode]) -> None:
    """A manager may take this exception: what raises it in its `with`, and was not noted before, is no mistake."""
    interpreter = frame.interpreter
    if isinstance(error, Instance):
        interpreter.passed.update(
            node
            for node, failure in interpreter.failures.items()
            if node not in noted and error.class_name == f"builtins.{failure.error}"
        )


def _suppressed(
    frame: Frame, state: State, manager: Value, node: cst.BaseExpression
) -> Sequence[cst.BaseExpression | None]:
    """The exceptions that a manager is there to take: that it was made with, or that stand around its `yield`."""
    given = [argument.value for argument in node.args] if isinstance(node, cst.Call) else []
    match manager:
        case Native(name="contextmanager.entered", data=(_, FunctionValue(node=function), *_)):
            return [handler.type for handler in _handlers(function)]
        case Instance(class_name=name):
            return given if name == SUPPRESS else []
        case Unknown():
            return [
                one
                for one in given
                if class_facts.is_exception(frame, state, dispatch.peek(frame, state, one))
            ]
        case _:
            method = _method(frame, state, manager, "__exit__")
            leaving = None if method is None else method.function
            takes = isinstance(leaving, FunctionValue) and _may_swallow(leaving.node)
            return given if takes else []


@lru_cache(maxsize=256)
def _handlers(generator: cst.FunctionDef | cst.Lambda) -> tuple[cst.ExceptHandler, ...]:
    """The `except` clauses that an exception comes to which is thrown into a generator at its `yield`."""
    return tuple(
        handler
        for part in nodes_in(generator.body)
        if isinstance(part, cst.Try) and _yields(part.body)
        for handler in part.handlers
    )


@lru_cache(maxsize=256)
def _may_swallow(exit_method: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether an `__exit__` may give something true: it returns anything but `False` or `None`."""
    returned = (part.value for part in nodes_in(exit_method.body) if isinstance(part, cst.Return))
    return any(
        value is not None and not (isinstance(value, cst.Name) and value.value in ("False", "None"))
        for value in returned
    )


def _leave(
    frame: Frame, state: State, manager: Value, error: Value, node: cst.CSTNode, statement: cst.With
) -> bool | None:
    """Leave a manager with an exception or None; whether it swallows the exception, None where that is not known."""
    is_async = statement.asynchronous is not None
    swallows: list[bool | None] = []
    for member in members(manager):
        match member:
            case Instance(class_name=name):
                swallows.append(name == SUPPRESS)
            case Native(name="contextmanager.entered", data=data):
                _resume(frame, state, error, cast("tuple[Value, ...]", data))
                may_take = error is not NONE and _handlers(cast("FunctionValue", data[1]).node)
                swallows.append(None if may_take else False)
            case Native(name="closing.entered", data=(thing,)):
                close = attributes.attribute(frame, state, cast("Value", thing), "close", node)
                if close is not NEVER:
                    dispatch.call(frame, state, close, Arguments(), node)
                swallows.append(False)
            case _:
                name = "__aexit__" if is_async else "__exit__"
                kind = NONE if error is NONE else attributes.attribute(frame, state, error, "__class__", node)
                given = (kind, error, NONE if error is NONE else UNKNOWN)
                method = _method(frame, state, member, name)
                failure = (
                    None if method is None else fitting.misfit(frame, state, method, Arguments(given), node)
                )
                if failure is not None:
                    fail(frame, state, failure, statement)
                    return False
                result = attributes.call_special(frame, state, member, name, given, node)
                if is_async and result is not None and not state.dead:
                    result = iterating.await_value(frame, state, result, node)
                answer = False if result is None or state.dead else truth.truth(frame, state, result)
                swallows.append(None if answer is None and method is not None else answer is True)
    if None in swallows:
        return None
    return bool(swallows) and all(swallows)


# --- generators as context managers ----------------------------------------------------------------------


@overlay("contextlib.contextmanager", "contextlib.asynccontextmanager")
def _contextmanager(call: Call) -> Value | None:
    return Native("wrapper.contextmanager", (call.required("func"),))


@closure("wrapper.contextmanager")
def _start(call: Call) -> Value | None:
    """Run the generator up to its `yield`: its scope and all that it was given come along, if it goes on there."""
    (function,), given = call.data, call.arguments
    if not isinstance(function, FunctionValue):
        return calls.call_unknown(call.frame, call.state, UNKNOWN, given, call.node)
    interpreter = call.frame.interpreter
    around, is_enabled = interpreter.paused.get(function.node), interpreter.summaries.enabled
    paused: list[tuple[Frame, State, Value]] = []
    interpreter.paused[function.node] = paused
    interpreter.summaries.enabled = False
    try:
        generator = dispatch.call(call.frame, call.state, function, given, call.node)
    finally:
        interpreter.summaries.enabled = is_enabled
        del interpreter.paused[function.node]
        if around is not None:
            interpreter.paused[function.node] = around
    if not paused:
        element = generator.element if isinstance(generator, Lazy) else None
        return UNKNOWN if element is None else Native("contextmanager.entered", (element, function))
    entered = join_all(value for _, _, value in paused)
    if _behind_yield(function.node.body) == [] and not _handlers(function.node):
        return Native("contextmanager.entered", (entered, function))
    activation = paused[0][0]
    interpreter.suspended[activation.scope] = activation
    call.state.take(join_states([inside for _, inside, _ in paused]))
    scope = Reference(activation.scope)
    return Native("contextmanager.entered", (entered, function, scope, *given.values))


@closure("contextmanager.entered", "func")
def _decorate(call: Call) -> Value | None:
    """A context manager as a decorator: each call runs in a `with` of its own, and gives what the function gives."""
    generators = [one for one in call.data if isinstance(one, FunctionValue)][:1]
    deferred.lose_to_callbacks(call.frame, call.state, Arguments(tuple(generators)), call.node)
    return class_facts.inside(call.required("func"))


def _resume(frame: Frame, state: State, error: Value, data: tuple[Value, ...]) -> None:
    """What stands behind the `yield` runs now; where that is not clear, it may change whatever it knows."""
    element, _, scope, *given = data
    match scope:
        case Reference(site=site) if error is NONE and site in frame.interpreter.suspended:
            suspended = frame.interpreter.suspended[site]
            assert suspended.function is not None
            body = _behind_yield(suspended.function.node.body)
        case _:
            body = None
    if body is None:
        lose(state, (element, scope, *given))
        return
    flow = Flow()
    activation = replace(suspended, parent=frame, depth=frame.depth + 1, raised=frame.raised)
    after = execute_all(activation, [state.copy()], body, flow)
    after += [way_out.state for way_out in flow.returns]
    frame.raised.extend(flow.raises if frame.interpreter.trying else [])
    if after:
        state.take(join_states(after))
    else:
        state.dead = True


def _behind_yield(body: cst.BaseSuite | cst.BaseExpression) -> list[cst.CSTNode] | None:
    """The statements that run behind the only `yield` of a block when no exception comes out of it; None: not clear."""
    if isinstance(body, cst.SimpleStatementSuite):
        return [] if len(body.body) == 1 and _yields(body) else None
    if not isinstance(body, cst.IndentedBlock):
        return None
    for position, statement in enumerate(body.body):
        if not _yields(statement):
            continue
        rest = list(body.body[position + 1 :])
        match statement:
            case cst.SimpleStatementLine():
                inside: list[cst.CSTNode] | None = []
            case cst.Try(body=block, handlers=handlers, orelse=orelse, finalbody=final) if not any(
                map(_yields, handlers)
            ):
                further = [part.body for part in (orelse, final) if part is not None]
                inside = _behind_yield(block)
                if inside is not None:
                    inside = [*inside, *further]
            case _:
                inside = None
        return None if inside is None or any(map(_yields, rest)) else [*inside, *rest]
    return None


def _yields(node: cst.CSTNode) -> bool:
    """Whether a statement has a `yield` of the function that it belongs to."""
    if isinstance(node, cst.Yield):
        return True
    if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
        return False
    return any(map(_yields, children_of(node)))
