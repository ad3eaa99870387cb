# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator, Mapping
from typing import Any

from handlerlint_types import Json

class CaseInsensitiveDict(dict[str, Any]): ...

class DictWrapper(Mapping[str, Json]):
    # A mapping of its own, no dict: neither serializer takes it; `raw_event` is what it wraps.
    raw_event: Json
    def __init__(self, data: Any, json_deserializer: Any = ...) -> None: ...
    def __getitem__(self, key: str) -> Json: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def get(self, key: object, default: Any = ...) -> Any: ...

class BaseProxyEvent(DictWrapper):
    headers: dict[str, str]
    query_string_parameters: dict[str, str]
    multi_value_query_string_parameters: dict[str, list[str]]
    resolved_query_string_parameters: dict[str, list[str]]
    resolved_headers_field: dict[str, str]
    resolved_cookies_field: dict[str, str]
    is_base64_encoded: bool | None
    body: str | None
    json_body: Json
    decoded_body: str | None
    path: str
    http_method: str
    def get_query_string_value(self, *args: Any, **options: Any) -> str | None: ...
    def get_multi_value_query_string_values(self, *args: Any, **options: Any) -> list[str]: ...

class RequestContextClientCert(DictWrapper):
    client_cert_pem: str
    issuer_dn: str
    serial_number: str
    subject_dn: str
    validity_not_after: str
    validity_not_before: str

class APIGatewayEventIdentity(DictWrapper):
    access_key: str | None
    account_id: str | None
    api_key: str | None
    api_key_id: str | None
    caller: str | None
    cognito_authentication_provider: str | None
    cognito_authentication_type: str | None
    cognito_identity_id: str | None
    cognito_identity_pool_id: str | None
    principal_org_id: str | None
    source_ip: str
    user: str | None
    user_agent: str | None
    user_arn: str | None
    client_cert: RequestContextClientCert | None

class BaseRequestContext(DictWrapper):
    account_id: str
    api_id: str
    domain_name: str | None
    domain_prefix: str | None
    extended_request_id: str | None
    protocol: str
    http_method: str
    identity: APIGatewayEventIdentity
    path: str
    stage: str
    request_id: str
    request_time: str | None
    request_time_epoch: int
    resource_id: str
    resource_path: str

class RequestContextV2Http(DictWrapper):
    method: str
    path: str
    protocol: str
    source_ip: str
    user_agent: str

class BaseRequestContextV2(DictWrapper):
    account_id: str
    api_id: str
    domain_name: str
    domain_prefix: str
    http: RequestContextV2Http
    request_id: str
    route_key: str
    stage: str
    time: str
    time_epoch: int
    authentication: RequestContextClientCert | None
