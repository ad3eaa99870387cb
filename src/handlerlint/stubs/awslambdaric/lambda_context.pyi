# awslambdaric 4.2, https://github.com/aws/aws-lambda-python-runtime-interface-client (lambda_context.py)
# What comes from the environment is a str, `memory_limit_in_mb` too.
from typing import Any

class LambdaContext:
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    function_name: str
    memory_limit_in_mb: str
    function_version: str
    invoked_function_arn: str
    tenant_id: str | None
    client_context: ClientContext | None
    identity: CognitoIdentity
    def get_remaining_time_in_millis(self) -> int: ...
    def log(self, msg: Any) -> None: ...

class CognitoIdentity:
    cognito_identity_id: str | None
    cognito_identity_pool_id: str | None

class Client:
    installation_id: Any
    app_title: Any
    app_version_name: Any
    app_version_code: Any
    app_package_name: Any

class ClientContext:
    custom: Any
    env: Any
    client: Client | None
