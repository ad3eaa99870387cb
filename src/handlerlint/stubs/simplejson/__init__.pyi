# simplejson 4.3, https://simplejson.readthedocs.io/en/latest/
# Without hooks, `loads` and `load` give JSON data; `use_decimal=True` and `parse_float` make Decimals of it.
from typing import Any, overload

from handlerlint_types import Json

class JSONEncoder:
    def encode(self, o: Any) -> str: ...
    def default(self, o: Any) -> Any: ...

class JSONEncoderForHTML(JSONEncoder): ...

class JSONDecoder:
    def decode(self, s: str) -> Any: ...

class JSONDecodeError(ValueError):
    msg: str
    doc: str
    pos: int
    lineno: int
    colno: int

class RawJSON: ...

def dumps(
    obj: Any,
    skipkeys: bool = ...,
    ensure_ascii: bool = ...,
    check_circular: bool = ...,
    allow_nan: bool = ...,
    cls: Any = ...,
    indent: Any = ...,
    separators: Any = ...,
    encoding: str | None = ...,
    default: Any = ...,
    use_decimal: bool = ...,
    namedtuple_as_object: bool = ...,
    tuple_as_array: bool = ...,
    bigint_as_string: bool = ...,
    sort_keys: bool = ...,
    item_sort_key: Any = ...,
    for_json: bool = ...,
    ignore_nan: bool = ...,
    int_as_string_bitcount: int | None = ...,
    iterable_as_array: bool = ...,
    **options: Any,
) -> str: ...
def dump(
    obj: Any,
    fp: Any,
    skipkeys: bool = ...,
    ensure_ascii: bool = ...,
    check_circular: bool = ...,
    allow_nan: bool = ...,
    cls: Any = ...,
    indent: Any = ...,
    separators: Any = ...,
    encoding: str | None = ...,
    default: Any = ...,
    use_decimal: bool = ...,
    namedtuple_as_object: bool = ...,
    tuple_as_array: bool = ...,
    bigint_as_string: bool = ...,
    sort_keys: bool = ...,
    item_sort_key: Any = ...,
    for_json: bool = ...,
    ignore_nan: bool = ...,
    int_as_string_bitcount: int | None = ...,
    iterable_as_array: bool = ...,
    **options: Any,
) -> None: ...
@overload
def loads(s: str | bytes, encoding: str | None = ...) -> Json: ...
@overload
def loads(s: str | bytes, *args: Any, **hooks: Any) -> Any: ...
@overload
def load(fp: Any, encoding: str | None = ...) -> Json: ...
@overload
def load(fp: Any, *args: Any, **hooks: Any) -> Any: ...
