# datadog-lambda 8.130, https://docs.datadoghq.com/serverless/aws_lambda/
# What the handler returns is returned as it is (wrapper.py, `__call__`).
from collections.abc import Callable
from typing import Any, TypeVar

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

def datadog_lambda_wrapper(func: _Handler) -> _Handler: ...
