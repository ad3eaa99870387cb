"""What a contract is: which shapes of a response a service refuses, as data, and checks for what is no shape.

`Contract.flaws` holds a real response against it; the shapes alone can be asked for values that are not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

Shape = Literal["null", "boolean", "number", "string", "list", "object"]

SCALARS: frozenset[Shape] = frozenset(("null", "boolean", "number", "string"))
CONTAINERS: frozenset[Shape] = frozenset(("list", "object"))
NO_OBJECT: frozenset[Shape] = SCALARS | {"list"}
NO_OBJECT_NOR_NULL: frozenset[Shape] = frozenset(("boolean", "number", "string", "list"))
NO_LIST: frozenset[Shape] = SCALARS | {"object"}
NO_LIST_NOR_NULL: frozenset[Shape] = frozenset(("boolean", "number", "string", "object"))

_NAMES: dict[Shape, str] = {
    "null": "null",
    "boolean": "a boolean",
    "number": "a number",
    "string": "a string",
    "list": "a list",
    "object": "an object",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What of a response the service refuses.

    `code` is the rule that says so (HL401 …), None where there is no rule for it. `path` is the place in the
    response: `["body"]`, empty for the response itself. `what` is a clause of a sentence. `help` says how to mend it.
    `answer` is what comes of it where that is not what the contract says.
    """

    code: str | None
    path: str
    what: str
    help: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the response, and the shapes that are certainly refused there; of others nothing is said.

    With `values` the same is said of each value of the object that stands there.
    """

    name: str
    refused: frozenset[Shape]
    code: str | None
    expected: str
    help: str | None = None
    required: bool = False
    values: frozenset[Shape] = frozenset()


Check = Callable[[Json, Json], Iterator[Flaw]]
"""Looks at a response and the event it answers."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What one service asks of a response.

    `answer` is what comes of a response that it refuses, `error` how the service words that, where it does.
    `refused` are shapes of the whole response, with `root_code` for them. With `only_with` the rest is asked of
    an object with that key only. `checks` are asked where no shape is refused. `sources` are pages of AWS and
    observations of the service.
    """

    service: str
    answer: str
    sources: tuple[str, ...]
    error: str | None = None
    refused: frozenset[Shape] = NO_OBJECT
    root_code: str | None = None
    root_help: str | None = None
    only_with: str | None = None
    fields: tuple[Field, ...] = ()
    checks: tuple[Check, ...] = ()

    def flaws(self, response: Json, event: Json) -> tuple[Flaw, ...]:
        """All that is certainly wrong with a response to an event."""
        if shape_of(response) in self.refused:
            what = f"the response is {_NAMES[shape_of(response)]}, not an object"
            return (Flaw(self.root_code, "", what, self.root_help),)
        if self.only_with is not None and not (isinstance(response, dict) and self.only_with in response):
            return ()
        found = [flaw for field in self.fields for flaw in _field_flaws(field, response)]
        return tuple(found or (flaw for check in self.checks for flaw in check(response, event)))


def shape_of(value: Json) -> Shape:
    """The JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
    return "object"


def named(value: Json) -> str:
    """The shape of a value in words."""
    return _NAMES[shape_of(value)]


def step(*keys: str | int) -> str:
    """A place in a response: `["headers"]["x"]`, `["records"][0]`."""
    return "".join(f"[{key}]" if isinstance(key, int) else f'["{key}"]' for key in keys)


def _field_flaws(field: Field, response: Json) -> Iterator[Flaw]:
    if not isinstance(response, dict):
        return
    if field.name not in response:
        if field.required:
            yield Flaw(field.code, step(field.name), f"`{field.name}` is missing", field.help)
        return
    value = response[field.name]
    if shape_of(value) in field.refused:
        what = f"`{field.name}` is {named(value)}, not {field.expected}"
        yield Flaw(field.code, step(field.name), what, field.help)
    elif field.values and isinstance(value, dict):
        for key, item in value.items():
            if shape_of(item) in field.values:
                what = f"the value of `{key}` in `{field.name}` is {named(item)}"
                yield Flaw(field.code, step(field.name, key), what, field.help)
