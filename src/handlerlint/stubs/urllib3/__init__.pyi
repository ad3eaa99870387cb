# urllib3 2.8, https://urllib3.readthedocs.io/en/stable/reference/
# `request` at module level and `json()` came with 2.0; the rest is the same in 1.26.
from typing import Any

from urllib3._collections import HTTPHeaderDict as HTTPHeaderDict
from urllib3.connectionpool import (
    HTTPConnectionPool as HTTPConnectionPool,
    HTTPSConnectionPool as HTTPSConnectionPool,
)
from urllib3.poolmanager import PoolManager as PoolManager, ProxyManager as ProxyManager
from urllib3.response import BaseHTTPResponse as BaseHTTPResponse, HTTPResponse as HTTPResponse
from urllib3.util.retry import Retry as Retry
from urllib3.util.timeout import Timeout as Timeout

def request(method: str, url: str, **options: Any) -> HTTPResponse: ...
def make_headers(**options: Any) -> dict[str, str]: ...
def disable_warnings(category: Any = ...) -> None: ...
