# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/validation/
from typing import Any

class SchemaValidationError(Exception):
    message: str | None
    validation_message: str | None
    name: str | None
    path: Any
    value: Any

class InvalidSchemaFormatError(Exception): ...
