"""Where a module binds a name; called for `handlerlint functions`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst


def binding_of(module: cst.Module, name: str) -> cst.CSTNode | None:
    """The last statement at module level that binds `name`: a definition, an assignment or an import."""
    found: cst.CSTNode | None = None
    for node, bound in _bindings(module.body):
        if bound == name:
            found = node
    return found


def _bindings(body: Sequence[cst.CSTNode]) -> Iterator[tuple[cst.CSTNode, str]]:
    """The statements that bind a name at the top of a module, also below `if` and `try`, each with the name."""
    for statement in body:
        match statement:
            case cst.FunctionDef() | cst.ClassDef():
                yield statement, statement.name.value
            case cst.SimpleStatementLine():
                yield from _bindings(statement.body)
            case cst.Assign(targets=targets):
                for target in targets:
                    yield from _targets(target.target)
            case cst.AnnAssign(value=cst.BaseExpression()):
                yield from _targets(statement.target)
            case cst.ImportFrom(names=[*names]) | cst.Import(names=[*names]):
                for alias in names:
                    yield alias, alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
            case _:
                for block in _blocks(statement):
                    yield from _bindings(block)


def _blocks(statement: cst.CSTNode) -> Iterator[Sequence[cst.CSTNode]]:
    """The bodies of a compound statement, and its further branches."""
    for child in statement.children:
        if isinstance(child, cst.IndentedBlock):
            yield child.body
        elif isinstance(child, (cst.If, cst.Else, cst.ExceptHandler, cst.Finally)):
            yield (child,)


def _targets(target: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, str]]:
    match target:
        case cst.Name():
            yield target, target.value
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from _targets(element.value)
