"""Whether what a handler puts into a list or a dict is only ever given out: then it may be converted where it is put.

Of the names that it is kept under, every use is looked at. What is not certainly harmless (a read, an argument, a name
that another function shares) counts as a use that needs the value as it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.inference.syntax.scopes import children_of, nodes_in, scope_of
from handlerlint.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDING = frozenset({"append", "extend", "insert", "update"})
_SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


def is_only_given_out(
    tree: cst.Module, function: cst.FunctionDef, put: cst.CSTNode, end: cst.CSTNode
) -> bool:
    """Whether the value of an expression of a function leads to nothing but its end, by way of its own containers.

    The end is any `return`, if `end` is one, else that call.
    """
    return _Uses(function, end, _parents(tree)).lead_to_the_end(put)


@lru_cache(maxsize=4)
def _parents(tree: cst.Module) -> dict[cst.CSTNode, cst.CSTNode]:
    return {child: node for node in nodes_in(tree) for child in children_of(node)}


@dataclass(slots=True)
class _Uses:
    """The uses of values in one function; `names` are those that have been looked at."""

    function: cst.FunctionDef
    end: cst.CSTNode
    parents: dict[cst.CSTNode, cst.CSTNode]
    names: set[str] = field(default_factory=set)

    def lead_to_the_end(self, node: cst.CSTNode) -> bool:
        """Whether the value of a node is put into what leads there, or is there."""
        parent = self.parents.get(node)
        match parent:
            case cst.Return():
                return isinstance(self.end, cst.Return) and self._is_own(parent)
            case cst.Arg(star="", value=value) if value is node:
                return self._is_taken(self.parents.get(parent))
            case (
                cst.DictElement(value=value)
                | cst.Element(value=value)
                | cst.StarredDictElement(value=value)
                | cst.StarredElement(value=value)
            ) if value is node:
                display = self.parents[parent]
                return isinstance(display, (cst.Dict, cst.List, cst.Tuple)) and self.lead_to_the_end(display)
            case cst.ListComp(elt=value) | cst.DictComp(value=value) if value is node:
                return self.lead_to_the_end(parent)
            case cst.IfExp(body=body, orelse=orelse) if node is body or node is orelse:
                return self.lead_to_the_end(parent)
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value) if value is node:
                return self._is_kept(target)
            case cst.AnnAssign(target=target, value=value) if value is node:
                return self._is_kept(target)
            case cst.AugAssign(target=cst.Name() as target, operator=cst.AddAssign(), value=value):
                return value is node and self._is_kept(target)
        return False

    def _is_taken(self, call: cst.CSTNode | None) -> bool:
        """Whether a call is the end, or adds its argument to a container by whose name it does nothing else."""
        if call is self.end:
            return True
        match call:
            case cst.Call(func=cst.Attribute(value=cst.Name() as name, attr=cst.Name(value=method))):
                is_statement = isinstance(self.parents.get(call), cst.Expr)
                return method in _ADDING and is_statement and self._is_kept(name)
        return False

    def _is_kept(self, target: cst.CSTNode) -> bool:
        """Whether all uses of the container that is kept under a name lead to the end."""
        if isinstance(target, cst.Subscript):
            target = target.value
        if not isinstance(target, cst.Name):
            return False
        name = target.value
        if name in self.names:
            return True
        self.names.add(name)
        scope = scope_of(self.function)
        parameters = {one.name.value for one in nodes_in(self.function.params) if isinstance(one, cst.Param)}
        if name not in scope.bound or name in parameters:
            return False
        return all(self._is_own(one) and self._is_harmless(one) for one in self._occurrences(name))

    def _occurrences(self, name: str) -> Iterator[cst.Name]:
        return (one for one in nodes_in(self.function) if isinstance(one, cst.Name) and one.value == name)

    def _is_own(self, node: cst.CSTNode) -> bool:
        """Whether a node is in the function itself, not in one that is inside it."""
        above = self.parents.get(node)
        while above is not None and not isinstance(above, _SCOPES):
            above = self.parents.get(above)
        return above is self.function

    def _is_harmless(self, name: cst.Name) -> bool:
        """Whether what is done by a name needs nothing of what is in the container."""
        parent = self.parents.get(name)
        match parent:
            case cst.Attribute(attr=attribute):
                # Either it is an attribute of something else, or its method.
                return attribute is name or (attribute.value in _ADDING and self._is_statement(parent))
            case cst.Arg() if parent.keyword is name:
                return True  # the name of a parameter
            case cst.If(test=test) if test is name:
                return True
            case cst.UnaryOperation(operator=cst.Not()):
                return True
            case cst.AugAssign(target=target, operator=cst.AddAssign()) if target is name:
                return True
            case cst.AssignTarget() | cst.AnnAssign(target=cst.Name()) if self._is_target(name):
                statement = parent if isinstance(parent, cst.AnnAssign) else self.parents[parent]
                return isinstance(statement, (cst.Assign, cst.AnnAssign)) and _is_made_there(statement)
            case cst.Subscript(value=value) if value is name:
                return isinstance(self.parents[parent], cst.AssignTarget)
        return self.lead_to_the_end(name)

    def _is_statement(self, function: cst.Attribute) -> bool:
        """Whether a method is called in a statement that does nothing else."""
        call = self.parents.get(function)
        return (
            isinstance(call, cst.Call) and call.func is function and isinstance(self.parents[call], cst.Expr)
        )

    def _is_target(self, name: cst.Name) -> bool:
        parent = self.parents[name]
        return parent.target is name if isinstance(parent, (cst.AssignTarget, cst.AnnAssign)) else False


def _is_made_there(statement: cst.Assign | cst.AnnAssign) -> bool:
    """Whether an assignment gives a container that nobody else knows, and to nobody else."""
    if isinstance(statement, cst.Assign) and len(statement.targets) != 1:
        return False
    return isinstance(statement.value, (cst.Dict, cst.List, cst.DictComp, cst.ListComp))
