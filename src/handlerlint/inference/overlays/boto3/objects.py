"""AWS SDK objects as values: what attributes clients, resources, paginators have, and what they iterate over.

The service of an object is a type argument of its class: a client of S3 is an instance of
`botocore.client.BaseClient` with the argument `"s3"`. Responses are allocated as dicts and lists
(`objects/sdk_responses.py`); calls are in `calls.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from handlerlint.inference import sdk
from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.failing import fail
from handlerlint.inference.core.registry import attributes_of, elements_of
from handlerlint.inference.domain.failure import no_attribute
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.unions import join
from handlerlint.inference.domain.values import NEVER, NONE, UNKNOWN, Instance, Native, Value
from handlerlint.inference.objects import sdk_responses
from handlerlint.inference.sdk import shapes
from handlerlint.inference.sdk.resources import (
    AttributeMember,
    BatchWriterAction,
    CollectionMember,
    FactoryMember,
    ReferenceMember,
    ResourceAction,
    ResourceMember,
    ResponseAction,
    ShapeAction,
)
from handlerlint.inference.stubs.types import LiteralType
from handlerlint.inference.types import queries
from handlerlint.suggestions import meant_method

#: What a program counts as having replaced that turns the validation of parameters off, or handles events of a client.
VALIDATION = ("botocore.validate", "ParamValidator")

CLIENT = "botocore.client.BaseClient"
CLIENT_META = "botocore.client.ClientMeta"
EXCEPTIONS = "botocore.errorfactory.BaseClientExceptions"
PAGINATOR = "botocore.paginate.Paginator"
PAGES = "botocore.paginate.PageIterator"
WAITER = "botocore.waiter.Waiter"
RESOURCE = "boto3.resources.base.ServiceResource"
RESOURCE_META = "boto3.resources.base.ResourceMeta"
MANAGER = "boto3.resources.collection.CollectionManager"
COLLECTION = "boto3.resources.collection.ResourceCollection"
BATCH_WRITER = "boto3.dynamodb.table.BatchWriter"

PLAIN, OF_RESOURCE, ASYNCHRONOUS = "plain", "resource", "async"
"""How a client came to be: by itself, as `meta.client` of a resource, or by aioboto3."""


def instance(frame: Frame, node: cst.CSTNode, class_name: str, *facts: str) -> Instance:
    """An object of the SDK with what is known of it: its service first."""
    arguments = tuple(LiteralType(fact, "builtins.str") for fact in facts)
    return Instance(class_name, arguments, frame.step(node))


def facts_of(value: Instance) -> list[str]:
    return [str(argument.value) for argument in value.arguments if isinstance(argument, LiteralType)]


def known_service(name: str, mode: str) -> sdk.Service | None:
    """The service as a client sees it that came to be in the given way."""
    if mode == OF_RESOURCE:
        return sdk.service(name, is_resource=True) or sdk.service(name)
    return sdk.service(name)


# --- attributes ------------------------------------------------------------------------------------------


@attributes_of(
    shapes.DYNAMODB_VALUE,
    CLIENT,
    RESOURCE,
    RESOURCE_META,
    MANAGER,
    COLLECTION,
    PAGINATOR,
    PAGES,
    EXCEPTIONS,
    CLIENT_META,
)
def _attribute(frame: Frame, state: State, value: Instance, name: str, node: cst.CSTNode) -> Value | None:
    """`value.name`; None where the stubs know better."""
    facts = facts_of(value)
    match value.class_name:
        case shapes.DYNAMODB_VALUE:
            may_raise(frame, state)
            return UNKNOWN
        case "botocore.client.ClientMeta":
            if name == "events":  # whoever registers with them may change parameters
                frame.interpreter.patched.add(VALIDATION)
            return None
        case "botocore.client.BaseClient" if facts:
            return _of_client(frame, state, facts[0], facts[1], name, node)
        case "boto3.resources.base.ServiceResource" if facts:
            return _of_resource(frame, state, facts[0], facts[1], name, node)
        case "boto3.resources.base.ResourceMeta" if facts and name == "client":
            return instance(frame, node, CLIENT, facts[0], OF_RESOURCE)
        case (
            "boto3.resources.collection.CollectionManager" | "boto3.resources.collection.ResourceCollection"
        ) if facts:
            return _of_collection(frame, facts[0], facts[1], name, node)
        case "botocore.errorfactory.BaseClientExceptions":
            return queries.stub_member(frame, "botocore.exceptions", "ClientError")
        case kind if facts and (kind, name) in _OF_PAGES:
            return Native(_OF_PAGES[kind, name], tuple(facts))
        case _:
            return None


#: What a paginator, and the pages that it gives, do.
_OF_PAGES = {(PAGINATOR, "paginate"): "sdk.paginate", (PAGES, "build_full_result"): "sdk.full_result"}


def _of_client(frame: Frame, state: State, service: str, mode: str, name: str, node: cst.CSTNode) -> Value:
    """An attribute of a client: an operation, a paginator, a waiter; Unknown for a service that is not known."""
    known = known_service(service, mode)
    if known is None:
        return UNKNOWN
    match name:
        case "meta":
            return instance(frame, node, CLIENT_META, service)
        case "exceptions":
            return instance(frame, node, EXCEPTIONS, service)
        case "get_paginator" | "get_waiter":
            return Native(f"sdk.{name}", (service, mode))
        case _:
            pass
    if known.operation(name) is not None:
        return Native("sdk.operation", (service, mode, name))
    if (shape := known.client_attribute(name)) is not None:
        return sdk_responses.build(frame, state, shape, node, f"{service}.{name}")
    if name == "generate_presigned_url" and mode != ASYNCHRONOUS:
        return Native("sdk.generate_presigned_url", (service, mode))
    if known.client_method(name) is not None:
        return Native("sdk.client_method", (service, mode, name))
    return _not_there(frame, state, node, name, known.class_name, known.client_names)


def _not_there(
    frame: Frame, state: State, node: cst.CSTNode, name: str, class_name: str, known: Iterable[str]
) -> Value:
    """An attribute that is not known: it is certainly not there if it is another one, misspelt."""
    other = meant_method(name, known)
    if other is None or not isinstance(node, cst.Attribute) or name.startswith("_"):
        return UNKNOWN  # an SDK that is newer may have it
    fail(frame, state, no_attribute(frame.module.file, node, f"'{class_name}' object", name, other))
    return NEVER


def _of_resource(
    frame: Frame, state: State, service: str, class_name: str, name: str, node: cst.CSTNode
) -> Value:
    """An attribute of a resource: plain data, another resource, a collection, an action."""
    if name == "meta":
        return instance(frame, node, RESOURCE_META, service)
    known = sdk.service(service, is_resource=True)
    resource_class = known.resource_class(class_name) if known is not None else None
    member: ResourceMember | None = resource_class.member(name) if resource_class is not None else None
    match member:
        case AttributeMember(shape=shape, is_nullable=is_nullable):
            may_raise(frame, state)
            label = f"{service}.{class_name or 'ServiceResource'}.{name}"
            value = sdk_responses.build(frame, state, shape, node, label)
            return join(value, NONE) if is_nullable else value
        case ReferenceMember(resource=resource, many=many):
            may_raise(frame, state)
            return join(resources(frame, state, service, resource, many, node), NONE)
        case CollectionMember(resource=resource):
            return instance(frame, node, MANAGER, service, resource)
        case FactoryMember(resource=resource) | ResourceAction(resource=resource):
            is_list = isinstance(member, ResourceAction) and member.many
            return Native("sdk.resource", (service, resource, is_list))
        case ResponseAction(operation=operation, given=given):
            return Native("sdk.operation", (service, OF_RESOURCE, operation.name, *given))
        case ShapeAction():
            return Native("sdk.resource_method", (service, class_name, name))
        case BatchWriterAction():
            return Native("sdk.batch_writer")
        case None if resource_class is None:
            return UNKNOWN
        case None:
            names = (*resource_class.members, "meta", "get_available_subresources")
            words = f"{service}.{class_name or 'ServiceResource'}"
            return _not_there(frame, state, node, name, words, names)


def resources(
    frame: Frame, state: State, service: str, resource: str, many: bool, node: cst.CSTNode
) -> Value:
    """A resource, or a list of them."""
    one = instance(frame, node, RESOURCE, service, resource)
    return new_list(frame, state, node, (), one, tag="resources") if many else one


def _of_collection(frame: Frame, service: str, resource: str, name: str, node: cst.CSTNode) -> Value | None:
    match name:
        case "all" | "filter" | "limit" | "page_size" | "iterator":
            return Native("sdk.collection", (service, resource))
        case "pages":
            return Native("sdk.collection_pages", (service, resource))
        case _:
            return Native("sdk.batch_action", (service, resource, name))


@elements_of(PAGES, COLLECTION)
def _element(frame: Frame, state: State, value: Instance, node: cst.CSTNode) -> Value | None:
    """What each element of pages or of a collection is."""
    if not (facts := facts_of(value)):
        return None
    match value.class_name:
        case "botocore.paginate.PageIterator":
            may_raise(frame, state)
            known = known_service(facts[0], facts[1])
            paginator = known.paginator(facts[2]) if known is not None else None
            if paginator is None:
                return UNKNOWN
            return sdk_responses.build(frame, state, paginator.page, node, str(paginator.operation))
        case "boto3.resources.collection.ResourceCollection":
            may_raise(frame, state)
            return instance(frame, node, RESOURCE, facts[0], facts[1])
        case _:
            return None
