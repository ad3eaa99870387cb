# Operations depend on the service: inference/sdk_values.py knows them.
from typing import Any

from botocore.config import Config as Config

class ClientMeta:
    region_name: str
    endpoint_url: str
    partition: str
    method_to_api_mapping: dict[str, str]
    def __getattr__(self, name: str) -> Any: ...

class BaseClient:
    def __getattr__(self, name: str) -> Any: ...

def __getattr__(name: str) -> Any: ...
