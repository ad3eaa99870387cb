"""The calls of a CDK file in TypeScript or JavaScript, and which functions they name; used by `typescript_apps`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from handlerlint.functions.programs.cdk.results import Made, Symbol, Value
from handlerlint.functions.programs.cdk.typescript_file import TypeScriptFile, Written, called_in, snake
from handlerlint.records import dataclass

if TYPE_CHECKING:
    from tree_sitter import Node

# The type of an object is the one that its property expects: what such objects are in Python.
_STRUCTURES = {
    "edgeLambdas": "aws_cdk.aws_cloudfront.EdgeLambda",
    "lambdaAuthorizerConfig": "aws_cdk.aws_appsync.LambdaAuthorizerConfig",
    "lambdaTriggers": "aws_cdk.aws_cognito.UserPoolTriggers",
}


@dataclass(frozen=True, slots=True)
class ScriptUse:
    """A call, or an object that is one in Python, with the values of its arguments."""

    calls: TypeScriptCalls
    call: Node
    arguments: Mapping[str, Value]

    @property
    def receiver(self) -> Value:
        """What stands before the dot."""
        function = called_in(self.call)
        owner = None if function is None else function.child_by_field_name("object")
        return None if owner is None else self.calls.file.value(owner)

    @property
    def around(self) -> ScriptUse | None:
        """The innermost call around it."""
        node = self.call.parent
        while node is not None and node.type not in ("call_expression", "new_expression"):
            node = node.parent
        return None if node is None else self.calls.use(self.calls.file.nodes[node.id])

    def functions(self, value: Value) -> Iterator[Written]:
        """The functions that a value is, is an alias or a version of, or has in it."""
        match value:
            case list():
                for item in value:
                    yield from self.functions(item)
            case dict():
                for item in value.values():
                    yield from self.functions(item)
            case Made(path="aws_cdk.aws_lambda.Alias"):
                yield from self.functions(value.arguments.get("version"))
            case Made(path="aws_cdk.aws_lambda.Version"):
                yield from self.functions(value.arguments.get("lambda"))
            case Made() if id(value.call) in self.calls.made:
                yield self.calls.made[id(value.call)]

    def given(self, keys: Iterable[str]) -> Iterator[Written]:
        """The functions that are given as one of these arguments."""
        for key in keys:
            yield from self.functions(self.arguments.get(key))

    def receivers(self) -> Iterator[Written]:
        """The functions that a method is called of."""
        yield from self.functions(self.receiver)


class TypeScriptCalls:
    """The calls of one file: what other files do with its functions is not known."""

    def __init__(self, functions: Sequence[Written], file: TypeScriptFile) -> None:
        self.file = file
        self.made = {id(written.call): written for written in functions}
        self._methods: dict[str, list[Node]] = {}
        self._constructs: dict[str, list[tuple[str, ScriptUse]]] = {}
        for node in file.nodes.values() if functions else ():
            self._index(node)

    def _index(self, node: Node) -> None:
        function = called_in(node) if node.type in ("call_expression", "new_expression") else None
        if node.type == "new_expression" and function is not None:
            symbol = self.file.value(function)
            if isinstance(symbol, Symbol):
                self._construct(symbol.path, node)
        elif function is not None and function.type == "member_expression":
            name = snake(self.file.text(function.child_by_field_name("property")))
            self._methods.setdefault(name, []).append(node)
        elif node.type == "pair":
            path = _STRUCTURES.get(self.file.text(node.child_by_field_name("key")))
            value = node.child_by_field_name("value")
            if path is not None and value is not None:
                for item in value.named_children if value.type == "array" else [value]:
                    self._construct(path, item)

    def _construct(self, path: str, node: Node) -> None:
        self._constructs.setdefault(path.rpartition(".")[2], []).append((path, self.use(node)))

    def use(self, node: Node) -> ScriptUse:
        """A call, or an object, with the names of its arguments as in Python."""
        if node.type in ("call_expression", "new_expression"):
            return ScriptUse(self, node, self.file.arguments(node))
        found = self.file.value(node)
        members = found if isinstance(found, dict) else {}
        return ScriptUse(self, node, {snake(str(key)): value for key, value in members.items()})

    def constructs(self, names: Iterable[str]) -> Iterator[tuple[str, ScriptUse]]:
        """The constructs of these names that are made, with their paths as in Python."""
        for name in dict.fromkeys(names):
            yield from self._constructs.get(name, ())

    def methods(self, names: Iterable[str]) -> Iterator[ScriptUse]:
        """The calls of methods of these names."""
        for name in names:
            yield from map(self.use, self._methods.get(name, ()))

    def mentions(self, name: str) -> bool:
        """Whether an argument of that name stands anywhere in the file."""
        first, *rest = name.split("_")
        return (first + "".join(part.title() for part in rest)).encode() in self.file.data
