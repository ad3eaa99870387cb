"""What an expression of a Python CDK application is worth, as far as its source says; used by `constructs`.

Nothing is imported or run. A parameter has the values that the calls in the project give it: each way to
reach a call is a frame, and the values of one frame belong together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import Any

import libcst as cst

from handlerlint.functions.cdk.results import (
    BUILTINS,
    Made,
    Symbol,
    Value,
    call_result,
    combined,
    method_result,
    path_attribute,
)
from handlerlint.functions.cdk.scopes import Assignment, CallSite, Scope, SourceFile, dotted_name, read_source
from handlerlint.functions.intrinsics import Unknown
from handlerlint.records import dataclass

_MOST_FRAMES = 64
_DEEPEST = 24


@dataclass(eq=False, slots=True)
class Frame:
    """One way to reach a scope: the values of its parameters and of the loops around a call.

    `order` is the place in the file up to which the scope has been run; None for all of it.
    """

    scope: Scope
    names: dict[str, Value] = field(default_factory=dict)
    depth: int = 0
    order: int | None = None


@dataclass(eq=False, slots=True)
class Program:
    """The files of an application that use the CDK, and `others`, where constants may stand."""

    files: list[SourceFile]
    others: tuple[Path, ...] = ()
    _read: dict[Path, SourceFile | None] = field(default_factory=dict)
    _sites: dict[str, list[CallSite]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for file in self.files:
            for site in file.calls:
                name = dotted_name(site.call.func)
                if name is not None:
                    self._sites.setdefault(name.rpartition(".")[2], []).append(site)

    def frames(self, site: CallSite, depth: int = 0) -> list[Frame]:
        """The ways to reach a call."""
        frames = [
            Frame(frame.scope, frame.names, frame.depth, site.order)
            for frame in self._scope_frames(site.scope, depth)
        ]
        for loop in site.loops:
            frames = [inner for frame in frames for inner in self._rounds(loop, frame)]
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

    def _scope_frames(self, scope: Scope, depth: int) -> list[Frame]:
        if not isinstance(scope.node, cst.FunctionDef):
            return [Frame(scope, {}, depth)]
        if depth > _DEEPEST // 4:
            return [Frame(scope, {}, depth)]
        frames: list[Frame] = []
        for site in self._callers(scope):
            for caller in self.frames(site, depth + 1):
                frames.append(Frame(scope, self._bound(scope, site.call, caller), depth))
                if len(frames) >= _MOST_FRAMES:
                    return frames
        return frames or [Frame(scope, self._bound(scope, None, None), depth)]

    def _callers(self, scope: Scope) -> Iterator[CallSite]:
        """The calls of a function, or of the class whose constructor it is."""
        assert isinstance(scope.node, cst.FunctionDef)
        name = scope.node.name.value
        owner = scope.parent
        if name == "__init__" and owner is not None and isinstance(owner.node, cst.ClassDef):
            name = owner.node.name.value
        for site in self._sites.get(name, ()):
            if not _is_inside(site.scope, scope):
                yield site

    def _bound(self, scope: Scope, call: cst.Call | None, caller: Frame | None) -> dict[str, Value]:
        """The parameters of a function with the arguments of a call, or their defaults."""
        assert isinstance(scope.node, cst.FunctionDef)
        parameters = scope.node.params
        positional = [*parameters.posonly_params, *parameters.params]
        is_method = scope.parent is not None and isinstance(scope.parent.node, cst.ClassDef)
        if is_method and positional and positional[0].name.value in ("self", "cls"):
            positional = positional[1:]
        outside = Frame(scope.parent or scope, {}, 0)
        given = self.arguments(call, caller) if call is not None and caller is not None else {}
        names: dict[str, Value] = {}
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
        inner = Frame(frame.scope, frame.names, frame.depth + 1, frame.order)
        match node:
            case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
                return self._text(node, inner)
            case cst.Integer():
                return int(node.value.replace("_", ""), 0)
            case cst.Name():
                return self._name(node.value, inner)
            case cst.Attribute():
                return self._attribute(node, inner)
            case cst.Call():
                return self._call(node, inner)
            case cst.BinaryOperation():
                return combined(node.operator, self.value(node.left, inner), self.value(node.right, inner))
            case cst.List() | cst.Tuple() | cst.Set():
                return [self.value(element.value, inner) for element in node.elements]
            case cst.Dict():
                return self._dict(node, inner)
            case cst.Subscript():
                return self._subscript(node, inner)
            case cst.IfExp():
                return self._either(node, inner)
            case cst.BooleanOperation(operator=cst.Or()):
                left = self.value(node.left, inner)
                return left if left else self.value(node.right, inner)
            case _:
                return Unknown("an expression that is not evaluated")

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
            if name in scope.assigned and (scope is frame.scope or not isinstance(scope.node, cst.ClassDef)):
                return self._assigned(name, scope, frame)
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
        return self.value(assignment.value, Frame(scope, frame.names if here else {}, frame.depth, order))

    def _imported(self, path: str, frame: Frame) -> Value:
        """A constant of another file of the application, or a symbol."""
        module, _, name = path.lstrip(".").rpartition(".")
        if not path.startswith(("aws_cdk", "os", "pathlib")):
            for file in self._modules(module or name):
                if name in file.root.assigned:
                    return self._assigned(name, file.root, Frame(file.root, {}, frame.depth))
        return Symbol(path)

    def _modules(self, dotted: str) -> Iterator[SourceFile]:
        """The files that may be meant by a module's name."""
        yield from (file for file in self.files if _is_module(file.path, dotted))
        for path in self.others:
            if _is_module(path, dotted):
                if path not in self._read:
                    try:
                        self._read[path] = read_source(path, path.read_bytes())
                    except OSError:
                        self._read[path] = None
                file = self._read[path]
                if file is not None:
                    yield file

    def _attribute(self, node: cst.Attribute, frame: Frame) -> Value:
        name = dotted_name(node)
        if name is not None and name.startswith("self."):
            return self._own_attribute(name, frame)
        value = self.value(node.value, frame)
        attribute = node.attr.value
        match value:
            case Symbol(path):
                return self._imported(f"{path}.{attribute}", frame)
            case str():
                return path_attribute(value, attribute)
            case Made() if attribute in value.arguments:  # a structure, such as PythonFunctionProps
                return value.arguments[attribute]
            case Unknown():
                return value
            case Made() if attribute in ("arn", "layer_version_arn"):  # it stands for the thing
                return value
        return Unknown(f"`.{attribute}` of something")

    def _own_attribute(self, name: str, frame: Frame) -> Value:
        """`self.x`: what the one assignment in the methods of the class gives it."""
        owner = frame.scope.enclosing_class
        found = [
            (method, values)
            for method in (owner.inner.values() if owner is not None else ())
            if (values := method.assigned.get(name)) is not None
        ]
        if len(found) != 1 or len(found[0][1]) != 1 or found[0][1][0].value is None:
            return Unknown(f"`{name}` is not known")
        method, (assignment,) = found[0]
        expression = assignment.value
        assert expression is not None
        if method is frame.scope:
            return self.value(expression, frame)
        values = [
            self.value(expression, Frame(method, inner.names, frame.depth + 1))
            for inner in self._scope_frames(method, frame.depth + 1)
        ]
        same = all(value == values[0] for value in values)
        return values[0] if same else Unknown(f"`{name}` has several values")

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

    def _either(self, node: cst.IfExp, frame: Frame) -> Value:
        test = self.value(node.test, frame)
        first, second = self.value(node.body, frame), self.value(node.orelse, frame)
        if isinstance(test, bool) or test is None:
            return first if test else second
        return first if first == second else Unknown("a condition that is not known")

    def _call(self, node: cst.Call, frame: Frame) -> Value:
        name = dotted_name(node.func)
        arguments = self.arguments(node, frame)
        if isinstance(node.func, cst.Attribute):
            receiver = self.value(node.func.value, frame)
            method = method_result(receiver, node.func.attr.value, arguments)
            if method is not None:
                return method
        function = self.value(node.func, frame)
        if isinstance(function, Symbol):
            return call_result(function.path, arguments)
        builtin = BUILTINS.get(name or "")
        if builtin is not None and isinstance(function, Unknown):
            return builtin(arguments)
        return Unknown(f"the result of `{name or 'a call'}`")


def _last_assignment(assignments: list[Assignment], order: int | None) -> Assignment | None:
    """The assignment that counts at a place of the scope it stands in; None where that is not certain."""
    if len(assignments) == 1:
        return assignments[0]
    before = [assignment for assignment in assignments if order is None or assignment.order <= order]
    if not before or not before[-1].certain or order is None:
        return None
    return before[-1]


def _is_inside(scope: Scope | None, outer: Scope) -> bool:
    while scope is not None:
        if scope is outer:
            return True
        scope = scope.parent
    return False


def _is_module(path: Path, dotted: str) -> bool:
    text = "/" + dotted.replace(".", "/")
    return str(path.with_suffix("")).endswith(text) or str(path.parent).endswith(text)


def _unpacked(target: cst.BaseExpression, item: Value) -> dict[str, Value]:
    if isinstance(target, cst.Name):
        return {target.value: item}
    if isinstance(target, (cst.Tuple, cst.List)) and isinstance(item, list):
        names = [dotted_name(element.value) or "" for element in target.elements]
        return dict(zip(names, item, strict=False))
    return {}
