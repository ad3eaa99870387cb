"""Decides the conditions that stubs may contain (`sys.version_info >= (3, 11)`), for the stub compiler."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from handlerlint.records import dataclass

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Target:
    """The interpreter that stubs are read for."""

    python_version: tuple[int, int]
    platform: str

    def decide(self, test: ast.expr) -> bool | None:
        """Whether the condition holds there; None when that cannot be told."""
        match test:
            case ast.Constant(value=bool(value)):
                return value
            case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
                return True
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                answer = self.decide(operand)
                return None if answer is None else not answer
            case ast.BoolOp(op=op, values=values):
                return _combine([self.decide(value) for value in values], isinstance(op, ast.And))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(left, op, right)
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Attribute(value=ast.Name(id="sys"), attr="platform"), attr="startswith"
                ),
                args=[ast.Constant(value=str(prefix))],
            ):
                return self.platform.startswith(prefix)
            case _:
                return None

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
        comparison = _COMPARISONS.get(type(op))
        actual = self._system_value(left)
        try:
            expected: object = ast.literal_eval(right)
        except ValueError:
            return None
        if comparison is None or actual is None or type(actual) is not type(expected):
            return None
        if isinstance(actual, tuple) and isinstance(expected, tuple):
            # Only as much of the version as is known (major, minor) decides.
            expected = expected[: len(actual)]
            if isinstance(op, (ast.Eq, ast.NotEq)):
                actual = actual[: len(expected)]
        return comparison(actual, expected)

    def _system_value(self, node: ast.expr) -> str | int | tuple[int, ...] | None:
        match node:
            case ast.Attribute(value=ast.Name(id="sys"), attr="platform"):
                return self.platform
            case ast.Attribute(value=ast.Name(id="sys"), attr="version_info"):
                return self.python_version
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id="sys"), attr="version_info"), slice=index
            ):
                return self._version_part(index)
            case _:
                return None

    def _version_part(self, index: ast.expr) -> int | tuple[int, ...] | None:
        match index:
            case ast.Constant(value=int(number)) if 0 <= number < 2:
                return self.python_version[number]
            case ast.Slice(lower=None, upper=ast.Constant(value=int(stop)), step=None) if stop <= 2:
                return self.python_version[:stop]
            case _:
                return None


def _combine(answers: list[bool | None], is_and: bool) -> bool | None:
    decisive = not is_and
    if decisive in answers:
        return decisive
    return None if None in answers else is_and
