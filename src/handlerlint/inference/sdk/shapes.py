"""Shapes of AWS SDK values as Python code meets them. Built by knowledge out of the packed file.

A shape says what botocore makes of a member: not the wire format but the Python object.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, Union

from handlerlint.inference.sdk.pack import CONDITIONAL, REQUIRED, UNION, USUAL
from handlerlint.records import dataclass, field

DYNAMODB_VALUE = "handlerlint_types.DynamoDBValue"
"""The class of an attribute of an item as a DynamoDB resource decodes it: it may be a Decimal, or may not."""


class Kind(str, Enum):
    """What a member without parts is in Python; botocore.parsers is the source (checked in the tests)."""

    STRING = "str"
    INTEGER = "int"
    FLOAT = "float"
    BOOLEAN = "bool"
    NONE = "None"
    DOCUMENT = "JSON"
    TIMESTAMP = "datetime"
    BYTES = "bytes"
    RANDOM_BYTES = "random bytes"
    STREAM = "StreamingBody"
    DYNAMODB_VALUE = "DynamoDB value"
    CONDITION = "condition"


class Presence(str, Enum):
    """How certain a member is to be there when the structure that holds it is; docs/sdk.md has the rule."""

    REQUIRED = REQUIRED
    USUAL = USUAL
    CONDITIONAL = CONDITIONAL


@dataclass(frozen=True, slots=True)
class ScalarShape:
    """A value without parts."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list."""

    element: Shape


@dataclass(frozen=True, slots=True)
class MapShape:
    """A dict whose keys are strings that the service chooses."""

    value: Shape


@dataclass(frozen=True, slots=True)
class StructureShape:
    """A dict with known keys. Equal shapes are the same structure of the same service; it may contain itself.

    `index` is its number in the packed file, -1 for none; `extra` are members besides (`ResponseMetadata`).
    """

    catalog: Catalog = field(repr=False)
    index: int
    extra: tuple[Member, ...] = ()

    @property
    def members(self) -> Mapping[str, Member]:
        """Name → member, in the model's order."""
        members = self.catalog.members(self.index)
        return {**members, **{member.name: member for member in self.extra}} if self.extra else members

    @property
    def is_union(self) -> bool:
        """Exactly one member is set."""
        return self.catalog.is_union(self.index)


@dataclass(frozen=True, slots=True)
class EventStreamShape:
    """An EventStream: iterating over it gives dicts of one member each, out of `events`."""

    events: StructureShape


Shape = Union[ScalarShape, ListShape, MapShape, StructureShape, EventStreamShape]  # noqa: UP007


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure."""

    name: str
    shape: Shape
    presence: Presence

    @property
    def is_required(self) -> bool:
        """The model says that it is always there."""
        return self.presence is Presence.REQUIRED

    @property
    def is_conditional(self) -> bool:
        """It may well be absent: not enough for a finding about the structure as a whole."""
        return self.presence is Presence.CONDITIONAL


_SCALARS: Final[Mapping[str, Shape]] = {
    "s": ScalarShape(Kind.STRING),
    "i": ScalarShape(Kind.INTEGER),
    "f": ScalarShape(Kind.FLOAT),
    "b": ScalarShape(Kind.BOOLEAN),
    "j": ScalarShape(Kind.DOCUMENT),
    "t": ScalarShape(Kind.TIMESTAMP),
    "B": ScalarShape(Kind.BYTES),
    "X": ScalarShape(Kind.RANDOM_BYTES),
    "S": ScalarShape(Kind.STREAM),
}
STRING_SHAPE: Final = ScalarShape(Kind.STRING)
NONE_SHAPE: Final = ScalarShape(Kind.NONE)
JSON_SHAPE: Final = ScalarShape(Kind.DOCUMENT)
BOOLEAN_SHAPE: Final = ScalarShape(Kind.BOOLEAN)
_CONDITION: Final = "c"
_CONDITION_SHAPE: Final = ScalarShape(Kind.CONDITION)
"""A text or a condition, as `boto3.resource("dynamodb")` takes it; its clients take a text."""
DYNAMODB_VALUE_SHAPE: Final = ScalarShape(Kind.DYNAMODB_VALUE)

RESPONSE_METADATA: Final = Member("ResponseMetadata", JSON_SHAPE, Presence.REQUIRED)
"""In every response: RequestId, HTTPStatusCode, HTTPHeaders, RetryAttempts; all of it JSON
(botocore.parsers)."""


class Catalog:
    """The structures of one service: text lines until one is asked for.

    `attribute_value` is the index of DynamoDB's AttributeValue where it is replaced by Python values, as
    `boto3.resource("dynamodb")` does for all operations of its client (boto3.dynamodb.transform).
    """

    __slots__ = ("_attribute_value", "_lines", "_members", "service")

    def __init__(self, service: str, lines: list[str], attribute_value: int | None = None) -> None:
        self.service = service
        self._lines = lines
        self._attribute_value = attribute_value
        self._members: dict[int, Mapping[str, Member]] = {}

    def members(self, index: int) -> Mapping[str, Member]:
        """The members of a structure by name."""
        if index not in self._members:
            self._members[index] = MappingProxyType({member.name: member for member in self._parse(index)})
        return self._members[index]

    def is_union(self, index: int) -> bool:
        """Exactly one member of the structure is set."""
        return index >= 0 and self._lines[index].startswith(UNION)

    def shape(self, code: str) -> Shape:
        """The shape of a type as the packed file writes it."""
        if code in _SCALARS:
            return _SCALARS[code]
        if code == _CONDITION:
            return STRING_SHAPE if self._attribute_value is None else _CONDITION_SHAPE
        match code[0]:
            case "[":
                return ListShape(self.shape(code[1:]))
            case "{":
                return MapShape(self.shape(code[1:]))
            case "E":
                return EventStreamShape(StructureShape(self, int(code[1:])))
        if int(code) == self._attribute_value:
            return DYNAMODB_VALUE_SHAPE
        return StructureShape(self, int(code))

    def member(self, name: str, code: str) -> Member:
        """A member out of its presence and type, as the packed file writes them."""
        return Member(name, self.shape(code[1:]), Presence(code[0]))

    def _parse(self, index: int) -> list[Member]:
        if index < 0:
            return []
        members = []
        for text in filter(None, self._lines[index].removeprefix(UNION).split(",")):
            place = next(place for place, character in enumerate(text) if character in "!.?")
            members.append(self.member(text[:place], text[place:]))
        return members


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a client by its Python name.

    `output` is what the model says that it returns (None: nothing); `response` is what the call gives: the
    output with `ResponseMetadata`, which is all there is if the operation has no output.
    """

    service: str
    name: str
    output: StructureShape | None
    response: StructureShape

    def __str__(self) -> str:
        return f"{self.service}.{self.name}()"
