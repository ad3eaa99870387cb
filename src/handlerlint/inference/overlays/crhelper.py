"""crhelper 2.0: functions that are called for events of CloudFormation's custom resources."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Value
from handlerlint.inference.interpreter import routes

_CRHELPER = ("create", "update", "delete", "poll_create", "poll_update", "poll_delete")


@overlay(*(f"crhelper.resource_helper.CfnResource.{event}" for event in _CRHELPER))
def _custom_resource(call: Call) -> Value | None:
    function = call.required("func")
    routes.register(call.frame, function)
    return function
