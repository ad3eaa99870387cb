"""One file of a CDK application in TypeScript or JavaScript: what it makes, and what its expressions are.

tree-sitter parses it (extra `cdk`). A name is followed to a `const` of the same file, `this.name` to what its class
puts there once; all else is not known. Used by `typescript_apps` and `typescript_calls`.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value, made_attribute
from handlerlint.records import dataclass, field
from handlerlint.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Point

_CONSTRUCT = re.compile(
    r"aws_cdk\.aws_lambda(?:_python_alpha|_python)?\.(Function|SingletonFunction|PythonFunction)"
    r"|aws_cdk\.aws_cloudfront\.experimental\.(EdgeFunction)"
)
_CLASSES = frozenset({"class_body", "program"})
_SCOPES = _CLASSES | {
    "arrow_function",
    "catch_clause",
    "for_in_statement",
    "for_statement",
    "function_declaration",
    "function_expression",
    "method_definition",
    "statement_block",
    "switch_body",
}
_JOINING = ("path.join", "path.resolve", "node:path.join", "node:path.resolve")
_NOT_LITERAL = "not a literal"
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Written:
    """A `new Function(…)` with the values of its properties, under the names that they have in Python."""

    kind: str
    name: str
    arguments: Mapping[str, Value]
    span: Span
    call: Node


@dataclass(slots=True)
class TypeScriptFile:
    """One file: its nodes, what it imports, and what it declares once in a scope or puts into an object once.

    `changed` are the names of objects that something is put into.
    """

    path: Path
    folder: Path
    data: bytes
    imported: dict[str, str] = field(default_factory=dict)
    constants: dict[tuple[int, str], Node | None] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    nodes: dict[int, Node] = field(default_factory=dict)
    depth: int = 0

    def functions(self) -> Iterator[Written]:
        """The functions that it makes, in their order."""
        import tree_sitter_typescript
        from tree_sitter import Language, Parser

        tree = Parser(Language(tree_sitter_typescript.language_typescript())).parse(self.data)
        self.nodes = {node.id: node for node in _all(tree.root_node)}
        for node in self.nodes.values():
            self._declare(node)
        for node in self.nodes.values():
            written = self._construct(node) if node.type == "new_expression" else None
            if written is not None:
                yield written

    def _declare(self, node: Node) -> None:
        """Keep what a node imports or binds."""
        match node.type:
            case "import_statement":
                self._declare_imported(node)
            case "variable_declarator":
                self._declare_variable(node)
            case "required_parameter" | "optional_parameter":
                self._bind(node.named_children[0], None)
            case "arrow_function" | "for_in_statement" | "catch_clause":
                for key in ("parameter", "left"):
                    bound = node.child_by_field_name(key)
                    if bound is not None:
                        self._bind(bound, None)
            case "public_field_definition" | "field_definition":
                self._put(node, node.child_by_field_name("name") or node.child_by_field_name("property"))
            case "assignment_expression":
                self._declare_assigned(node)

    def _declare_imported(self, node: Node) -> None:
        """What an `import` binds: a module, or names of one."""
        source = node.child_by_field_name("source")
        module = _module(self.text(source).strip("'\"")) if source is not None else ""
        for part in _all(node):
            if part.type == "namespace_import" or (part.type == "identifier" and _is_default(part)):
                self.imported[self.text(part.named_children[-1] if part.named_children else part)] = module
            elif part.type == "import_specifier":
                names = [self.text(child) for child in part.named_children]
                self.imported[names[-1]] = f"{module}.{names[0]}"

    def _declare_assigned(self, node: Node) -> None:
        """What `this.name = …`, `name = …` and `object.name = …` change."""
        left = node.child_by_field_name("left")
        if left is not None and self.text(left.child_by_field_name("object")) == "this":
            self._put(node, left.child_by_field_name("property"))
        elif left is not None:
            self._bind(left, None)
            self._put_into(left, node.child_by_field_name("right"))

    def _declare_variable(self, node: Node) -> None:
        """A constant, or what `require` gives; what is declared twice, or may change, is not known."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return
        text = "" if value is None else self.text(value)
        required = re.fullmatch(r"""require\(['"]([^'"]+)['"]\)""", text)
        is_constant = node.parent is not None and self.text(node.parent).startswith("const")
        if required is not None and name.type == "identifier":
            self.imported[self.text(name)] = _module(required[1])
        elif required is not None and name.type == "object_pattern":
            for part in name.named_children:
                names = [self.text(child) for child in part.named_children] or [self.text(part)]
                self.imported[names[-1]] = f"{_module(required[1])}.{names[0]}"
        else:
            self._bind(name, value if is_constant and name.type == "identifier" else None)

    def _bind(self, name: Node, value: Node | None) -> None:
        """Names of the scope around a node; None for what is bound twice, or not by a constant."""
        for part in _all(name):
            if part.type in ("identifier", "shorthand_property_identifier_pattern"):
                key = (_scope(part, _SCOPES).id, self.text(part))
                self.constants[key] = None if key in self.constants else value

    def _put(self, node: Node, name: Node | None) -> None:
        """What is put under a name into the object of a class; None for what is put there twice."""
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        if name is not None and value is not None:
            key = (_scope(node, _CLASSES).id, f"this.{self.text(name)}")
            self.constants[key] = None if key in self.constants else value

    def _put_into(self, member: Node, value: Node | None) -> None:
        """`functions.worker = …`: what is put into an object once is known under that name, if not the whole object."""
        name = self._member_name(member)
        if name is not None:
            self.changed.add(name.partition(".")[0])
            key = (_scope(member, _SCOPES).id, name)
            self.constants[key] = None if key in self.constants else value

    def _member_name(self, node: Node) -> str | None:
        """`functions.worker`, also for `functions["worker"]`; None for what is not a known member of a name."""
        owner = node.child_by_field_name("object")
        name, index = node.child_by_field_name("property"), node.child_by_field_name("index")
        member = self.text(name) if index is None else self._string(index) if index.type == "string" else None
        is_name = owner is not None and owner.type == "identifier"
        return f"{self.text(owner)}.{member}" if is_name and isinstance(member, str) and member else None

    def _construct(self, node: Node) -> Written | None:
        """What a `new` makes, if that is a function with properties that can be read."""
        constructor, arguments = (node.child_by_field_name(key) for key in ("constructor", "arguments"))
        made = None if constructor is None else self.value(constructor)
        match = _CONSTRUCT.fullmatch(made.path) if isinstance(made, Symbol) else None
        given = [] if arguments is None else arguments.named_children
        if match is None or len(given) != 3:
            return None
        name, properties = self.value(given[1]), self.value(given[2])
        if not isinstance(properties, dict):
            return None
        arguments_of = {snake(str(key)): value for key, value in properties.items()}
        shown = self._property(given[2], "handler") or node
        span = Span(*self._place(shown.start_point), *self._place(shown.end_point))
        shown_name = name if isinstance(name, str) else "Function"
        return Written(
            next(filter(None, match.groups())), shown_name, arguments_of, span, self.nodes[node.id]
        )

    def _place(self, point: Point) -> tuple[int, int]:
        """Row and column from 1; tree-sitter counts bytes."""
        line = self.data.split(b"\n")[point.row]
        return point.row + 1, len(line[: point.column].decode("utf-8", "replace")) + 1

    def _property(self, node: Node, name: str) -> Node | None:
        """The value of a property that is written in an object."""
        for pair in node.named_children:
            key = pair.child_by_field_name("key")
            if key is not None and self.text(key).strip("'\"") == name:
                value = pair.child_by_field_name("value")
                inside = [] if value is None else value.named_children
                return (
                    inside[0] if value is not None and value.type == "string" and len(inside) == 1 else value
                )
        return None

    def value(self, node: Node) -> Value:
        """What an expression is, as far as the file alone tells."""
        self.depth += 1
        try:
            return Unknown(_NOT_LITERAL) if self.depth > _DEEPEST else self._value(node)
        finally:
            self.depth -= 1

    def _value(self, node: Node) -> Value:
        """The value of one kind of expression."""
        match node.type:
            case "string" | "template_string":
                return self._string(node)
            case "true" | "false" | "number":
                return self._constant(node)
            case "identifier":
                return self._name(node)
            case "member_expression" | "subscript_expression":
                return self._member(node)
            case "object":
                return self._object(node)
            case "array":
                return [self.value(child) for child in node.named_children]
            case (
                "as_expression" | "satisfies_expression" | "parenthesized_expression" | "non_null_expression"
            ):
                return self.value(node.named_children[0])
            case "binary_expression":
                return self._sum(node)
            case "call_expression" | "new_expression":
                return self._call(node)
            case _:
                return Unknown(_NOT_LITERAL)

    def _constant(self, node: Node) -> Value:
        """A truth value or a number, of those that can be a setting."""
        text = self.text(node)
        if node.type != "number":
            return text == "true"
        return int(text) if text.isdecimal() and len(text) < 10 else Unknown(_NOT_LITERAL)

    def _member(self, node: Node) -> Value:
        """`lambda.Runtime` of what is imported, `this.function`, `function.currentVersion`."""
        owner, name = (node.child_by_field_name(key) for key in ("object", "property"))
        if owner is not None and owner.type == "this":
            value = self.constants.get((_scope(node, _CLASSES).id, f"this.{self.text(name)}"))
            return Unknown(_NOT_LITERAL) if value is None else self.value(value)
        member = self._member_name(node)
        _, put = (False, None) if member is None else self._in_scope(node, member)
        if put is not None:
            return self.value(put)
        known = None if owner is None else self.value(owner)
        if isinstance(known, dict) and member is not None:
            owner_name, _, key = member.partition(".")
            return (
                Unknown(_NOT_LITERAL) if owner_name in self.changed else known.get(key, Unknown(_NOT_LITERAL))
            )
        if node.type == "subscript_expression":
            return Unknown(_NOT_LITERAL)
        if isinstance(known, Made):
            return made_attribute(known, snake(self.text(name)))
        return (
            Symbol(f"{known.path}.{self.text(name)}") if isinstance(known, Symbol) else Unknown(_NOT_LITERAL)
        )

    def _sum(self, node: Node) -> Value:
        """`__dirname + "/lambda"`."""
        left, operator, right = (node.child_by_field_name(key) for key in ("left", "operator", "right"))
        sides = [self.value(side) for side in (left, right) if side is not None]
        is_sum = operator is not None and operator.type == "+"
        return (
            "".join(sides)
            if is_sum and all(isinstance(side, str) for side in sides)
            else Unknown(_NOT_LITERAL)
        )

    def _name(self, node: Node) -> Value:
        """What a name means in the innermost scope that binds it."""
        name = self.text(node)
        if name == "__dirname":
            return os.path.relpath(self.path.parent, self.folder).replace(os.sep, "/")
        is_bound, value = self._in_scope(node, name)
        if is_bound:
            return Unknown(_NOT_LITERAL) if value is None else self.value(value)
        return Symbol(self.imported[name]) if name in self.imported else Unknown(_NOT_LITERAL)

    def _in_scope(self, node: Node, name: str) -> tuple[bool, Node | None]:
        """Whether a scope around a node binds a name, and to what, if that is known."""
        scope: Node | None = node
        while scope is not None:
            if (scope.id, name) in self.constants:
                return True, self.constants[scope.id, name]
            scope = scope.parent
        return False, None

    def _string(self, node: Node) -> Value:
        """The text of a string, or of a template whose parts are known."""
        parts: list[str] = []
        for part in node.named_children:
            if part.type == "string_fragment":
                parts.append(self.text(part))
                continue
            inner = self.value(part.named_children[0]) if part.type == "template_substitution" else None
            if not isinstance(inner, str):
                return Unknown(_NOT_LITERAL)
            parts.append(inner)
        return "".join(parts)

    def _object(self, node: Node) -> Value:
        """A dict of the properties; `**` stands for what is spread into it and not known."""
        found: dict[Value, Value] = {}
        for part in node.named_children:
            key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
            if part.type == "pair" and key is not None and value is not None:
                found[self.text(key).strip("'\"")] = self.value(value)
            elif part.type == "shorthand_property_identifier":
                found[self.text(part)] = self._name(part)
            elif part.type == "spread_element":
                spread = self.value(part.named_children[0])
                found.update(spread if isinstance(spread, dict) else {"**": Unknown(_NOT_LITERAL)})
        return found

    def _call(self, node: Node) -> Value:
        """A call of what is imported, with its arguments by position and, of an object, by name."""
        function = called_in(node)
        called = None if function is None else self.value(function)
        if not isinstance(called, Symbol):
            return self._version(node)
        given = self._given(node)
        if called.path in _JOINING:
            are_texts = bool(given) and all(isinstance(part, str) for part in given)
            return posixpath.normpath(posixpath.join(*given)) if are_texts else Unknown(_NOT_LITERAL)
        owner, _, method = called.path.rpartition(".")
        return Made(f"{owner}.{snake(method)}", self.arguments(node), self.nodes[node.id])

    def _version(self, node: Node) -> Value:
        """`function.addAlias("live")` stands for the function."""
        function = called_in(node)
        owner, name = (
            None if function is None else function.child_by_field_name(key) for key in ("object", "property")
        )
        if owner is not None and snake(self.text(name)) in ("add_alias", "add_version"):
            return self.value(owner)
        return Unknown(_NOT_LITERAL)

    def _given(self, call: Node) -> list[Value]:
        arguments = call.child_by_field_name("arguments")
        return [self.value(child) for child in ([] if arguments is None else arguments.named_children)]

    def arguments(self, call: Node) -> dict[str, Value]:
        """The arguments of a call by position and, of an object, by name; `**` where the last may be an object."""
        named: dict[str, Value] = {}
        given = self._given(call)
        for index, value in enumerate(given):
            if isinstance(value, dict):
                named.update({snake(str(key)): inner for key, inner in value.items()})
            else:
                named[str(index)] = value
        if given and isinstance(given[-1], Unknown) and (len(given) > 1 or call.type == "call_expression"):
            named.setdefault("**", given[-1])
        return named

    def text(self, node: Node | None) -> str:
        """The text of a node."""
        return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def _all(node: Node) -> Iterator[Node]:
    """A node and all below it, in the order of the text."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(current.named_children))


def _scope(node: Node, kinds: frozenset[str]) -> Node:
    """The innermost node of these kinds around a node, or itself."""
    while node.type not in kinds and node.parent is not None:
        node = node.parent
    return node


def called_in(call: Node) -> Node | None:
    """What a call calls."""
    return call.child_by_field_name("function") or call.child_by_field_name("constructor")


def _is_default(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "import_clause"


def _module(name: str) -> str:
    """A module of the CDK as Python names it: `aws-cdk-lib/aws-lambda`, `@aws-cdk/aws-lambda`."""
    for prefix in ("aws-cdk-lib/", "@aws-cdk/"):
        if name.startswith(prefix):
            rest = name.removeprefix(prefix).replace("-", "_").replace("/", ".")
            return "aws_cdk" if rest == "core" else f"aws_cdk.{rest}"
    return "aws_cdk" if name == "aws-cdk-lib" else name


def snake(name: str) -> str:
    """`fromAsset` as Python has it; names of classes stay as they are."""
    return name if name[:1].isupper() else re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
