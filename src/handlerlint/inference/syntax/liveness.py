"""Liveness: which local names may be read after a statement. What a dead name holds tells no two paths apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import libcst as cst

from handlerlint.inference.syntax.scopes import children_of, nodes_in

#: What hands out names by their text.
_READS_ALL = frozenset({"locals", "vars", "eval", "exec", "dir"})
#: What may run later, wherever it stands.
_LATER = (cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.GeneratorExp)
#: What keeps values that have no name while the statements inside of it run.
_HOLDING = (cst.For, cst.While, cst.With, cst.Match)
_STATEMENTS = (cst.BaseSmallStatement, cst.BaseCompoundStatement)


def read_after(function: cst.FunctionDef, statement: cst.CSTNode) -> frozenset[str] | None:
    """The names that may be read after a statement of a function; None for one in a loop, `with` or `match`.

    A name counts wherever it stands, also as that of an attribute.
    """
    last, ends = _places(function)
    end = ends.get(statement)
    if end is None or not _READS_ALL.isdisjoint(last):
        return None
    return frozenset(name for name, at in last.items() if at > end)


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
