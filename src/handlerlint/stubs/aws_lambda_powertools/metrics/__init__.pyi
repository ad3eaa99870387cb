# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/metrics/
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum
from typing import Any, TypeVar, overload

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

class MetricUnit(Enum):
    Seconds = "Seconds"
    Microseconds = "Microseconds"
    Milliseconds = "Milliseconds"
    Bytes = "Bytes"
    Kilobytes = "Kilobytes"
    Megabytes = "Megabytes"
    Percent = "Percent"
    Count = "Count"

class Metrics:
    # The decorator leaves the handler's result as it is.
    @overload
    def log_metrics(self, lambda_handler: _Handler, *args: Any, **options: Any) -> _Handler: ...
    @overload
    def log_metrics(
        self, lambda_handler: None = ..., *args: Any, **options: Any
    ) -> Callable[[_Handler], _Handler]: ...
    def add_metric(self, name: str, unit: Any, value: float, resolution: Any = ...) -> None: ...
    def add_dimension(self, name: str, value: str) -> None: ...
    def add_metadata(self, key: str, value: Any) -> None: ...
    def set_default_dimensions(self, **dimensions: Any) -> None: ...
    def flush_metrics(self, raise_on_empty_metrics: bool = ...) -> None: ...

def single_metric(*args: Any, **options: Any) -> AbstractContextManager[Any]: ...
