"""Attributes that an object certainly does not have: of the raw event, and of modules of the standard library."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.values import Json, Value
from handlerlint.inference.interpreter import import_failures
from handlerlint.inference.objects import decoded_json


def of(frame: Frame, owner: Value, node: cst.Attribute) -> Failure | None:
    """Why an attribute certainly is not there; None where it is, or nothing is known."""
    if isinstance(owner, Json):
        return _of_json(frame, owner, node)
    return import_failures.attribute_of_library(frame, owner, node.attr.value, node)


def _of_json(frame: Frame, owner: Json, node: cst.Attribute) -> Failure | None:
    """`event.records`: no kind of JSON has such an attribute."""
    name = node.attr.value
    if owner.path is None or owner.path[0] != "json" or decoded_json.may_have(frame, name):
        return None
    is_event = owner.path[:2] == ("json", "event")
    if not is_event and not isinstance(owner.path[1], int):  # of `json.loads`
        return None
    what = "the event is decoded JSON" if owner.path == ("json", "event") else "this is decoded JSON"
    return Failure(
        frame.module.file,
        node,
        "AttributeError",
        f"'dict' object has no attribute '{name}'",
        f"{what}, a dict, and has no attribute `{name}`",
        f'write `["{name}"]`, or let a decorator make an object of the event'
        if is_event
        else f'write `["{name}"]`',
        premise="event" if is_event else None,
        is_question=True,
    )
