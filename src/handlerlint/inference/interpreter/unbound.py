"""Names that are certainly not bound where they are used. Called for each name that an expression looks up in vain."""

from __future__ import annotations

import re
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.failing import fail
from handlerlint.inference.domain import real_classes
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Step
from handlerlint.inference.interpreter import swallowing
from handlerlint.inference.interpreter.swallowing import Clause
from handlerlint.inference.syntax.may_be_bound import may_be_bound
from handlerlint.inference.syntax.scopes import (
    COMPREHENSION,
    global_names,
    names_bound_in,
    nodes_in,
    stored_attributes,
)
from handlerlint.runtime.runtimes import standard_library

# What can bind names of a module behind its back, or everywhere.
_BINDS_BEHIND = re.compile(
    r"import\s*\(?\s*\*|\b(?:globals|exec|eval|setattr|vars)\s*\(|__dict__|builtins__|\bbuiltins\b"
)
_TYPE_PARAMETERS = re.compile(r"\b(?:def|class|type)\s+\w+\s*\[([^\]]*)\]")
_NEWER_WORDS = (3, 11)


def unbound(frame: Frame, state: State, node: cst.Name) -> None:
    """A name is not bound here: note that, unless it may be bound where that is not seen."""
    name, local = node.value, _is_local(frame, node.value)
    clause = swallowing.cause(frame, state, name) if local else None
    if clause is not None:
        fail(frame, state, _after_exception(frame, node, clause), clause)
        return
    if _in_another_way(frame, node) if local else (name.startswith("_") or _may_be_bound(frame, name)):
        state.dead = True
        return
    if not local:
        known = name in standard_library(frame.interpreter.python_version)
        advice = f"write `{_import_of(frame, node)}` at the top of the module" if known else None
        what = f"the name `{name}` is not defined"
        said = f"name '{name}' is not defined"
        failure = Failure(
            frame.module.file, node, "NameError", said, what, advice,
            premise="text" if frame.interpreter.loading else None,  # a script may put a value in its place
            is_question=True,
        )  # fmt: skip
    else:
        what = f"the local variable `{name}` has no value yet on any path that leads here"
        outside = name in _module_names(frame, state)
        advice = f"write `global {name}` at the start of the function" if outside else None
        failure = Failure(frame.module.file, node, "UnboundLocalError", _said(frame, name), what, advice)
    fail(frame, state, failure)


def _import_of(frame: Frame, node: cst.Name) -> str:
    """What binds the name of a module: to the module, or to what has its name in there: `datetime.now()`."""
    name, tree = node.value, frame.module.file.tree
    inner = real_classes.find(f"{name}.{name}")
    found = () if tree is None else nodes_in(tree)
    used = [one.attr.value for one in found if isinstance(one, cst.Attribute) and one.value is node]
    if any(hasattr(inner, each) and real_classes.find(f"{name}.{each}") is None for each in used):
        return f"from {name} import {name}"
    return f"import {name}"


def _said(frame: Frame, name: str) -> str:
    if frame.interpreter.python_version >= _NEWER_WORDS:
        return f"cannot access local variable '{name}' where it is not associated with a value"
    return f"local variable '{name}' referenced before assignment"


def _after_exception(frame: Frame, node: cst.Name, clause: Clause) -> Failure:
    """A name is not bound where an `except` clause has taken an exception."""
    name, file, place = node.value, frame.module.file, clause.type or clause
    if clause.name is not None and clause.name.name.deep_equals(node):
        what = f"the local variable `{name}` is deleted at the end of the `except` clause that binds it"
        advice = f"in the `except` clause, assign `{name}` to another name"
        step = Step("deleted at the end of this clause", file, place)
    else:
        what = f"the local variable `{name}` has no value where the `except` clause has caught an exception"
        advice = f"return or raise in the `except` clause, or give `{name}` a value there"
        step = Step("caught here", file, place)
    return Failure(file, node, "UnboundLocalError", _said(frame, name), what, advice, way=step)


def _is_local(frame: Frame, name: str) -> bool:
    return frame.function is not None and name in frame.info.bound


def _in_another_way(frame: Frame, node: cst.Name) -> bool:
    """Whether a local variable may be bound on a path that is not followed."""
    function = frame.function.node if frame.function is not None else None
    return not isinstance(function, cst.FunctionDef) or may_be_bound(function, node)


def _module_names(frame: Frame, state: State) -> frozenset[str]:
    return frozenset(getattr(state.heap.get(frame.module.site), "names", ()))


def _may_be_bound(frame: Frame, name: str) -> bool:
    """Whether a name that no followed code has bound may be bound by other code."""
    interpreter = frame.interpreter
    own = frame.module.file.text
    return (
        bool(frame.scopes)  # a name of the functions around, perhaps
        or frame.info is COMPREHENSION
        or interpreter.reaches_modules
        or (frame.module.name in interpreter.running and not interpreter.loading)
        or name in global_names(own)
        or name in _bound_in_some_way(frame.module.file.tree)
        or name in _type_parameters(own)
        or any(
            _binds_behind(record.file.text)
            or any(name == stored for _, stored in stored_attributes(record.file.text))
            for record in interpreter.by_site.values()
        )
    )


@lru_cache(maxsize=64)
def _bound_in_some_way(module: cst.Module | None) -> frozenset[str]:
    """The names that a module binds where not all paths are followed."""
    statements = () if module is None else module.body
    names: set[str] = set()
    for statement in statements:
        if isinstance(statement, (cst.Try, cst.TryStar, cst.For, cst.While, cst.With, cst.Match)):
            names |= names_bound_in(statement)
    return frozenset(names)


@lru_cache(maxsize=64)
def _binds_behind(text: str) -> bool:
    return _BINDS_BEHIND.search(text) is not None


@lru_cache(maxsize=64)
def _type_parameters(text: str) -> frozenset[str]:
    """The names of type parameters (PEP 695) that a source text declares."""
    return frozenset(name for listed in _TYPE_PARAMETERS.findall(text) for name in re.findall(r"\w+", listed))
