# tenacity 9.2, https://tenacity.readthedocs.io/
# With `reraise=True` what the last attempt returns or raises is handed on as it is; else a failure is a RetryError.
# A predicate on results decides which of them are ever seen, and a callback may put another in their place.
from collections.abc import Callable
from typing import Any, Literal, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])

class RetryError(Exception):
    last_attempt: Any

class TryAgain(Exception): ...
class retry_base: ...

class retry_if_exception(retry_base):
    def __init__(self, *args: Any, **options: Any) -> None: ...

class retry_if_exception_type(retry_if_exception): ...
class retry_if_not_exception_type(retry_if_exception): ...
class retry_if_exception_message(retry_if_exception): ...

@overload
def retry(
    *,
    reraise: Literal[True],
    retry: retry_if_exception = ...,
    retry_error_callback: None = ...,
    sleep: Any = ...,
    stop: Any = ...,
    wait: Any = ...,
    before: Any = ...,
    after: Any = ...,
    before_sleep: Any = ...,
) -> Callable[[_Function], _Function]: ...
@overload
def retry(*args: Any, **options: Any) -> Any: ...
