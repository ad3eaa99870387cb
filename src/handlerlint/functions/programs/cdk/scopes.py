"""The scopes, imports, assignments and calls of one Python file of a CDK application; made and used by `evaluation`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import libcst as cst

from handlerlint.deep_stack import (
    MOST_OPEN_BRACKETS,
    bracket_depth_exceeds,
    is_shallow,
    is_too_deep,
    on_deep_stack,
)
from handlerlint.records import dataclass, field
from handlerlint.text import Span

Definition = cst.FunctionDef | cst.ClassDef | cst.Module


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value given to a name: `order` counts through the file; `certain` is false below `if`, `try`, `while`.

    `value` is None where it is not that of one expression.
    """

    value: cst.BaseExpression | None
    order: int
    certain: bool


@dataclass(frozen=True, slots=True)
class ItemAssignment:
    """A value given to an item of a name: `name[key] = value`."""

    key: cst.BaseExpression
    assignment: Assignment


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class or function: what is assigned in it, in order, and what encloses it.

    `returns` are the values that a function gives back.
    """

    node: Definition
    parent: Scope | None
    file: SourceFile
    assigned: dict[str, list[Assignment]] = field(default_factory=dict)
    items: dict[str, list[ItemAssignment]] = field(default_factory=dict)
    returns: list[Assignment] = field(default_factory=list)
    inner: dict[str, Scope] = field(default_factory=dict)

    @property
    def enclosing_class(self) -> Scope | None:
        """The class that a method belongs to."""
        scope: Scope | None = self
        while scope is not None and not isinstance(scope.node, cst.ClassDef):
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call, the scope that it stands in, the loops around it there, and the name its result is kept under.

    `order` tells which assignments come before it. `parent` is the innermost call around it.
    """

    call: cst.Call
    scope: Scope
    loops: tuple[cst.For | cst.CompFor, ...]
    target: str | None
    order: int
    parent: CallSite | None = None

    @property
    def name(self) -> str | None:
        """The last part of the name that is called."""
        match self.call.func:
            case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
                return name
        return None


class SourceFile:
    """One parsed file. `imports` says what each imported name stands for, as a dotted path."""

    def __init__(self, path: Path, module: cst.Module) -> None:
        self.path = path
        self.module = module
        self.imports: dict[str, str] = {}
        self.calls: list[CallSite] = []
        self.root = Scope(module, None, self)
        self._positions: Any = None

    def place(self, node: cst.CSTNode) -> Span:
        """Where a node stands; computed for the whole file when first asked."""
        if self._positions is None:
            from libcst.metadata import MetadataWrapper, PositionProvider

            wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
            self._positions = wrapper.resolve(PositionProvider)
        span = self._positions[node]
        return Span(span.start.line, span.start.column + 1, span.end.line, span.end.column + 1)


def read_source(path: Path, data: bytes) -> SourceFile | None:
    """The parsed file; None where it is no Python that libcst knows."""
    text = data.decode("utf-8", "replace")
    if bracket_depth_exceeds(text, MOST_OPEN_BRACKETS) or is_too_deep(text):
        return None  # nor does Python take it
    try:
        if is_shallow(text):
            return _collected(path, data)
        return on_deep_stack(lambda: _collected(path, data))
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError, MemoryError):
        return None
    except (SyntaxError, ValueError, LookupError):  # no such encoding, or bytes that are none of it
        return None


def _collected(path: Path, data: bytes) -> SourceFile:
    module = cst.parse_module(data)
    file = SourceFile(path, module)
    module.visit(_Collector(file))
    return file


def is_super_init(function: cst.BaseExpression) -> bool:
    """Whether this is `super().__init__`."""
    match function:
        case cst.Attribute(value=cst.Call(func=cst.Name(value="super")), attr=cst.Name(value="__init__")):
            return True
    return False


def dotted_name(node: cst.BaseExpression) -> str | None:
    """`a.b.c` for an expression of that form."""
    parts: list[str] = []
    current = node
    while isinstance(current, cst.Attribute):
        parts.append(current.attr.value)
        current = current.value
    if not isinstance(current, cst.Name):
        return None
    return ".".join([current.value, *reversed(parts)])


