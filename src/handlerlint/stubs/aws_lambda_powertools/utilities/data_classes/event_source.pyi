# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
# Wraps the event before the handler sees it; the handler's result stays as it is.
from collections.abc import Callable
from typing import Any, TypeVar, overload

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

@overload
def event_source(handler: _Handler, *args: Any, **options: Any) -> _Handler: ...
@overload
def event_source(handler: None = ..., *args: Any, **options: Any) -> Callable[[_Handler], _Handler]: ...
