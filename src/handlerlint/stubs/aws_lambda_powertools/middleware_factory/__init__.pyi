# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/middleware_factory/
# What the middleware returns is the handler's result: nothing is known of it here.
from typing import Any

def lambda_handler_decorator(decorator: Any = ..., trace_execution: bool | None = ...) -> Any: ...
