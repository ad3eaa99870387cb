"""aws_embedded_metrics: `metric_scope`, which passes a logger to the handler that asks for one."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, decorator
from handlerlint.inference.domain.values import UNKNOWN, FunctionValue, Instance, Partial, Value

_METRICS_LOGGER = Instance("aws_embedded_metrics.logger.metrics_logger.MetricsLogger")


@decorator("aws_embedded_metrics.metric_scope.metric_scope", decorates="fn")
def _metric_scope(call: Call, function: Value) -> Value | None:
    """A parameter named `metrics` gets a logger; all else stays as it is."""
    if not isinstance(function, FunctionValue):
        return UNKNOWN
    parameters = function.node.params
    named = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
    if not any(parameter.name.value == "metrics" for parameter in named):
        return function
    return Partial(function, (), (("metrics", _METRICS_LOGGER),))
