# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/validation/
from collections.abc import Callable
from typing import Any, TypeVar, overload

from aws_lambda_powertools.utilities.validation.exceptions import (
    InvalidSchemaFormatError as InvalidSchemaFormatError,
    SchemaValidationError as SchemaValidationError,
)

_Handler = TypeVar("_Handler", bound=Callable[..., Any])

@overload
def validator(handler: _Handler, *args: Any, **options: Any) -> _Handler: ...
@overload
def validator(handler: None = ..., *args: Any, **options: Any) -> Callable[[_Handler], _Handler]: ...
def validate(event: Any, schema: Any, *args: Any, **options: Any) -> Any: ...
