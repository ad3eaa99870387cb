"""What a template takes from elsewhere: `AWS::Include`, `Fn::ForEach`; called by `template` and `openapi`."""

from __future__ import annotations

import re
from pathlib import Path

from handlerlint.functions.budget import OverBudget
from handlerlint.functions.cloudformation.intrinsics import Resolver
from handlerlint.functions.documents.nodes import (
    ListNode,
    MapNode,
    Node,
    Scalar,
    Unknown,
    computed,
    single_key,
)
from handlerlint.functions.found import joined

_LOOP = "Fn::ForEach::"
_NOT_IN_LOGICAL_IDS = re.compile(r"[^A-Za-z0-9]")


def included_file(node: MapNode, resolver: Resolver, folder: Path) -> Path | None:
    """The local file that `Fn::Transform: {Name: AWS::Include}` in a mapping puts there."""
    transform = node.get("Fn::Transform")
    if not isinstance(transform, MapNode):
        return None
    name = resolver.text(transform.get("Name"))
    location = resolver.text(transform.mapping("Parameters").get("Location"))
    if not isinstance(name, Scalar) or name.text != "AWS::Include" or not isinstance(location, Scalar):
        return None
    return None if location.text.startswith("s3://") else joined(folder, location.text)


def has_loops(text: str) -> bool:
    """Whether a template uses `Fn::ForEach` at all."""
    return _LOOP in text


def expand_loops(node: MapNode, resolver: Resolver) -> MapNode:
    """The mapping with every `Fn::ForEach` in it written out (transform AWS::LanguageExtensions).

    A loop over a collection that is not known is left out.
    """
    entries: dict[str, Node] = {}
    keys = dict(node.keys)
    size = 1
    for key, value in node.items():
        if key.startswith(_LOOP) and isinstance(value, ListNode) and len(value.items) == 3:
            for name, item in _loop(value, resolver).items():
                entries[name] = item
                keys.setdefault(name, node.keys.get(key, node.span))
        else:
            entries[key] = expand_loops(value, resolver) if isinstance(value, MapNode) else value
        size += getattr(entries.get(key), "size", 1)
    return MapNode(entries, node.span, size, keys)


def _loop(node: ListNode, resolver: Resolver) -> dict[str, Node]:
    identifier, collection, body = node.items
    values = resolver.items(collection)
    if not isinstance(identifier, Scalar) or not isinstance(body, MapNode) or isinstance(values, Unknown):
        return {}
    entries: dict[str, Node] = {}
    try:
        with resolver.budget.one_value():
            resolver.budget.spend(len(values) * body.size)
            for value in values:
                text = resolver.text(value)
                if isinstance(text, Scalar):
                    one = _substituted(body, identifier.text, text.text)
                    if isinstance(one, MapNode):
                        entries.update(expand_loops(one, resolver).entries)
            return entries
    except OverBudget:
        return {}


def _substituted(node: Node, identifier: str, value: str) -> Node:
    pair = single_key(node)
    match pair:
        case ("Ref", Scalar(text)) if text == identifier:
            return computed(value, node.span)
    match node:
        case Scalar():
            text = _replaced(node.text, identifier, value)
            return node if text == node.text else Scalar(text, node.span, "=")
        case ListNode():
            return ListNode(
                tuple(_substituted(item, identifier, value) for item in node.items), node.span, node.size
            )
        case MapNode():
            entries = {
                _replaced(key, identifier, value): _substituted(item, identifier, value)
                for key, item in node.items()
            }
            keys = {_replaced(key, identifier, value): mark for key, mark in node.keys.items()}
            return MapNode(entries, node.span, node.size, keys)


def _replaced(text: str, identifier: str, value: str) -> str:
    if identifier not in text:
        return text
    plain = _NOT_IN_LOGICAL_IDS.sub("", value)
    return text.replace(f"${{{identifier}}}", value).replace(f"&{{{identifier}}}", plain)
