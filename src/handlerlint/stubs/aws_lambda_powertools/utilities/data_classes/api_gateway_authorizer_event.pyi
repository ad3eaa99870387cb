# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from enum import Enum

from aws_lambda_powertools.utilities.data_classes.common import (
    BaseRequestContext,
    BaseRequestContextV2,
    DictWrapper,
)

class APIGatewayRouteArn:
    arn: str

class APIGatewayAuthorizerTokenEvent(DictWrapper):
    get_type: str
    authorization_token: str
    method_arn: str
    parsed_arn: APIGatewayRouteArn

class APIGatewayAuthorizerRequestEvent(DictWrapper):
    version: str
    get_type: str
    method_arn: str
    parsed_arn: APIGatewayRouteArn
    identity_source: str
    authorization_token: str
    resource: str
    path: str
    http_method: str
    headers: dict[str, str]
    query_string_parameters: dict[str, str]
    path_parameters: dict[str, str]
    stage_variables: dict[str, str]
    request_context: BaseRequestContext

class APIGatewayAuthorizerEventV2(DictWrapper):
    version: str
    get_type: str
    route_arn: str
    parsed_arn: APIGatewayRouteArn
    identity_source: list[str]
    route_key: str
    raw_path: str
    raw_query_string: str
    cookies: list[str]
    headers: dict[str, str]
    query_string_parameters: dict[str, str]
    request_context: BaseRequestContextV2
    path_parameters: dict[str, str]
    stage_variables: dict[str, str]

class APIGatewayAuthorizerResponseV2: ...

class HttpVerb(Enum):
    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    HEAD = "HEAD"
    DELETE = "DELETE"
    OPTIONS = "OPTIONS"
    ALL = "*"

class APIGatewayAuthorizerResponse: ...
class APIGatewayAuthorizerResponseWebSocket(APIGatewayAuthorizerResponse): ...
