"""Where the code of a function lies: in a folder, in the template, or out of reach; see `sam_functions`."""

from __future__ import annotations

from handlerlint.functions.cloudformation.template import Resource, Template
from handlerlint.functions.code import IN_IMAGE, CodeLocation, default_root, lines_of, local_code
from handlerlint.functions.documents.nodes import MapNode, Node, Scalar, Unknown
from handlerlint.functions.model import InlineCode
from handlerlint.project.view import is_folder


def code_of(template: Template, resource: Resource) -> CodeLocation:
    """The code of an `AWS::Serverless::Function` or `AWS::Lambda::Function`."""
    resolver, properties = template.resolver, resource.properties
    if resource.type == "AWS::Lambda::Function":
        code = resolver.resolve(properties.get("Code"))
        if isinstance(code, MapNode) and code.get("ZipFile") is not None:
            return _inline(template, resource, code.get("ZipFile"), "ZipFile")
        if code is None:
            return CodeLocation(unresolved="no `Code`")
        asset = asset_of(template, resource, code)
        if asset is not None:
            return local_code(template.folder, asset)
        return _location(template, code, "Code")
    if properties.get("InlineCode") is not None:
        return _inline(template, resource, properties.get("InlineCode"), "InlineCode")
    value = resolver.resolve(properties.get("CodeUri"))
    if value is None:
        # SAM CLI's default (samcli.lib.providers.sam_base_provider, DEFAULT_CODEURI).
        return default_root(template.folder, "CodeUri")
    found = _location(template, value, "CodeUri")
    return default_root(template.folder, "CodeUri") if found.root == template.folder else found


def asset_of(template: Template, resource: Resource, code: Node | Unknown | None) -> str | None:
    """What a template of the CDK will upload: it lies beside the template until then, under its hash."""
    path = resource.metadata.get("aws:asset:path")
    if isinstance(path, Scalar):
        return path.text
    key = template.resolver.text(code.get("S3Key")) if isinstance(code, MapNode) else None
    if isinstance(key, Scalar) and key.text.endswith(".zip") and "/" not in key.text:
        name = f"asset.{key.text.removesuffix('.zip')}"
        return name if is_folder(template.folder / name) else None
    return None


def _location(template: Template, value: Node | Unknown, key: str) -> CodeLocation:
    match value:
        case Unknown(reason):
            return CodeLocation(unresolved=f"`{key}`: {reason}")
        case Scalar(text):
            return local_code(template.folder, text)
        case MapNode() if value.get("ImageUri") is not None:
            return CodeLocation(unresolved=IN_IMAGE)
        case MapNode() if value.get("Bucket") is not None or value.get("S3Bucket") is not None:
            return CodeLocation(unresolved="the code is in an S3 bucket")
        case _:
            return CodeLocation(unresolved=f"`{key}` does not name a location")


def _inline(template: Template, resource: Resource, node: Node | None, key: str) -> CodeLocation:
    value = template.resolver.text(node)
    match value:
        case Scalar():
            return CodeLocation(inline=InlineCode(value.text, lines_of(value, resource.document.text)))
        case Unknown(reason):
            return CodeLocation(unresolved=f"`{key}`: {reason}")
        case None:
            return CodeLocation(unresolved=f"`{key}` is empty")
