"""The calls of a Python CDK application, and which functions they name; used by `python_apps` for `connections`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import libcst as cst

from handlerlint.functions.programs.cdk.constructs import Construct, function_call
from handlerlint.functions.programs.cdk.evaluation import Program
from handlerlint.functions.programs.cdk.frames import Frame
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value
from handlerlint.functions.programs.cdk.scopes import CallSite, dotted_name
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class PythonUse:
    """A call in one frame, with the values of its arguments."""

    calls: PythonCalls
    program: Program
    site: CallSite
    frame: Frame
    arguments: Mapping[str, Value]

    @property
    def call(self) -> cst.Call:
        """The call itself."""
        return self.site.call

    def node(self, key: str) -> cst.BaseExpression | None:
        """The expression of an argument by its name or index."""
        index = 0
        for argument in self.site.call.args:
            name = None if argument.keyword is None else argument.keyword.value
            if name == key or (name is None and not argument.star and str(index) == key):
                return argument.value
            index += name is None
        return None

    @property
    def receiver(self) -> Value:
        """What stands before the dot."""
        function = self.call.func
        return self.program.value(function.value, self.frame) if isinstance(function, cst.Attribute) else None

    @property
    def around(self) -> PythonUse | None:
        """The innermost call around it, in the same frame."""
        parent = self.site.parent
        return None if parent is None else self.calls.use(parent, self.frame)

    def functions(self, value: Value) -> Iterator[Construct]:
        """The functions that a value is."""
        yield from self.calls.functions(value, None, self.site)

    def given(self, keys: Iterable[str]) -> Iterator[Construct]:
        """The functions that an argument is by its value, or else by the variable of the same scope."""
        for key in keys:
            if key in self.arguments:
                yield from self.calls.functions(self.arguments[key], self.node(key), self.site)

    def receivers(self) -> Iterator[Construct]:
        """The functions that a method is called of."""
        function = self.call.func
        if isinstance(function, cst.Attribute):
            yield from self.calls.functions(self.receiver, function.value, self.site)


class PythonCalls:
    """Finds the calls that take functions, and tells which functions these are."""

    def __init__(self, constructs: list[Construct], program: Program) -> None:
        self._program = program
        self._by_call: dict[int, list[Construct]] = {}
        self._by_target: dict[str, list[Construct]] = {}
        for construct in constructs:
            self._by_call.setdefault(id(construct.site.call), []).append(construct)
            if construct.site.target is not None:
                self._by_target.setdefault(construct.site.target, []).append(construct)

    # What is called

    def constructs(self, names: Iterable[str]) -> Iterator[tuple[str, PythonUse]]:
        """The calls of constructs of the CDK of these names, with their paths."""
        for name in dict.fromkeys(names):
            for site in self._program.sites_of(name):
                symbol = self._program.value(site.call.func, Frame(site.scope))
                if isinstance(symbol, Symbol) and symbol.path.startswith(
                    ("aws_cdk.", "aws_solutions_constructs.")
                ):
                    for use in self._uses(site):
                        yield symbol.path, use

    def methods(self, names: Iterable[str]) -> Iterator[PythonUse]:
        """The calls of everything that has one of these names."""
        for name in names:
            for site in self._program.sites_of(name):
                yield from self._uses(site)

    def _uses(self, site: CallSite) -> Iterator[PythonUse]:
        for frame in self._program.frames(site):
            yield self.use(site, frame)

    def use(self, site: CallSite, frame: Frame) -> PythonUse:
        """A call in a frame."""
        return PythonUse(self, self._program, site, frame, self._program.arguments(site.call, frame))

    def mentions(self, name: str) -> bool:
        """Whether a name is written anywhere."""
        return any(name in file.module.code for file in self._program.files)

    # Which function is meant

    def functions(self, value: Value, node: cst.BaseExpression | None, site: CallSite) -> Iterator[Construct]:
        """The functions that an argument names: by its value, or else by the variable of the same scope."""
        if isinstance(value, (list, dict)):
            for item in value if isinstance(value, list) else value.values():
                yield from self.functions(item, None, site)
            return
        call = function_call(value, self._program)
        if call is not None:
            yield from self._made_by(*call)
        elif isinstance(value, Made) and _is_structure(value):
            for item in value.arguments.values():
                yield from self.functions(item, None, site)
        elif not isinstance(value, Made) and node is not None:
            yield from self._named(node, site)

    def _made_by(self, call: cst.Call, arguments: Mapping[str, Value]) -> list[Construct]:
        made = self._by_call.get(id(call), [])
        exact = [construct for construct in made if construct.arguments == arguments]
        return exact if exact or len(made) > 1 else made

    def _named(self, node: cst.BaseExpression, site: CallSite) -> Iterator[Construct]:
        name = dotted_name(node)
        if isinstance(node, cst.Attribute) and name is not None and name.endswith(("_arn", ".function_name")):
            name = name.rpartition(".")[0]
        for construct in self._by_target.get(name or "", ()):
            made = construct.site
            if (name or "").startswith("self."):
                is_seen = site.scope.enclosing_class is made.scope.enclosing_class
            else:
                is_seen = site.scope is made.scope
            if is_seen:
                yield construct


def _is_structure(value: Made) -> bool:
    """Whether a value is a structure of a CloudFormation resource, such as `CfnAgent.ActionGroupExecutorProperty`."""
    return value.path.endswith("Property") and ".Cfn" in value.path
