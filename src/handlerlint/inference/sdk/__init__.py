"""Facts about the AWS SDK: every operation of every service, with the Python objects that it returns."""

from handlerlint.inference.sdk.knowledge import PARAMETERS_OF_METHODS, Service, service, service_names
from handlerlint.inference.sdk.serialization import (
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
    ScalarShape,
    Shape,
    StructureShape,
)

__all__ = [
    "PARAMETERS_OF_METHODS",
    "EventStreamShape",
    "Kind",
    "ListShape",
    "MapShape",
    "Member",
    "Operation",
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
