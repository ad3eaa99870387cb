"""What `field(…)` says of a field of a data class. For `classes`, which makes instances, and `fitting`."""

from __future__ import annotations

from handlerlint.inference.domain.values import Value
from handlerlint.records import dataclass

FIELD = "dataclasses.field"


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """Its default, what makes one, whether `__init__` takes it, what converts it, whether it is given by name alone.

    That is None where the decorator says it of all fields of the class.
    """

    default: Value | None
    factory: Value | None
    is_argument: bool
    converter: Value | None
    is_by_name: bool | None = None
