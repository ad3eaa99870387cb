# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/typing/
# A name for annotations: what a handler gets is the runtime client's own LambdaContext.
from typing import Any

class LambdaContext:
    function_name: str
    function_version: str
    invoked_function_arn: str
    # The runtime client hands on the environment variable: a str, whatever this class declares.
    memory_limit_in_mb: Any
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    identity: Any
    client_context: Any
    @staticmethod
    def get_remaining_time_in_millis() -> int: ...
