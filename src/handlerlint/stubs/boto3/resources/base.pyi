# Members of resources depend on the service: inference/sdk_values.py knows them.
from typing import Any

class ResourceMeta:
    service_name: str
    identifiers: list[str]
    def __getattr__(self, name: str) -> Any: ...

class ServiceResource:
    def __getattr__(self, name: str) -> Any: ...

def __getattr__(name: str) -> Any: ...