class _Collector(cst.CSTVisitor):
    """Fills a SourceFile in one pass."""

    def __init__(self, file: SourceFile) -> None:
        super().__init__()
        self._file = file
        self._scope = file.root
        self._loops: list[cst.For | cst.CompFor] = []
        self._targets: dict[int, str] = {}
        self._calls: list[CallSite] = []
        self._order = 0
        self._branches = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._enter(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._leave()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._enter(node)

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._leave()

    def _enter(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        scope = Scope(node, self._scope, self._file)
        self._scope.inner[node.name.value] = scope
        self._scope = scope

    def _leave(self) -> None:
        assert self._scope.parent is not None
        self._scope = self._scope.parent

    def visit_For(self, node: cst.For) -> None:
        self._loops.append(node)

    def leave_For(self, original_node: cst.For) -> None:
        self._loops.pop()

    def visit_ListComp(self, node: cst.ListComp) -> None:
        self._loops.append(node.for_in)

    def leave_ListComp(self, original_node: cst.ListComp) -> None:
        self._loops.pop()

    def visit_DictComp(self, node: cst.DictComp) -> None:
        self._loops.append(node.for_in)

    def leave_DictComp(self, original_node: cst.DictComp) -> None:
        self._loops.pop()

    def visit_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            name = dotted_name(alias.name) or ""
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                self._file.imports[alias.asname.name.value] = name
            else:
                first = name.partition(".")[0]
                self._file.imports[first] = first

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        module = "." * len(node.relative) + (
            (dotted_name(node.module) or "") if node.module is not None else ""
        )
        separator = "" if module.endswith(".") else "."
        for alias in node.names:
            name = dotted_name(alias.name) or ""
            kept = name
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                kept = alias.asname.name.value
            self._file.imports[kept] = f"{module}{separator}{name}"

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._assign(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._assign(node.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        name = dotted_name(node.target)
        if name is not None:
            self._note(name, None)

    def visit_If(self, node: cst.If) -> None:
        self._branches += 1

    def leave_If(self, original_node: cst.If) -> None:
        self._branches -= 1

    def visit_Try(self, node: cst.Try) -> None:
        self._branches += 1

    def leave_Try(self, original_node: cst.Try) -> None:
        self._branches -= 1

    def visit_While(self, node: cst.While) -> None:
        self._branches += 1

    def leave_While(self, original_node: cst.While) -> None:
        self._branches -= 1

    def visit_With(self, node: cst.With) -> None:
        for item in node.items:
            if item.asname is not None:
                self._assign(item.asname.name, item.item)

    def _assign(self, target: cst.BaseExpression, value: cst.BaseExpression) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            for element in _assigned_names(target):
                self._note(element, None)
            return
        if isinstance(target, cst.Subscript):
            self._assign_item(target, value)
            return
        name = dotted_name(target)
        if name is not None:
            self._note(name, value)
            self._targets[id(value)] = name

    def _assign_item(self, target: cst.Subscript, value: cst.BaseExpression) -> None:
        name = dotted_name(target.value)
        if name is not None and len(target.slice) == 1 and isinstance(target.slice[0].slice, cst.Index):
            item = ItemAssignment(target.slice[0].slice.value, self._assignment(value))
            self._scope.items.setdefault(name, []).append(item)

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            self._scope.returns.append(self._assignment(node.value))

    def _note(self, name: str, value: cst.BaseExpression | None) -> None:
        self._scope.assigned.setdefault(name, []).append(self._assignment(value))

    def _assignment(self, value: cst.BaseExpression | None) -> Assignment:
        self._order += 1
        return Assignment(value, self._order, self._branches == 0)

    def visit_Call(self, node: cst.Call) -> None:
        target = self._targets.get(id(node))
        # The assignment that a call's result goes to was noted before the call itself.
        order = self._order - (1 if target is not None else 0)
        parent = self._calls[-1] if self._calls else None
        site = CallSite(node, self._scope, tuple(self._loops), target, order, parent)
        self._file.calls.append(site)
        self._calls.append(site)

    def leave_Call(self, original_node: cst.Call) -> None:
        self._calls.pop()


def _assigned_names(target: cst.Tuple | cst.List) -> Iterator[str]:
    for element in target.elements:
        name = dotted_name(element.value)
        if name is not None:
            yield name
