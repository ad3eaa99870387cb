# attrs 26.1, https://www.attrs.org/en/stable/api.html
from typing import Any

from attr import (
    define as define,
    evolve as evolve,
    field as field,
    fields as fields,
    fields_dict as fields_dict,
    frozen as frozen,
    has as has,
    mutable as mutable,
)

# Unlike those of `attr`, always a dict and always a tuple.
def asdict(inst: Any, **options: Any) -> dict[str, Any]: ...
def astuple(inst: Any, **options: Any) -> tuple[Any, ...]: ...
