# The json module of the standard library, https://docs.python.org/3/library/json.html (3.10 to 3.14).
# In place of typeshed's stub for the sake of `loads` and `load`: without hooks they give JSON data, nothing else.
from collections.abc import Callable
from json.decoder import JSONDecodeError as JSONDecodeError, JSONDecoder as JSONDecoder
from json.encoder import JSONEncoder as JSONEncoder
from typing import Any, overload

from handlerlint_types import Json

__all__ = ["JSONDecodeError", "JSONDecoder", "JSONEncoder", "dump", "dumps", "load", "loads"]

def dumps(
    obj: Any,
    *,
    skipkeys: bool = ...,
    ensure_ascii: bool = ...,
    check_circular: bool = ...,
    allow_nan: bool = ...,
    cls: type[JSONEncoder] | None = ...,
    indent: int | str | None = ...,
    separators: tuple[str, str] | None = ...,
    default: Callable[[Any], Any] | None = ...,
    sort_keys: bool = ...,
    **kwds: Any,
) -> str: ...
def dump(
    obj: Any,
    fp: Any,
    *,
    skipkeys: bool = ...,
    ensure_ascii: bool = ...,
    check_circular: bool = ...,
    allow_nan: bool = ...,
    cls: type[JSONEncoder] | None = ...,
    indent: int | str | None = ...,
    separators: tuple[str, str] | None = ...,
    default: Callable[[Any], Any] | None = ...,
    sort_keys: bool = ...,
    **kwds: Any,
) -> None: ...
@overload
def loads(s: str | bytes | bytearray, *, strict: bool = ...) -> Json: ...
@overload
def loads(s: str | bytes | bytearray, **hooks: Any) -> Any: ...
@overload
def load(fp: Any, *, strict: bool = ...) -> Json: ...
@overload
def load(fp: Any, **hooks: Any) -> Any: ...
def detect_encoding(b: bytes | bytearray) -> str: ...
