"""What a call that serializes would fail at, and how it goes on: of `json.dumps`, of other serializers, of DynamoDB.

Asked by the overlays of the libraries that serialize; what fails is noted for the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import libcst as cst

from handlerlint.inference.checks import serializability
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call
from handlerlint.inference.domain import feasibility
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Container, State, lose
from handlerlint.inference.domain.join import SURMISED
from handlerlint.inference.domain.problem import FATAL, DumpCall, Problem, Serializer
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    NEVER,
    UNBOUND,
    Constant,
    Instance,
    Reference,
    TupleValue,
    UnionValue,
    Value,
)
from handlerlint.inference.effects import deferred
from handlerlint.records import dataclass

Converter = Callable[[Value], "Value | None"]

#: What fails whatever the options and the other parts of the value are.
_CERTAIN = frozenset({"value", "key", "coroutine", "circular"})
#: Parts of parts that are looked at for whether a call surely fails.
_DEEPEST = 6


def dump(
    call: Call, walk: Walk, parts: Mapping[str, Value], function: str, result: Value | None = None
) -> Value | None:
    """What a call gives that serializes `parts`, each shown under its path; what fails in it is noted.

    That is `result` unless it certainly fails.
    """
    frame, state = call.frame, call.state
    outcome = _judged(call, walk, parts, function)
    error = Instance(outcome.error, origin=frame.step(call.node))
    if outcome.fails:
        may_raise(frame, state, error)
        return NEVER
    if outcome.may_fail and frame.interpreter.trying:
        # Somebody may catch it: who comes past here has something that serializes.
        may_raise(frame, state, error)
        lose(state, tuple(parts.values()))
    return result


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Whether a call certainly fails, whether it may, and with which exception."""

    fails: bool
    may_fail: bool
    error: str


def _judged(call: Call, walk: Walk, parts: Mapping[str, Value], function: str) -> _Outcome:
    fails = False
    found: list[Problem] = []
    for path, value in parts.items():
        failing: list[bool] = []
        for member in members(value):
            if member is not UNBOUND:
                found += serializability.walk_value(walk, member, path, (), 0)
                failing.append(_certainly_fails(walk, member, path, 0))
        fails = fails or (bool(failing) and all(failing))
    if walk.serializer == "client":  # simplejson in the program's own hands: what `json` takes is not asked
        found = [problem for problem in found if problem.kind in FATAL]
    if isinstance(call.node, (cst.Call, cst.Decorator)):
        note(call, found, function, walk.serializer)
    fatal = [problem for problem in found if problem.kind in FATAL]
    is_value_error = bool(fatal) and all(problem.kind in ("circular", "range") for problem in fatal)
    return _Outcome(fails, bool(fatal), "builtins.ValueError" if is_value_error else "builtins.TypeError")


def note(call: Call, problems: Iterable[Problem], function: str, serializer: Serializer) -> None:
    """Note that a path has come to a call that serializes, and what is wrong with its arguments there."""
    calls = call.frame.calls()
    assumed = feasibility.assumed_on(call.state)
    record = DumpCall(
        *(call.frame.module.file, call.node, function, tuple(problems), serializer, calls, assumed),
        call.state.visited,
    )
    if SURMISED not in call.state.heap:
        call.frame.interpreter.note_dump(record)


def option(call: Call, name: str, *, default: bool, unknown: bool) -> bool:
    """Whether an option is on; `unknown` where its value is not known."""
    value = call.argument(name)
    if value is None:
        return default
    return bool(value.value) if isinstance(value, Constant) else unknown


def _certainly_fails(walk: Walk, value: Value, path: str, depth: int) -> bool:
    """Whether the call cannot succeed: some part that is surely there is not serializable.

    Into containers we look only where somebody may catch the exception. Elsewhere the invocation ends here, and
    it is of more use to say what is wrong behind this call, too.
    """
    if depth > (_DEEPEST if walk.frame.interpreter.trying else 0):
        return False
    match value:
        case UnionValue():
            return all(_certainly_fails(walk, member, path, depth) for member in value.members)
        case TupleValue():
            return any(_certainly_fails(walk, item, path, depth + 1) for item in value.items)
        case Reference():
            record = walk.state.heap.get(value.site)
            if isinstance(record, Container) and record.serializes:
                present = [
                    item for key, item, maybe in record.items_by_key() if key is not None and not maybe
                ]
                return any(_certainly_fails(walk, item, path, depth + 1) for item in present)
        case _:
            pass
    found = serializability.walk_value(walk, value, path, (), depth)
    return any(problem.path == path and problem.kind in _CERTAIN for problem in found)


def calling(
    frame: Frame, state: State, function: Value, first: tuple[Value, ...], node: cst.CSTNode
) -> Converter:
    """What a function makes of a value that a serializer does not take, as `default=` is called."""

    def convert(value: Value) -> Value | None:
        path = state.copy()
        outer, frame.context = frame.context, frame.interpreter.context(frame.context, node, value)
        given = Arguments((*first, value))
        frame.interpreter.peeking += 1  # what fails in there is told of the value that it fails for
        paths, effect = deferred.effect_of(path, lambda: dispatch.invoke(frame, path, function, given, node))
        frame.interpreter.peeking -= 1
        converted = dispatch.joined(frame, path, paths)
        frame.context = outer
        effect.lose(state, (value,))
        if converted is NEVER:
            return None
        for site, record in path.heap.changed():
            if state.heap.peek(site) is None:
                state.heap[site] = record
        return converted

    return convert
