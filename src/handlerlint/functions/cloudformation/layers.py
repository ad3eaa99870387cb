"""Which folders the layers of a function add to its import path; called by `sam_functions`."""

from __future__ import annotations

from pathlib import Path

from handlerlint.functions.cloudformation.code import asset_of
from handlerlint.functions.cloudformation.template import Resource, Template
from handlerlint.functions.code import local_code
from handlerlint.functions.documents.nodes import MapNode, Node, Scalar, Unknown, single_key
from handlerlint.functions.layers import Layers, layer_folders

LAYER_TYPES = ("AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion")


def layers_of(template: Template, resource: Resource) -> Layers:
    """The layers of a function resource."""
    items = template.resolver.items(resource.properties.get("Layers"))
    if isinstance(items, Unknown):
        return Layers(unknown=(items.reason,))
    folders: list[Path] = []
    unknown: list[str] = []
    bare: list[Path] = []
    for item in items:
        layer = _layer_resource(template, item)
        root = None if layer is None else _content(template, layer)
        found = None if layer is None or root is None else _folders(layer, root)
        if found:
            folders.extend(found)
        else:
            unknown.extend(_shown(template, item))
            bare.extend([root] if root is not None and found is not None else [])
    return Layers(tuple(dict.fromkeys(folders)), tuple(unknown), tuple(bare))


def _layer_resource(template: Template, item: Node) -> Resource | None:
    pair = single_key(item)
    if pair is None or pair[0] != "Ref" or not isinstance(pair[1], Scalar):
        return None
    resource = template.resources.get(pair[1].text)
    return resource if resource is not None and resource.type in LAYER_TYPES else None


def _content(template: Template, layer: Resource) -> Path | None:
    """The folder of the project that a layer of this template is made of."""
    key = "ContentUri" if layer.type == "AWS::Serverless::LayerVersion" else "Content"
    content = template.resolver.resolve(layer.properties.get(key))
    location = content.text if isinstance(content, Scalar) else asset_of(template, layer, content)
    if location is None:
        return None
    return local_code(template.folder, location).root


def _folders(layer: Resource, root: Path) -> list[Path] | None:
    """The folders that a layer puts on `sys.path`, none if there is no `python/`; None where a build makes them."""
    method = layer.metadata.get("BuildMethod")
    if method is None:
        return layer_folders(root)
    # With a Python build method `sam build` copies the folder itself to `python/`.
    is_python = isinstance(method, Scalar) and method.text.startswith("python")
    return [root] if is_python else None


def _shown(template: Template, item: Node) -> list[str]:
    """A name for a layer that is not in this template; none for an absent one."""
    value = template.resolver.resolve(item)
    match value:
        case None:
            return []
        case Scalar(text):
            return [text]
        case Unknown(reason):
            return [reason]
        case MapNode() | _:
            return ["a layer"]
