"""Builtin functions that depend on where they are called: super, globals, locals, exec."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import form, native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import InstanceObject, State
from handlerlint.inference.domain.values import NEVER, NONE, UNKNOWN, Native, Reference, Super, Value
from handlerlint.inference.interpreter import imports
from handlerlint.inference.objects import attributes
from handlerlint.inference.types import queries


@form("builtins.globals")
def _globals(frame: Frame, state: State, node: cst.Call) -> Value | None:
    imports.lose_names(frame, state)
    return UNKNOWN


@form("builtins.locals", "builtins.vars")
def _locals(frame: Frame, state: State, node: cst.Call) -> Value | None:
    if node.args:
        return None
    if frame.scope == frame.module.site:
        imports.lose_names(frame, state)
    return UNKNOWN


@form("builtins.super")
def _own_super(frame: Frame, state: State, node: cst.Call) -> Value | None:
    return None if node.args else _super(frame, state)


def _super(frame: Frame, state: State) -> Value:
    scope: Frame | None = frame
    while scope is not None and (scope.function is None or scope.function.owner is None):
        scope = scope.parent
    if scope is None or scope.function is None or scope.function.owner is None:
        return UNKNOWN
    if not isinstance(scope.function.node, cst.FunctionDef):
        return UNKNOWN
    parameters = [*scope.function.node.params.posonly_params, *scope.function.node.params.params]
    if not parameters:
        return UNKNOWN
    namespace = state.heap.get(scope.scope)
    receiver = getattr(namespace, "names", {}).get(parameters[0].name.value, UNKNOWN)
    return Super(scope.function.owner, receiver)


@native("builtins.exec", "builtins.eval")
def _execute(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    imports.lose_names(frame, state)
    may_raise(frame, state)
    return UNKNOWN


@native("builtins.super")
def _explicit_super(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    owner, receiver = arguments.get(0), arguments.get(1)
    if isinstance(owner, Reference) and receiver is not None:
        return Super(owner.site, receiver)
    return UNKNOWN


@native("super.*")
def _super_method(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    """A method that a stub class gives to a subclass of the project."""
    this, *rest = arguments.positional
    assert isinstance(this, Native)
    name = this.name.partition(".")[2]
    base, receiver = this.data
    if (base, name) == ("json.encoder.JSONEncoder", "default"):
        may_raise(frame, state)
        return NEVER  # it raises TypeError for everything
    match name, receiver:
        case "__init__", Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                if isinstance(record.content, Reference):
                    dispatch.call(
                        frame, state, attributes.attribute(frame, state, record.content, "update", node),
                        Arguments(tuple(rest), arguments.keywords), node,
                    )  # fmt: skip
                    state.dead = False
                return NONE
        case _, Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject) and record.content is not None:
                method = attributes.attribute(frame, state, record.content, name, node)
                return dispatch.call(frame, state, method, Arguments(tuple(rest), arguments.keywords), node)
            if name == "to_dict" or name.startswith("model_"):
                return UNKNOWN
    return queries.call_inherited(
        frame, state, str(this.data[0]), name, Arguments(tuple(rest), arguments.keywords)
    )


@native("json.encoder.JSONEncoder.default")
def _encoder_default(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    may_raise(frame, state)
    return NEVER  # it raises TypeError for everything


@native("object.__init__")
def _object_init(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return NONE
