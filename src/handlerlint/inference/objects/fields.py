"""What `field(…)` says of a field of a data class. For `classes`, which makes instances, and `fitting`."""

from __future__ import annotations

from handlerlint.inference.domain.values import Value
from handlerlint.records import dataclass

FIELD = "dataclasses.field"


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """Its default, what makes one, whether `__init__` takes it and by name alone, and what converts it."""

    default: Value | None
    factory: Value | None
    is_argument: bool
    converter: Value | None
    is_by_name: bool = False
