"""Which function of a template a property means, by reference, ARN or alias; called by `connections`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlerlint.functions.cloudformation.template import Template
from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar, single_key

FUNCTION_TYPES = ("AWS::Serverless::Function", "AWS::Lambda::Function")
_STANDS_FOR_FUNCTION = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
_VARIABLE = re.compile(r"\$\{([^!{}.]+)(?:\.[^{}]*)?\}")
_FUNCTION_IN_ARN = re.compile(r":function:([A-Za-z0-9_-]+)")
_DEEPEST = 60


class References:
    """Looks up what nodes of one template refer to."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._by_name: dict[str, str] = {}
        for resource in template.of_type(*FUNCTION_TYPES):
            name = template.resolver.text(resource.properties.get("FunctionName"))
            if isinstance(name, Scalar):
                self._by_name.setdefault(name.text, resource.name)
        self._aliases = {
            alias.name: function
            for alias in template.of_type(*_STANDS_FOR_FUNCTION)
            for function in self._direct(alias.properties.get("FunctionName"))
        }

    def functions(self, node: Node | None) -> list[str]:
        """Logical ids of the functions that a node refers to, each once."""
        return list(dict.fromkeys(self._functions(node)))

    def is_named(self, name: str, node: Node | None) -> bool:
        """Whether a node refers to the resource of that logical id."""
        return name in _names(node)

    def resource_type(self, node: Node | None) -> str | None:
        """The type of the first resource that a node refers to."""
        for name in _names(node):
            resource = self._template.resources.get(name)
            if resource is not None:
                return resource.type
        return None

    def _functions(self, node: Node | None) -> Iterator[str]:
        for name in _names(node):
            if name in self._aliases:
                yield self._aliases[name]
            else:
                yield from self._function_named(name)
        yield from self._in_text(node)

    def _direct(self, node: Node | None) -> list[str]:
        names = [name for found in _names(node) for name in self._function_named(found)]
        return names or list(self._in_text(node))

    def _function_named(self, name: str) -> Iterator[str]:
        resource = self._template.resources.get(name)
        if resource is not None:
            if resource.type in FUNCTION_TYPES:
                yield name
            return
        # `AutoPublishAlias: live` makes a resource `<function>Aliaslive`, and a version `<function>Version…`.
        stem = re.split(r"Alias|Version", name)[0]
        if stem != name and stem in self._template.resources:
            yield from self._function_named(stem)

    def _in_text(self, node: Node | None) -> Iterator[str]:
        """A function by its `FunctionName`, alone or in an ARN."""
        value = self._template.resolver.text(node)
        if isinstance(value, Scalar):
            match = _FUNCTION_IN_ARN.search(value.text)
            name = match.group(1) if match else value.text
            if name in self._by_name:
                yield self._by_name[name]


def _names(node: Node | None, depth: int = 0) -> Iterator[str]:
    """Every logical id that stands in a node: `Ref`, `Fn::GetAtt`, `Fn::Sub`."""
    if depth > _DEEPEST:
        return
    pair = single_key(node)
    match pair:
        case ("Ref", Scalar(text)):
            # SAM: `!Ref Edge.Version` is the version that `AutoPublishAlias` makes.
            yield text.removesuffix(".Version").removesuffix(".Alias")
            return
        case ("Fn::GetAtt", ListNode(items)) if items and isinstance(items[0], Scalar):
            yield items[0].text.split(".")[0]
            return
        case ("Fn::GetAtt", Scalar(text)):
            yield text.split(".")[0]
            return
        case ("Fn::Sub", argument):
            yield from _names_in_substitution(argument, depth)
            return
    match node:
        case ListNode():
            for item in node.items:
                yield from _names(item, depth + 1)
        case MapNode():
            for value in node.entries.values():
                yield from _names(value, depth + 1)


def _names_in_substitution(argument: Node, depth: int) -> Iterator[str]:
    template: Node | None = argument
    if isinstance(argument, ListNode) and argument.items:
        template = argument.items[0]
        for other in argument.items[1:]:
            yield from _names(other, depth + 1)
    if isinstance(template, Scalar):
        yield from _VARIABLE.findall(template.text)
