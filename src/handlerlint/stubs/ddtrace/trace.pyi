# ddtrace 4.16, https://ddtrace.readthedocs.io/
# `wrap` leaves the result of what it wraps as it is.
from collections.abc import Callable
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

class Tracer:
    def wrap(
        self, name: str | None = ..., *args: Any, **options: Any
    ) -> Callable[[_Function], _Function]: ...
    def trace(self, name: str, *args: Any, **options: Any) -> Any: ...
    def current_span(self) -> Any: ...
    def current_root_span(self) -> Any: ...

tracer: Tracer
