# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper
from handlerlint_types import Json

class APIGatewayWebSocketEventIdentity(DictWrapper):
    source_ip: str
    user_agent: str | None

class APIGatewayWebSocketEventRequestContext(DictWrapper):
    route_key: str
    disconnect_status_code: int | None
    message_id: str | None
    event_type: str
    extended_request_id: str
    request_time: str
    message_direction: str
    disconnect_reason: str | None
    stage: str
    connected_at: int
    request_time_epoch: int
    identity: APIGatewayWebSocketEventIdentity
    request_id: str
    domain_name: str
    connection_id: str
    api_id: str

class APIGatewayWebSocketEvent(DictWrapper):
    is_base64_encoded: bool
    body: str | None
    decoded_body: str | None
    json_body: Json
    headers: dict[str, str]
    multi_value_headers: dict[str, list[str]]
    query_string_parameters: dict[str, str]
    multi_value_query_string_parameters: dict[str, list[str]]
    request_context: APIGatewayWebSocketEventRequestContext
