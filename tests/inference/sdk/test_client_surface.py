"""What real boto3 clients and resources offer is what the table knows, name by name.

Beside a newer SDK than the table was made from, all that the table knows must still be there.
"""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ParamValidationError

from handlerlint.inference.sdk import service
from handlerlint.inference.sdk.resources import (
    AttributeMember,
    CollectionMember,
    FactoryMember,
    ReferenceMember,
)

from .versions import IS_PACKED_VERSION

SESSION = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name="eu-west-1")
BEYOND_PLAIN_DATA = {"get_paginator", "get_waiter"}
CLIENT_PROPERTIES = {"exceptions", "meta", "waiter_names"}
RESOURCES = ["cloudformation", "cloudwatch", "dynamodb", "ec2", "glacier", "iam", "s3", "sns", "sqs"]


@pytest.mark.parametrize("name", ["dsql", "dynamodb", "events", "rds", "s3", "sqs"])
def test_every_public_name_of_a_client_is_known(name: str) -> None:
    client: Any = SESSION.client(name)
    known = service(name)
    assert known is not None
    offered = {attribute for attribute in dir(client) if not attribute.startswith("_")}
    unknown = {
        attribute
        for attribute in offered - BEYOND_PLAIN_DATA - CLIENT_PROPERTIES
        if known.operation(attribute) is None and known.client_method(attribute) is None
    }
    assert set(known.operation_names) <= offered
    waiters = {waiter_name.replace("-", "_") for waiter_name in client.waiter_names}
    assert set(known.waiter_names) <= waiters
    paginators = {operation for operation in known.operation_names if client.can_paginate(operation)}
    assert set(known.paginator_names) <= paginators
    if IS_PACKED_VERSION:
        assert (
            unknown == waiters - set(known.waiter_names) == paginators - set(known.paginator_names) == set()
        )
    assert all(hasattr(client.exceptions, exception) for exception in known.exception_names)


@pytest.mark.parametrize("name", ["ec2", "glacier", "lambda", "logs", "s3", "sqs", "stepfunctions"])
def test_parameters_are_those_that_botocore_asks_for(name: str) -> None:
    client: Any = SESSION.client(name)
    known = service(name)
    assert known is not None
    for operation in known.operation_names:
        with pytest.raises(ParamValidationError) as refused:
            getattr(client, operation)(handlerlint=1)
        words = str(refused.value)
        taken = re.findall("[^, \n]+", words.partition("must be one of: ")[2].partition("\n")[0])
        missing = set(re.findall('Missing required parameter in input: "(.+)"', words))
        shape = known.input(operation)
        parameters = shape.members if shape is not None else {}
        assert {name for name, member in parameters.items() if member.is_required} <= missing
        if IS_PACKED_VERSION:
            assert set(taken) <= set(parameters), operation


def test_aliases_of_parameters_are_taken() -> None:
    known = service("logs")
    assert known is not None
    shape = known.input("create_export_task")
    assert shape is not None
    assert shape.members.keys() >= {"from", "fromTime"}
    assert not shape.members["from"].is_required


def test_resource_services_are_those_of_boto3() -> None:
    assert set(SESSION.get_available_resources()) >= set(RESOURCES)


def real_classes(name: str) -> dict[str, Any]:
    """The real resource classes of a service by the name that the table uses."""
    resource: Any = SESSION.resource(name)
    classes: dict[str, Any] = {"": type(resource)}
    known = service(name, is_resource=True)
    assert known is not None
    for class_name in known.resource_names[1:]:
        made = known.resource_class(class_name)
        assert made is not None
        factory = getattr(resource, class_name, None)
        if factory is not None:
            real = type(factory(*["x"] * len(made.identifiers)))
            classes[real.__name__.rpartition(".")[2]] = real
    return classes


@pytest.mark.parametrize("name", RESOURCES)
def test_every_public_name_of_a_resource_is_known(name: str) -> None:
    known = service(name, is_resource=True)
    assert known is not None
    for class_name, real in real_classes(name).items():
        resource_class = known.resource_class(class_name)
        assert resource_class is not None
        assert resource_class.python_class == f"{real.__module__}.{real.__name__}"
        offered = {attribute for attribute in dir(real) if not attribute.startswith("_")} - {"meta"}
        known_names = set(resource_class.members)
        assert known_names <= offered, class_name
        assert known_names == offered or not IS_PACKED_VERSION, class_name
        for attribute in known_names:
            member = resource_class.member(attribute)
            is_property = isinstance(vars(real).get(attribute), property)
            is_plain = isinstance(member, AttributeMember | ReferenceMember | CollectionMember)
            assert is_property == is_plain, (class_name, attribute)


@pytest.mark.parametrize("name", RESOURCES)
def test_collections_give_the_class_that_boto3_gives(name: str) -> None:
    known = service(name, is_resource=True)
    assert known is not None
    client = SESSION.client(name)
    for class_name, real in real_classes(name).items():
        resource_class = known.resource_class(class_name)
        assert resource_class is not None
        identifiers = ["x"] * len(resource_class.identifiers)
        instance = real(*identifiers, client=client)
        for attribute in resource_class.members:
            match resource_class.member(attribute):
                case CollectionMember(resource, batch_actions):
                    manager = getattr(instance, attribute)
                    assert manager._model.resource.type == resource
                    assert all(hasattr(manager, action) for action in batch_actions)
                case FactoryMember(resource, given):
                    made = getattr(instance, attribute)(*["x"] * given)
                    assert type(made).__name__ == f"{name}.{resource}"
