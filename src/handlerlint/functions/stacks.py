"""Stacks and stack sets among a template's resources: their arguments, and templates that stand in them as text.

Called by `sam`.
"""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.functions.documents import Document, MalformedDocument, parse
from handlerlint.functions.intrinsics import Parameters, Unknown
from handlerlint.functions.nodes import ListNode, MapNode, Node, Scalar
from handlerlint.functions.template import Resource, Template, is_template


def arguments_of(template: Template, resource: Resource) -> Parameters:
    """The values that a stack's parameters are given: a mapping, or the list of a stack set."""
    arguments: dict[str, Node | Unknown] = {}
    for name, node in _arguments(template, resource):
        value = template.resolver.resolve(node)
        if isinstance(value, ListNode):
            items = (template.resolver.text(item) for item in value.items)
            value = ListNode(tuple(item for item in items if isinstance(item, Scalar)), value.mark)
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

    docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference, AWS::CloudFormation::StackSet, `TemplateBody`.
    """
    for resource in template.of_type("AWS::CloudFormation::StackSet"):
        body = resource.properties.get("TemplateBody")
        if isinstance(body, Scalar) and body.style == "|":
            document = _document_in(resource.document, body)
            if document is not None and is_template(document):
                yield document, arguments_of(template, resource)


def _document_in(outer: Document, body: Scalar) -> Document | None:
    """The block as a document whose rows and columns are those of the file around it."""
    header = body.mark[0]
    count = body.text.count("\n") + (not body.text.endswith("\n"))
    lines = outer.text.split("\n")[header : header + count]
    try:
        document = parse(outer.path, ("\n" * header + "\n".join(lines)).encode("utf-8", "surrogatepass"))
    except MalformedDocument:
        return None
    return Document(outer.path, outer.text, document.root)
