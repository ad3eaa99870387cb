"""The Serverless Framework's variables (`${self:…}`, `${file(…)}`, `${opt:…}` …); used by `serverless`."""

from __future__ import annotations

import re
from pathlib import Path

from handlerlint.functions.budget import TOO_MUCH, Budget, OverBudget
from handlerlint.functions.documents.nodes import (
    ListNode,
    MapNode,
    Node,
    Resolved,
    Scalar,
    Unknown,
    as_int,
    computed,
)
from handlerlint.functions.documents.reading import Document, read_mapping
from handlerlint.functions.found import joined

_DEEPEST = 30
_FILE = re.compile(r"file\(\s*([^)]+?)\s*\)(?::(.*))?$", re.DOTALL)
_SOURCE = re.compile(r"(self|opt|env|sls|param):(.*)$", re.DOTALL)
_OUTSIDE = re.compile(r"(?:opt|env|param):|\$\{")
_VARIABLE_START = "${"


class Variables:
    """Evaluates the variables of one service; `path_of` says which file a mapping came from."""

    def __init__(self, service: Document) -> None:
        root = service.root
        assert isinstance(root, MapNode)
        self._root = root
        self._folder = service.path.parent
        self._files: dict[Path, MapNode | None] = {}
        self._origins: dict[int, Path] = {}
        self._from_outside = False
        self._budget = Budget()
        self._claim(root, service.path)

    def path_of(self, node: MapNode) -> Path | None:
        """The file that a mapping stands in."""
        return self._origins.get(id(node))

    def resolve(self, node: Node | None, depth: int = 0) -> Resolved:
        """The node with the variables of its own text evaluated; what is in it is left for later."""
        if not isinstance(node, Scalar) or _VARIABLE_START not in node.text:
            return None if isinstance(node, Scalar) and node.is_null else node
        if depth > _DEEPEST:
            return Unknown(f"`{node.text}` refers to itself")
        try:
            with self._budget.one_value():
                self._budget.spend()
                return self._evaluate(node, depth)
        except OverBudget:
            return TOO_MUCH

    def may_be_another(self, node: Node | None) -> bool:
        """Whether `--option`s or the environment of who deploys may give the node another value."""
        self._from_outside = False
        self.resolve(node)
        return self._from_outside

    def text(self, node: Node | None) -> Scalar | Unknown | None:
        """The node's value, if it is a text."""
        value = self.resolve(node)
        return Unknown("not a text") if isinstance(value, (ListNode, MapNode)) else value

    def map_of(self, node: Node | None) -> MapNode:
        """The mapping that a node evaluates to; an empty one where it is none."""
        value = self.resolve(node)
        return value if isinstance(value, MapNode) else MapNode()

    def merged(self, node: Node | None) -> MapNode:
        """A mapping given as it is, or as a list of mappings."""
        value = self.resolve(node)
        if isinstance(value, ListNode):
            parts = [self.merged(item) for item in value.items]
            entries = {key: item for part in parts for key, item in part.entries.items()}
            return MapNode(entries, value.span)
        return value if isinstance(value, MapNode) else MapNode()

    def items(self, node: Node | None) -> tuple[Node, ...]:
        """The items of a list; none where it is not known."""
        value = self.resolve(node)
        return value.items if isinstance(value, ListNode) else ()

    def _evaluate(self, node: Scalar, depth: int) -> Resolved:
        text = node.text
        parts: list[str] = []
        index = length = 0
        while (start := text.find(_VARIABLE_START, index)) >= 0:
            end = _closing_brace(text, start + 2)
            if end is None:
                return Unknown(f"`{text}` has no closing brace")
            value = self._variable(text[start + 2 : end], depth + 1)
            if start == 0 and end == len(text) - 1:
                return value  # the whole text: whatever the variable is
            if not isinstance(value, Scalar):
                return (
                    value if isinstance(value, Unknown) else Unknown(f"`{text[start : end + 1]}` is not text")
                )
            parts += [text[index:start], value.text]
            length += len(value.text)
            self._budget.spend_text(length)
            index = end + 1
        return computed("".join([*parts, text[index:]]), node.span)

    def _variable(self, expression: str, depth: int) -> Resolved:
        """`source:address, default, …`: the first alternative that has a value."""
        reason: Unknown | None = None
        for alternative in _alternatives(expression):
            value = self._alternative(alternative, depth)
            if isinstance(value, Unknown):
                # What the tool would know only when it runs may win over every default behind it.
                if not value.reason.startswith("no value"):
                    return value
                reason = value
                self._from_outside = self._from_outside or _OUTSIDE.match(alternative) is not None
            elif value is not None:
                return value
        return reason or Unknown(f"no value for `${{{expression}}}`")

    def _alternative(self, text: str, depth: int) -> Resolved:
        """What stands between the commas of `${…}`: a text, a file, or an address of this or another source."""
        if text[:1] in ("'", '"') and text[-1:] == text[:1]:
            return computed(text[1:-1])
        if _VARIABLE_START in text:
            inner = self.resolve(computed(text), depth)
            if not isinstance(inner, Scalar) or text.startswith(_VARIABLE_START):
                return inner
            text = inner.text
        if match := _FILE.match(text):
            return self._file(match.group(1), match.group(2), depth)
        match = _SOURCE.match(text)
        if match is None:
            return (
                Unknown(f"`${{{text}}}` is known only when it is deployed") if ":" in text else computed(text)
            )
        source, address = match.groups()
        match source:
            case "self":
                if address == "provider.stage":
                    self._from_outside = True  # `--stage` comes before it
                return self._address(self._root, address, depth)
            case "sls" if address == "stage":
                return self._stage(depth)
            case _:
                return Unknown(f"no value for `${{{text}}}`")

    def _stage(self, depth: int) -> Resolved:
        """`--stage`, else the provider's, else `dev` (serverless.com, "Serverless Core variables")."""
        self._from_outside = True
        value = self._address(self._root, "provider.stage", depth)
        return (
            computed("dev") if isinstance(value, Unknown) and value.reason.startswith("no value") else value
        )

    def _address(self, root: MapNode, address: str, depth: int) -> Resolved:
        node: Resolved = root
        for key in filter(None, re.split(r"[.:]", address)):
            node = self.resolve(node, depth) if not isinstance(node, Unknown) else node
            match node:
                case MapNode():
                    node = node.get(key)
                case ListNode() if (index := as_int(Scalar(key))) is not None and index < len(node.items):
                    node = node.items[index]
                case Unknown():
                    return node
                case _:
                    node = None
            if node is None:
                return Unknown(f"no value for `{address}`")
        return node if isinstance(node, Unknown) else self.resolve(node, depth)

    def _file(self, name: str, address: str | None, depth: int) -> Resolved:
        path = joined(self._folder, name)
        if path.suffix not in (".yml", ".yaml", ".json"):
            return Unknown(f"`{name}` is a program")
        if path not in self._files:
            document = read_mapping(path)
            root = document.root if document is not None else None
            self._files[path] = root if isinstance(root, MapNode) else None
            if isinstance(root, MapNode):
                self._claim(root, path)
        found = self._files[path]
        if found is None:
            return Unknown(f"no value for `file({name})`")
        return self._address(found, address, depth) if address else found

    def _claim(self, root: MapNode, path: Path) -> None:
        pending: list[Node] = [root]
        while pending:
            node = pending.pop()
            if isinstance(node, ListNode):
                pending.extend(node.items)
            elif isinstance(node, MapNode) and id(node) not in self._origins:
                self._origins[id(node)] = path
                pending.extend(node.entries.values())


def _closing_brace(text: str, start: int) -> int | None:
    depth = 1
    for index in range(start, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
    return None


def _alternatives(expression: str) -> list[str]:
    """The parts between commas that stand outside of quotes, braces and parentheses."""
    parts: list[str] = []
    depth, quote, start = 0, "", 0
    for index, character in enumerate(expression):
        if quote:
            quote = "" if character == quote else quote
        elif character in ("'", '"'):
            quote = character
        elif character in "{(":
            depth += 1
        elif character in "})":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(expression[start:index].strip())
            start = index + 1
    return [*parts, expression[start:].strip()]
