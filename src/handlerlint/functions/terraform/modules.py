"""Terraform modules: the files of a folder, with values for its variables; made and read by `reading`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from handlerlint.functions.budget import TOO_MUCH, Budget, OverBudget
from handlerlint.functions.documents.malformed import MalformedDocument
from handlerlint.functions.documents.nodes import MapNode, Unknown
from handlerlint.functions.documents.reading import read_bytes, read_mapping
from handlerlint.functions.found import joined
from handlerlint.functions.model import ConfigurationProblem
from handlerlint.functions.terraform.syntax import (
    Block,
    Body,
    Expression,
    parse_terraform,
    span_of,
    token_text,
)
from handlerlint.functions.terraform.values import (
    DEEPEST_REFERENCE,
    Reference,
    Scope,
    Step,
    Value,
    evaluate,
    follow,
)
from handlerlint.project.view import exists, matching
from handlerlint.records import dataclass, field
from handlerlint.text import Span

_LARGEST_FOR_EACH = 1000


@dataclass(slots=True)
class ModuleFiles:
    """What the `.tf` files of one folder say."""

    folder: Path
    resources: dict[tuple[str, str, str], Block] = field(default_factory=dict)
    modules: dict[str, Block] = field(default_factory=dict)
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, tuple[Expression, Path]] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    values: dict[str, Expression] = field(default_factory=dict)
    has_provider: bool = False

    @property
    def is_applied(self) -> bool:
        """Whether Terraform is run here: a module for others to use has no provider, backend or values."""
        return self.has_provider or bool(self.values) or exists(self.folder / ".terraform.lock.hcl")

    def of_type(self, *types: str, mode: str = "resource") -> Iterator[Block]:
        """Resources, or data sources, of these types."""
        for (block_mode, kind, _), block in self.resources.items():
            if block_mode == mode and kind in types:
                yield block


def load_module(
    folder: Path, paths: list[Path], problems: list[ConfigurationProblem], read: Callable[[Path], bytes]
) -> ModuleFiles:
    """The module in a folder; files that cannot be parsed go to `problems`, the others count."""
    module = ModuleFiles(folder)
    for path in paths:
        body = _parsed(path, read, problems)
        if body is not None:
            _sort_in(body, module, path)
    for path in sorted({*matching(folder, "terraform.tfvars*"), *matching(folder, "*.auto.tfvars*")}):
        _read_values(path, module, problems)
    return module


def _parsed(path: Path, read: Callable[[Path], bytes], problems: list[ConfigurationProblem]) -> Body | None:
    try:
        return parse_terraform(path, read(path))
    except MalformedDocument as error:
        problems.append(error.problem(path))
    except OSError:
        pass
    return None


def _sort_in(body: Body, module: ModuleFiles, path: Path) -> None:
    for block in body.blocks:
        match block.type, block.labels:
            case ("resource" | "data") as mode, (kind, name):
                module.resources[mode, kind, name] = block
            case "module", (name,):
                module.modules[name] = block
            case "variable", (name,):
                module.variables[name] = block
            case "output", (name,):
                module.outputs[name] = block
            case "provider", _:
                module.has_provider = True
            case "terraform", ():
                inner = {part.type for part in block.body.blocks}
                module.has_provider = module.has_provider or not inner.isdisjoint(("backend", "cloud"))
            case "locals", ():
                for name, expression in block.body.attributes.items():
                    module.locals[name] = expression, path


def _read_values(path: Path, module: ModuleFiles, problems: list[ConfigurationProblem]) -> None:
    """The files with values that Terraform reads by itself."""
    if path.suffix != ".json":
        body = _parsed(path, read_bytes, problems)
        module.values.update(body.attributes if body is not None else {})
        return
    document = read_mapping(path)
    if document is not None and isinstance(document.root, MapNode):
        module.values.update(document.root.entries)


@dataclass(frozen=True, slots=True)
class Argument:
    """What a `module` block says for a variable: it is evaluated where it is written, once it is asked for."""

    expression: Expression
    module: Module
    names: dict[str, Value]
    path: Path | None

    def value(self) -> Value:
        """Its value."""
        return self.module.value(self.expression, self.names)


Instances = Iterable[tuple[str, "Module"]]


def _uses_none(module: Module, name: str) -> Instances:
    return ()


_VARIABLE = re.compile(r"(?:\$\{)?(var|local)\.([\w-]+)\}?")


@dataclass(slots=True)
class Module:
    """One use of a module: `arguments` says what its variables are, `root` is where Terraform is run.

    `users` are the folders of the modules around it. `use` makes the local modules that it uses: each instance
    with its suffix, as `instances` gives them. `defaults` collects the variables whose default was taken,
    for all modules of one root: who applies it may give other values, and of a module that is made for others to use
    `handlerlint` does not see who uses it.
    """

    files: ModuleFiles
    root: Path
    arguments: Mapping[str, Argument]
    address: str = ""
    defaults: list[str] = field(default_factory=list)
    users: tuple[Path, ...] = ()
    use: Callable[[Module, str], Instances] = _uses_none
    budget: Budget = field(default_factory=Budget)
    _used: dict[str, dict[str, Module]] = field(default_factory=dict)
    _evaluating: set[str] = field(default_factory=set)
    _known: dict[str, Value] = field(default_factory=dict)
    _known_by_default: dict[str, list[str]] = field(default_factory=dict)

    def value(self, expression: Expression, names: dict[str, Value] | None = None) -> Value:
        """The value of an expression of this module; `names` are `each` and `count`."""
        try:
            with self.budget.one_value():
                return evaluate(expression, Scope(self.look_up, names or {}, self.budget))
        except (OverBudget, RecursionError):
            return TOO_MUCH

    @property
    def doubtful(self) -> list[str]:
        """The variables whose default was taken where it is another module's to give the value."""
        return [] if self.files.is_applied else self.defaults

    def certain(self, expression: Expression) -> Value:
        """The value of an expression, unless it is the default of a variable: whoever applies it may give another."""
        self.defaults.clear()
        found = self.value(expression)
        return (
            Unknown(f"variable `{self.defaults[0]}` may be given another value") if self.defaults else found
        )

    def look_up(self, name: str, steps: tuple[Step, ...]) -> Value:
        """What a traversal that starts with `name` means here."""
        match name:
            case "var" | "local" if steps and isinstance(steps[0], str):
                return follow(self._named(name, steps[0]), steps[1:])
            case "path" if steps:
                return str(self.files.folder if steps[0] == "module" else self.root)
            case "terraform" if steps == ("workspace",):
                return "default"
            case "each" | "count" | "self":
                return Unknown(f"`{name}` of a collection that is not known")
            case "file()" if steps and isinstance(steps[0][0], str):
                return Reference("file", "", str(joined(self.root, steps[0][0])))
            case "data" if len(steps) > 1:
                return self._reference("data", steps)
            case "module" if steps:
                return self._output(steps)
        if name.endswith("()"):
            return Unknown(f"the function `{name[:-2]}` is not evaluated")
        if steps and re.match(r"[a-z0-9]+_", name):
            return self._reference("resource", (name, *steps))
        return Unknown(f"`{name}` is not known here")

    def instances(self, block: Block) -> Iterator[tuple[str, dict[str, Value]]]:
        """Each instance of a resource or module: its suffix (`["a"]`) and what `each` and `count` are in it.

        What is created no times with the values at hand, or a number of times that is not known, counts once.
        """
        attributes = block.body.attributes
        if self.budget.is_used_up:
            yield "", {}
        elif "for_each" in attributes:
            collection = self.value(attributes["for_each"])
            if isinstance(collection, list):
                collection = {item: item for item in collection if isinstance(item, str)}
            if isinstance(collection, dict) and 0 < len(collection) <= _LARGEST_FOR_EACH:
                for key, value in collection.items():
                    yield f'["{key}"]', {"each": {"key": key, "value": value}}
                return
        elif "count" in attributes:
            number = self.value(attributes["count"])
            if isinstance(number, int) and 1 < number <= _LARGEST_FOR_EACH:
                for index in range(number):
                    yield f"[{index}]", {"count": {"index": index}}
                return
            if number in (0, 1):
                yield "", {"count": {"index": 0}}
                return
        yield "", {}

    def is_absent(self, block: Block) -> bool:
        """Whether a resource or module is certainly created no times, with the values at hand."""
        attributes = block.body.attributes
        if "for_each" in attributes:
            return self.value(attributes["for_each"]) in ([], {})
        return "count" in attributes and self.value(attributes["count"]) in (0, False)

    def is_switched_off(self, block: Block) -> bool:
        """Whether it is created no times because of what the user of this module says: by default it would be."""
        if not self.arguments or not self.is_absent(block):
            return False
        return not Module(self.files, self.root, {}, self.address, budget=self.budget).is_absent(block)

    def used(self, name: str) -> dict[str, Module]:
        """The instances of a local module that is used here, by their suffixes; empty for any other module."""
        if name not in self._used:
            self._used[name] = {}  # while they are made, nothing of them is known
            self._used[name] = dict(self.use(self, name))
        return self._used[name]

    def written_at(self, expression: Expression, depth: int = 0) -> tuple[Path, Span] | None:
        """Where the value of a variable or local is written; None for an expression that is neither."""
        match = _VARIABLE.fullmatch("" if expression is None else token_text(expression).strip())
        if match is None or depth > DEEPEST_REFERENCE:
            return None
        kind, name = match.groups()
        if kind == "var" and name in self.arguments:
            argument = self.arguments[name]
            found, path, module = argument.expression, argument.path, argument.module
        elif kind == "local" and name in self.files.locals:
            (found, path), module = self.files.locals[name], self
        elif kind == "var" and name in self.files.variables and name not in self.files.values:
            block, module = self.files.variables[name], self
            found, path = block.body.attributes.get("default"), block.path
        else:
            return None
        if found is None or path is None:
            return None
        deeper = module.written_at(found, depth + 1) if found is not expression else None
        return deeper or (path, span_of(found))

    def _output(self, steps: tuple[Step, ...]) -> Value:
        """What `module.name.output` is: the output's value in a local module, a reference in any other one."""
        name, *rest = steps
        used = self.used(name) if isinstance(name, str) else {}
        if not used or not rest:
            return self._reference("module", ("module", *steps))
        module = used.get("")
        if isinstance(rest[0], tuple):
            key = rest.pop(0)[0]
            module = used.get(f'["{key}"]') or used.get(f"[{key}]") or (module if key == 0 else None)
        output = module.files.outputs.get(rest[0]) if module is not None and rest else None
        if module is None or output is None:
            return Unknown(f"`module.{name}` has no such output")
        return follow(module.value(output.body.attributes.get("value")), tuple(rest[1:]))

    def _named(self, kind: str, name: str) -> Value:
        """A variable or local, evaluated once; one that needs itself is not known."""
        key = f"{kind}.{name}"
        if key not in self._known:
            if key in self._evaluating:
                return Unknown(f"`{key}` refers to itself")
            self._evaluating.add(key)
            before = len(self.defaults)
            self._known[key] = self._variable(name) if kind == "var" else self._local(name)
            self._known_by_default[key] = self.defaults[before:]
            self._evaluating.discard(key)
        else:
            self.defaults.extend(self._known_by_default.get(key, ()))
        return self._known[key]

    def _local(self, name: str) -> Value:
        if name not in self.files.locals:
            return Unknown(f"`local.{name}` is not defined")
        return self.value(self.files.locals[name][0])

    def _variable(self, name: str) -> Value:
        if name in self.arguments:
            return self.arguments[name].value()
        if not self.address and name in self.files.values:
            return self.value(self.files.values[name])
        block = self.files.variables.get(name)
        default: Any = block.body.attributes.get("default") if block is not None else None
        if default is None:
            return Unknown(f"variable `{name}` has no default")
        if not self.address:
            self.defaults.append(name)
        return self.value(default)

    def _reference(self, mode: str, steps: tuple[Step, ...]) -> Value:
        kind, name, *rest = steps
        key: Value = None
        if rest and isinstance(rest[0], tuple):
            key = rest.pop(0)[0]
        attributes = tuple(str(step[0]) if isinstance(step, tuple) else step for step in rest)
        if not isinstance(kind, str) or not isinstance(name, str):
            return Unknown("not a resource")
        return Reference(mode, kind, name, key, attributes, self)
