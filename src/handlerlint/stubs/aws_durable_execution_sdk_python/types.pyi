# aws-durable-execution-sdk-python 3.0, https://docs.aws.amazon.com/durable-execution/sdk-reference/
from typing import Any

from aws_durable_execution_sdk_python.context import DurableContext as DurableContext

class StepContext:
    logger: Any
    attempt: int
