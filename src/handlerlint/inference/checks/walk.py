"""How a value is looked at to see whether it serializes: for which serializer, with which converter."""

from __future__ import annotations

from collections.abc import Callable

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
    State,
)
from handlerlint.inference.domain.problem import Serializer
from handlerlint.inference.domain.values import (
    Constant,
    EnumMember,
    Instance,
    Value,
)
from handlerlint.inference.objects import (
    sdk_responses,
)
from handlerlint.inference.stubs.types import (
    LiteralType,
)
from handlerlint.records import dataclass
from handlerlint.runtime.serialization import (
    NOT_UTF_8,
    OTHER_SERIALIZERS,
    UNKNOWN_PART,
    Position,
    judge,
    takes,
    utf_8_error,
)


@dataclass(frozen=True, slots=True)
class Walk:
    """How to look at a value: in which state, for which serializer, with which converter for what fails."""

    frame: Frame
    state: State
    serializer: Serializer
    convert: Callable[[Value], Value | None] | None = None
    skip_keys: bool = False
    allow_nan: bool = True
    sort_keys: bool = False

    def writes_out(self, record: Container) -> bool:
        """Whether the serializer writes the elements of a container: of lists and dicts, and of sets for DynamoDB."""
        return record.serializes or (self.serializer == "dynamodb" and not record.has_places)


def enum_name(state: State, member: EnumMember) -> str:
    record = state.heap.get(member.enum)
    return record.name if isinstance(record, ClassObject) else "Enum"


def fails(walk: Walk, order: list[str], position: Position) -> bool:
    """Whether the serializer refuses an instance of a class."""
    if walk.serializer in OTHER_SERIALIZERS:
        return not takes(walk.serializer, order, position)
    outcome = judge(order, position)
    return outcome.json_fails if walk.serializer == "json" else outcome.client_fails


def never_text(value: Value) -> str | None:
    """What the runtime client says about bytes that are certainly no UTF-8."""
    match value:
        case Constant(value=bytes() as data):
            return utf_8_error(data)
        case Instance(arguments=(sdk_responses.NEVER_TEXT,)):
            return f"{NOT_UTF_8} {UNKNOWN_PART}"
        case Instance(class_name="builtins.bytes", arguments=(LiteralType(value=bytes() as beginning),)):
            return utf_8_error(beginning)
        case _:
            return None
