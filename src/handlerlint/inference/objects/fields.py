"""What is said of a field of a data class: by `field(…)`, `InitVar[…]`, and `_: KW_ONLY` before it.

For `classes`, which makes instances, `fitting`, and all who go through the fields of an instance.
"""

from __future__ import annotations

from handlerlint.inference.domain.heap import ClassObject
from handlerlint.inference.domain.values import Native, Value
from handlerlint.records import dataclass

FIELD = "dataclasses.field"


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """Its default, what makes one, whether `__init__` takes it, what converts it, whether it is given by name alone.

    That is None where the decorator says it of all fields of the class. What is for `__init__` alone goes on to
    `__post_init__`, and is no field of the instance.
    """

    default: Value | None
    factory: Value | None
    is_argument: bool
    converter: Value | None
    is_by_name: bool | None = None
    is_for_init: bool = False

    def as_default(self) -> Native:
        """What stands among the fields of a class."""
        return Native(FIELD, (self,))


def settings_of(default: Value | None) -> FieldSettings | None:
    """What is said of a field; None where nothing is, but that it may have a default."""
    match default:
        case Native(name=name, data=(FieldSettings() as settings, *_)) if name == FIELD:
            return settings
        case _:
            return None


def fields_of(cls: ClassObject) -> list[str]:
    """The names of the fields that an instance has, in their order."""
    return [
        name
        for name, default in cls.fields
        if (settings := settings_of(default)) is None or not settings.is_for_init
    ]
