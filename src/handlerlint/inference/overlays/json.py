"""json: `loads`, and what `dumps` would fail at, with `default=` and `cls=` as they really convert."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from handlerlint.inference.checks import serializability
from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Container, State, lose
from handlerlint.inference.domain.problem import FATAL, DumpCall, Problem
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNBOUND,
    UNKNOWN,
    Constant,
    FunctionValue,
    Instance,
    Json,
    Reference,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    members,
)
from handlerlint.inference.objects import attributes, class_facts
from handlerlint.records import dataclass

#: What fails whatever the options and the other parts of the value are.
_CERTAIN = frozenset({"value", "key", "coroutine", "circular"})
#: Parts of parts that are looked at for whether a call surely fails.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class DumpOutcome:
    """Whether a `json.dumps` certainly fails, whether it may, and with which exception."""

    fails: bool
    may_fail: bool = False
    error: str = "builtins.TypeError"


def _judged(call: Call, value: Value) -> DumpOutcome:
    """Judge a call of `json.dumps` or `json.dump`; what fails is noted for the rules."""
    frame, state, node = call.frame, call.state, call.node
    convert, known = _converter(call)
    known = known and not any(owner.startswith("json") for owner, _ in frame.machine.patched)
    if not known:
        return DumpOutcome(False)
    walk = serializability.Walk(
        frame,
        state,
        "json",
        convert,
        # What is not known is taken as the one of the two at which nothing fails.
        skip_keys=_option(call, "skipkeys", default=False, unknown=True),
        allow_nan=_option(call, "allow_nan", default=True, unknown=True),
        sort_keys=_option(call, "sort_keys", default=False, unknown=False),
    )
    failing: list[bool] = []
    found: list[Problem] = []
    for member in members(value):
        if member is UNBOUND:
            continue
        own = list(serializability.walk_value(walk, member, "", (), 0))
        failing.append(_certainly_fails(walk, member, 0))
        found += own
    if found and isinstance(node, (cst.Call, cst.Decorator)):
        record = DumpCall(frame.module.file, node, call.name, tuple(found))
        frame.machine.note_dump(record)
    fatal = [problem for problem in found if problem.kind in FATAL]
    is_value_error = bool(fatal) and all(problem.kind in ("circular", "range") for problem in fatal)
    error = "builtins.ValueError" if is_value_error else "builtins.TypeError"
    return DumpOutcome(bool(failing) and all(failing), bool(fatal), error)


def _option(call: Call, name: str, *, default: bool, unknown: bool) -> bool:
    """Whether an option is on; `unknown` where its value is not known."""
    value = call.argument(name)
    if value is None:
        return default
    return bool(value.value) if isinstance(value, Constant) else unknown


def _certainly_fails(walk: serializability.Walk, value: Value, depth: int) -> bool:
    """Whether the call cannot succeed: some part that is surely there is not serializable.

    Into containers we look only where somebody may catch the exception. Elsewhere the invocation ends here, and
    it is of more use to say what is wrong behind this call, too.
    """
    if depth > (_DEEPEST if walk.frame.machine.trying else 0):
        return False
    match value:
        case UnionValue():
            return all(_certainly_fails(walk, member, depth) for member in value.members)
        case TupleValue():
            return any(_certainly_fails(walk, item, depth + 1) for item in value.items)
        case Reference():
            record = walk.state.heap.get(value.site)
            if isinstance(record, Container) and serializability.serializes(record):
                present = [
                    item for key, item, maybe in record.items_by_key() if key is not None and not maybe
                ]
                return any(_certainly_fails(walk, item, depth + 1) for item in present)
        case _:
            pass
    found = serializability.walk_value(walk, value, "", (), depth)
    return any(problem.path == "" and problem.kind in _CERTAIN for problem in found)


def _converter(call: Call) -> tuple[Callable[[Value], Value | None] | None, bool]:
    """What `default=` or `cls=` makes of a value that fails; false when that is not known."""
    frame, state, node = call.frame, call.state, call.node
    function, encoder = call.argument("default"), call.argument("cls")
    if encoder is not None and encoder != NONE:
        found, known = _encoder_default(frame, state, encoder)
        if not known:
            return None, False
        if found is None:
            return (None, True) if function is None else (None, False)
        instance = Instance("json.encoder.JSONEncoder")
        return _calling(frame, state, found, (instance,), node), True
    if function is None or function == NONE:
        return None, True
    if isinstance(function, (Unknown, UnionValue)):
        return None, False
    return _calling(frame, state, function, (), node), True


def _encoder_default(frame: Frame, state: State, encoder: Value) -> tuple[Value | None, bool]:
    """The `default` method of an encoder class of the project; (None, True) if it is json's own."""
    name = class_facts.class_name_of(encoder)
    if name is not None:
        return None, name in ("json.encoder.JSONEncoder", "json.JSONEncoder")
    if not isinstance(encoder, Reference):
        return None, False
    order, complete = class_facts.resolution_order(frame, state, encoder)
    if not complete or not all(
        isinstance(cls, tuple) or cls in ("json.encoder.JSONEncoder", "builtins.object") for cls in order
    ):
        return None, False
    for special in ("encode", "iterencode", "__init__"):
        own, _ = attributes.find_in_class(frame, state, encoder, special)
        if own is not None and not isinstance(own, (Unknown, StubValue)):
            return None, False
    found, _ = attributes.find_in_class(frame, state, encoder, "default")
    if found is None or isinstance(found, (Unknown, StubValue)):
        return None, True
    return found, isinstance(found, FunctionValue)


def _calling(
    frame: Frame, state: State, function: Value, first: tuple[Value, ...], node: cst.CSTNode
) -> Callable[[Value], Value | None]:
    def convert(value: Value) -> Value | None:
        path = state.copy()
        outer, frame.context = frame.context, frame.machine.context(frame.context, node, value)
        converted = dispatch.call(frame, path, function, Arguments((*first, value)), node)
        frame.context = outer
        if converted is NEVER:
            return None
        for site, record in path.heap.changed():
            if state.heap.peek(site) is None:
                state.heap[site] = record
        return converted

    return convert


@native("json.loads", "json.load")
def _loads(call: Call) -> Value | None:
    may_raise(call.frame, call.state)
    if call.passed - {"s", "fp"}:
        return UNKNOWN  # object_hook, parse_float, cls: what these make is not JSON any more
    return Json(("json", id(call.node), call.frame.context), call.frame.step(call.node))


@native("json.dumps", "json.dump")
def _dumps(call: Call) -> Value | None:
    value = call.required("obj")
    origin = call.frame.step(call.node)
    result = NONE if call.name == "json.dump" else Instance("builtins.str", origin=origin, is_true=True)
    outcome = _judged(call, value)
    if outcome.fails:
        may_raise(call.frame, call.state, Instance(outcome.error, origin=origin))
        return NEVER
    if outcome.may_fail and call.frame.machine.trying:
        # Somebody may catch it: who comes past here has something that serializes.
        may_raise(call.frame, call.state, Instance(outcome.error, origin=origin))
        lose(call.state, (value,))
    return result
