"""Update expressions of DynamoDB: which attributes of an item are numbers after an update.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlerlint.records import dataclass

_CLAUSE = re.compile(
    r"\b(SET|REMOVE|ADD|DELETE)\s", re.IGNORECASE
)  # reserved words, so no names of attributes
_COMMA = re.compile(r",(?![^(]*\))")
_SUM = re.compile(r"[+-](?![^(]*\))")
_WHOLE_ATTRIBUTE = re.compile(r"[#\w]+")


@dataclass(frozen=True, slots=True)
class Update:
    """What an update does to one attribute: `name` may be a placeholder (`#n`).

    `value` is the placeholder of what is written to it or added to it (`:n`), None for a sum, which is a number
    whatever is in it. `is_added` where a number is added to a number, or elements to a set.
    """

    name: str
    value: str | None
    is_added: bool = False


def updates(expression: str) -> Iterator[Update]:
    """What an update expression does to whole attributes."""
    parts = _CLAUSE.split(expression)
    for clause, text in zip(parts[1::2], parts[2::2], strict=True):
        for action in _COMMA.split(text):
            update = _update(clause.upper(), action.strip())
            if update is not None and _WHOLE_ATTRIBUTE.fullmatch(update.name):
                yield update


def _update(clause: str, action: str) -> Update | None:
    if clause == "ADD":
        name, _, value = action.partition(" ")
        return Update(name, value.strip(), is_added=True)
    if clause != "SET":
        return None
    name, _, written = (part.strip() for part in action.partition("="))
    return Update(name, None if _SUM.search(written) else written)
