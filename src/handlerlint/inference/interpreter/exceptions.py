"""`try`: the paths that leave its body by an exception, and which handler takes each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Expected, Flow, Frame, Raise, Return
from handlerlint.inference.core.dispatch import caught, evaluate, executes, reduced
from handlerlint.inference.domain import naming
from handlerlint.inference.domain.heap import InstanceObject, OpenAnswer, State, weaken_changes
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import UNKNOWN, Instance, Reference, Step, TupleValue, Unknown, Value
from handlerlint.inference.interpreter import swallowing
from handlerlint.inference.objects import class_facts, iterating
from handlerlint.inference.objects.attributes import is_class
from handlerlint.inference.syntax.liveness import Guard
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.records import replace


@executes(cst.Try, cst.TryStar)
def _try(frame: Frame, states: list[State], node: cst.Try | cst.TryStar, flow: Flow) -> list[State]:
    if node.finalbody is None:
        return _guarded(frame, states, node, flow)
    inner = Flow()
    outside, frame.raised = frame.raised, []
    frame.interpreter.trying += 1
    frame.guards.append(node)
    try:
        after = _guarded(frame, states, node, inner)
    finally:
        frame.interpreter.trying -= 1
        frame.guards.pop()
        implicit, frame.raised = swallowing.interrupted(frame, frame.raised), outside
    left = caught(frame, [*inner.raises, *implicit], node)
    return _finally(frame, after, left, node.finalbody.body, inner, flow)


def _finally(
    frame: Frame,
    after: list[State],
    raised: list[Raise],
    body: cst.BaseSuite,
    inner: Flow,
    flow: Flow,
) -> list[State]:
    """Run the `finally` body on every way out, and then go on that way unless it leaves itself."""

    def run(states: list[State]) -> list[State]:
        return dispatch.run_body(frame, states, body, flow) if states else []

    flow.breaks.extend(run(inner.breaks))
    flow.continues.extend(run(inner.continues))
    for item in inner.returns:
        flow.returns.extend(Return(state, item.value, item.node) for state in run([item.state]))
    for left in raised:
        flow.raises.extend(Raise(state, left.value) for state in run([left.state]))
    return run(after)


def _guarded(frame: Frame, states: list[State], node: cst.Try | cst.TryStar, flow: Flow) -> list[State]:
    """The paths out of `try` … `except` … `else`, before its `finally`."""
    if not node.handlers:
        return dispatch.run_body(frame, states, node.body, flow)
    swallowing.begin(frame, states, node)
    before = [state.copy() for state in states]
    inner = Flow(flow.returns, flow.breaks, flow.continues)
    returned = len(flow.returns)
    outside, frame.raised = frame.raised, []
    try:
        with expecting(frame, states[0], node, [handler.type for handler in node.handlers]):
            after = dispatch.run_body(frame, states, node.body, inner)
    finally:
        implicit, frame.raised = swallowing.interrupted(frame, frame.raised), outside
    if node.orelse is not None and after:
        after = dispatch.run_body(frame, after, node.orelse.body, flow)
    passed = after[0].copy() if after else None
    left = passed or next((item.state for item in flow.returns[returned:]), None)
    raised = [*caught(frame, inner.raises, node), *caught(frame, implicit, node)]
    unbound = _left_unbound(frame, node, raised)
    reached: set[cst.CSTNode] = set()
    # Of events that are known, a clause for others tells nothing.
    is_foreseen = not frame.interpreter.knows_event and not _does_nothing(node.body)
    if not raised and left is not None and is_foreseen:
        raised = _foreseen(node, before, left)
    for item in sorted(raised, key=lambda item: item.value is None):
        after += _handle(frame, item, node.handlers, flow, passed, reached, unbound)
    return after


def _does_nothing(body: cst.BaseSuite) -> bool:
    """Whether a body is `pass`, or constants alone."""
    return not any(
        isinstance(part, cst.BaseExpression) and not isinstance(part, _PLAIN) for part in nodes_in(body)
    )


_PLAIN = (cst.BaseNumber, cst.SimpleString, cst.Ellipsis)


def _foreseen(node: cst.CSTNode, before: list[State], left: State) -> list[Raise]:
    """Where nothing in a body is known to raise, its `except` clauses tell that something does, somewhere in it.

    `before` are the paths to the body, `left` is one out of it.
    """
    found: list[Raise] = []
    for state in before:
        path = left.copy()
        weaken_changes(path, state)
        path.heap["guess", id(node)] = OpenAnswer(True)  # it may be that nothing raises, after all
        found.append(Raise(path, None))
    return reduced(found)


def _left_unbound(
    frame: Frame, node: cst.Try | cst.TryStar, raised: Sequence[Raise]
) -> dict[cst.CSTNode, frozenset[str]]:
    """The names that are unbound wherever an `except` clause takes an exception, and that may be used after it."""
    names = swallowing.used_later(frame, node)
    names = names and names - swallowing.bound_before_an_exit(frame, node)
    found: dict[cst.CSTNode, frozenset[str]] = {}
    if not names or not raised or not swallowing.may_fail(frame, raised[0].state, node):
        return found
    for handler in node.handlers:
        wanted = UNKNOWN if handler.type is None else dispatch.peek(frame, raised[0].state, handler.type)
        taken = [
            item for item in raised if _takes(frame, item.state, handler, item.value, wanted) is not False
        ]
        found[handler] = swallowing.unbound_in_all(frame, names, taken)
    return found


def _takes(
    frame: Frame,
    state: State,
    handler: cst.ExceptHandler | cst.ExceptStarHandler,
    value: Value | None,
    wanted: Value,
) -> bool | None:
    return True if handler.type is None else _matches(frame, state, value, wanted)


def _is_question(body: cst.BaseSuite) -> bool:
    """Whether a `try` stands around nothing but a `json.dumps`: it asks whether that works, and knows what to do else.

    Around more, an `except` is for whatever may go wrong there.
    """
    match list(body.body):
        case [cst.SimpleStatementLine(body=[statement])]:
            return _dumps(statement)
        case [
            cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call()) as statement]),
            cst.SimpleStatementLine(
                body=[cst.Return(value=None | cst.Name()) | cst.Continue() | cst.Break()]
            ),
        ]:
            return _dumps(statement)
        case _:
            return False


@contextmanager
def expecting(
    frame: Frame, state: State, guard: Guard, exceptions: Sequence[cst.BaseExpression | None]
) -> Iterator[None]:
    """While the body of a statement runs that stands there for these exceptions: what raises one of them is no mistake.

    Around one statement alone, it asks whether that works, if it takes whatever that raises.
    """
    interpreter = frame.interpreter
    is_question = bool(exceptions) and (_is_question(guard.body) or any(map(_names_the_failure, exceptions)))
    names = frozenset(_names(*exceptions))
    interpreter.trying += 1
    frame.guards.append(guard)
    interpreter.probing += is_question
    asks = _is_one_step(guard.body) and any(_takes_all(frame, state, one) for one in exceptions)
    interpreter.expected.append(Expected(names, frame.function if asks else None))
    try:
        yield
    finally:
        interpreter.expected.pop()
        interpreter.probing -= is_question
        frame.guards.pop()
        interpreter.trying -= 1


def _is_one_step(body: cst.BaseSuite) -> bool:
    """Whether a block is one statement, be it in a `with`, a loop or a condition around nothing else."""
    match body.body:
        case [cst.With(body=inner) | cst.For(body=inner, orelse=None) | cst.If(body=inner, orelse=None)]:
            return _is_one_step(inner)
        case [cst.BaseCompoundStatement()]:
            return False
        case [cst.SimpleStatementLine(body=several)]:
            return len(several) == 1
        case several:
            return len(several) == 1


def _takes_all(frame: Frame, state: State, wanted: cst.BaseExpression | None) -> bool:
    """Whether an `except` takes all exceptions, or it is not known which."""
    if wanted is None:
        return True
    classes = class_facts.class_alternatives(state, dispatch.peek(frame, state, wanted))
    names = [class_facts.class_name_of(cls) for cls in classes]
    return any(
        name in ("builtins.Exception", "builtins.BaseException")
        or (name is None and not isinstance(cls, Reference))
        for name, cls in zip(names, classes, strict=True)
    )


def _dumps(node: cst.CSTNode) -> bool:
    return any(map(_is_dumps, nodes_in(node)))


def _is_dumps(node: cst.CSTNode) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name)):
            return name in ("dumps", "dump")
        case _:
            return False


def _names_the_failure(node: cst.BaseExpression | None) -> bool:
    """Whether an `except` names what `json.dumps`, or an operation, raises: then the call is a question, no mistake."""
    return not {"TypeError", "ParamValidationError"}.isdisjoint(_names(node))


def _names(*nodes: cst.BaseExpression | None) -> Iterator[str]:
    """The names of the exceptions that `except` clauses list."""
    for node in nodes:
        match node:
            case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
                yield name
            case cst.Tuple(elements=elements):
                yield from _names(*(element.value for element in elements))
            case _:
                pass


def _handle(
    frame: Frame,
    item: Raise,
    handlers: Sequence[cst.ExceptHandler | cst.ExceptStarHandler],
    flow: Flow,
    passed: State | None,
    reached: set[cst.CSTNode],
    unbound: Mapping[cst.CSTNode, frozenset[str]],
) -> list[State]:
    """The paths after the handlers that may take an exception; it goes on where none surely does.

    `passed` is a path without one; `reached` are the handlers that known exceptions have come to; `unbound` the names
    that have no value in them.
    """
    after: list[State] = []
    for handler in handlers:
        state = item.state.copy()
        wanted = UNKNOWN if handler.type is None else evaluate(frame, state, handler.type)
        if state.dead:
            continue
        takes = _takes(frame, state, handler, item.value, wanted)
        if takes is False:
            continue
        if item.value is not None:
            reached.add(handler)
        elif takes is None:
            if handler in reached:
                continue  # what is known to get there says enough
            if passed is not None:  # what the body does, it may have done: nothing tells that it fails before
                weaken_changes(state, passed)
        swallowing.keep(frame, state, unbound.get(handler, ()), handler)
        after += _run_handler(frame, state, handler, item.value, wanted, flow)
        if takes is True:
            return after
    flow.raises.append(item)
    return after


def _matches(frame: Frame, state: State, value: Value | None, wanted: Value) -> bool | None:
    if value is None or isinstance(value, Unknown):
        names = [class_facts.class_name_of(cls) for cls in class_facts.class_alternatives(state, wanted)]
        return (
            True if any(name in ("builtins.Exception", "builtins.BaseException") for name in names) else None
        )
    return class_facts.is_instance(frame, state, value, wanted)


def _run_handler(
    frame: Frame,
    state: State,
    handler: cst.ExceptHandler | cst.ExceptStarHandler,
    value: Value | None,
    wanted: Value,
    flow: Flow,
) -> list[State]:
    """The paths after an `except` block, with the exception bound to its name while it runs."""
    caught = value if value is not None else caught_value(frame, state, wanted, handler)
    if isinstance(caught, Instance) and caught.origin is None:  # raised by an operation, not by a statement
        caught = replace(caught, origin=_caught_at(frame, handler))
    name = (
        handler.name.name.value
        if handler.name is not None and isinstance(handler.name.name, cst.Name)
        else None
    )
    if isinstance(handler, cst.ExceptStarHandler):
        caught = Instance("builtins.ExceptionGroup", origin=frame.step(handler))
    if name is not None:
        caught = naming.as_itself(caught)
        iterating.bind_name(frame, state, name, caught)
    outer, frame.handled = frame.handled, caught
    after = dispatch.run_body(frame, [state], handler.body, flow)
    frame.handled = outer
    if name is not None:
        for path in after:
            path.unbind(frame.scope, name)
        swallowing.deleted(frame, after, handler, name)
    return after


def _caught_at(frame: Frame, handler: cst.ExceptHandler | cst.ExceptStarHandler) -> Step:
    return frame.step(handler.name if handler.name is not None else handler, "caught here")


def caught_value(
    frame: Frame, state: State, wanted: Value, handler: cst.ExceptHandler | cst.ExceptStarHandler
) -> Value:
    """What `except wanted as e` binds: an exception of one of those classes, whatever is not known of it."""
    origin = _caught_at(frame, handler)
    found: list[Value] = []
    for cls in class_facts.class_alternatives(state, wanted):
        name = class_facts.class_name_of(cls)
        if isinstance(cls, TupleValue) or (name is None and not isinstance(cls, Reference)):
            found.append(Instance("builtins.Exception", origin=origin))
        elif name is not None:
            found.append(Instance(name, origin=origin))
        elif is_class(state, cls):
            found.append(_opaque_instance(frame, state, cls, handler))
        else:
            found.append(UNKNOWN)
    return join_all(found) if found else Instance("builtins.Exception", origin=origin)


def _opaque_instance(
    frame: Frame, state: State, cls: Value, handler: cst.ExceptHandler | cst.ExceptStarHandler
) -> Value:
    assert isinstance(cls, Reference)
    site = frame.site(handler, "exception")
    state.heap[site] = InstanceObject(cls.site, {}, None, open=True)
    return Reference(site, frame.step(handler, "caught here"))
