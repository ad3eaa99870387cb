# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import (
    BaseProxyEvent,
    BaseRequestContext,
    BaseRequestContextV2,
    DictWrapper,
)

class APIGatewayEventAuthorizer(DictWrapper):
    scopes: list[str]
    principal_id: str
    integration_latency: int | None

class APIGatewayEventRequestContext(BaseRequestContext):
    connected_at: int | None
    connection_id: str | None
    event_type: str | None
    message_direction: str | None
    message_id: str | None
    operation_name: str | None
    route_key: str | None
    authorizer: APIGatewayEventAuthorizer

class APIGatewayProxyEvent(BaseProxyEvent):
    version: str
    resource: str
    multi_value_headers: dict[str, list[str]]
    resolved_query_string_parameters: dict[str, list[str]]
    request_context: APIGatewayEventRequestContext
    path_parameters: dict[str, str]
    stage_variables: dict[str, str]

class RequestContextV2AuthorizerIam(DictWrapper):
    access_key: str
    account_id: str
    caller_id: str
    cognito_amr: list[str]
    cognito_identity_id: str
    cognito_identity_pool_id: str
    principal_org_id: str
    user_arn: str
    user_id: str

class RequestContextV2Authorizer(DictWrapper):
    jwt_scopes: list[str]
    iam: RequestContextV2AuthorizerIam

class RequestContextV2(BaseRequestContextV2):
    authorizer: RequestContextV2Authorizer

class APIGatewayProxyEventV2(BaseProxyEvent):
    version: str
    route_key: str
    raw_path: str
    raw_query_string: str
    cookies: list[str]
    resolved_cookies_field: dict[str, str]
    request_context: RequestContextV2
    path_parameters: dict[str, str]
    stage_variables: dict[str, str]
    path: str
    http_method: str
