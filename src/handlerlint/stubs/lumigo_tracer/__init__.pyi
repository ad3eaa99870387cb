# lumigo-tracer 1.1, https://github.com/lumigo-io/python_tracer
# What the handler returns is returned as it is (lambda_tracer/tracer.py).
from collections.abc import Callable
from typing import Any, TypeVar

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

def lumigo_tracer(*args: Any, **options: Any) -> Callable[[_Handler], _Handler]: ...
