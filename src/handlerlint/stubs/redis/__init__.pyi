# redis-py 8.1, https://redis.readthedocs.io/en/stable/commands.html
# Values are bytes, or str with `decode_responses=True`: the client does not show which.
from typing import Any, Self

from redis.client import Redis as Redis, StrictRedis as StrictRedis
from redis.exceptions import (
    AuthenticationError as AuthenticationError,
    ConnectionError as ConnectionError,
    DataError as DataError,
    RedisError as RedisError,
    ResponseError as ResponseError,
    TimeoutError as TimeoutError,
    WatchError as WatchError,
)

def from_url(url: str, **options: Any) -> Redis: ...

class ConnectionPool:
    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self: ...
