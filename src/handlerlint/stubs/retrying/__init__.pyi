# retrying 1.4, https://github.com/groodt/retrying
# What the last attempt returns or raises is handed on as it is, unless it is to be wrapped. A predicate on results
# decides which of them are ever seen.
from collections.abc import Callable
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])

class RetryError(Exception):
    last_attempt: Any

@overload
def retry(function: _Function, /) -> _Function: ...
@overload
def retry(
    *,
    stop: Any = ...,
    wait: Any = ...,
    stop_max_attempt_number: int | None = ...,
    stop_max_delay: int | None = ...,
    wait_fixed: int | None = ...,
    wait_random_min: int | None = ...,
    wait_random_max: int | None = ...,
    wait_incrementing_start: int | None = ...,
    wait_incrementing_increment: int | None = ...,
    wait_exponential_multiplier: float | None = ...,
    wait_exponential_max: int | None = ...,
    retry_on_exception: Any = ...,
) -> Callable[[_Function], _Function]: ...
@overload
def retry(*args: Any, **options: Any) -> Any: ...
