# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/appsync/
# `resolve` hands on what the resolver returned: nothing is known of it here.
from collections.abc import Callable
from typing import Any, TypeVar

_Resolver = TypeVar("_Resolver", bound=Callable[..., Any])

class AppSyncResolver:
    current_event: Any
    lambda_context: Any
    context: dict[str, Any]
    def __call__(self, event: Any, context: Any, data_model: Any = ...) -> Any: ...
    def resolve(self, event: Any, context: Any, data_model: Any = ...) -> Any: ...
    def resolver(
        self, type_name: str = ..., field_name: str | None = ...
    ) -> Callable[[_Resolver], _Resolver]: ...
    def include_router(self, router: Any) -> None: ...
