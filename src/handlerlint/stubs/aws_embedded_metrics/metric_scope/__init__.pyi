# aws-embedded-metrics 3.5, https://github.com/awslabs/aws-embedded-metrics-python
# The result stays as it is; a parameter named `metrics` gets a logger (inference/wrappers.py).
from collections.abc import Callable
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])

@overload
def metric_scope(fn: _Function, *, flush_on_yield: bool | None = ...) -> _Function: ...
@overload
def metric_scope(
    fn: None = ..., *, flush_on_yield: bool | None = ...
) -> Callable[[_Function], _Function]: ...
