"""Statements: what each does to the paths that reach it. Loops, `try` and `with` are in their own modules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import libcst as cst

from handlerlint.inference.core import context, dispatch
from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.context import Flow, Frame, Raise, Return
from handlerlint.inference.core.dispatch import evaluate, execute_all, executes, may_raise, run_body
from handlerlint.inference.core.failing import fails
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.join import merge_paths
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    FunctionValue,
    Json,
    TupleValue,
    UnionValue,
    Value,
    constant,
    is_harmless,
    json_part,
)
from handlerlint.inference.interpreter import (
    attribute_failures,
    certain_errors,
    classes,
    evaluated_annotations,
    expressions,
    implied_else,
    imports,
    narrowing,
)
from handlerlint.inference.objects import (
    attribute_changes,
    attributes,
    iterating,
    nulls,
    operators,
    subscripts,
)
from handlerlint.inference.syntax.private_names import attribute_name

_Definition = TypeVar("_Definition", cst.FunctionDef, cst.ClassDef)


@executes(cst.IndentedBlock, cst.SimpleStatementSuite)
def _block(frame: Frame, states: list[State], node: cst.BaseSuite, flow: Flow) -> list[State]:
    return execute_all(frame, states, node.body, flow)


@executes(cst.SimpleStatementLine)
def _line(frame: Frame, states: list[State], node: cst.SimpleStatementLine, flow: Flow) -> list[State]:
    return execute_all(frame, states, node.body, flow)


# --- simple statements -----------------------------------------------------------------------------------


@executes(cst.Expr)
def _expression(frame: Frame, states: list[State], node: cst.Expr, flow: Flow) -> list[State]:
    if isinstance(node.value, (cst.SimpleString, cst.Name, cst.Ellipsis)):
        return states
    after: list[State] = []
    for state in states:
        paths = dispatch.evaluate_paths(frame, state, node.value)
        after += [path for path, value in paths if not implied_else.may_not_return(frame, node, value)]
    return after


@executes(cst.Return)
def _return(frame: Frame, states: list[State], node: cst.Return, flow: Flow) -> list[State]:
    for state in states:
        if node.value is None:
            flow.returns.append(Return(state, NONE, node))
            continue
        for path, value in dispatch.evaluate_paths(frame, state, node.value):
            flow.returns.append(Return(path, value, node))
    return []


@executes(cst.Raise)
def _raise(frame: Frame, states: list[State], node: cst.Raise, flow: Flow) -> list[State]:
    for state in states:
        value: Value | None = frame.handled
        if node.exc is not None:
            value = evaluate(frame, state, node.exc)
            if state.dead or fails(
                frame, state, certain_errors.of_raise(frame, state, value, node.exc), node
            ):
                continue
            if attributes.is_class(state, value):
                value = dispatch.call(frame, state, value, Arguments(), node)
            if node.cause is not None:
                cause = evaluate(frame, state, node.cause.item)
                attribute_changes.store_attribute(frame, state, value, "__cause__", cause, node)
        if node.exc is not None and value is not None and frame.handled is not None:
            attribute_changes.store_attribute(frame, state, value, "__context__", frame.handled, node)
        flow.raises.append(Raise(state, None if value is UNKNOWN else value))
    return []


@executes(cst.Assert)
def _assert(frame: Frame, states: list[State], node: cst.Assert, flow: Flow) -> list[State]:
    after: list[State] = []
    for state in states:
        truthy, falsy = narrowing.assume(frame, state, node.test)
        after += truthy
        flow.raises.extend(Raise(path) for path in falsy)
    return after


@executes(cst.Break)
def _break(frame: Frame, states: list[State], node: cst.Break, flow: Flow) -> list[State]:
    flow.breaks.extend(states)
    return []


@executes(cst.Continue)
def _continue(frame: Frame, states: list[State], node: cst.Continue, flow: Flow) -> list[State]:
    flow.continues.extend(states)
    return []


@executes(cst.Del)
def _delete(frame: Frame, states: list[State], node: cst.Del, flow: Flow) -> list[State]:
    for state in states:
        _delete_target(frame, state, node.target)
    return states


def _delete_target(frame: Frame, state: State, target: cst.BaseExpression) -> None:
    match target:
        case cst.Name(value=name):
            scope = frame.module.site if name in frame.info.global_names else frame.scope
            state.unbind(scope, name)
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                _delete_target(frame, state, element.value)
        case cst.Subscript():
            value = evaluate(frame, state, target.value)
            index = expressions.index_value(frame, state, target)
            if fails(frame, state, certain_errors.of_deletion(frame, state, value, index, target), target):
                return
            subscripts.delete_item(frame, state, value, index, target)
        case cst.Attribute():
            value = evaluate(frame, state, target.value)
            name = attribute_name(frame.module.file.tree, target)
            attribute_changes.delete_attribute(frame, state, value, name, target)
        case _:
            return


# --- assignment ------------------------------------------------------------------------------------------


@executes(cst.Assign)
def _assign(frame: Frame, states: list[State], node: cst.Assign, flow: Flow) -> list[State]:
    after: list[State] = []
    for state in states:
        for path, value in dispatch.evaluate_paths(frame, state, node.value):
            for target in node.targets:
                if fails(
                    frame, path, certain_errors.of_target(frame, path, value, target, node.value), target
                ):
                    break
                assign(frame, path, target.target, value, node.value)
            after.append(path)
    return after


@executes(cst.AnnAssign)
def _annotated(frame: Frame, states: list[State], node: cst.AnnAssign, flow: Flow) -> list[State]:
    if frame.function is None:
        for state in states:
            evaluated_annotations.of_variable(frame, state, node)
    states = [state for state in states if not state.dead]
    if node.value is None:
        return states
    after: list[State] = []
    for state in states:
        for path, value in dispatch.evaluate_paths(frame, state, node.value):
            assign(frame, path, node.target, value, node.value)
            after.append(path)
    return after


@executes(cst.AugAssign)
def _augmented(frame: Frame, states: list[State], node: cst.AugAssign, flow: Flow) -> list[State]:
    name = type(node.operator).__name__.removesuffix("Assign")
    after: list[State] = []
    for state in states:
        before = evaluate(frame, state, node.target)
        if state.dead:
            continue
        for path, value in dispatch.evaluate_paths(frame, state, node.value):
            if fails(frame, path, certain_errors.of_change(frame, path, name, (before, value), node), node):
                continue
            result = operators.augmented(frame, path, name, before, value, node)
            if result is not NEVER and not path.dead:
                assign(frame, path, node.target, result, node.value)
                after.append(path)
    return [path for path in after if not path.dead]


def assign(frame: Frame, state: State, target: cst.BaseExpression, value: Value, node: cst.CSTNode) -> None:
    """Bind a target (name, attribute, item, or several of them) to a value."""
    if not isinstance(target, cst.Name):
        value = nulls.bound(frame, None, value, node)
    match target:
        case cst.Name(value=name):
            iterating.bind_name(frame, state, name, nulls.bound(frame, name, value, node))
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            failure = certain_errors.of_unpacking(
                frame, state, value, elements, target, "unpacking into this"
            )
            if not fails(frame, state, failure, target):
                _assign_several(frame, state, elements, value, node)
        case cst.Attribute():
            owner = evaluate(frame, state, target.value)
            failure = None if state.dead else attribute_failures.of_store(frame, state, owner, target)
            if not (state.dead or fails(frame, state, failure, target)):
                name = attribute_name(frame.module.file.tree, target)
                attribute_changes.store_attribute(frame, state, owner, name, value, node)
        case cst.Subscript():
            container = evaluate(frame, state, target.value)
            index = expressions.index_value(frame, state, target)
            if not state.dead:
                stored = subscripts.stored(frame, value, node)
                subscripts.store_item(frame, state, container, index, stored, target)
        case _:
            return


def _assign_several(
    frame: Frame, state: State, targets: Sequence[cst.BaseElement], value: Value, node: cst.CSTNode
) -> None:
    """`a, *b, c = value`."""
    value = _by_position(frame, state, value, len(targets), node)
    iteration = iterating.iterate(frame, state, value, node)
    if iteration.items is None:
        may_raise(frame, state)
        _assign_unknown_items(frame, state, targets, value, iteration.element, node)
        return
    items = list(iteration.items)
    starred = next((i for i, t in enumerate(targets) if isinstance(t, cst.StarredElement)), None)
    if (len(items) != len(targets)) if starred is None else (len(items) < len(targets) - 1):
        may_raise(frame, state)
        state.dead = True
        return
    if starred is not None:
        after = len(items) - (len(targets) - starred - 1)
        items[starred:after] = [new_list(frame, state, targets[starred], items[starred:after])]
    for element, item in zip(targets, items, strict=True):
        assign(frame, state, element.value, item, node)


def _by_position(frame: Frame, state: State, value: Value, length: int, node: cst.CSTNode) -> Value:
    """One tuple in place of several tuples or lists of a length, each item what it is in any of them."""
    if not isinstance(value, UnionValue):
        return value
    shapes = [iterating.iterate(frame, state, member, node).items for member in value.members]
    known = [items for items in shapes if items is not None and len(items) == length]
    if len(known) < len(shapes):
        return value
    return TupleValue(tuple(join_all(column) for column in zip(*known, strict=True)))


def _assign_unknown_items(
    frame: Frame,
    state: State,
    targets: Sequence[cst.BaseElement],
    value: Value,
    element: Value,
    node: cst.CSTNode,
) -> None:
    """Assign what an iterable gives of which only one `element` is known, that stands for all."""
    item = UNKNOWN if element is NEVER else element
    has_star = any(isinstance(target, cst.StarredElement) for target in targets)
    for position, target in enumerate(targets):
        found = item if has_star else _item_at(state, value, item, position)
        if isinstance(target, cst.StarredElement):
            alternatives = members(found)
            mixed = len(alternatives) > 1 and not is_harmless(found) and any(map(is_harmless, alternatives))
            found = new_list(frame, state, target, (), UNKNOWN if mixed else found)
        assign(frame, state, target.value, found, node)


def _item_at(state: State, value: Value, item: Value, position: int) -> Value:
    """One of the elements that a value is unpacked into, with the name that it has in there."""
    if isinstance(value, Json):
        return json_part(value, constant(position))
    name = terms.term_of(constant(position))
    assert name is not None
    return naming.named_part(state, item, naming.part(state, "item", value, name))


# --- branches --------------------------------------------------------------------------------------------


@executes(cst.If)
def _if(frame: Frame, states: list[State], node: cst.If, flow: Flow) -> list[State]:
    truthy: list[State] = []
    falsy: list[State] = []
    for state in states:
        is_open = implied_else.asks_openly(frame, node, node.test, state)
        yes, no = narrowing.assume(frame, state, node.test)
        truthy += yes
        falsy += [path for path in no if implied_else.is_certain(frame, node, path, is_open)]
    after = (
        run_body(frame, merge_paths(truthy, frame.interpreter.widest_fork), node.body, flow) if truthy else []
    )
    falsy = merge_paths(falsy, frame.interpreter.widest_fork)
    match node.orelse:
        case None:
            return after + falsy
        case cst.Else(body=body):
            return after + run_body(frame, falsy, body, flow)
        case cst.If() as other:
            return after + (_if(frame, falsy, other, flow) if falsy else [])


# --- definitions -----------------------------------------------------------------------------------------


@executes(cst.FunctionDef)
def _function(frame: Frame, states: list[State], node: cst.FunctionDef, flow: Flow) -> list[State]:
    return _defined(frame, states, node, make_function)


def _defined(
    frame: Frame, states: list[State], node: _Definition, define: Callable[[Frame, State, _Definition], Value]
) -> list[State]:
    """The paths after a definition, on which its name is bound, even if what it evaluates certainly raises."""
    for state in states:
        uncaught = len(frame.interpreter.uncaught)
        iterating.bind_name(frame, state, node.name.value, define(frame, state, node))
        state.dead = len(frame.interpreter.uncaught) > uncaught
    return [state for state in states if not state.dead]


def make_function(frame: Frame, state: State, node: cst.FunctionDef) -> Value:
    """The value that a `def` binds, its decorators applied."""
    evaluated_annotations.of_function(frame, state, node)
    defaults = expressions.default_values(frame, state, node.params)
    owner = frame.owner
    scopes = context.enclosing_scopes(frame)
    value: Value = FunctionValue(node, frame.module.site, scopes, defaults, owner, frame.step(node))
    for decorator in reversed(node.decorators):
        value = classes.decorate(frame, state, decorator, value)
        state.dead = False
    return value


@executes(cst.ClassDef)
def _class(frame: Frame, states: list[State], node: cst.ClassDef, flow: Flow) -> list[State]:
    return _defined(frame, states, node, classes.define)


@executes(cst.Import, cst.ImportFrom)
def _import(frame: Frame, states: list[State], node: cst.Import | cst.ImportFrom, flow: Flow) -> list[State]:
    failed = frame.interpreter.failed_loads
    for state in states:
        imports.execute_import(frame, state, node)
        if frame.interpreter.failed_loads > failed:
            state.dead = True
    return [state for state in states if not state.dead]


@executes(cst.TypeAlias)
def _type_alias(frame: Frame, states: list[State], node: cst.TypeAlias, flow: Flow) -> list[State]:
    for state in states:
        iterating.bind_name(frame, state, node.name.value, UNKNOWN)
    return states
