"""json: `loads`, and what `dumps` would fail at, with `default=` and `cls=` as they really convert."""

from __future__ import annotations

import json

from handlerlint.inference.checks import dumping
from handlerlint.inference.checks.walk import Walk
from handlerlint.inference.core import allocation
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.heap import InstanceObject, State
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    Constant,
    FunctionValue,
    Instance,
    Json,
    Reference,
    StubValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_sent,
)
from handlerlint.inference.effects import deferred
from handlerlint.inference.objects import attributes, class_facts, operators
from handlerlint.inference.stubs.types import LiteralType

_ENCODER = "json.encoder.JSONEncoder"
_PLAIN = LiteralType("plain", "builtins.str")
#: Options of an encoder that change the text alone.
_NEUTRAL = frozenset({"ensure_ascii", "check_circular", "indent", "separators"})


@overlay("json.loads", "json.load")
def _loads(call: Call) -> Value | None:
    """Decoded JSON; of a known text that holds nothing, what that is."""
    given = members(call.argument("s") or NEVER)
    is_text = given and all(
        isinstance(member, Instance) and member.class_name == "builtins.str" for member in given
    )
    if _is_no_json(given):
        return operators.fails(call.frame, call.state, ValueError, call.node)
    error = Instance("json.decoder.JSONDecodeError", origin=call.frame.step(call.node)) if is_text else None
    may_raise(call.frame, call.state, error)
    if call.passed - {"s", "fp"}:
        return None  # object_hook, parse_float, cls: what these make is not JSON any more
    if (empty := _decoded(call, given)) is not None:
        return empty
    sent = call.frame.interpreter.sent
    if any(is_sent(member, sent) for member in given):
        sent.add(id(call.node))
    made = Json(("json", id(call.node), call.frame.context), call.frame.step(call.node))
    text = terms.own_term(given[0]) if len(given) == 1 and call.name == "json.loads" else None
    if text is not None:
        naming.decoded(call.state, text, made)
    return made


def _decoded(call: Call, given: tuple[Value, ...]) -> Value | None:
    """What is in a known text that holds nothing (`json.loads(event.get("body") or "{}")`), or one scalar."""
    match given:
        case (Constant(value=str() as text),):
            found = json.loads(text)
            if found == {}:
                return allocation.new_dict(call.frame, call.state, call.node)
            if found == []:
                return allocation.new_list(call.frame, call.state, call.node, ())
            return None if isinstance(found, (dict, list)) else constant(found, call.frame.step(call.node))
        case _:
            return None


def _is_no_json(given: tuple[Value, ...]) -> bool:
    """Whether a known text certainly is no JSON."""
    match given:
        case (Constant(value=str() as text),):
            try:
                json.loads(text)
            except (ValueError, RecursionError):
                return True
    return False


@overlay("json.dumps", "json.dump")
def _dumps(call: Call) -> Value | None:
    value = call.required("obj")
    origin = call.frame.step(call.node)
    result = NONE if call.name == "json.dump" else Instance("builtins.str", origin=origin, is_true=True)
    convert, known = _converter(call)
    if not known or _is_patched(call):
        return result
    walk = Walk(
        call.frame,
        call.state,
        "json",
        convert,
        # What is not known is taken as the one of the two at which nothing fails.
        skip_keys=dumping.option(call, "skipkeys", default=False, unknown=True),
        allow_nan=dumping.option(call, "allow_nan", default=True, unknown=True),
        sort_keys=dumping.option(call, "sort_keys", default=False, unknown=False),
    )
    return dumping.dump(call, walk, {"": value}, call.name, result)


def _is_patched(call: Call) -> bool:
    return any(owner.startswith("json") for owner, _ in call.frame.interpreter.patched)


def _converter(call: Call) -> tuple[dumping.Converter | None, bool]:
    """What `default=` or `cls=` makes of a value that fails; false when that is not known."""
    frame, state, node = call.frame, call.state, call.node
    function, encoder = call.argument("default"), call.argument("cls")
    if encoder is not None and encoder != NONE:
        found, known = _encoder_default(frame, state, encoder)
        if not known:
            return None, False
        if found is None:
            return (None, True) if function is None else (None, False)
        assert isinstance(encoder, Reference)
        made = ("encoder", id(node), frame.context)
        state.heap[made] = InstanceObject(encoder.site, {}, open=True)
        return dumping.calling(frame, state, found, (Reference(made),), node), True
    if function is None or function == NONE:
        return None, True
    if isinstance(function, (Unknown, UnionValue)):
        return None, False
    return dumping.calling(frame, state, function, (), node), True


def _encoder_default(frame: Frame, state: State, encoder: Value) -> tuple[Value | None, bool]:
    """The `default` method of an encoder class of the project; (None, True) if it is json's own."""
    name = class_facts.class_name_of(encoder)
    if name is not None:
        return None, name in (_ENCODER, "json.JSONEncoder")
    if not isinstance(encoder, Reference):
        return None, False
    order, complete = class_facts.resolution_order(frame, state, encoder)
    if not complete or not all(
        isinstance(cls, tuple) or cls in (_ENCODER, "builtins.object") for cls in order
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


@overlay(_ENCODER)
def _make_encoder(call: Call) -> Value | None:
    """An encoder of json's own; of one with options that matter nothing more is known."""
    return Instance(_ENCODER, () if call.passed - _NEUTRAL else (_PLAIN,), call.frame.step(call.node))


@overlay(f"{_ENCODER}.encode")
def _encode(call: Call) -> Value | None:
    """`JSONEncoder().encode(value)`, also of a subclass with a `default` of its own."""
    function = call.function
    receiver = function.receiver if isinstance(function, StubValue) else None
    receiver = call.argument("self") if receiver is None else receiver
    result = Instance("builtins.str", origin=call.frame.step(call.node), is_true=True)
    if receiver is None or _is_patched(call):
        return result
    convert: dumping.Converter | None = None
    if terms.nameless(receiver) != Instance(_ENCODER, (_PLAIN,)):
        record = call.state.object_of(receiver)
        if not isinstance(record, InstanceObject) or "default" in record.attributes:
            return result
        found, known = _encoder_default(call.frame, call.state, Reference(record.cls))
        if not known or found is None:  # one without a `default` may be given one when it is made
            deferred.lose_to_base_class(call.frame, call.state, call.name, receiver, call.node)
            return result
        convert = dumping.calling(call.frame, call.state, found, (receiver,), call.node)
    walk = Walk(call.frame, call.state, "json", convert)
    return dumping.dump(call, walk, {"": call.required("o")}, "JSONEncoder.encode", result)
