# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/parser/
# With an envelope the model is found inside the event: one model, a list of them, or None among them.
from collections.abc import Callable
from typing import Any, TypeVar, overload

_Model = TypeVar("_Model")
_Handler = TypeVar("_Handler", bound=Callable[..., Any])

@overload
def parse(event: Any, model: type[_Model], envelope: None = ...) -> _Model: ...
@overload
def parse(event: Any, model: Any, envelope: Any) -> Any: ...
@overload
def event_parser(handler: _Handler, *args: Any, **options: Any) -> _Handler: ...
@overload
def event_parser(handler: None = ..., *args: Any, **options: Any) -> Callable[[_Handler], _Handler]: ...
