# aws-durable-execution-sdk-python 3.0, https://docs.aws.amazon.com/durable-execution/sdk-reference/
# What becomes of the handler: inference/wrappers.py.
from typing import Any

def durable_execution(func: Any = ..., *, boto3_client: Any = ..., plugins: Any = ...) -> Any: ...
