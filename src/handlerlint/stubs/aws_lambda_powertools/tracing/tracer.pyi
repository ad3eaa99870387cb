# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/tracer/
from collections.abc import Callable
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])

class Tracer:
    # Both decorators leave the result of what they wrap as it is.
    @overload
    def capture_lambda_handler(self, lambda_handler: _Function, *args: Any, **options: Any) -> _Function: ...
    @overload
    def capture_lambda_handler(
        self, lambda_handler: None = ..., *args: Any, **options: Any
    ) -> Callable[[_Function], _Function]: ...
    @overload
    def capture_method(self, method: _Function, *args: Any, **options: Any) -> _Function: ...
    @overload
    def capture_method(
        self, method: None = ..., *args: Any, **options: Any
    ) -> Callable[[_Function], _Function]: ...
    def put_annotation(self, key: str, value: Any) -> None: ...
    def put_metadata(self, key: str, value: Any, namespace: str | None = ...) -> None: ...
