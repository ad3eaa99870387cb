"""Turns boto3's resource model of a service into JSON of the packed file; used by sdktable.services."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from boto3.resources.model import Action, Collection, ResourceModel
from botocore import xform_name
from botocore.model import Shape

from handlerlint.inference.sdk.pack import USUAL

if TYPE_CHECKING:
    from sdktable.services import ServiceText

SERVICE_RESOURCE = ""
"""The key of `boto3.resource(name)` itself among the resource classes."""


def resource_text(service: ServiceText, definition: dict[str, Any]) -> str:
    """JSON: resource class → its parts, see handlerlint.inference.sdk.resources."""
    definitions = definition["resources"]
    classes = {SERVICE_RESOURCE: ResourceModel(service.name, definition["service"], definitions)}
    for name in sorted(definitions):
        classes[name] = ResourceModel(name, definitions[name], definitions)
    content = {name: _resource_class(service, model) for name, model in classes.items()}
    return json.dumps(content, separators=(",", ":"))


def _resource_class(service: ServiceText, model: ResourceModel) -> dict[str, Any]:
    shape = service.model.shape_for(model.shape) if model.shape else None
    model.load_rename_map(shape)
    content = {
        "identifiers": [identifier.name for identifier in model.identifiers],
        "aliases": _aliases(model, shape) if shape is not None else [],
        "attributes": _attributes(service, model, shape) if shape is not None else {},
        "actions": {action.name: _action(service, action) for action in model.actions},
        "batch_actions": {
            xform_name(action.name): _action(service, action) for action in model.batch_actions
        },
        "collections": {collection.name: _related_type(collection) for collection in model.collections},
        "references": {reference.name: _reference(reference) for reference in model.references},
        "subresources": {sub.name: _subresource(sub) for sub in model.subresources},
        "waiters": [waiter.name for waiter in model.waiters],
        "load": 1 if model.load else 0,
    }
    return {key: value for key, value in content.items() if value}


def _aliases(model: ResourceModel, shape: Shape) -> list[str]:
    """Attributes that are another name of an identifier."""
    named = {identifier.member_name for identifier in model.identifiers}
    return [attribute for attribute in model.get_attributes(shape) if attribute in named]


def _attributes(service: ServiceText, model: ResourceModel, shape: Shape) -> dict[str, str]:
    """Attribute → presence and type, as for members of a structure."""
    aliases = _aliases(model, shape)
    return {
        attribute: service.presence_mark(shape, name) + service.type_code(member)
        for attribute, (name, member) in model.get_attributes(shape).items()
        if attribute not in aliases
    }


def _related_type(action: Action | Collection) -> str:
    resource_type: str = action.resource.type
    return resource_type


def _action(service: ServiceText, action: Action) -> dict[str, Any]:
    """What a call gives: resources (`resource`, `many`), a part of the response (`type`), or all of it."""
    content: dict[str, Any] = {"operation": xform_name(action.request.operation)}
    given = sorted({re.split(r"[.\[]", parameter.target)[0] for parameter in action.request.params})
    if given:
        content["given"] = given
    if action.resource is not None:
        content["resource"] = action.resource.type
        content["many"] = _is_plural(action.resource.identifiers)
    elif action.path and action.path != "$":
        output = service.model.operation_model(action.request.operation).output_shape
        content["type"] = USUAL + service.type_code(_follow(output, action.path))
    return content


def _reference(reference: Action) -> dict[str, Any]:
    return {"resource": reference.resource.type, "many": _is_plural(reference.resource.identifiers)}


def _subresource(subresource: Action) -> dict[str, Any]:
    """How many identifiers the caller gives: the others come from the parent."""
    given = sum(identifier.source == "input" for identifier in subresource.resource.identifiers)
    return {"resource": subresource.resource.type, "given": given}


def _is_plural(identifiers: list[Any]) -> bool:
    """boto3 makes a list of resources if the value of any identifier is a list."""
    return any("[" in (identifier.path or "") for identifier in identifiers)


def _follow(shape: Shape, path: str) -> Shape:
    """The shape at a plain path of member names; boto3's actions use no other (each index stands for one
    element)."""
    for part in path.split("."):
        name, bracket, _ = part.partition("[")
        shape = shape.members[name]
        if bracket:
            shape = shape.member
    return shape
