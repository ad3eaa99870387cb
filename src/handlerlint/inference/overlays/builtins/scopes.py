"""Builtin functions that depend on where they are called, or change what is there: super, locals, `__import__`."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, closure, overlay
from handlerlint.inference.domain.heap import InstanceObject, State
from handlerlint.inference.domain.values import NEVER, NONE, UNKNOWN, Constant, Reference, Super, Value
from handlerlint.inference.effects.library_calls import lose_names
from handlerlint.inference.interpreter import imports
from handlerlint.inference.objects import attributes
from handlerlint.inference.types import queries
from handlerlint.records import replace


@overlay("builtins.locals", "builtins.vars")
def _locals(call: Call) -> Value | None:
    if call.passed:
        return attributes.attribute(call.frame, call.state, call.required("object"), "__dict__", call.node)
    if call.frame.scope == call.frame.module.site:
        lose_names(call.frame, call.state)
    elif call.frame.owner is not None:  # the body of a class, which may bind any name through this
        call.state.heap[call.frame.scope] = replace(names_of(call.state, call.frame.scope), open=True)
    return UNKNOWN


@overlay("builtins.__import__")
def _import(call: Call) -> Value | None:
    """`__import__("a.b")` imports both, and gives `a`."""
    name = call.argument("name")
    if isinstance(name, Constant) and isinstance(name.value, str) and call.passed == {"name"}:
        imports.import_module(call.frame, call.state, name.value)
        return imports.import_module(call.frame, call.state, name.value.partition(".")[0])
    may_raise(call.frame, call.state)
    imports.lose_globals(call.frame.interpreter, call.state)
    return UNKNOWN


@overlay("builtins.super")
def _super_of(call: Call) -> Value | None:
    owner, receiver = call.argument("t"), call.argument("obj")
    if owner is None:
        return _super(call.frame, call.state)
    return Super(owner.site, receiver) if isinstance(owner, Reference) and receiver is not None else UNKNOWN


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


@closure("super")
def _super_method(call: Call) -> Value | None:
    """A method that a stub class gives to a subclass of the project."""
    base, receiver, name = str(call.data[0]), call.data[1], str(call.data[2])
    frame, state, node, given = call.frame, call.state, call.node, call.arguments
    if (base, name) == ("json.encoder.JSONEncoder", "default"):
        may_raise(frame, state)
        return NEVER  # it raises TypeError for everything
    match name, receiver:
        case "__init__", Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject):
                if isinstance(record.content, Reference):
                    update = attributes.attribute(frame, state, record.content, "update", node)
                    dispatch.call(frame, state, update, given, node)
                    state.dead = False
                return NONE
        case _, Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, InstanceObject) and record.content is not None:
                method = attributes.attribute(frame, state, record.content, name, node)
                return dispatch.call(frame, state, method, given, node)
            if name == "to_dict" or name.startswith("model_"):
                return UNKNOWN
    return queries.call_inherited(frame, state, base, name, given)


@closure("object.__init__")
def _object_init(call: Call) -> Value | None:
    return NONE
