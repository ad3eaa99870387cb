"""What an expression of a Python CDK application is worth, as far as its source says; used by `constructs`.

Nothing is imported or run. A parameter has the values that the calls in the project give it: each way to
reach a call is a frame, and the values of one frame belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import libcst as cst

from handlerlint.functions.budget import TOO_MUCH, Budget, OverBudget
from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.programs.cdk.calls import (
    attribute_assignments,
    attribute_of,
    frames_by_calls,
    instance_of,
    result_of,
)
from handlerlint.functions.programs.cdk.frames import Defined, Frame, Instance
from handlerlint.functions.programs.cdk.results import (
    BUILTINS,
    Made,
    Symbol,
    Value,
    call_result,
    combined,
    made_attribute,
    method_result,
    path_attribute,
)
from handlerlint.functions.programs.cdk.scopes import (
    Assignment,
    CallSite,
    Scope,
    SourceFile,
    dotted_name,
    read_source,
)
from handlerlint.project.view import read_file

_MOST_FRAMES = 64
_DEEPEST = 24
# A step of a program takes longer than one of a template, and its values are asked for more often.
_STEPS_OF_ONE_VALUE = 10_000


class Program:
    """The files of an application that use the CDK, and `others`, where constants may stand."""

    def __init__(self, files: list[SourceFile], others: tuple[Path, ...] = ()) -> None:
        self.files = files
        self._others = others
        self._read: dict[Path, SourceFile | None] = {}
        self._named: dict[str, list[SourceFile]] = {}
        self._bases: dict[Scope, list[Value]] = {}
        self._sites: dict[str, list[CallSite]] = {}
        self._derived: dict[str, list[Scope]] = {}
        self._budget = Budget(_STEPS_OF_ONE_VALUE)
        # The results of calls, and the names that they were evaluated with: these keep their identity as long.
        self._results: dict[tuple[int, int, int | None], tuple[Value, dict[str, Value]]] = {}
        for file in self.files:
            for site in file.calls:
                if site.name is not None:
                    self._sites.setdefault(site.name, []).append(site)
            for scope in _classes(file.root):
                assert isinstance(scope.node, cst.ClassDef)
                for base in scope.node.bases:
                    name = (dotted_name(base.value) or "").rpartition(".")[2]
                    self._derived.setdefault(name, []).append(scope)

    def sites_of(self, name: str) -> list[CallSite]:
        """The calls of everything that has this name, with anything before it."""
        return self._sites.get(name, [])

    def derived_from(self, name: str) -> list[Scope]:
        """The classes with a base of this name."""
        return self._derived.get(name, [])

    def bases(self, owner: Scope) -> list[Value]:
        """What a class is derived from."""
        if owner not in self._bases:
            assert isinstance(owner.node, cst.ClassDef)
            outside = Frame(owner.parent or owner)
            self._bases[owner] = [self.value(base.value, outside) for base in owner.node.bases]
        return self._bases[owner]

    def frames(self, site: CallSite, depth: int = 0) -> list[Frame]:
        """The ways to reach a call."""
        frames = [
            Frame(frame.scope, frame.names, frame.depth, site.order)
            for frame in self.scope_frames(site.scope, depth)
        ]
        for loop in site.loops:
            frames = [inner for frame in frames for inner in self._rounds(loop, frame)][:_MOST_FRAMES]
        return frames[:_MOST_FRAMES]

    def arguments(self, call: cst.Call, frame: Frame) -> dict[str, Value]:
        """The values of a call's arguments: positional ones under `0`, `1` …; `**` with a known mapping by name."""
        values: dict[str, Value] = {}
        index = 0
        for argument in call.args:
            if argument.star == "**":
                mapping = self.value(argument.value, frame)
                if isinstance(mapping, dict):
                    values.update({key: value for key, value in mapping.items() if isinstance(key, str)})
                else:
                    values["**"] = mapping
            elif argument.star == "*":
                values["*"] = self.value(argument.value, frame)
            elif argument.keyword is not None:
                values[argument.keyword.value] = self.value(argument.value, frame)
            else:
                values[str(index)] = self.value(argument.value, frame)
                index += 1
        return values

    def scope_frames(self, scope: Scope, depth: int) -> list[Frame]:
        """The ways to reach a scope; with unknown parameters where nothing calls it."""
        if not isinstance(scope.node, cst.FunctionDef):
            return [Frame(scope, {}, depth)]
        if depth > _DEEPEST // 4:
            return [Frame(scope, {}, depth)]
        frames = list(islice(frames_by_calls(self, scope, depth), _MOST_FRAMES))
        if frames:
            return frames
        owner = scope.parent
        if scope.node.name.value == "__init__" and owner is not None and isinstance(owner.node, cst.ClassDef):
            return [Frame(scope, instance_of(self, owner, None, None).constructors[scope].names, depth)]
        return [Frame(scope, self.bound(scope, None, None), depth)]

    def bound(
        self, scope: Scope, call: cst.Call | None, caller: Frame | None, instance: Instance | None = None
    ) -> dict[str, Value]:
        """The parameters of a function with the arguments of a call, or their defaults; unknown without a call."""
        assert isinstance(scope.node, cst.FunctionDef)
        parameters = scope.node.params
        positional = [*parameters.posonly_params, *parameters.params]
        is_method = scope.parent is not None and isinstance(scope.parent.node, cst.ClassDef)
        if is_method and positional and positional[0].name.value in ("self", "cls"):
            positional = positional[1:]
        outside = Frame(scope.parent or scope, {}, 0)
        given = self.arguments(call, caller) if call is not None and caller is not None else {}
        names: dict[str, Value] = {} if instance is None else {"self": instance}
        for index, parameter in enumerate([*positional, *parameters.kwonly_params]):
            name = parameter.name.value
            if name in given:
                names[name] = given[name]
            elif index < len(positional) and str(index) in given:
                names[name] = given[str(index)]
            elif parameter.default is not None and "**" not in given:
                names[name] = self.value(parameter.default, outside)
            else:
                names[name] = Unknown(f"the parameter `{name}` has no value here")
        if parameters.star_kwarg is not None:
            known = {parameter.name.value for parameter in [*positional, *parameters.kwonly_params]}
            rest = {key: value for key, value in given.items() if not key.isdigit() and key not in known}
            if call is None:
                rest = {"**": Unknown("the arguments of a call that is not there")}
            names[parameters.star_kwarg.name.value] = rest
        return names

    def _rounds(self, loop: cst.For | cst.CompFor, frame: Frame) -> list[Frame]:
        collection = self.value(loop.iter, frame)
        if isinstance(collection, dict):
            collection = list(collection)
        if not isinstance(collection, list) or not 0 < len(collection) <= _MOST_FRAMES:
            return [frame]
        return [
            Frame(frame.scope, {**frame.names, **_unpacked(loop.target, item)}, frame.depth, frame.order)
            for item in collection
        ]

    def value(self, node: cst.BaseExpression, frame: Frame) -> Value:
        """The value of an expression in a frame."""
        if frame.depth > _DEEPEST:
            return Unknown("an expression that is nested very deeply")
        try:
            with self._budget.one_value():
                self._budget.spend()
                return self._budget.made(self._value(node, frame))
        except (OverBudget, RecursionError):
            return TOO_MUCH

    def _value(self, node: cst.BaseExpression, frame: Frame) -> Value:
        """The value of an expression by its kind, one level deeper; Unknown for all that is not understood."""
        inner = Frame(frame.scope, frame.names, frame.depth + 1, frame.order)
        match node:
            case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
                return self._text(node, inner)
            case cst.Integer():
                return int(node.value.replace("_", ""), 0) if len(node.value) < 100 else TOO_MUCH
            case cst.Name():
                return self._name(node.value, inner)
            case cst.Attribute():
                return self._attribute(node, inner)
            case cst.Subscript():
                return self._subscript(node, inner)
            case cst.Call():
                return self._call(node, inner)
            case cst.BinaryOperation():
                return combined(node.operator, self.value(node.left, inner), self.value(node.right, inner))
            case cst.BooleanOperation() | cst.IfExp():
                return self._either(node, inner)
            case cst.List() | cst.Tuple() | cst.Set() | cst.Dict() | cst.ListComp() | cst.DictComp():
                return self._display(node, inner)
            case _:
                return Unknown("an expression that is not evaluated")

    def _display(
        self,
        node: cst.List | cst.Tuple | cst.Set | cst.Dict | cst.ListComp | cst.DictComp,
        frame: Frame,
    ) -> Value:
        """A list or a dict that is written with its elements, or as a comprehension."""
        match node:
            case cst.ListComp() | cst.DictComp():
                return self._comprehension(node, frame)
            case cst.Dict():
                return self._dict(node, frame)
            case _:
                return [self.value(element.value, frame) for element in node.elements]

    def _text(
        self, node: cst.SimpleString | cst.ConcatenatedString | cst.FormattedString, frame: Frame
    ) -> Value:
        if isinstance(node, cst.SimpleString):
            value = node.evaluated_value
            return value if isinstance(value, str) else Unknown("bytes")
        if isinstance(node, cst.ConcatenatedString):
            return combined(cst.Add(), self.value(node.left, frame), self.value(node.right, frame))
        pieces: list[str] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                pieces.append(part.value.replace("{{", "{").replace("}}", "}"))
                continue
            assert isinstance(part, cst.FormattedStringExpression)
            value = self.value(part.expression, frame)
            if not isinstance(value, (str, int)):
                return value if isinstance(value, Unknown) else Unknown("an f-string of unknown values")
            pieces.append(str(value))
        return "".join(pieces)

    def _name(self, name: str, frame: Frame) -> Value:
        constants = {"True": True, "False": False, "None": None}
        if name in constants:
            return constants[name]
        if name in frame.names:
            return frame.names[name]
        if name == "__file__":
            return str(frame.scope.file.path)
        scope: Scope | None = frame.scope
        while scope is not None:
            if scope is frame.scope or not isinstance(scope.node, cst.ClassDef):
                if name in scope.assigned:
                    return self._assigned(name, scope, frame)
                if name in scope.inner:
                    return Defined(scope.inner[name])
            scope = scope.parent
        imported = frame.scope.file.imports.get(name)
        if imported is not None:
            return self._imported(imported, frame)
        return Unknown(f"`{name}` is not known")

    def _assigned(self, name: str, scope: Scope, frame: Frame) -> Value:
        here = scope is frame.scope
        assignment = _last_assignment(scope.assigned[name], frame.order if here else None)
        if assignment is None or assignment.value is None:
            return Unknown(f"`{name}` is assigned more than once")
        # What the value is made of was assigned before it.
        order = assignment.order - 1
        inner = Frame(scope, frame.names if here else {}, frame.depth, order)
        value = self.value(assignment.value, inner)
        return self._with_items(value, name, inner, frame.order if here else None)

    def _with_items(self, value: Value, name: str, frame: Frame, order: int | None) -> Value:
        """A mapping with the items that were assigned to it since."""
        items = frame.scope.items.get(name)
        if items is None or not isinstance(value, dict) or frame.order is None:
            return value
        value = dict(value)
        for item in items:
            if item.assignment.order > frame.order and (order is None or item.assignment.order <= order):
                key = self.value(item.key, frame)
                if not isinstance(key, (str, int)):
                    return Unknown(f"`{name}` has items that are not known")
                given = item.assignment
                value[key] = Unknown(f"an item of `{name}`")
                if given.certain and given.value is not None:
                    value[key] = self.value(given.value, frame)
        return value

    def _imported(self, path: str, frame: Frame) -> Value:
        """A constant of another file of the application, or a symbol."""
        module, _, name = path.lstrip(".").rpartition(".")
        if not path.startswith(("aws_cdk", "os", "pathlib")):
            for file in self._modules(module or name):
                if name in file.root.assigned:
                    return self._assigned(name, file.root, Frame(file.root, {}, frame.depth))
                if module and name in file.root.inner and file in self.files:
                    return Defined(file.root.inner[name])
        return Symbol(path)

    def _modules(self, dotted: str) -> list[SourceFile]:
        """The files that may be meant by a module's name."""
        found = self._named.get(dotted)
        if found is None:
            found = [file for file in self.files if _is_module(file.path, dotted)]
            found += [
                file for path in self._others if _is_module(path, dotted) and (file := self._opened(path))
            ]
            self._named[dotted] = found
        return found

    def _opened(self, path: Path) -> SourceFile | None:
        if path not in self._read:
            try:
                self._read[path] = read_source(path, read_file(path))
            except OSError:
                self._read[path] = None
        return self._read[path]

    def _attribute(self, node: cst.Attribute, frame: Frame) -> Value:
        """`value.name`: of an import, a path, a construct that was made or an instance of a class of the project."""
        name, attribute = dotted_name(node) or "", node.attr.value
        value = self.value(node.value, frame)
        if name.startswith("self.") and not isinstance(value, Instance):
            own = self._own_attribute(name, frame)
            if own is not None:
                return own
        match value:
            case Symbol(path):
                return self._imported(f"{path}.{attribute}", frame)
            case str():
                return path_attribute(value, attribute)
            case Made():
                return made_attribute(value, attribute)
            case Instance():
                found = attribute_of(self, value, attribute, frame.depth)
                is_absent = found == Unknown(f"`{attribute}` is not known")
                return Unknown(f"`{name or attribute}` is not known") if is_absent else found
            case Unknown():
                return Unknown(f"`{name}` is not known") if name.startswith("self.") else value
        return Unknown(f"`.{attribute}` of something")

    def _own_attribute(self, name: str, frame: Frame) -> Value | None:
        """`self.x` where it is not known what `self` is: what the one assignment in the class's methods gives it."""
        owner = frame.scope.enclosing_class
        found = [] if owner is None else attribute_assignments(owner, name.removeprefix("self."))
        if not found:
            return None
        (method, assignment), *others = found
        if others or assignment.value is None:
            return Unknown(f"`{name}` is assigned more than once")
        expression = assignment.value
        if method is frame.scope:
            return self.value(expression, frame)
        values = [
            self.value(expression, Frame(method, inner.names, frame.depth + 1))
            for inner in self.scope_frames(method, frame.depth + 1)
        ]
        same = all(value == values[0] for value in values)
        return values[0] if same else Unknown(f"`{name}` has several values")

    def _comprehension(self, node: cst.ListComp | cst.DictComp, frame: Frame) -> Value:
        loop = node.for_in
        if (
            loop.ifs
            or loop.inner_for_in is not None
            or not isinstance(self.value(loop.iter, frame), (list, dict))
        ):
            return Unknown("a comprehension that is not evaluated")
        rounds = self._rounds(loop, frame)
        if rounds == [frame]:
            return Unknown("a comprehension that is not evaluated")
        if isinstance(node, cst.ListComp):
            return [self.value(node.elt, one) for one in rounds]
        pairs = [(self.value(node.key, one), self.value(node.value, one)) for one in rounds]
        if not all(isinstance(key, (str, int)) for key, _ in pairs):
            return Unknown("a comprehension with unknown keys")
        return dict(pairs)

    def _dict(self, node: cst.Dict, frame: Frame) -> Value:
        values: dict[Any, Value] = {}
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                key = self.value(element.key, frame)
                if isinstance(key, (str, int)):
                    values[key] = self.value(element.value, frame)
            else:
                spread = self.value(element.value, frame)
                if isinstance(spread, dict):
                    values.update(spread)
        return values

    def _subscript(self, node: cst.Subscript, frame: Frame) -> Value:
        value = self.value(node.value, frame)
        if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
            return Unknown("a slice")
        key = self.value(node.slice[0].slice.value, frame)
        if isinstance(value, dict) and isinstance(key, (str, int)) and key in value:
            return value[key]
        if isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            return value[key]
        return value if isinstance(value, Unknown) else Unknown("an item that is not known")

    def _either(self, node: cst.IfExp | cst.BooleanOperation, frame: Frame) -> Value:
        """`a if test else b`, and `a or b`."""
        if isinstance(node, cst.BooleanOperation):
            if not isinstance(node.operator, cst.Or):
                return Unknown("an expression that is not evaluated")
            return self.value(node.left, frame) or self.value(node.right, frame)
        test = self.value(node.test, frame)
        first, second = self.value(node.body, frame), self.value(node.orelse, frame)
        if isinstance(test, bool) or test is None:
            return first if test else second
        return first if first == second else Unknown("a condition that is not known")

    def _call(self, node: cst.Call, frame: Frame) -> Value:
        if not frame.names or frame.depth > _DEEPEST // 2:
            return self._result(node, frame)
        key = (id(node), id(frame.names), frame.order)
        if key not in self._results:
            self._results[key] = (self._result(node, frame), frame.names)
        return self._results[key][0]

    def _result(self, node: cst.Call, frame: Frame) -> Value:
        name = dotted_name(node.func)
        arguments = self.arguments(node, frame)
        if isinstance(node.func, cst.Attribute):
            receiver = self.value(node.func.value, frame)
            method = method_result(receiver, node.func.attr.value, arguments)
            if method is not None:
                return method
        function = self.value(node.func, frame)
        if isinstance(function, Symbol):
            return call_result(function.path, arguments, node)
        if isinstance(function, Defined):
            return result_of(self, function, node, frame)
        builtin = BUILTINS.get(name or "")
        if builtin is not None and isinstance(function, Unknown):
            return builtin(arguments)
        return Unknown(f"the result of `{name or 'a call'}`")


def _classes(scope: Scope) -> Iterator[Scope]:
    for inner in scope.inner.values():
        if isinstance(inner.node, cst.ClassDef):
            yield inner
        yield from _classes(inner)


def _last_assignment(assignments: list[Assignment], order: int | None) -> Assignment | None:
    """The assignment that counts at a place of the scope it stands in; None where that is not certain."""
    if len(assignments) == 1:
        return assignments[0]
    before = [assignment for assignment in assignments if order is None or assignment.order <= order]
    if not before or not before[-1].certain or order is None:
        return None
    return before[-1]


def _is_module(path: Path, dotted: str) -> bool:
    *parents, name = dotted.split(".")
    parts = path.parts
    at_file = path.stem == name and list(parts[-1 - len(parents) : -1]) == parents
    return at_file or (path.parent.name == name and list(parts[-2 - len(parents) : -2]) == parents)


def _unpacked(target: cst.BaseExpression, item: Value) -> dict[str, Value]:
    if isinstance(target, cst.Name):
        return {target.value: item}
    if isinstance(target, (cst.Tuple, cst.List)) and isinstance(item, list):
        names = [dotted_name(element.value) or "" for element in target.elements]
        return dict(zip(names, item, strict=False))
    return {}
