"""Judges whether a shape serializes, and names the members that do not. Used by rules and the sweep test."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from handlerlint.inference.sdk.shapes import (
    EventStreamShape,
    Kind,
    ListShape,
    MapShape,
    ScalarShape,
    Shape,
    StructureShape,
)
from handlerlint.records import dataclass

MOST_MEMBERS = 20
"""Members named at most: some responses have hundreds of timestamps."""


class Serializer(str, Enum):
    """What turns the value into JSON."""

    JSON_DUMPS = "json.dumps"
    RUNTIME_CLIENT = "runtime client"


class Verdict(str, Enum):
    """What happens to a value of the shape.

    UNSERIALIZABLE: it holds something that never serializes, in practice always.
    DEPENDS: only some values fail: a conditional member, bytes that may be text, a DynamoDB value.
    """

    SERIALIZABLE = "serializable"
    DEPENDS = "depends"
    UNSERIALIZABLE = "unserializable"


@dataclass(frozen=True, slots=True)
class BadMember:
    """A member that does not serialize: `path` as `Buckets[].CreationDate`, empty for the value itself;
    `[]` stands for
    any element of a list, `{}` for any value of a map. `verdict` is never SERIALIZABLE."""

    path: str
    type_name: str
    verdict: Verdict


@lru_cache(maxsize=4096)
def verdict(shape: Shape, serializer: Serializer) -> Verdict:
    """The worst that holds for the shape with all its parts."""
    bad = _bad_members(shape, serializer)
    return max((member.verdict for member in bad), key=_SEVERITY.__getitem__, default=Verdict.SERIALIZABLE)


def is_serializable(shape: Shape, serializer: Serializer) -> bool:
    """True if every value of the shape serializes, whatever members are there."""
    return verdict(shape, serializer) is Verdict.SERIALIZABLE


def unserializable_members(
    shape: Shape, serializer: Serializer, *, limit: int = MOST_MEMBERS
) -> tuple[BadMember, ...]:
    """The members that do not serialize, certain ones first, then those nearest to the top.

    A structure that is reached on several ways is looked at once, on the most certain and shortest of them.
    """
    found = sorted(_bad_members(shape, serializer), key=lambda member: -_SEVERITY[member.verdict])
    return tuple(found[:limit])


_SEVERITY = {Verdict.SERIALIZABLE: 0, Verdict.DEPENDS: 1, Verdict.UNSERIALIZABLE: 2}


def _bad_members(shape: Shape, serializer: Serializer) -> Iterator[BadMember]:
    """Breadth first, so that recursive shapes end; ways through conditional members wait until no other
    is left."""
    seen: set[StructureShape] = set()
    certain: list[tuple[str, Shape]] = [("", shape)]
    conditional: list[tuple[str, Shape]] = []
    while certain or conditional:
        is_certain = bool(certain)
        level, certain = (certain, []) if is_certain else (conditional, [])
        if not is_certain:
            conditional = []
        for path, place in level:
            path, inner = _innermost(path, place)
            match inner:
                case StructureShape():
                    if inner in seen:
                        continue
                    seen.add(inner)
                    for member in inner.members.values():
                        way = (f"{path}.{member.name}" if path else member.name, member.shape)
                        (conditional if member.is_conditional or not is_certain else certain).append(way)
                case EventStreamShape():
                    yield BadMember(path, "EventStream", _capped(Verdict.UNSERIALIZABLE, is_certain))
                case ScalarShape(kind):
                    judged = scalar_verdict(kind, serializer)
                    if judged is not Verdict.SERIALIZABLE:
                        yield BadMember(path, kind.value, _capped(judged, is_certain))


def _innermost(path: str, shape: Shape) -> tuple[str, Shape]:
    """Step into lists and maps: a response with an empty one is as feasible as one with elements."""
    while isinstance(shape, ListShape | MapShape):
        if isinstance(shape, ListShape):
            path, shape = f"{path}[]", shape.element
        else:
            path, shape = f"{path}{{}}", shape.value
    return path, shape


def _capped(judged: Verdict, is_certain: bool) -> Verdict:
    return judged if is_certain else Verdict.DEPENDS


def scalar_verdict(kind: Kind, serializer: Serializer) -> Verdict:
    """What the two serializers make of a value without parts (design.md section 5: the runtime client
    decodes bytes)."""
    match kind:
        case Kind.TIMESTAMP | Kind.STREAM | Kind.RANDOM_BYTES:
            return Verdict.UNSERIALIZABLE
        case Kind.BYTES:
            return Verdict.DEPENDS if serializer is Serializer.RUNTIME_CLIENT else Verdict.UNSERIALIZABLE
        case Kind.DYNAMODB_VALUE:
            return Verdict.DEPENDS
    return Verdict.SERIALIZABLE
