# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/api_gateway/
# `resolve` turns whatever a route returns into a response that serializes; the routes themselves stay as they are.
from collections.abc import Callable
from enum import Enum
from typing import Any, Generic, TypeVar

_Route = TypeVar("_Route", bound=Callable[..., Any])
_Body = TypeVar("_Body")

class ProxyEventType(Enum):
    APIGatewayProxyEvent = "APIGatewayProxyEvent"
    APIGatewayProxyEventV2 = "APIGatewayProxyEventV2"
    ALBEvent = "ALBEvent"
    BedrockAgentEvent = "BedrockAgentEvent"
    VPCLatticeEvent = "VPCLatticeEvent"
    VPCLatticeEventV2 = "VPCLatticeEventV2"
    LambdaFunctionUrlEvent = "LambdaFunctionUrlEvent"

class CORSConfig: ...

class Response(Generic[_Body]):
    status_code: int
    content_type: str | None
    body: _Body | None
    base64_encoded: bool
    compress: bool | None
    # `content_type` is put among them.
    headers: dict[str, Any]
    def __init__(
        self,
        status_code: int,
        content_type: str | None = ...,
        body: _Body | None = ...,
        headers: Any = ...,
        cookies: Any = ...,
        compress: bool | None = ...,
    ) -> None: ...
    def is_json(self) -> bool: ...

class BaseRouter:
    current_event: Any
    lambda_context: Any
    context: dict[str, Any]
    def route(self, rule: str, *args: Any, **options: Any) -> Callable[[_Route], _Route]: ...
    def get(self, rule: str, *args: Any, **options: Any) -> Callable[[_Route], _Route]: ...
    def post(self, rule: str, *args: Any, **options: Any) -> Callable[[_Route], _Route]: ...
    def put(self, rule: str, *args: Any, **options: Any) -> Callable[[_Route], _Route]: ...
    def delete(self, rule: str, *args: Any, **options: Any) -> Callable[[_Route], _Route]: ...
    def patch(self, rule: str, *args: Any, **options: Any) -> Callable[[_Route], _Route]: ...
    def head(self, rule: str, *args: Any, **options: Any) -> Callable[[_Route], _Route]: ...
    def use(self, middlewares: list[Callable[..., Any]]) -> None: ...
    def append_context(self, **additional_context: Any) -> None: ...

class Router(BaseRouter): ...

class ApiGatewayResolver(BaseRouter):
    def __init__(
        self,
        proxy_type: Any = ...,
        cors: CORSConfig | None = ...,
        debug: bool | None = ...,
        serializer: Any = ...,
        strip_prefixes: Any = ...,
        enable_validation: bool = ...,
        **options: Any,
    ) -> None: ...
    def resolve(self, event: Any, context: Any) -> dict[str, Any]: ...
    def __call__(self, event: Any, context: Any) -> dict[str, Any]: ...
    def include_router(self, router: Router, prefix: str | None = ...) -> None: ...
    def exception_handler(self, exc_class: Any) -> Callable[[_Route], _Route]: ...
    def not_found(self, func: Any = ...) -> Any: ...
    def enable_swagger(self, **options: Any) -> None: ...

class APIGatewayRestResolver(ApiGatewayResolver):
    def __init__(
        self,
        cors: CORSConfig | None = ...,
        debug: bool | None = ...,
        serializer: Any = ...,
        strip_prefixes: Any = ...,
        enable_validation: bool = ...,
        **options: Any,
    ) -> None: ...

class APIGatewayHttpResolver(ApiGatewayResolver):
    def __init__(
        self,
        cors: CORSConfig | None = ...,
        debug: bool | None = ...,
        serializer: Any = ...,
        strip_prefixes: Any = ...,
        enable_validation: bool = ...,
        **options: Any,
    ) -> None: ...

class ALBResolver(ApiGatewayResolver):
    def __init__(
        self,
        cors: CORSConfig | None = ...,
        debug: bool | None = ...,
        serializer: Any = ...,
        strip_prefixes: Any = ...,
        enable_validation: bool = ...,
        **options: Any,
    ) -> None: ...
