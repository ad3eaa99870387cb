# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/
# What becomes of a handler: inference/wrappers.py. A second call of a function with the same key gives the stored
# JSON of the first result: nothing is known of what comes back.
from typing import Any

def idempotent(handler: Any = ..., **options: Any) -> Any: ...

idempotent_function: Any
