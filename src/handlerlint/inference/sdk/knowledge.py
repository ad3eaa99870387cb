"""What handlerlint knows of the AWS SDK, as plain data: services, operations, paginators, waiters, resources.

Inference asks here for what clients and resources give; nothing here knows of abstract values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Final

from handlerlint.inference.sdk.pack import Section, open_packed_file
from handlerlint.inference.sdk.resources import SERVICE_RESOURCE, ResourceClass
from handlerlint.inference.sdk.shapes import (
    BOOLEAN_SHAPE,
    JSON_SHAPE,
    NONE_SHAPE,
    RESPONSE_METADATA,
    STRING_SHAPE,
    Catalog,
    ListShape,
    Member,
    Operation,
    Presence,
    Shape,
    StructureShape,
)
from handlerlint.records import dataclass

_SERVICE_NAME_ALIASES: Final = {"runtime.sagemaker": "sagemaker-runtime"}
"""botocore.handlers.handle_service_name_alias."""

_CLIENT_METHODS: Final[Mapping[str, Shape]] = {
    "can_paginate": BOOLEAN_SHAPE,
    "close": NONE_SHAPE,
    "generate_presigned_url": STRING_SHAPE,
}
"""Methods of every client that are no operations and give plain data; `get_paginator` and `get_waiter` do
not."""

_EXTRAS: Final = frozenset({"ExtraArgs", "Callback", "Config"})
PARAMETERS_OF_METHODS: Final[Mapping[str, frozenset[str]]] = {
    "generate_presigned_url": frozenset({"ClientMethod", "Params", "ExpiresIn", "HttpMethod"}),
    "generate_presigned_post": frozenset({"Bucket", "Key", "Fields", "Conditions", "ExpiresIn"}),
    "upload_file": _EXTRAS | {"Filename", "Bucket", "Key"},
    "upload_fileobj": _EXTRAS | {"Fileobj", "Bucket", "Key"},
    "download_file": _EXTRAS | {"Bucket", "Key", "Filename"},
    "download_fileobj": _EXTRAS | {"Bucket", "Key", "Fileobj"},
    "copy": _EXTRAS | {"CopySource", "Bucket", "Key", "SourceClient"},
}
"""What these have taken ever since they were added, in botocore.signers and boto3.s3.inject."""

_OTHER_CLIENT_NAMES: Final = ("exceptions", "get_paginator", "get_waiter", "meta", "waiter_names")

_INJECTED_CLIENT_METHODS: Final[Mapping[str, Mapping[str, Shape]]] = {
    "dsql": {
        "generate_db_connect_admin_auth_token": STRING_SHAPE,
        "generate_db_connect_auth_token": STRING_SHAPE,
    },
    "rds": {"generate_db_auth_token": STRING_SHAPE},
    "s3": {
        "copy": NONE_SHAPE,
        "download_file": NONE_SHAPE,
        "download_fileobj": NONE_SHAPE,
        "generate_presigned_post": JSON_SHAPE,
        "upload_file": NONE_SHAPE,
        "upload_fileobj": NONE_SHAPE,
    },
}
"""botocore.signers and boto3.s3.inject add these when the class of the client is made."""


@dataclass(frozen=True, slots=True)
class Paginator:
    """A paginator of a client: each page is a response; `build_full_result()` has no `ResponseMetadata`."""

    operation: Operation
    result_keys: tuple[str, ...]
    non_aggregate_keys: tuple[str, ...]

    @property
    def page(self) -> StructureShape:
        """What iterating over `paginate()` gives."""
        return self.operation.response

    @property
    def full_result(self) -> StructureShape:
        """What `paginate().build_full_result()` gives (botocore.paginate.PageIterator.build_full_result)."""
        paths = [key.split(".") for key in (*self.result_keys, *self.non_aggregate_keys)]
        response = self.operation.response
        token = Member("NextToken", STRING_SHAPE, Presence.CONDITIONAL)
        return StructureShape(response.catalog, -1, (*_members_at(response, paths), token))


def _members_at(structure: StructureShape, paths: list[list[str]]) -> tuple[Member, ...]:
    """The members of a structure that lie on the given paths, and of each only what lies on them."""
    picked: dict[str, Member] = {}
    for name in dict.fromkeys(path[0] for path in paths):
        member = structure.members.get(name)
        if member is None:
            continue
        rests = [path[1:] for path in paths if path[0] == name]
        if all(rests) and isinstance(member.shape, StructureShape):
            part = StructureShape(structure.catalog, -1, _members_at(member.shape, rests))
            member = Member(name, part, member.presence)
        picked[name] = member
    return tuple(picked.values())


class Service:
    """One service; `is_resource` for what `boto3.resource(name)` and its `meta.client` see, which differs
    for DynamoDB."""

    def __init__(self, name: str, sections: tuple[str, ...], *, is_resource: bool) -> None:
        self.name = name
        self.is_resource = is_resource
        self._sections = sections
        notes = json.loads(sections[Section.NOTES])
        self.api_version: str = notes["api_version"]
        self.class_name: str = notes["class_name"]
        attribute_value, attribute_input = (
            notes.get(key) if is_resource else None for key in ("attribute_value", "attribute_input")
        )
        self.catalog = Catalog(name, sections[Section.STRUCTURES].split("\n"), attribute_value)
        self.inputs = Catalog(name, sections[Section.INPUT_STRUCTURES].split("\n"), attribute_input)

    @cached_property
    def _operation_indexes(self) -> dict[str, int]:
        lines = (line.partition(" ") for line in self._sections[Section.OPERATIONS].split("\n"))
        return {name: int(index) if index else -1 for name, _, index in lines if name}

    @property
    def operation_names(self) -> tuple[str, ...]:
        """Python names of all operations."""
        return tuple(self._operation_indexes)

    def operation(self, name: str) -> Operation | None:
        """An operation by its Python name (`list_buckets`)."""
        index = self._operation_indexes.get(name)
        if index is None:
            return None
        output = StructureShape(self.catalog, index) if index >= 0 else None
        response = StructureShape(self.catalog, index, (RESPONSE_METADATA,))
        return Operation(self.name, name, output, response)

    @cached_property
    def _input_indexes(self) -> dict[str, str]:
        return dict(zip(self._operation_indexes, self._sections[Section.INPUTS].split("\n"), strict=True))

    def input(self, operation_name: str) -> StructureShape | None:
        """What an operation takes, as keyword arguments; None for one that takes nothing, or is not known."""
        index = self._input_indexes.get(operation_name)
        return StructureShape(self.inputs, int(index)) if index else None

    @cached_property
    def _paginators(self) -> dict[str, tuple[str, str]]:
        lines = (line.split("|") for line in self._sections[Section.PAGINATORS].split("\n") if line)
        return {name: (result, constant) for name, result, constant in lines}

    @property
    def paginator_names(self) -> tuple[str, ...]:
        """The operations that `get_paginator` takes."""
        return tuple(self._paginators)

    def paginator(self, operation_name: str) -> Paginator | None:
        """The paginator of an operation; None if `get_paginator` raises OperationNotPageableError."""
        entry = self._paginators.get(operation_name)
        operation = self.operation(operation_name)
        if entry is None or operation is None:
            return None
        result_keys, non_aggregate_keys = (tuple(filter(None, keys.split(","))) for keys in entry)
        return Paginator(operation, result_keys, non_aggregate_keys)

    @property
    def waiter_names(self) -> tuple[str, ...]:
        """What `get_waiter` takes; `.wait()` of each gives None."""
        return tuple(self._sections[Section.WAITERS].split())

    @property
    def exception_names(self) -> tuple[str, ...]:
        """Attributes of `client.exceptions`: subclasses of ClientError."""
        return tuple(self._sections[Section.EXCEPTIONS].split())

    @property
    def client_names(self) -> tuple[str, ...]:
        """All public attributes of a client."""
        injected = _INJECTED_CLIENT_METHODS.get(self.name, {})
        return (*self._operation_indexes, *injected, *_CLIENT_METHODS, *_OTHER_CLIENT_NAMES)

    def client_method(self, name: str) -> Shape | None:
        """What a method of the client gives that is no operation and gives plain data; None for any other
        name."""
        return _INJECTED_CLIENT_METHODS.get(self.name, {}).get(name) or _CLIENT_METHODS.get(name)

    def client_attribute(self, name: str) -> Shape | None:
        """Plain data among the attributes of a client."""
        return ListShape(STRING_SHAPE) if name == "waiter_names" else None

    @cached_property
    def _resources(self) -> dict[str, dict[str, Any]]:
        text = self._sections[Section.RESOURCES]
        resources: dict[str, dict[str, Any]] = json.loads(text) if text else {}
        return resources

    @property
    def resource_names(self) -> tuple[str, ...]:
        """Resource classes, the service resource (the empty name) first; empty if `boto3.resource` knows
        no such service."""
        return tuple(self._resources)

    def resource_class(self, name: str = SERVICE_RESOURCE) -> ResourceClass | None:
        """A resource class; without a name that of `boto3.resource(...)` itself."""
        content = self._resources.get(name)
        return ResourceClass(self, name, content) if content is not None else None


@lru_cache(maxsize=64)
def service(name: str, *, is_resource: bool = False) -> Service | None:
    """The service that `boto3.client(name)` makes a client of, or `boto3.resource(name)`; None if there
    is no such."""
    name = _SERVICE_NAME_ALIASES.get(name, name)
    sections = open_packed_file().sections(name)
    if sections is None or (is_resource and not sections[Section.RESOURCES]):
        return None
    return Service(name, sections, is_resource=is_resource)


def service_names() -> tuple[str, ...]:
    """All services that the table knows."""
    return open_packed_file().service_names()
