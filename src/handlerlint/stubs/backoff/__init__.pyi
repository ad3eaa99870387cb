# backoff 2.2, https://github.com/litl/backoff
# What the last attempt returns or raises is handed on as it is, unless it is told to give up quietly.
from collections.abc import Callable
from typing import Any, Literal, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])

@overload
def on_exception(
    wait_gen: Any,
    exception: Any,
    *,
    max_tries: Any = ...,
    max_time: Any = ...,
    jitter: Any = ...,
    giveup: Any = ...,
    on_success: Any = ...,
    on_backoff: Any = ...,
    on_giveup: Any = ...,
    raise_on_giveup: Literal[True] = ...,
    factor: Any = ...,
    base: Any = ...,
    max_value: Any = ...,
    interval: Any = ...,
    logger: Any = ...,
) -> Callable[[_Function], _Function]: ...
@overload
def on_exception(*args: Any, **options: Any) -> Any: ...
def on_predicate(*args: Any, **options: Any) -> Any: ...
def expo(*args: Any, **options: Any) -> Any: ...
def fibo(*args: Any, **options: Any) -> Any: ...
def constant(*args: Any, **options: Any) -> Any: ...
def full_jitter(value: float) -> float: ...
def random_jitter(value: float) -> float: ...
