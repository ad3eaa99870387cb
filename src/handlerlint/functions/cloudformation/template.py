"""One CloudFormation or SAM template with values for its parameters; made and read by `sam`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.cloudformation.includes import expand_loops, has_loops, included_file
from handlerlint.functions.cloudformation.intrinsics import Parameters, Resolver, is_intrinsic
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar, Unknown, computed
from handlerlint.functions.documents.reading import Document, read_mapping
from handlerlint.records import dataclass, field
from handlerlint.text import Span

# Where one of these stands in the bytes, the file may configure a function, or nest a template that does;
# every template also has this section.
SECTION = re.compile(rb"""(?:^|[{,])[ \t]*["']?Resources["']?[ \t]*:""", re.MULTILINE)
MARKERS = (b"AWS::Lambda::", b"AWS::Serverless", b"AWS::CloudFormation::Stack")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource, Globals merged in; `position` is that of its logical id in `document`."""

    name: str
    type: str
    properties: MapNode
    metadata: MapNode
    span: Span
    document: Document = field(repr=False)


@dataclass(frozen=True, slots=True)
class Template:
    """A template: `resources` by logical id, in the order of the file.

    `is_sam` is whether SAM's own commands package it. `macros` are those of others that rewrite it when it is
    deployed.
    """

    path: Path
    resolver: Resolver
    resources: dict[str, Resource]
    is_sam: bool
    macros: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """What local paths in the template are relative to.

        Of an addon of AWS Copilot it is the workspace (aws.github.io/copilot-cli/docs/developing/addons/package).
        """
        folder = self.path.parent
        if folder.name == "addons" and len(folder.parents) > 2 and folder.parents[1].name == "copilot":
            return folder.parents[2]
        return folder

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of the given types."""
        return (resource for resource in self.resources.values() if resource.type in types)


def is_template(document: Document) -> bool:
    """Whether the document has the form of a template."""
    return isinstance(document.root, MapNode) and isinstance(document.root.get("Resources"), MapNode)


def make_template(document: Document, arguments: Parameters | None = None) -> Template:
    """The template in a document for which `is_template` holds, with `arguments` for its parameters."""
    root = document.root
    assert isinstance(root, MapNode)
    values = parameter_values(root.mapping("Parameters"), arguments or {})
    resolver = Resolver(values, root.mapping("Mappings"), root.mapping("Conditions"))
    shared = root.mapping("Globals")
    resources: dict[str, Resource] = {}
    for part in _documents(document, resolver):
        assert isinstance(part.root, MapNode)
        section = part.root.mapping("Resources") if part is document else part.root
        if has_loops(part.text):
            section = expand_loops(section, resolver)
        resources.update(_resources(section, shared, resolver, part))
    return Template(document.path, resolver, resources, _is_sam(root, resources), _macros(root))


def _documents(document: Document, resolver: Resolver) -> Iterator[Document]:
    """The template, and the file that `AWS::Include` adds to its resources."""
    yield document
    assert isinstance(document.root, MapNode)
    included = included_file(document.root.mapping("Resources"), resolver, document.path.parent)
    if included is not None and (part := read_mapping(included)) is not None:
        yield part


def _resources(
    section: MapNode, shared: MapNode, resolver: Resolver, document: Document
) -> Iterator[tuple[str, Resource]]:
    for name, node in section.items():
        kind = node.get("Type") if isinstance(node, MapNode) else None
        if not isinstance(node, MapNode) or not isinstance(kind, Scalar):
            continue
        properties = resolver.map_of(node.get("Properties"))
        if kind.text.startswith("AWS::Serverless::"):
            properties = merge_globals(shared.mapping(kind.text.rpartition(":")[2]), properties)
        position = section.keys.get(name, node.span)
        yield name, Resource(name, kind.text, properties, node.mapping("Metadata"), position, document)


def _macros(root: MapNode) -> tuple[str, ...]:
    """Transforms that are not AWS's own: they may add layers and wrap handlers."""
    transform = root.get("Transform")
    items = transform.items if isinstance(transform, ListNode) else () if transform is None else (transform,)
    names = (item.text if isinstance(item, Scalar) else "" for item in items)
    return tuple(name for name in names if name and not name.startswith("AWS::"))


def _is_sam(root: MapNode, resources: dict[str, Resource]) -> bool:
    transform = root.get("Transform")
    names = transform.items if isinstance(transform, ListNode) else (transform,)
    if any(isinstance(name, Scalar) and name.text.startswith("AWS::Serverless") for name in names):
        return True
    return any(resource.type.startswith("AWS::Serverless::") for resource in resources.values())


def parameter_values(declared: MapNode, arguments: Parameters) -> dict[str, Node | Unknown]:
    """A value for every declared parameter: the argument, else the default, else Unknown."""
    values: dict[str, Node | Unknown] = {}
    for name, declaration in declared.items():
        value: Node | Unknown
        kind = declaration.get("Type") if isinstance(declaration, MapNode) else None
        type_name = kind.text if isinstance(kind, Scalar) else "String"
        default = declaration.entries.get("Default") if isinstance(declaration, MapNode) else None
        if type_name.startswith("AWS::SSM::Parameter::Value"):
            # The default names a parameter of another service, it is not the value.
            value = Unknown(f"parameter `{name}` is kept in Systems Manager")
        elif name in arguments:
            value = _as_declared(arguments[name], type_name)
        elif default is None:
            value = Unknown(f"parameter `{name}` has no default")
        else:
            value = _as_declared(default, type_name)
        values[name] = value
    return values


def _as_declared(value: Node | Unknown, type_name: str) -> Node | Unknown:
    if not isinstance(value, Scalar):
        return value
    if type_name == "CommaDelimitedList" or type_name.startswith("List<"):
        parts = (part.strip() for part in value.text.split(","))
        return ListNode(tuple(computed(part, value.span) for part in parts), value.span)
    # An empty default is an empty text, no missing one.
    return computed(value.text, value.span) if value.is_null else value


# What SAM replaces rather than concatenates (samtranslator/plugins/globals/globals.py, CUSTOM_STRATEGIES).
_REPLACED_LISTS = frozenset({"Architectures"})


def merge_globals(shared: MapNode, local: MapNode) -> MapNode:
    """A resource's properties over those of Globals, by SAM's rules.

    Mappings are merged key by key, lists are concatenated, otherwise, as for intrinsic functions, the
    resource's own value counts (samtranslator/plugins/globals/globals.py, GlobalProperties).
    """
    if not shared.entries:
        return local
    entries = dict(shared.entries)
    for key, value in local.items():
        entries[key] = _merged(key, entries[key], value) if key in entries else value
    return MapNode(entries, local.span, shared.size + local.size, {**shared.keys, **local.keys})


def _merged(key: str, shared: Node, local: Node) -> Node:
    if is_intrinsic(shared) or is_intrinsic(local):
        return local
    if isinstance(shared, MapNode) and isinstance(local, MapNode):
        return merge_globals(shared, local)
    if isinstance(shared, ListNode) and isinstance(local, ListNode) and key not in _REPLACED_LISTS:
        return ListNode((*shared.items, *local.items), local.span, shared.size + local.size)
    return local
