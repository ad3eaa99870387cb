"""Facts about the AWS SDK: every operation of every service, with the Python objects that it returns."""

from handlerlint.inference.sdk.knowledge import Paginator, Service, service, service_names
from handlerlint.inference.sdk.resources import ResourceClass
from handlerlint.inference.sdk.serialization import (
    BadMember,
    Serializer,
    Verdict,
    is_serializable,
    unserializable_members,
    verdict,
)
from handlerlint.inference.sdk.shapes import (
    EventStreamShape,
    Kind,
    ListShape,
    MapShape,
    Member,
    Operation,
    Presence,
    ScalarShape,
    Shape,
    StructureShape,
)

__all__ = [
    "BadMember",
    "EventStreamShape",
    "Kind",
    "ListShape",
    "MapShape",
    "Member",
    "Operation",
    "Paginator",
    "Presence",
    "ResourceClass",
    "ScalarShape",
    "Serializer",
    "Service",
    "Shape",
    "StructureShape",
    "Verdict",
    "is_serializable",
    "service",
    "service_names",
    "unserializable_members",
    "verdict",
]
