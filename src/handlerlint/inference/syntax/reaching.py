"""Reaching definitions: what certainly bound a name where it is used, on every path. By the syntax alone.

The interpreter follows fewer paths than there are. Of a name with one definition it knows the value of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import libcst as cst

from handlerlint.inference.syntax.scopes import children_of, names_bound_in, nodes_in

#: What binds a name: the expression whose value it gets, or the statement that imports or defines it.
Definition = cst.BaseExpression | cst.Import | cst.ImportFrom | cst.FunctionDef | cst.ClassDef

_SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef)
_BLOCKS = (cst.Module, cst.IndentedBlock, cst.SimpleStatementLine, cst.SimpleStatementSuite)


@lru_cache(maxsize=4096)
def reaching_definition(scope: cst.FunctionDef | cst.Module, use: cst.Name) -> Definition | None:
    """The one definition that reaches a use of a name in a scope that binds it; None if there may be several."""
    name, path = use.value, _path(scope, use)
    for parent, child in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        if parent is scope:
            break
        if isinstance(parent, _BLOCKS):
            found = _last_binding(parent.body[: parent.body.index(child)], name)
            if found is not None:
                return _definition(found, name)
        elif isinstance(parent, _SCOPES) or _binds_before(parent, child, name):
            return None
    if isinstance(scope, cst.Module) and len(path) > 1:
        found = _last_binding(scope.body[: scope.body.index(path[1])], name)
        return None if found is None else _definition(found, name)
    return None


def only_definition(module: cst.Module, name: str) -> Definition | None:
    """The definition of a module's name that is bound once, at the top level."""
    found = bindings(module).get(name, ())
    return _definition(found[0], name) if len(found) == 1 else None


@lru_cache(maxsize=64)
def bindings(module: cst.Module) -> Mapping[str, Sequence[cst.CSTNode]]:
    """The statements of a module that bind each of its names."""
    found: dict[str, list[cst.CSTNode]] = {}
    for statement in module.body:
        for part in statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,):
            for name in names_bound_in(part):
                found.setdefault(name, []).append(part)
    return MappingProxyType(found)


def _path(scope: cst.CSTNode, use: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes from a scope down to a node in it."""
    path = [scope]
    while path[-1] is not use:
        below = next((child for child in children_of(path[-1]) if use in set(nodes_in(child))), None)
        if below is None:
            return [scope]
        path.append(below)
    return path


def _last_binding(statements: Sequence[cst.CSTNode], name: str) -> cst.CSTNode | None:
    """The last of some statements that may bind a name."""
    for statement in reversed(statements):
        if name in names_bound_in(statement):
            if isinstance(statement, cst.SimpleStatementLine):
                return _last_binding(statement.body, name)
            return statement
    return None


def _definition(statement: cst.CSTNode, name: str) -> Definition | None:
    match statement:
        case cst.Assign(targets=targets, value=value) if all(
            isinstance(target.target, cst.Name) for target in targets
        ):
            return value
        case cst.AnnAssign(target=cst.Name(), value=cst.BaseExpression() as value):
            return value
        case cst.Import() | cst.ImportFrom():
            return statement
        case cst.FunctionDef(name=cst.Name(value=defined)) | cst.ClassDef(name=cst.Name(value=defined)):
            return statement if defined == name and not statement.decorators else None
        case _:
            return None


def _binds_before(parent: cst.CSTNode, child: cst.CSTNode, name: str) -> bool:
    """Whether a statement or expression may bind a name before a part of it runs."""
    match parent:
        case cst.Assign(value=value) | cst.AnnAssign(value=value) if value is child:
            return name in names_bound_in(value)
        case cst.AugAssign(value=value):
            return name in names_bound_in(value)
        case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
            return name in _targets(parent.for_in) or name in names_bound_in(parent)
        case cst.If(test=test):
            return name in names_bound_in(test)
        case cst.Match(subject=subject):
            return name in names_bound_in(subject)
        case cst.MatchCase(pattern=pattern, guard=guard):
            return name in names_bound_in(pattern) or (guard is not None and name in names_bound_in(guard))
        case cst.Else() | cst.Finally():
            return False
        case cst.Try(body=body) | cst.TryStar(body=body) if child is body:
            return False
        case _:
            return name in names_bound_in(parent)


def _targets(loop: cst.CompFor) -> set[str]:
    names = {part.value for part in nodes_in(loop.target) if isinstance(part, cst.Name)}
    return names if loop.inner_for_in is None else names | _targets(loop.inner_for_in)
