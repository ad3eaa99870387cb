"""Stacks and stack sets among a template's resources: their arguments, and templates that stand in them as text.

Called by `sam`.
"""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.functions.cloudformation.intrinsics import Parameters, Resolver
from handlerlint.functions.cloudformation.template import Resource, Template, is_template
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar, Unknown, single_key
from handlerlint.functions.documents.reading import Document, parse
from handlerlint.records import replace


def arguments_of(template: Template, resource: Resource) -> Parameters:
    """The values that a stack's parameters are given: a mapping, or the list of a stack set."""
    arguments: dict[str, Node | Unknown] = {}
    for name, node in _arguments(template, resource):
        value = template.resolver.resolve(node)
        if isinstance(value, ListNode):
            items = (template.resolver.text(item) for item in value.items)
            value = ListNode(tuple(item for item in items if isinstance(item, Scalar)), value.span)
        if value is not None:
            arguments[name] = value
    return arguments


def _arguments(template: Template, resource: Resource) -> Iterator[tuple[str, Node]]:
    given = template.resolver.resolve(resource.properties.get("Parameters"))
    if isinstance(given, MapNode):
        yield from given.items()
    elif isinstance(given, ListNode):
        for item in given.items:
            pair = template.resolver.map_of(item)
            name, value = template.resolver.text(pair.get("ParameterKey")), pair.get("ParameterValue")
            if isinstance(name, Scalar) and value is not None:
                yield name.text, value


def templates_in(template: Template) -> Iterator[tuple[Document, Parameters]]:
    """The templates of stack sets that stand as a block of text in this one, at their places in the file.

    The block may be that of `Fn::Sub`: then values of this template stand in it.
    docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference, AWS::CloudFormation::StackSet, `TemplateBody`.
    """
    for resource in template.of_type("AWS::CloudFormation::StackSet"):
        body = resource.properties.get("TemplateBody")
        substitution = single_key(body)
        variables: tuple[Node, ...] = ()
        if substitution is not None and substitution[0] == "Fn::Sub":
            body = substitution[1]
            if isinstance(body, ListNode) and body.items:
                variables, body = body.items[1:], body.items[0]
        if not isinstance(body, Scalar) or body.style != "|":
            continue
        document = _document_in(resource.document, body)
        if document is not None and substitution is not None:
            root = _substituted(document.root, variables, template.resolver)
            document = replace(document, root=root)
        if document is not None and is_template(document):
            yield document, arguments_of(template, resource)


_OUTSIDE = "Fn::Sub around the template"


def _substituted(node: Node | None, variables: tuple[Node, ...], resolver: Resolver) -> Node | None:
    """The node with the values of `Fn::Sub` in its texts; what has no value is an intrinsic function of no template.

    As it is done for each text by itself, all others remain where they stand in the file.
    """
    match node:
        case Scalar(text) if "${" in text:
            whole: Node = ListNode((node, *variables), node.span) if variables else node
            value = resolver.text(MapNode({"Fn::Sub": whole}, node.span))
            return value if isinstance(value, Scalar) else MapNode({_OUTSIDE: node}, node.span)
        case ListNode(items):
            parts = (_substituted(item, variables, resolver) for item in items)
            return replace(node, items=tuple(part for part in parts if part is not None))
        case MapNode(entries):
            changed = {key: _substituted(value, variables, resolver) for key, value in entries.items()}
            return replace(node, entries={key: value for key, value in changed.items() if value is not None})
    return node


def _document_in(outer: Document, body: Scalar) -> Document | None:
    """The block as a document whose rows and columns are those of the file around it."""
    header = body.span[0]
    count = body.text.count("\n") + (not body.text.endswith("\n"))
    lines = outer.text.split("\n")[header : header + count]
    try:
        document = parse(outer.path, ("\n" * header + "\n".join(lines)).encode("utf-8", "surrogatepass"))
    except MalformedDocument:
        return None
    return Document(outer.path, outer.text, document.root)
