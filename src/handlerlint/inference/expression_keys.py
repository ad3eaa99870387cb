"""What identifies an expression on one path, so that testing it twice gives the same answer."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.machine import Frame
from handlerlint.inference.values import (
    constant,
)

#: Calls that give the same answer as long as nothing they mention changes.
_PURE_METHODS = frozenset({"get", "startswith", "endswith", "lower", "upper", "strip"})


_PURE_FUNCTIONS = frozenset({"isinstance", "len", "hasattr", "bool", "callable", "type"})


ExpressionKey = tuple[tuple[object, object], frozenset[str], bool]


def expression_key(frame: Frame, node: cst.BaseExpression) -> ExpressionKey | None:
    """What identifies a test on one path: (key, names it mentions, the truth that the key stands for)."""
    outcome = True
    match node:
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator)]):
            outcome = not isinstance(operator, (cst.IsNot, cst.NotEqual, cst.NotIn))
        case _:
            pass
    known = frame.machine.keys
    if node not in known:
        names: set[str] = set()
        key = _key(node, names)
        known[node] = None if key is None else (key, frozenset(names))
    found = known[node]
    return None if found is None else ((frame.scope, found[0]), found[1], outcome)


def _key(node: cst.CSTNode, names: set[str]) -> object | None:
    match node:
        case cst.Name(value=name):
            if name in ("None", "True", "False"):
                return ("constant", constant({"None": None, "True": True}.get(name, False)))
            names.add(name)
            return name
        case cst.SimpleString() | cst.Integer():
            try:
                return ("constant", constant(node.evaluated_value))
            except (ValueError, SyntaxError):
                return None
        case cst.Attribute(value=value, attr=attr):
            inner = _key(value, names)
            return None if inner is None else (".", inner, attr.value)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return _keys("[]", names, value, index)
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name)), args=args) if (
            name in _PURE_METHODS and all(not arg.star for arg in args)
        ):
            return _keys(name, names, value, *(arg.value for arg in args))
        case cst.Call(func=cst.Name(value=name), args=args) if name in _PURE_FUNCTIONS and all(
            not arg.star for arg in args
        ):
            return _keys(name, names, *(arg.value for arg in args))
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=op, comparator=right)]):
            sign = {"IsNot": "is", "Is": "is", "NotEqual": "==", "Equal": "==", "NotIn": "in", "In": "in"}
            kind = type(op).__name__
            return _keys(sign.get(kind, kind), names, left, right)
        case cst.Tuple(elements=elements):
            return _keys("()", names, *(element.value for element in elements))
        case _:
            return None


def _keys(kind: str, names: set[str], *nodes: cst.CSTNode) -> object | None:
    keys: list[object] = [kind]
    for node in nodes:
        key = _key(node, names)
        if key is None:
            return None
        keys.append(key)
    return tuple(keys)
