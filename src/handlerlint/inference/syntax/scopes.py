"""Which names a function, class body or module binds itself: Python's static scoping, once a node."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import libcst as cst

from handlerlint.records import dataclass, values_of
from handlerlint.source.imports import dotted


@dataclass(frozen=True, slots=True)
class ScopeInfo:
    """Names bound in a scope, those declared global or nonlocal, and what kind of function it is.

    `nested` tells that a function, lambda or comprehension inside may keep the scope alive, `rebound` are names that
    are bound in several places.
    """

    bound: frozenset[str]
    global_names: frozenset[str] = frozenset()
    nonlocal_names: frozenset[str] = frozenset()
    is_generator: bool = False
    nested: bool = False
    rebound: frozenset[str] = frozenset()


MODULE_SCOPE = ScopeInfo(frozenset())

_known: dict[cst.CSTNode, ScopeInfo] = {}


def scope_of(node: cst.FunctionDef | cst.Lambda) -> ScopeInfo:
    """The scope of a function or lambda."""
    info = _known.get(node)
    if info is None:
        info = _known[node] = _measure(node)
    return info


def forget_scopes() -> None:
    """Drop what is remembered, with the trees that it keeps alive."""
    _known.clear()


def parameters(node: cst.Parameters) -> Iterator[cst.Param]:
    """Every parameter, in order, the star ones included."""
    yield from node.posonly_params
    yield from node.params
    if isinstance(node.star_arg, cst.Param):
        yield node.star_arg
    yield from node.kwonly_params
    if node.star_kwarg is not None:
        yield node.star_kwarg


def _measure(node: cst.FunctionDef | cst.Lambda) -> ScopeInfo:
    bound = {parameter.name.value for parameter in parameters(node.params)}
    finder = _Bindings(bound)
    finder.visit(node.body)
    return ScopeInfo(
        frozenset(bound - finder.global_names - finder.nonlocal_names),
        frozenset(finder.global_names),
        frozenset(finder.nonlocal_names),
        finder.is_generator,
        finder.nested,
        frozenset(finder.rebound),
    )


def names_bound_in(node: cst.CSTNode, but: cst.CSTNode | None = None) -> frozenset[str]:
    """The names that a statement binds, outside of the scopes inside it, and of the part that `but` is."""
    bound: set[str] = set()
    _Bindings(bound, but).visit(node)
    return frozenset(bound)


class _Bindings:
    """Collects what a body binds, without entering the scopes inside it."""

    def __init__(self, bound: set[str], but: cst.CSTNode | None = None) -> None:
        self.bound = bound
        self.but = but
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()
        self.is_generator = False
        self.nested = False
        self.rebound: set[str] = set()

    def visit(self, node: cst.CSTNode) -> None:
        """Note what one node binds, declares or contains, and go on to its parts."""
        kind = type(node)
        if kind in _LEAVES or node is self.but:
            return
        if kind in _CLOSED:
            self._declare(node)
            return
        if kind in _TARGETS:
            target: object = node
            for attribute in _TARGETS[kind]:
                target = getattr(target, attribute, None)
            self._bind(target)
        self.is_generator |= kind is cst.Yield
        for child in children_of(node):
            self.visit(child)

    def _declare(self, node: cst.CSTNode) -> None:
        """Note what a node tells of the scope around it; what is inside it is of another one, or no code."""
        match node:
            case cst.FunctionDef() | cst.ClassDef():
                self.bound.add(node.name.value)
                self.nested = True
                for decorator in node.decorators:
                    self.visit(decorator.decorator)
            case cst.Lambda():
                self.nested = True
            case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
                self._visit_comprehension(node)
            case cst.Global():
                self.global_names.update(item.name.value for item in node.names)
            case cst.Nonlocal():
                self.nonlocal_names.update(item.name.value for item in node.names)
            case cst.Import() | cst.ImportFrom():
                self.bound.update(imported_names(node))

    def _visit_comprehension(self, node: cst.BaseComp) -> None:
        # Walrus targets inside a comprehension bind in the scope around it (PEP 572).
        self.nested = True
        inner = _Bindings(set())
        inner.walrus(node)
        self.bound |= inner.bound

    def walrus(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.NamedExpr):
            self._bind(node.target)
        for child in children_of(node):
            self.walrus(child)

    def _bind(self, target: object) -> None:
        match target:
            case cst.Name(value=name):
                (self.rebound if name in self.bound else self.bound).add(name)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                for element in elements:
                    self._bind(element.value)
            case cst.StarredElement(value=value):
                self._bind(value)
            case _:
                pass


_LEAVES = frozenset({cst.Name, cst.SimpleString, cst.Integer, cst.SimpleWhitespace})
#: The nodes that tell something of the scope around them, but whose parts do not.
_CLOSED = frozenset(
    {
        *(cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.ListComp, cst.SetComp, cst.DictComp),
        *(cst.GeneratorExp, cst.Global, cst.Nonlocal, cst.Import, cst.ImportFrom),
    }
)


#: Where the target is in a node that binds one, attribute by attribute.
_TARGETS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    **dict.fromkeys((cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr), ("target",)),
    **dict.fromkeys((cst.For, cst.Del), ("target",)),
    **dict.fromkeys((cst.ExceptHandler, cst.ExceptStarHandler), ("name", "name")),
    cst.WithItem: ("asname", "name"),
    **dict.fromkeys((cst.MatchAs, cst.MatchStar), ("name",)),
    cst.MatchMapping: ("rest",),
}
_FIELDS: dict[type[cst.CSTNode], Callable[[cst.CSTNode], tuple[Any, ...]]] = {}
_ARE_NODES: dict[type, bool] = {}
_SKIPPED = frozenset(
    {
        "lpar",
        "rpar",
        "header",
        "footer",
        "leading_lines",
        "trailing_whitespace",
        "lbracket",
        "rbracket",
        "lbrace",
        "rbrace",
        "comma",
        "semicolon",
        "operator",
        "equal",
        "annotation",
        "returns",
        "whitespace",
        "colon",
        "lines_after_decorators",
        "asynchronous",
        "dot",
    }
)


def children_of(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Child nodes that can hold statements or expressions; faster than libcst's own `children`."""
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = values_of(
            name
            for name in kind.__dataclass_fields__
            if name not in _SKIPPED and not name.startswith(("whitespace", "_"))
        )
    found: list[cst.CSTNode] = []
    for child in fields(node):
        if isinstance(child, (list, tuple)):
            found += [item for item in child if _is_node(item)]
        elif child is not None and _is_node(child):
            found.append(child)
    return found


