"""Segments: statements that follow each other without a branch between. Who comes to the first comes to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import takewhile

import libcst as cst

from handlerlint.inference.syntax.scopes import nodes_in

_Suite = (cst.IndentedBlock, cst.SimpleStatementSuite)


def is_branching(statement: cst.CSTNode) -> bool:
    """Whether a statement has others inside: not all paths go on behind it."""
    return isinstance(statement, cst.BaseCompoundStatement)


def segment_of(tree: cst.Module, node: cst.CSTNode) -> cst.CSTNode | None:
    """The first statement of the segment that a node of a file stands in; None for a node of another file."""
    return _segments(tree).get(node)


def leads_to(tree: cst.Module, node: cst.CSTNode, place: cst.CSTNode) -> bool:
    """Whether who has come to a node comes to a place behind it, unless something that it calls raises.

    Of a place in another function, that its own is not left by a `raise`. Who leaves by `return` before another
    `return` is known.
    """
    parents = _parents(tree)
    around = set(_ancestors(parents, place))
    is_return = isinstance(place, cst.Return)
    function = _function_around(parents, node)
    if place not in parents or _function_around(parents, place) is not function:
        return not _may_leave(parents, node, frozenset(), (cst.Raise,))
    block = next((one for one in _ancestors(parents, place) if isinstance(one, _Blocks)), tree)
    if not is_return and block not in _ancestors(parents, node):
        return False
    return not _may_leave(parents, node, around, (cst.Raise,) if is_return else _EXITS)


def class_around(tree: cst.Module, node: cst.CSTNode) -> cst.ClassDef | None:
    """The innermost class that a node of a file stands in."""
    around = _ancestors(_parents(tree), node)
    return next((outer for outer in around if isinstance(outer, cst.ClassDef)), None)


_Blocks = (*_Suite, cst.Module)
_Functions = (cst.FunctionDef, cst.Lambda)
_Loops = (cst.For, cst.While)
_EXITS = (cst.Raise, cst.Return, cst.Break, cst.Continue)

Parents = Mapping[cst.CSTNode, cst.CSTNode]


def _may_leave(
    parents: Parents, node: cst.CSTNode, around: Set[cst.CSTNode], exits: tuple[type[cst.CSTNode], ...]
) -> bool:
    """Whether a statement of some kinds may be executed after a node, in its function, and before a place there."""
    inner = node
    for outer in _ancestors(parents, node):
        if isinstance(outer, _Blocks):
            is_repeated = isinstance(parents.get(outer), _Loops) and outer not in around
            body = list(outer.body)
            for statement in body[0 if is_repeated else body.index(inner) + 1 :]:
                is_reached = statement in around
                if is_reached and not is_branching(statement):
                    return False
                if any(_is_exit(parents, part, statement, exits) for part in nodes_in(statement)):
                    return True
                if is_reached:
                    return False
        if outer in around and isinstance(outer, _Blocks):
            return False
        if isinstance(outer, _Functions):
            return False
        inner = outer
    return False


def _is_exit(
    parents: Parents, part: cst.CSTNode, statement: cst.CSTNode, exits: tuple[type[cst.CSTNode], ...]
) -> bool:
    if not isinstance(part, exits):
        return False
    inside = takewhile(lambda outer: outer is not statement, _ancestors(parents, part))
    of_loop = isinstance(part, (cst.Break, cst.Continue))
    return not (of_loop and any(isinstance(outer, _Loops) for outer in (*inside, statement)))


def _ancestors(parents: Parents, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    while (outer := parents.get(node)) is not None:
        yield outer
        node = outer


def _function_around(parents: Parents, node: cst.CSTNode) -> cst.CSTNode | None:
    return next((outer for outer in _ancestors(parents, node) if isinstance(outer, _Functions)), None)


@lru_cache(maxsize=4)
def _parents(tree: cst.Module) -> Parents:
    found: dict[cst.CSTNode, cst.CSTNode] = {}
    waiting: list[cst.CSTNode] = [tree]
    while waiting:
        node = waiting.pop()
        for child in node.children:
            found[child] = node
            waiting.append(child)
    return found


@lru_cache(maxsize=16)
def _segments(tree: cst.Module) -> Mapping[cst.CSTNode, cst.CSTNode]:
    return dict(_of_statements(tree.body))


def _of_statements(statements: Sequence[cst.CSTNode]) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    first: cst.CSTNode | None = None
    for statement in statements:
        first = first or statement
        yield from _inside(statement, first)
        if is_branching(statement):
            first = None


def _inside(node: cst.CSTNode, segment: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    yield node, segment
    for child in node.children:
        if isinstance(child, _Suite):
            yield from _of_statements(child.body)
        else:
            yield from _inside(child, segment)
