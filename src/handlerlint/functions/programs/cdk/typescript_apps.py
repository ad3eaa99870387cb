"""The functions of CDK applications in TypeScript and JavaScript, as far as they are literal; called by `reading`.

tree-sitter parses the files (extra `cdk`). A name is followed to a `const` of the same file; all else is not known.
Facts: docs.aws.amazon.com/cdk/api/v2/docs, modules aws-lambda and aws-lambda-python-alpha.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.model import DEFAULT_RUNTIME, ConfigurationSource, LambdaFunction
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.project.view import read_file
from handlerlint.records import dataclass, field, replace
from handlerlint.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Point

SUFFIXES = (".ts", ".js", ".mts", ".mjs")
_SKIPPED = re.compile(r"(?:^|[/\\])(?:node_modules|cdk\.out|tests?|__tests__)[/\\]|\.(?:test|spec|d)\.\w+$")
_CONSTRUCT = re.compile(
    r"aws_cdk\.aws_lambda(?:_python_alpha|_python)?\.(Function|SingletonFunction|PythonFunction)"
)
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


def functions_of_typescript(
    folder: Path, paths: Iterable[Path], request: DiscoveryRequest
) -> Iterator[LambdaFunction]:
    """The functions in Python that the files of an application make; its paths start at `folder`."""
    for path in paths:
        if _SKIPPED.search(os.path.relpath(path, folder)):
            continue
        try:
            data = read_file(path)
        except OSError:
            continue
        if b"Function" not in data or b"lambda" not in data.lower():
            continue
        for written in _File(path, folder, data).functions():
            function = _function(written, path, folder, request)
            if function is not None and b"addLayers" in data:
                function = replace(
                    function, unknown_layers=(*function.unknown_layers, "layers that are added later")
                )
            if function is not None:
                yield function


def _function(written: Written, path: Path, folder: Path, request: DiscoveryRequest) -> LambdaFunction | None:
    """The function that is written so; None unless its runtime certainly is a Python."""
    from handlerlint.functions.programs.cdk.constructs import code_of, handler_of, runtime_of

    runtime, handler, made = runtime_of(written), handler_of(written), code_of(written, folder)
    if not (isinstance(runtime, str) and runtime.startswith("python")):
        return None
    reason = None if isinstance(handler, str) else f"`handler`: {getattr(handler, 'reason', 'not given')}"
    environment = written.arguments.get("environment")
    has_layers = written.arguments.get("layers") is not None or "**" in written.arguments
    return LambdaFunction(
        name=written.name,
        handler=handler if isinstance(handler, str) else None,
        code_root=made.code.root,
        source=ConfigurationSource("cdk", path, written.span),
        runtime=runtime or request.default_runtime or DEFAULT_RUNTIME,
        unresolved=made.code.unresolved or reason,
        build=made.build,
        unknown_layers=("layers of the application",) if has_layers else (),
        environment=dict.fromkeys(environment) if isinstance(environment, dict) else {},
        inline_code=made.code.inline,
    )


@dataclass(slots=True)
class _File:
    """One file: its tree, what it imports, and the constants that it declares once."""

    path: Path
    folder: Path
    data: bytes
    imported: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Node | None] = field(default_factory=dict)
    depth: int = 0

    def functions(self) -> Iterator[Written]:
        """The functions that it makes, in their order."""
        import tree_sitter_typescript
        from tree_sitter import Language, Parser

        tree = Parser(Language(tree_sitter_typescript.language_typescript())).parse(self.data)
        nodes = list(_all(tree.root_node))
        for node in nodes:
            self._declare(node)
        for node in nodes:
            written = self._construct(node) if node.type == "new_expression" else None
            if written is not None:
                yield written

    def _declare(self, node: Node) -> None:
        match node.type:
            case "import_statement":
                source = node.child_by_field_name("source")
                module = _module(self._text(source).strip("'\"")) if source is not None else ""
                for part in _all(node):
                    if part.type == "namespace_import" or (part.type == "identifier" and _is_default(part)):
                        self.imported[
                            self._text(part.named_children[-1] if part.named_children else part)
                        ] = module
                    elif part.type == "import_specifier":
                        names = [self._text(child) for child in part.named_children]
                        self.imported[names[-1]] = f"{module}.{names[0]}"
            case "variable_declarator":
                self._declare_variable(node)
            case "required_parameter" | "optional_parameter":
                for part in node.named_children[:1]:
                    self.constants[self._text(part)] = None

    def _declare_variable(self, node: Node) -> None:
        """A constant, or what `require` gives; what is declared twice, or may change, is not known."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None:
            return
        text = "" if value is None else self._text(value)
        required = re.fullmatch(r"""require\(['"]([^'"]+)['"]\)""", text)
        is_constant = node.parent is not None and self._text(node.parent).startswith("const")
        if required is not None and name.type == "identifier":
            self.imported[self._text(name)] = _module(required[1])
        elif required is not None and name.type == "object_pattern":
            for part in name.named_children:
                names = [self._text(child) for child in part.named_children] or [self._text(part)]
                self.imported[names[-1]] = f"{_module(required[1])}.{names[0]}"
        elif name.type == "identifier":
            known = self._text(name) in self.constants
            self.constants[self._text(name)] = value if is_constant and not known else None

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
        arguments_of = {_snake(str(key)): value for key, value in properties.items()}
        shown = self._property(given[2], "handler") or node
        span = Span(*self._place(shown.start_point), *self._place(shown.end_point))
        return Written(match[1], name if isinstance(name, str) else "Function", arguments_of, span)

    def _place(self, point: Point) -> tuple[int, int]:
        """Row and column from 1; tree-sitter counts bytes."""
        line = self.data.split(b"\n")[point.row]
        return point.row + 1, len(line[: point.column].decode("utf-8", "replace")) + 1

    def _property(self, node: Node, name: str) -> Node | None:
        """The value of a property that is written in an object."""
        for pair in node.named_children:
            key = pair.child_by_field_name("key")
            if key is not None and self._text(key).strip("'\"") == name:
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
            case "identifier":
                return self._name(self._text(node))
            case "number" if self._text(node).isdecimal() and len(self._text(node)) < 10:
                return int(self._text(node))
            case "member_expression":
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

    def _member(self, node: Node) -> Value:
        """`lambda.Runtime` of what is imported."""
        owner, name = (node.child_by_field_name(key) for key in ("object", "property"))
        known = None if owner is None else self.value(owner)
        return (
            Symbol(f"{known.path}.{self._text(name)}") if isinstance(known, Symbol) else Unknown(_NOT_LITERAL)
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

    def _name(self, name: str) -> Value:
        if name == "__dirname":
            return os.path.relpath(self.path.parent, self.folder).replace(os.sep, "/")
        if name in self.constants:
            node = self.constants[name]
            return Unknown(_NOT_LITERAL) if node is None else self.value(node)
        return Symbol(self.imported[name]) if name in self.imported else Unknown(_NOT_LITERAL)

    def _string(self, node: Node) -> Value:
        """The text of a string, or of a template whose parts are known."""
        parts: list[str] = []
        for part in node.named_children:
            if part.type == "string_fragment":
                parts.append(self._text(part))
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
                found[self._text(key).strip("'\"")] = self.value(value)
            elif part.type == "shorthand_property_identifier":
                found[self._text(part)] = self._name(self._text(part))
            elif part.type == "spread_element":
                spread = self.value(part.named_children[0])
                found.update(spread if isinstance(spread, dict) else {"**": Unknown(_NOT_LITERAL)})
        return found

    def _call(self, node: Node) -> Value:
        """A call of what is imported, with its arguments by position and, of an object, by name."""
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        called = None if function is None else self.value(function)
        arguments = node.child_by_field_name("arguments")
        given = [self.value(child) for child in ([] if arguments is None else arguments.named_children)]
        if not isinstance(called, Symbol):
            return Unknown(_NOT_LITERAL)
        if called.path in _JOINING:
            are_texts = bool(given) and all(isinstance(part, str) for part in given)
            return posixpath.normpath(posixpath.join(*given)) if are_texts else Unknown(_NOT_LITERAL)
        named: dict[str, Value] = {}
        for index, value in enumerate(given):
            if isinstance(value, dict):
                named.update({_snake(str(key)): inner for key, inner in value.items()})
            else:
                named[str(index)] = value
        owner, _, method = called.path.rpartition(".")
        return Made(f"{owner}.{_snake(method)}", named)

    def _text(self, node: Node | None) -> str:
        return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def _all(node: Node) -> Iterator[Node]:
    """A node and all below it, in the order of the text."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(current.named_children))


def _is_default(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "import_clause"


def _module(name: str) -> str:
    """A module of the CDK as Python names it: `aws-cdk-lib/aws-lambda`, `@aws-cdk/aws-lambda`."""
    for prefix in ("aws-cdk-lib/", "@aws-cdk/"):
        if name.startswith(prefix):
            rest = name.removeprefix(prefix).replace("-", "_").replace("/", ".")
            return "aws_cdk" if rest == "core" else f"aws_cdk.{rest}"
    return "aws_cdk" if name == "aws-cdk-lib" else name


def _snake(name: str) -> str:
    """`fromAsset` as Python has it; names of classes stay as they are."""
    return name if name[:1].isupper() else re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
