"""Makes a program with a false error smaller, as long as no run of it fails and the error stays."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path

from .judging import errors, judged
from .running import run
from .writing import Subject

AT_ONCE = 25
SHORTENED = (ast.Dict, ast.List, ast.Tuple, ast.Match)


def shrunk(text: str, subjects: tuple[Subject, ...], folder: Path) -> str:
    """A small program that is right as the given one is, and of which the same is said."""
    smallest = _without_unused(ast.unparse(ast.parse(text)))
    while True:
        smaller = sorted({*_smaller(smallest)}, key=len)
        for start in range(0, len(smaller), AT_ONCE):
            batch = [each for each in smaller[start : start + AT_ONCE] if _is_right(each, subjects)]
            names = {f"candidate_{number}": each for number, each in enumerate(batch)}
            found = judged(names, folder) if names else {}
            wrong = [each for name, each in names.items() if errors(found[name])]
            if wrong:
                smallest = min(wrong, key=len)
                break
        else:
            return smallest


def _is_right(text: str, subjects: tuple[Subject, ...]) -> bool:
    try:
        outcome = run(text, subjects, until_raised=True)
    except Exception:  # it does not even load
        return False
    return outcome.failing is None and outcome.raised is None


def _without_unused(text: str) -> str:
    """The program without the definitions at module level that nothing names."""
    tree = ast.parse(text)
    while True:
        named = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        kept = [node for node in tree.body if _defines(node) & (named | {"lambda_handler"})]
        if len(kept) == len(tree.body):
            return ast.unparse(tree)
        tree.body = kept


def _defines(node: ast.stmt) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {alias.asname or alias.name for alias in names}
        case ast.Assign(targets=[ast.Name(id=name)]):
            return {name}
    return {"lambda_handler"}


def _smaller(text: str) -> Iterator[str]:
    """Every program that is one step smaller."""
    tree = ast.parse(text)
    count = len(list(ast.walk(tree)))
    for number in range(count):
        for step in range(12):
            changed = copy.deepcopy(tree)
            node = list(ast.walk(changed))[number]
            try:
                if not _change(node, step):
                    break
                said = _without_unused(ast.unparse(ast.fix_missing_locations(changed)))
            except (ValueError, AttributeError, TypeError, SyntaxError):  # it is no program any more
                continue
            if len(said) < len(text):
                yield said


def _change(node: ast.AST, step: int) -> bool:
    """Make the node's step-th change in place; false where there are no more."""
    changes: list[tuple[str, int, str | ast.expr]] = []
    for name, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            changes += [(name, position, "drop") for position in range(len(value))]
            changes += [
                (name, position, block)
                for position, each in enumerate(value)
                for block in ("body", "orelse", "finalbody")
                if getattr(each, block, None) and isinstance(each, (ast.If, ast.With, ast.Try))
            ]
            if isinstance(node, ast.While):  # it would not end
                changes = []
        elif (
            isinstance(value, list)
            and len(value) > 1
            and isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Match))
        ):
            changes += [(name, position, "drop") for position in range(len(value)) if name != "values"]
        elif isinstance(value, list):
            changes += [
                (name, position, part) for position, each in enumerate(value) for part in _parts(each)
            ]
        elif isinstance(value, ast.expr):
            changes += [(name, -1, part) for part in _parts(value)]
    if step >= len(changes):
        return False
    _apply(node, *changes[step])
    return True


def _parts(node: object) -> list[ast.expr]:
    """What can stand in place of the expression; never less than a whole question."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp():
            return list(node.values)
        case ast.UnaryOp(operand=ast.UnaryOp(operand=inner)):
            return [inner]
        case ast.Call(func=ast.Name(id="len" | "str" | "type")):  # a question about something else
            return []
        case ast.Call(func=ast.Name(), args=[only]) if not isinstance(only, ast.Constant):
            return [only]
        case ast.Call(func=ast.Name(), args=[]):
            return [each.value for each in node.keywords if not isinstance(each.value, ast.Constant)]
        case ast.Call(func=ast.Name(), args=args):
            return [each for each in args if not isinstance(each, ast.Constant)]
        case ast.Dict(values=[*values]) if all(values):
            return values
        case ast.List(elts=[*elements]) | ast.Tuple(elts=[*elements]):
            return [getattr(each, "value", each) for each in elements if not isinstance(each, ast.Constant)]
    return []


def _apply(node: ast.AST, name: str, position: int, change: str | ast.expr) -> None:
    value = getattr(node, name)
    if isinstance(change, ast.expr):
        if position < 0:
            setattr(node, name, change)
        else:
            value[position] = change
    elif change == "drop":
        del value[position]
        if isinstance(node, ast.Dict):
            del node.values[position]
        if not value and name == "body":
            value.append(ast.Pass())
    else:
        value[position : position + 1] = getattr(value[position], change)
