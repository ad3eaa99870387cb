"""CloudFormation's intrinsic functions, as far as a template alone decides them; used by `template`."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
    single_key,
)
from handlerlint.text import Location, Span

# What SAM CLI takes for them when it runs a template locally
# (samcli/lib/intrinsic_resolver/intrinsics_symbol_table.py, DEFAULT_PSEUDO_PARAM_VALUES).
PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "local",
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/local/"
    "51af3dc0-da77-11e4-872e-1234567db123",
    "AWS::URLSuffix": "amazonaws.com",
}

_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}")
_LITERAL = re.compile(r"\$\{!([^{}]*)\}")


Parameters = Mapping[str, Node | Unknown]


def is_intrinsic(node: object) -> bool:
    """Whether a node is an intrinsic function (samtranslator.public.intrinsics.is_intrinsics)."""
    pair = single_key(node)
    return pair is not None and (pair[0] in ("Ref", "Condition") or pair[0].startswith("Fn::"))


class Resolver:
    """Evaluates intrinsic functions over the values of one template's parameters.

    `parameters` holds a value for every declared parameter, Unknown where it has none.
    """

    def __init__(
        self,
        parameters: Parameters,
        mappings: MapNode | None = None,
        conditions: MapNode | None = None,
    ) -> None:
        self._parameters = parameters
        self._mappings = mappings or MapNode()
        self._conditions = conditions or MapNode()
        self._decided: dict[str, bool | Unknown] = {}
        self.budget = Budget()

    def resolve(self, node: Node | None) -> Resolved:
        """The node's value: its intrinsic function evaluated, what is inside it left for later."""
        if not is_intrinsic(node):
            return None if isinstance(node, Scalar) and node.is_null else node
        pair = single_key(node)
        assert pair is not None and node is not None
        try:
            with self.budget.one_value():
                self.budget.spend()
                return self._evaluated(*pair, node.span)
        except (OverBudget, RecursionError):
            return TOO_MUCH

    def _evaluated(self, name: str, argument: Node, span: Span) -> Resolved:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::If":
                return self._if(argument)
            case "Fn::FindInMap":
                return self._find_in_map(argument)
            case "Fn::Select":
                return self._select(argument)
            case "Fn::Split":
                return self._split(argument, span)
            case "Fn::Sub":
                return self._sub(argument, span)
            case "Fn::Join":
                return self._join(argument, span)
            case "Fn::GetAtt":
                return Unknown(f"`{_shown(argument)}` is an attribute of a resource")
            case _:
                return Unknown(f"`{name}` is evaluated by CloudFormation only")

    def text(self, node: Node | None) -> Scalar | Unknown | None:
        """The node's value, if it is a text."""
        value = self.resolve(node)
        if isinstance(value, (ListNode, MapNode)):
            return Unknown("not a text")
        if isinstance(value, Scalar) and "{{resolve:" in value.text:
            return Unknown("a dynamic reference (`{{resolve:…}}`) is evaluated by CloudFormation only")
        return value

    def items(self, node: Node | None) -> tuple[Node, ...] | Unknown:
        """The items of a list, unevaluated; a single value counts as a list of one."""
        value = self.resolve(node)
        if value is None:
            return ()
        if isinstance(value, Unknown):
            return value
        return value.items if isinstance(value, ListNode) else (value,)

    def map_of(self, node: Node | None) -> MapNode:
        """The mapping that the node evaluates to; an empty one where it is none."""
        value = self.resolve(node)
        return value if isinstance(value, MapNode) else MapNode()

    def condition(self, name: str) -> bool | Unknown:
        """Whether a condition of the template holds."""
        if name not in self._decided:
            self._decided[name] = Unknown(f"condition `{name}` refers to itself")
            node = self._conditions.get(name)
            if node is None:
                self._decided[name] = Unknown(f"condition `{name}` is not defined")
            else:
                self._decided[name] = self._holds(node)
        return self._decided[name]

    def _holds(self, node: Node) -> bool | Unknown:
        pair = single_key(node)
        if pair is None:
            return Unknown("not a condition")
        name, argument = pair
        arguments = argument.items if isinstance(argument, ListNode) else (argument,)
        match name:
            case "Condition":
                return self.condition(_shown(argument))
            case "Fn::Equals":
                return self._equals(arguments)
            case "Fn::Not":
                inner = self._holds(arguments[0]) if arguments else Unknown("`Fn::Not` of nothing")
                return inner if isinstance(inner, Unknown) else not inner
            case "Fn::And":
                return self._all_are(True, arguments)
            case "Fn::Or":
                return self._all_are(False, arguments)
            case _:
                return Unknown(f"`{name}` is evaluated by CloudFormation only")

    def _all_are(self, wanted: bool, arguments: tuple[Node, ...]) -> bool | Unknown:
        """`wanted` if every argument is; its opposite if one is that; Unknown otherwise."""
        unknown: Unknown | None = None
        for argument in arguments:
            holds = self._holds(argument)
            if isinstance(holds, Unknown):
                unknown = holds
            elif holds is not wanted:
                return not wanted
        return wanted if unknown is None else unknown

    def _equals(self, arguments: tuple[Node, ...]) -> bool | Unknown:
        if len(arguments) != 2:
            return Unknown("`Fn::Equals` needs two values")
        texts = []
        for argument in arguments:
            value = self.text(argument)
            if isinstance(value, Unknown):
                return value
            texts.append("" if value is None else value.text)
        return texts[0] == texts[1]

    def _ref(self, argument: Node) -> Resolved:
        name = _shown(argument)
        if name == "AWS::NoValue":
            return None
        if name in PSEUDO_PARAMETERS:
            return computed(PSEUDO_PARAMETERS[name], argument.span)
        if name in self._parameters:
            return self._parameters[name]
        return Unknown(f"`{name}` is a resource")

    def _if(self, argument: Node) -> Resolved:
        if not isinstance(argument, ListNode) or len(argument.items) != 3:
            return Unknown("`Fn::If` needs a condition and two values")
        name, when_true, when_false = argument.items
        holds = self.condition(_shown(name))
        if isinstance(holds, Unknown):
            return holds
        return self.resolve(when_true if holds else when_false)

    def _find_in_map(self, argument: Node) -> Resolved:
        if not isinstance(argument, ListNode) or len(argument.items) < 3:
            return Unknown("`Fn::FindInMap` needs a map and two keys")
        node: Node | None = self._mappings
        for key in argument.items[:3]:
            text = self.text(key)
            if isinstance(text, Unknown):
                return text
            node = node.get(text.text) if isinstance(node, MapNode) and text is not None else None
            if node is None:
                return self._map_default(argument, "" if text is None else text.text)
        return self.resolve(node)

    def _map_default(self, argument: ListNode, key: str) -> Resolved:
        """The `DefaultValue` of `Fn::FindInMap` (AWS::LanguageExtensions), used where a key is missing."""
        options = argument.items[3] if len(argument.items) > 3 else None
        if isinstance(options, MapNode) and "DefaultValue" in options.entries:
            return self.resolve(options.get("DefaultValue"))
        return Unknown(f"`{key}` is not in the mappings")

    def _select(self, argument: Node) -> Resolved:
        if not isinstance(argument, ListNode) or len(argument.items) != 2:
            return Unknown("`Fn::Select` needs an index and a list")
        position = self.resolve(argument.items[0])
        if isinstance(position, Unknown):
            return position
        index = as_int(position)
        items = self.items(argument.items[1])
        if isinstance(items, Unknown):
            return items
        if index is None or index >= len(items):
            return Unknown("`Fn::Select` has no such item")
        return self.resolve(items[index])

    def _split(self, argument: Node, span: Span) -> Resolved:
        if not isinstance(argument, ListNode) or len(argument.items) != 2:
            return Unknown("`Fn::Split` needs a delimiter and a text")
        delimiter, text = self.text(argument.items[0]), self.text(argument.items[1])
        for part in (delimiter, text):
            if isinstance(part, Unknown):
                return part
        if not isinstance(delimiter, Scalar) or not isinstance(text, Scalar) or not delimiter.text:
            return Unknown("`Fn::Split` needs a delimiter and a text")
        return ListNode(tuple(computed(part, span) for part in text.text.split(delimiter.text)), span)

    def _join(self, argument: Node, span: Span) -> Resolved:
        if not isinstance(argument, ListNode) or len(argument.items) != 2:
            return Unknown("`Fn::Join` needs a delimiter and a list")
        delimiter = self.text(argument.items[0])
        items = self.items(argument.items[1])
        if isinstance(delimiter, Unknown):
            return delimiter
        if isinstance(items, Unknown):
            return items
        parts: list[Scalar] = []
        for item in items:
            part = self.text(item)
            if isinstance(part, Unknown):
                return part
            if part is not None:
                parts.append(part)
        between = "" if delimiter is None else delimiter.text
        self.budget.spend_text(sum(len(part.text) + len(between) for part in parts))
        text = between.join(part.text for part in parts)
        return Scalar(text, span, "=", _joined_lines(between, parts))

    def _sub(self, argument: Node, span: Span) -> Resolved:
        """`Fn::Sub` of a text, or of a text and its own variables; Unknown if one of the variables in it is."""
        variables = MapNode()
        template: Node | None = argument
        if isinstance(argument, ListNode) and argument.items:
            template = argument.items[0]
            if len(argument.items) > 1:
                variables = self.map_of(argument.items[1])
        if not isinstance(template, Scalar):
            return Unknown("`Fn::Sub` needs a text")
        if "${" not in template.text:
            return template
        values: dict[str, str] = {}
        names = _VARIABLE.findall(template.text)
        for name in dict.fromkeys(names):
            value = self._variable(name.strip(), variables)
            if isinstance(value, Unknown):
                return value
            values[name] = value
        self.budget.spend_text(len(template.text) + sum(len(values[name]) for name in names))
        text = _VARIABLE.sub(lambda match: values[match.group(1)], template.text)
        return computed(_LITERAL.sub(r"${\1}", text), span)

    def _variable(self, name: str, variables: MapNode) -> str | Unknown:
        if name in variables.entries:
            value = self.text(variables.entries[name])
        elif "." in name:
            return Unknown(f"`{name}` is an attribute of a resource")
        else:
            value = self.text(MapNode({"Ref": Scalar(name, style="'")}))
        if isinstance(value, Unknown):
            return value
        return "" if value is None else value.text


def _joined_lines(between: str, parts: list[Scalar]) -> tuple[Location, ...]:
    """Where the lines of a joined text stand: known if each part is one line that stands there as it is."""
    if between != "\n":
        return ()
    lines: list[Location] = []
    for part in parts:
        row, column, end_row, end_column = part.span
        as_it_is = part.style in ("", "'", '"') and row == end_row and end_column - column == len(part.text)
        if not as_it_is:
            return ()
        lines.append(part.span.start)
    return tuple(lines)


def _shown(node: Node) -> str:
    match node:
        case Scalar():
            return node.text
        case ListNode():
            return ".".join(_shown(item) for item in node.items)
        case MapNode():
            return "…"