def nodes_in(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all below it, as `children_of` sees them; of siblings, the last one first."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children_of(current))


def _is_node(value: object) -> bool:
    """As `isinstance` with libcst's abstract base class, which asks it each time."""
    kind = type(value)
    known = _ARE_NODES.get(kind)
    if known is None:
        known = _ARE_NODES[kind] = issubclass(kind, cst.CSTNode)
    return known


# Of all modules that one handler loads; the texts are kept by the run anyway.
@lru_cache(maxsize=4096)
def global_names(text: str) -> frozenset[str]:
    """The names that a `global` statement in a source text may declare."""
    lists = re.findall(r"\bglobal\s+(\w+(?:\s*,\s*\w+)*)", text)
    return frozenset(name.strip() for names in lists for name in names.split(","))


@lru_cache(maxsize=4096)
def stored_attributes(text: str) -> frozenset[tuple[str, str]]:
    """Each `owner.name` that a source text may assign to, but for attributes of `self`."""
    found = re.findall(r"\b(\w+)\.(\w+)\s*(?:[-+*/%|&@^]|//|\*\*|<<|>>)?=(?!=)", text)
    return frozenset((owner, name) for owner, name in found if owner not in ("self", "cls"))


@lru_cache(maxsize=4096)
def may_rebind_builtins(text: str) -> bool:
    """Whether a source text has a star import, or may bind names behind the scenes, those of builtins among them."""
    return re.search(r"\bimport[ \t]*\*|\b(?:exec|globals|vars|locals|__dict__|modules)\b", text) is not None


def imported_names(node: cst.Import | cst.ImportFrom) -> Iterator[str]:
    """The names that an import statement binds; nothing for a star import."""
    if isinstance(node.names, cst.ImportStar):
        return
    for alias in node.names:
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            yield alias.asname.name.value
        else:
            yield dotted(alias.name).partition(".")[0] if isinstance(node, cst.Import) else dotted(alias.name)


#: The scope of every comprehension: it binds nothing for others.
COMPREHENSION = ScopeInfo(frozenset(), nested=True)
