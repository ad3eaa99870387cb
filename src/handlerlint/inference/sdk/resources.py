"""Resource classes of boto3: what `boto3.resource("s3").Bucket(name)` has. Made by knowledge.Service."""

from __future__ import annotations

from typing import Any, Final, Protocol, Union

from handlerlint.inference.sdk.shapes import (
    NONE_SHAPE,
    STRING_SHAPE,
    Catalog,
    ListShape,
    Operation,
    Presence,
    Shape,
)
from handlerlint.records import dataclass

SERVICE_RESOURCE: Final = ""
"""The name of the class of `boto3.resource(name)` itself."""


@dataclass(frozen=True, slots=True)
class AttributeMember:
    """A property with plain data; `is_nullable` where the response that it comes from may lack it (it is
    None then)."""

    shape: Shape
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class ReferenceMember:
    """A property with another resource, or with a list of them if `many`; None where its identifier is
    missing."""

    resource: str
    many: bool


@dataclass(frozen=True, slots=True)
class FactoryMember:
    """A method that makes a resource without a call to AWS: `s3.Bucket(name)`; `given` is the number of
    its arguments."""

    resource: str
    given: int


@dataclass(frozen=True, slots=True)
class CollectionMember:
    """A collection manager: `.all()`, `.filter()`, `.limit()`, `.page_size()` iterate over resources,
    `.pages()` over
    lists of them. `batch_actions` call an operation for every page and give the list of responses."""

    resource: str
    batch_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponseAction:
    """A method that gives the response of an operation as it is; the resource itself fills in what is `given`."""

    operation: Operation
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapeAction:
    """A method that gives plain data or None."""

    shape: Shape


@dataclass(frozen=True, slots=True)
class ResourceAction:
    """A method that gives a resource, or a list of them if `many`."""

    resource: str
    many: bool


@dataclass(frozen=True, slots=True)
class BatchWriterAction:
    """`table.batch_writer()`: a context manager; its `put_item` and `delete_item` give None."""


Action = Union[ResponseAction, ShapeAction, ResourceAction, BatchWriterAction]  # noqa: UP007
ResourceMember = Union[  # noqa: UP007
    AttributeMember, ReferenceMember, FactoryMember, CollectionMember, Action
]

_NONE: Final = ShapeAction(NONE_SHAPE)
_TRANSFERS: Final = ("upload_file", "download_file", "copy", "upload_fileobj", "download_fileobj")
_INJECTED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("s3", "Bucket"): ("load", *_TRANSFERS),
    ("s3", "Object"): _TRANSFERS,
    ("s3", "ObjectSummary"): ("load",),
}
"""Methods that boto3.s3.inject adds; all of them give None."""

_METHODS_IN_NO_MODEL: Final = frozenset(
    {"batch_writer", "create_tags", "delete_tags", "get_available_subresources", "load", "reload"}
)


class OwningService(Protocol):
    """What a resource class asks of the service that it belongs to; `knowledge.Service` is one."""

    name: str
    catalog: Catalog

    def resource_class(self, name: str = ...) -> ResourceClass | None:
        """Another resource class of the service."""

    def operation(self, name: str) -> Operation | None:
        """An operation of the service's client."""


class ResourceClass:
    """One resource class of a service."""

    __slots__ = ("_content", "_service", "name")

    def __init__(self, service: OwningService, name: str, content: dict[str, Any]) -> None:
        self._service = service
        self.name = name
        self._content = content

    @property
    def python_class(self) -> str:
        """The class as Python prints it: `boto3.resources.factory.s3.Bucket`."""
        return f"boto3.resources.factory.{self._service.name}.{self.name or 'ServiceResource'}"

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Names of the arguments that make it what it is; attributes of the same names are str."""
        return tuple(self._content.get("identifiers", ()))

    @property
    def members(self) -> tuple[str, ...]:
        """Names of everything that `member` knows, `meta` aside."""
        parts = (part for key, part in self._content.items() if key not in ("batch_actions", "load"))
        names = {name for part in parts for name in part} | _METHODS_IN_NO_MODEL
        names |= set(_INJECTED.get((self._service.name, self.name), ()))
        return tuple(sorted(name for name in names if self.member(name) is not None))

    def member(self, name: str) -> ResourceMember | None:
        """What an attribute or method of an instance is; None for what it has not, and for `meta`."""
        content = self._content
        if name in content.get("identifiers", ()) or name in content.get("aliases", ()):
            return AttributeMember(STRING_SHAPE)
        if name in content.get("actions", {}):
            return self._action(content["actions"][name])
        if name in content.get("subresources", {}):
            entry = content["subresources"][name]
            return FactoryMember(entry["resource"], entry["given"])
        if name in content.get("references", {}):
            entry = content["references"][name]
            return ReferenceMember(entry["resource"], entry["many"])
        if name in content.get("collections", {}):
            return self._collection(content["collections"][name])
        if name in content.get("attributes", {}):
            member = self._service.catalog.member(name, content["attributes"][name])
            return AttributeMember(member.shape, is_nullable=member.presence is Presence.CONDITIONAL)
        return self._method(name)

    def batch_action(self, name: str) -> ListShape | None:
        """What a batch action of a collection of this class gives: a list of responses."""
        entry = self._content.get("batch_actions", {}).get(name)
        if entry is None:
            return None
        action = self._action(entry)
        match action:
            case ResponseAction(operation):
                return ListShape(operation.response)
            case ShapeAction(shape):
                return ListShape(shape)
        return None

    def _collection(self, resource: str) -> CollectionMember:
        item = self._service.resource_class(resource)
        batch_actions = item._content.get("batch_actions", {}) if item is not None else {}
        return CollectionMember(resource, tuple(batch_actions))

    def _action(self, entry: dict[str, Any]) -> Action | None:
        if "resource" in entry:
            return ResourceAction(entry["resource"], entry["many"])
        if "type" in entry:
            return ShapeAction(self._service.catalog.shape(entry["type"][1:]))
        operation = self._service.operation(entry["operation"])
        return ResponseAction(operation, tuple(entry.get("given", ()))) if operation is not None else None

    def _method(self, name: str) -> Action | None:
        """Methods that are in no model."""
        if name in self._content.get("waiters", ()):
            return _NONE
        if name in ("load", "reload") and "load" in self._content:
            return _NONE
        if name in _INJECTED.get((self._service.name, self.name), ()):
            return _NONE
        if name == "get_available_subresources":
            return ShapeAction(ListShape(STRING_SHAPE))
        match self._service.name, self.name, name:
            case "dynamodb", "Table", "batch_writer":
                return BatchWriterAction()
            case "ec2", "ServiceResource" | "", "create_tags":
                return ResourceAction("Tag", many=True)
            case "ec2", "Instance", "delete_tags":
                operation = self._service.operation("delete_tags")
                return ResponseAction(operation) if operation is not None else None
        return None
