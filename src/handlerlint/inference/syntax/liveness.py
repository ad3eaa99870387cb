"""Liveness: which local names may be read after a statement. What a dead name holds tells no two paths apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

import libcst as cst

from handlerlint.inference.syntax.scopes import children_of, nodes_in

#: What hands out names by their text.
_READS_ALL = frozenset({"locals", "vars", "eval", "exec", "dir"})
#: What may run later, wherever it stands.
_LATER = (cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.GeneratorExp)
#: What keeps values that have no name while the statements inside of it run.
_HOLDING = (cst.For, cst.While, cst.With, cst.Match, cst.Finally)
#: What sees an exception on its way out of its body.
Guard: TypeAlias = "cst.Try | cst.TryStar | cst.With"
_STATEMENTS = (cst.BaseSmallStatement, cst.BaseCompoundStatement)


def read_after(function: cst.FunctionDef, statement: cst.CSTNode) -> frozenset[str] | None:
    """The names that may be read after a statement of a function; None for one in a loop, `with`, `match`, `finally`.

    A name counts wherever it stands, also as that of an attribute.
    """
    last, ends = _places(function)
    end = ends.get(statement)
    if end is None or not _READS_ALL.isdisjoint(last):
        return None
    return frozenset(name for name, at in last.items() if at > end)


@lru_cache(maxsize=1 << 8)
def read_outside(function: cst.FunctionDef, guard: Guard) -> tuple[frozenset[str] | None, bool]:
    """The names that may be read once the body of a `try` or `with` is left; None where that may be any.

    And whether the function keeps values there that have no name.
    """
    found: set[str] = set()
    is_held = in_loop = False

    def visit(node: cst.CSTNode, held: bool, looped: bool) -> None:
        nonlocal is_held, in_loop
        if isinstance(node, cst.Name):
            found.add(node.value)
        held = held or isinstance(node, _HOLDING)
        if node is guard:
            is_held, in_loop = held, looped
        looped = looped or isinstance(node, (cst.For, cst.While))
        for child in children_of(node):
            if not (node is guard and child is guard.body):
                visit(child, held, looped)

    visit(function.body, False, False)
    inside = {part.value for part in nodes_in(guard.body) if isinstance(part, cst.Name)}
    if not _READS_ALL.isdisjoint(found | inside):
        return None, is_held
    for part in nodes_in(guard.body):
        if isinstance(part, _LATER):
            found |= {one.value for one in nodes_in(part) if isinstance(one, cst.Name)}
    if in_loop:  # in a further round, a name may be read before it is bound again
        found |= inside - _bound_first(guard.body)
    return frozenset(found), is_held


def _bound_first(body: cst.BaseSuite) -> set[str]:
    """The names that a block binds before all else that it does with them."""
    bound, seen = set[str](), set[str]()
    for statement in body.body:
        for one in statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]:
            targets = set[str]()
            if isinstance(one, cst.Assign):
                targets = {each.target.value for each in one.targets if isinstance(each.target, cst.Name)}
            names = [part.value for part in nodes_in(one) if isinstance(part, cst.Name)]
            bound |= {name for name in targets - seen if names.count(name) == 1}
            seen |= set(names)
    return bound


@lru_cache(maxsize=1 << 6)
def _places(function: cst.FunctionDef) -> tuple[Mapping[str, float], Mapping[cst.CSTNode, int]]:
    """Where each name of a function stands last, and where each statement ends."""
    last: dict[str, float] = {}
    ends: dict[cst.CSTNode, int] = {}
    position = 0

    def visit(node: cst.CSTNode, is_held: bool) -> None:
        nonlocal position
        position += 1
        if isinstance(node, cst.Name):
            last[node.value] = max(position, last.get(node.value, 0))
        elif isinstance(node, _LATER):
            last.update((one.value, float("inf")) for one in nodes_in(node) if isinstance(one, cst.Name))
        for child in children_of(node):
            visit(child, is_held or isinstance(node, _HOLDING))
        if isinstance(node, _STATEMENTS) and not is_held:
            ends[node] = position

    visit(function.body, False)
    return last, ends
