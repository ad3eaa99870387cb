# aws-durable-execution-sdk-python 3.0, https://docs.aws.amazon.com/durable-execution/sdk-reference/
from aws_durable_execution_sdk_python.context import (
    DurableContext as DurableContext,
    durable_parallel_branch as durable_parallel_branch,
    durable_step as durable_step,
    durable_wait_for_callback as durable_wait_for_callback,
    durable_with_child_context as durable_with_child_context,
)
from aws_durable_execution_sdk_python.exceptions import (
    CallbackError as CallbackError,
    ChildContextError as ChildContextError,
    DurableExecutionsError as DurableExecutionsError,
    DurableOperationError as DurableOperationError,
    ExecutionError as ExecutionError,
    InvocationError as InvocationError,
    InvokeError as InvokeError,
    SerDesError as SerDesError,
    StepError as StepError,
    ValidationError as ValidationError,
    WaitForConditionError as WaitForConditionError,
)
from aws_durable_execution_sdk_python.execution import durable_execution as durable_execution
from aws_durable_execution_sdk_python.types import StepContext as StepContext
