# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
# Wraps the event before the handler sees it; the handler's result stays as it is.
from collections.abc import Callable
from typing import Any, TypeVar

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

def event_source(*, data_class: Any) -> Callable[[_Handler], _Handler]: ...
