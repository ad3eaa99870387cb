"""Liveness: which local names may be read after a statement. What a dead name holds tells no two paths apart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import libcst as cst

from handlerlint.inference.syntax.scopes import children_of, nodes_in

#: What hands out names by their text.
_READS_ALL = frozenset({"locals", "vars", "eval", "exec", "dir"})
#: What runs later, or holds values of its own while the statements inside of it run.
_LATER = (cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.GeneratorExp)
_HOLDING = (cst.For, cst.While, cst.With, cst.Match)
_STATEMENTS = (cst.BaseSmallStatement, cst.BaseCompoundStatement)


@lru_cache(maxsize=1 << 9)
def read_after(function: cst.FunctionDef) -> Mapping[cst.CSTNode, frozenset[str]]:
    """The names that may be read after each statement of a function; of those in loops, `with` and `match`, none.

    A name counts wherever it stands, also as that of an attribute.
    """
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
    if not _READS_ALL.isdisjoint(last):
        return {}
    return {node: frozenset(name for name, at in last.items() if at > end) for node, end in ends.items()}
