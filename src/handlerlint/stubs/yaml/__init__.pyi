# PyYAML 6.0, https://pyyaml.org/wiki/PyYAMLDocumentation
# Loading may give dates, sets and bytes: YAML has types that JSON has not.
from collections.abc import Iterator
from typing import Any, overload

class YAMLError(Exception): ...
class MarkedYAMLError(YAMLError): ...
class Loader: ...
class SafeLoader: ...
class FullLoader: ...
class Dumper: ...
class SafeDumper: ...

def load(stream: Any, Loader: Any) -> Any: ...
def safe_load(stream: Any) -> Any: ...
def full_load(stream: Any) -> Any: ...
def load_all(stream: Any, Loader: Any) -> Iterator[Any]: ...
def safe_load_all(stream: Any) -> Iterator[Any]: ...

# Bytes with an encoding, None with a stream.
@overload
def dump(
    data: Any,
    stream: None = ...,
    Dumper: Any = ...,
    *,
    default_style: Any = ...,
    default_flow_style: Any = ...,
    canonical: Any = ...,
    indent: Any = ...,
    width: Any = ...,
    allow_unicode: Any = ...,
    line_break: Any = ...,
    explicit_start: Any = ...,
    explicit_end: Any = ...,
    sort_keys: bool = ...,
) -> str: ...
@overload
def dump(data: Any, stream: Any = ..., *args: Any, **options: Any) -> Any: ...
@overload
def safe_dump(
    data: Any,
    stream: None = ...,
    *,
    default_style: Any = ...,
    default_flow_style: Any = ...,
    canonical: Any = ...,
    indent: Any = ...,
    width: Any = ...,
    allow_unicode: Any = ...,
    line_break: Any = ...,
    explicit_start: Any = ...,
    explicit_end: Any = ...,
    sort_keys: bool = ...,
) -> str: ...
@overload
def safe_dump(data: Any, stream: Any = ..., **options: Any) -> Any: ...
