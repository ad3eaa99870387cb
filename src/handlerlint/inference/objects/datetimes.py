"""Whether a `datetime` knows its time zone: one that does and one that does not cannot be compared or subtracted.

https://docs.python.org/3/library/datetime.html#aware-and-naive-objects
"""

from __future__ import annotations

from handlerlint.inference.domain.values import Instance, Value
from handlerlint.inference.stubs.types import LiteralType
from handlerlint.records import replace

DATETIME = "datetime.datetime"

AWARE = LiteralType("aware", "builtins.str")
NAIVE = LiteralType("naive", "builtins.str")


def awareness(value: Value | None) -> LiteralType | None:
    """`AWARE` or `NAIVE`; None for what is no datetime, or of which that is not known."""
    match value:
        case Instance(class_name="datetime.datetime", arguments=(LiteralType() as kind,)):
            return kind
        case _:
            return None


def moved(result: Value, *operands: Value) -> Value:
    """What an operator gives: a datetime that another one was moved to has a time zone where that has one."""
    if not isinstance(result, Instance) or result.class_name != DATETIME or result.arguments:
        return result
    kind = next((found for operand in operands if (found := awareness(operand)) is not None), None)
    return result if kind is None else replace(result, arguments=(kind,))
