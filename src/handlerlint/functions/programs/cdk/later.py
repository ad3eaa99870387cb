"""What a CDK application changes of a function after it has made it; called by `python_apps` and `typescript_apps`."""

from __future__ import annotations

import re

from handlerlint.functions.model import LambdaFunction
from handlerlint.records import replace

# Layers that a function gets after it was made, or a list of layers that grows.
_ADDS_LAYERS = re.compile(rb"add_layers|addLayers|(?i:layers?)\w*\s*(?:\.(?:append|extend|insert)\(|\+=)")
# docs.aws.amazon.com/cdk/v2/guide/cfn-layer.html, "Escape hatches".
_OVERRIDES_HANDLER = re.compile(
    rb"""add_?(?:property_?)?override\(\s*[frb]*["'`](?:Properties\.)?(?:Handler|Runtime|Code)\b""",
    re.IGNORECASE,
)


def changed_later(function: LambdaFunction, source: bytes) -> LambdaFunction:
    """The function as the source that makes it leaves it: with more layers, or with a handler that is not known."""
    if _ADDS_LAYERS.search(source):
        function = replace(function, unknown_layers=(*function.unknown_layers, "layers that are added later"))
    if _OVERRIDES_HANDLER.search(source):
        reason = "an override of the template may change the handler"
        function = replace(function, handler=None, unresolved=function.unresolved or reason)
    return function
