"""Annotations that Python evaluates where they stand: those that certainly raise. Called by `statements`."""

from __future__ import annotations

from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.failing import fail
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import ClassObject, State
from handlerlint.inference.domain.values import NEVER, NONE, Constant, Reference, Value
from handlerlint.inference.interpreter import expressions, import_failures
from handlerlint.inference.objects.class_facts import class_name_of
from handlerlint.inference.syntax.scopes import parameters
from handlerlint.runtime.runtimes import standard_library
from handlerlint.source.imports import dotted

#: PEP 649: from here on, annotations are evaluated when somebody asks for them.
_LAZY_SINCE = (3, 14)
#: PEP 604: from here on, classes can be joined by `|`.
_UNIONS_SINCE = (3, 10)


def of_function(frame: Frame, state: State, node: cst.FunctionDef) -> None:
    """Evaluate the annotations of a function's parameters and of its result; the path ends if one raises."""
    found = [parameter.annotation for parameter in parameters(node.params)]
    for annotation in (*found, node.returns):
        if annotation is not None:
            _evaluated(frame, state, annotation)


def of_variable(frame: Frame, state: State, node: cst.AnnAssign) -> None:
    """Evaluate the annotation of a variable of a module or class; the path ends if it raises."""
    _evaluated(frame, state, node.annotation)


def _evaluated(frame: Frame, state: State, annotation: cst.Annotation) -> None:
    tree = frame.module.file.tree
    if state.dead or frame.interpreter.python_version >= _LAZY_SINCE or tree is None or _postponed(tree):
        return
    _check(frame, state, annotation.annotation)


@lru_cache(maxsize=64)
def _postponed(module: cst.Module) -> bool:
    """Whether `from __future__ import annotations` makes texts of all annotations."""
    return any(
        isinstance(statement, cst.ImportFrom)
        and dotted(statement.module) == "__future__"
        and not isinstance(statement.names, cst.ImportStar)
        and any(dotted(alias.name) == "annotations" for alias in statement.names)
        for line in module.body
        if isinstance(line, cst.SimpleStatementLine)
        for statement in line.body
    )


def _check(frame: Frame, state: State, *nodes: cst.BaseExpression) -> None:
    """End the path if one of some annotations certainly raises. Only what can be wrong with it is looked at."""
    for node in nodes:
        if state.dead:
            return
        match node:
            case cst.Name():
                expressions.name_value(frame, state, node)
            case cst.Attribute(value=cst.Name() as owner):
                module = expressions.name_value(frame, state, owner)
                failure = import_failures.attribute_of_library(frame, module, node.attr.value, node)
                if failure is not None and not state.dead:
                    fail(frame, state, failure)
            case cst.Subscript(value=owner, slice=parts):
                indices = [part.slice.value for part in parts if isinstance(part.slice, cst.Index)]
                _check(frame, state, owner, *indices)
            case cst.List(elements=elements) | cst.Tuple(elements=elements):
                _check(frame, state, *(element.value for element in elements))
            case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
                _check(frame, state, left, right)
                if not state.dead:
                    _check_union(frame, state, node)
            case _:
                pass


def _check_union(frame: Frame, state: State, node: cst.BinaryOperation) -> None:
    """Note a `|` of classes that the Python of the function does not have, or has not for these operands."""
    left, right = _kind(frame, state, node.left), _kind(frame, state, node.right)
    if left is None or right is None:
        return
    interpreter = frame.interpreter
    if (
        interpreter.version_is_known
        and interpreter.python_version < _UNIONS_SINCE
        and "str" not in (left, right)
    ):
        what = "Python {}.{} cannot join classes by `|`, which is new in Python 3.10".format(
            *interpreter.python_version
        )
        advice = "write `Optional[…]` or `Union[…]`, or `from __future__ import annotations`"
    elif {left, right} <= {"str", "NoneType", "type"} and "str" in (left, right):
        what = "a class in quotes is a text, which cannot be joined by `|`"
        advice = "put the quotes around the whole annotation"
    else:
        return
    said = f"unsupported operand type(s) for |: '{left}' and '{right}'"
    fail(frame, state, Failure(frame.module.file, node, "TypeError", said, what, advice))


def _kind(frame: Frame, state: State, node: cst.BaseExpression) -> str | None:
    """What Python's message calls an operand: `type` for a class; None for what may know how to be joined."""
    match node:
        case cst.SimpleString():
            return "str"
        case cst.Name():
            return _kind_of(state, expressions.name_value(frame, state, node))
        case _:
            return None


def _kind_of(state: State, value: Value) -> str | None:
    if value == NONE:
        return "NoneType"
    if isinstance(value, Reference):
        record = state.heap.get(value.site)
        return "type" if isinstance(record, ClassObject) and record.known and record.kind != "enum" else None
    name = None if value is NEVER or isinstance(value, Constant) else class_name_of(value)
    standard = name is not None and name.partition(".")[0] in standard_library(_UNIONS_SINCE)
    return "type" if standard else None
