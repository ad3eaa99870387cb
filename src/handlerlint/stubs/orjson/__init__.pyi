# orjson 3.13, https://github.com/ijl/orjson#readme
# `dumps` gives bytes, not str; an `option` is an int that one ors together.
from collections.abc import Callable
from json import JSONDecodeError as JSONDecodeError
from typing import Any

from handlerlint_types import Json

JSONEncodeError = TypeError

class Fragment: ...

def dumps(__obj: Any, default: Callable[[Any], Any] | None = ..., option: int | None = ...) -> bytes: ...
def loads(__obj: bytes | bytearray | memoryview | str) -> Json: ...

OPT_APPEND_NEWLINE: int
OPT_INDENT_2: int
OPT_NAIVE_UTC: int
OPT_NON_STR_KEYS: int
OPT_OMIT_MICROSECONDS: int
OPT_PASSTHROUGH_DATACLASS: int
OPT_PASSTHROUGH_DATETIME: int
OPT_PASSTHROUGH_SUBCLASS: int
OPT_SERIALIZE_DATACLASS: int
OPT_SERIALIZE_NUMPY: int
OPT_SERIALIZE_UUID: int
OPT_SORT_KEYS: int
OPT_STRICT_INTEGER: int
OPT_UTC_Z: int
