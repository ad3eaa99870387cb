"""What identifies an expression on one path, so that testing it twice gives the same answer."""

from __future__ import annotations

import builtins
from collections.abc import Collection
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.values import (
    constant,
)
from handlerlint.inference.syntax.scopes import children_of, scope_of

#: Calls that give the same answer as long as nothing they mention changes; so do those of functions of the project
#: that only look at their arguments (`is_question`).
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
        key = _key(node, names, frame.machine.questions)
        known[node] = None if key is None else (key, frozenset(names))
    found = known[node]
    return None if found is None else ((frame.scope, found[0]), found[1], outcome)


def _key(node: cst.CSTNode, names: set[str], questions: Collection[cst.CSTNode]) -> object | None:
    """What identifies an expression; None where it may differ each time. Its names are added to `names`."""
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
            inner = _key(value, names, questions)
            return None if inner is None else (".", inner, attr.value)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return _keys("[]", names, questions, value, index)
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name)), args=args) if (
            name in _PURE_METHODS and all(not arg.star for arg in args)
        ):
            return _keys(name, names, questions, value, *(arg.value for arg in args))
        case cst.Call(func=cst.Name(value=name), args=args) if name in _PURE_FUNCTIONS and all(
            not arg.star for arg in args
        ):
            return _keys(name, names, questions, *(arg.value for arg in args))
        case cst.Call(func=cst.Name(value=name), args=args) if node in questions and not any(
            arg.star or arg.keyword for arg in args
        ):
            names.add(name)
            return _keys(f"{name}()", names, questions, *(arg.value for arg in args))
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=op, comparator=right)]):
            sign = {"IsNot": "is", "Is": "is", "NotEqual": "==", "Equal": "==", "NotIn": "in", "In": "in"}
            kind = type(op).__name__
            return _keys(sign.get(kind, kind), names, questions, left, right)
        case cst.Tuple(elements=elements):
            return _keys("()", names, questions, *(element.value for element in elements))
        case _:
            return None


def _keys(
    kind: str, names: set[str], questions: Collection[cst.CSTNode], *nodes: cst.CSTNode
) -> object | None:
    keys: list[object] = [kind]
    for node in nodes:
        key = _key(node, names, questions)
        if key is None:
            return None
        keys.append(key)
    return tuple(keys)


# --- questions -------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def is_question(function: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether a function only looks at what it is given, so that asked twice it answers the same."""
    info = scope_of(function)
    if not isinstance(function, cst.FunctionDef) or function.asynchronous is not None or function.decorators:
        return False
    return not (info.is_generator or info.nested or info.global_names) and _only_looks(
        function.body, info.bound
    )


def _only_looks(node: cst.CSTNode, known: Collection[str]) -> bool:
    """Whether a piece of code takes nothing but what it was given and constants, and changes nothing."""
    match node:
        case cst.Name(value=name):
            return name in known or name.isupper() or hasattr(builtins, name)
        case cst.Attribute(value=value):
            return _only_looks(value, known)
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name)), args=args):
            return name in _PURE_METHODS and all(_only_looks(part, known) for part in (value, *args))
        case cst.Call(func=cst.Name(value=name), args=args):
            return name in _PURE_FUNCTIONS and all(_only_looks(arg.value, known) for arg in args)
        case cst.AssignTarget(target=cst.Subscript() | cst.Attribute()) | cst.AugAssign() | cst.Del():
            return False
        case cst.Call() | cst.With() | cst.Import() | cst.ImportFrom() | cst.Await() | cst.Try():
            return False
        case _:
            return all(_only_looks(child, known) for child in children_of(node))
