"""aws_embedded_metrics: `metric_scope`, which passes a logger to the handler that asks for one."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, native
from handlerlint.inference.domain.values import NONE, UNKNOWN, FunctionValue, Instance, Native, Partial, Value

_METRICS_LOGGER = Instance("aws_embedded_metrics.logger.metrics_logger.MetricsLogger")


@native("aws_embedded_metrics.metric_scope.metric_scope")
def _metric_scope(call: Call) -> Value | None:
    function = call.arguments.get(0, "fn")
    return Native("metric_scope") if function in (None, NONE) else _with_metrics(function)


@native("metric_scope")
def _metric_scope_with_options(call: Call) -> Value | None:
    return _with_metrics(call.arguments.get(1))


def _with_metrics(function: Value | None) -> Value:
    """A parameter named `metrics` gets a logger; all else stays as it is."""
    if not isinstance(function, FunctionValue):
        return UNKNOWN
    parameters = function.node.params
    named = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
    if not any(parameter.name.value == "metrics" for parameter in named):
        return function
    return Partial(function, (), (("metrics", _METRICS_LOGGER),))
