"""What a wrapper script does to a function: it may start something else than its handler. Called by `discovery`."""

from __future__ import annotations

from handlerlint.functions.model import WRAPPER, LambdaFunction
from handlerlint.records import replace

# Wrappers that load the function's own handler string in the end; any other may take it for anything.
_TRANSPARENT = ("/opt/otel-", "/opt/datadog", "/opt/newrelic", "/opt/lumigo", "/opt/dynatrace")


def wrapped(function: LambdaFunction) -> LambdaFunction:
    """The function, with what its wrapper may bring or start instead of the handler; a container image has none."""
    wrapper = function.environment.get(WRAPPER, "")
    if wrapper == "" or function.is_image or (wrapper or "").startswith(_TRANSPARENT):
        return function
    if wrapper is not None and wrapper.endswith("/bootstrap"):
        # The Lambda Web Adapter starts the handler as a program of its own
        # (github.com/awslabs/aws-lambda-web-adapter, "Lambda functions packaged as Zip package").
        reason = f"`{WRAPPER}` starts the handler as a program"
        return replace(function, unresolved=function.unresolved or reason)
    return replace(function, build=function.build or WRAPPER)
