"""crhelper 2.0: functions that are called for events of CloudFormation's custom resources."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import UNKNOWN, Value
from handlerlint.inference.interpreter import routes

_CRHELPER = ("create", "update", "delete", "poll_create", "poll_update", "poll_delete")


@native(*(f"crhelper.resource_helper.CfnResource.{event}" for event in _CRHELPER))
def _custom_resource(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    function = arguments.get(0, "func") or UNKNOWN
    routes.register(frame, function)
    return function
