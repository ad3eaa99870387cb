"""Expressions: one evaluator per kind of node. Further ones: `literals.py`, `calls.py`, and tests in `narrowing.py`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame, enclosing_scopes, names_of
from handlerlint.inference.core.dispatch import evaluate, evaluate_paths, evaluates, forks, joined, may_raise
from handlerlint.inference.core.failing import fail, fails
from handlerlint.inference.core.summaries import Paths
from handlerlint.inference.domain import constraints, naming, terms
from handlerlint.inference.domain.entries import is_plain
from handlerlint.inference.domain.heap import State, name_in
from handlerlint.inference.domain.join import differ_in_facts, join_into
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    FALSE,
    NEVER,
    NONE,
    TRUE,
    UNBOUND,
    UNKNOWN,
    BoundMethod,
    BuiltinMethod,
    Constant,
    FunctionValue,
    Instance,
    Lazy,
    Reference,
    Term,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.interpreter import attribute_failures, certain_errors, implied_else, narrowing
from handlerlint.inference.interpreter.unbound import unbound
from handlerlint.inference.objects import (
    attributes,
    dict_keys,
    iterating,
    lists,
    nulls,
    operators,
    subscripts,
)
from handlerlint.inference.syntax import scopes
from handlerlint.inference.syntax.private_names import attribute_name
from handlerlint.inference.syntax.scopes import may_rebind_builtins, nodes_in, parameters
from handlerlint.inference.types import queries

#: Longest string or bytes constant that is folded.


@forks(cst.Await)
def _await_paths(frame: Frame, state: State, node: cst.Await) -> Paths:
    return [
        (path, iterating.await_value(frame, path, value, node))
        for path, value in evaluate_paths(frame, state, node.expression)
    ]


@forks(cst.IfExp)
def _conditional_paths(frame: Frame, state: State, node: cst.IfExp) -> Paths:
    truthy, falsy = narrowing.branch(frame, state, node.test)
    paths = [pair for path, _ in truthy for pair in evaluate_paths(frame, path, node.body)]
    return paths + [pair for path, _ in falsy for pair in evaluate_paths(frame, path, node.orelse)]


# --- names -----------------------------------------------------------------------------------------------


def _bound(frame: Frame, state: State, value: Value) -> Value:
    """The value of a name that may be unbound on some path: there it raises."""
    if value is UNBOUND:
        return NEVER
    if isinstance(value, UnionValue) and UNBOUND in value.key:
        may_raise(frame, state)
        return join_all(member for member in value.members if member is not UNBOUND)
    return value


def look_up(frame: Frame, state: State, name: str) -> Value:
    """The value of a name, by Python's rules: own scope, enclosing functions, module, builtins."""
    if name not in frame.info.global_names:
        own = names_of(state, frame.scope).names.get(name)
        if own is not None:
            return _bound(frame, state, own)
        if name in frame.info.bound:
            may_raise(frame, state)
            return NEVER  # UnboundLocalError
        for scope in reversed(frame.scopes):
            outer = names_of(state, scope).names.get(name)
            if outer is not None:
                state.heap.trace.names.add(name_in(scope, name))
                return _bound(frame, state, outer)
    namespace = names_of(state, frame.module.site)
    value = namespace.names.get(name)
    if value is not None:
        state.heap.trace.names.add(name_in(frame.module.site, name))
        return _bound(frame, state, value)
    return _builtin(frame, state, name, is_certain=not namespace.open)


def _builtin(frame: Frame, state: State, name: str, *, is_certain: bool) -> Value:
    """What a name means that nothing has bound. Other code may bind names of a module, but those of its own."""
    if not is_certain and may_rebind_builtins(frame.module.file.text):
        return UNKNOWN
    if name == "__debug__":
        return constant(True)
    value = queries.stub_member(frame, "builtins", name)
    if value is None and not is_certain:
        return UNKNOWN
    if value is None:
        may_raise(frame, state)
        return NEVER  # NameError
    return value


@evaluates(cst.Name)
def name_value(frame: Frame, state: State, node: cst.Name) -> Value:
    """The value of a name; Never, and noted, where it is not bound."""
    match node.value:
        case "None":
            return constant(None, frame.step(node))
        case "True":
            return constant(True)
        case "False":
            return constant(False)
        case name:
            value = look_up(frame, state, name)
            if value is not NEVER:
                frame.interpreter.passed.add(node)
            elif not state.dead:
                unbound(frame, state, node)
            return value


# --- operators -------------------------------------------------------------------------------------------


@evaluates(cst.BinaryOperation)
def _binary(frame: Frame, state: State, node: cst.BinaryOperation) -> Value:
    left = evaluate(frame, state, node.left)
    right = evaluate(frame, state, node.right)
    if state.dead:
        return NEVER
    operator = type(node.operator).__name__
    if fails(frame, state, certain_errors.of_operator(frame, state, operator, (left, right), node), node):
        return NEVER
    return terms.named(
        operators.binary(frame, state, operator, left, right, node), terms.terms_of(operator, (left, right))
    )


@evaluates(cst.UnaryOperation)
def _unary(frame: Frame, state: State, node: cst.UnaryOperation) -> Value:
    if isinstance(node.operator, cst.Not):
        return truth_value(frame, state, node)
    value, name = evaluate(frame, state, node.expression), type(node.operator).__name__
    failure = certain_errors.of_operator(frame, state, name, (value,), node)
    if state.dead or fails(frame, state, failure, node):
        return NEVER
    return operators.unary(frame, state, name, value, node)


def truth_value(frame: Frame, state: State, node: cst.BaseExpression) -> Value:
    """`True`, `False` or any bool for an expression that gives a bool; an open one knows what it is the answer to.

    A comparison may give something else: what the special method of a class of the project does.
    """
    truthy, falsy, answer = narrowing.answered(frame, state.copy(), node)
    outcomes = [*truthy, *falsy]
    found = _answer(value for _, value in outcomes)
    if found is None:
        return joined(frame, state, outcomes)
    if answer is not None and len(truthy) == len(falsy) == 1:
        (path, _), (other, _) = truthy[0], falsy[0]
        if differ_in_facts(path, other):
            join_into(path, other)  # what they have assumed, the answer tells
            state.take(path)
            return _named(found, answer)
    return _named(joined(frame, state, outcomes), answer)


@evaluates(cst.Comparison)
def _comparison(frame: Frame, state: State, node: cst.Comparison) -> Value:
    return truth_value(frame, state, node)


@evaluates(cst.BooleanOperation)
def _boolean(frame: Frame, state: State, node: cst.BooleanOperation) -> Value:
    """`a and b` gives a's value where a is falsy, else b's."""
    if isinstance(node.operator, cst.Or) and frame.interpreter.doubts_the_unwritten:
        truthy, falsy = narrowing.branch(frame, state.copy(), node.left)
        implied_else.doubt(frame, node.left, state, (path for path, _ in falsy))
        truthy, falsy = narrowing.second(frame, falsy, node.right, truthy, [])
    else:
        truthy, falsy = narrowing.branch(frame, state.copy(), node)
    values = [value for _, value in (*truthy, *falsy)]
    found = _answer(values)
    given = naming.names_of(state, values)
    is_named = found is not None or (given is not None and all(map(is_plain, values)))
    predicate = narrowing.predicate_of(frame, state, node) if is_named and len(values) > 1 else None
    if not is_named or len(values) == 1 or (found is not None and predicate is None):
        return joined(frame, state, truthy + falsy)
    choices, frame.choices = frame.choices, None  # which of them it is, is asked of its name
    value = joined(frame, state, truthy + falsy)
    frame.choices = choices
    if found is not None:
        return _named(found, predicate)
    kind = ("operator", type(node.operator).__name__) if predicate is None else ("chosen", predicate)
    return terms.computed(value, kind, given)


def _answer(values: Iterable[Value]) -> Value | None:
    """What some answers are that only their truth tells apart: a bool, or anything; None where they are something."""
    found: Value = narrowing.BOOL
    for value in values:
        if value == UNKNOWN:
            found = UNKNOWN
        elif not _is_bool(value):
            return None
    return found


def _named(answer: Value, predicate: Term | None) -> Value:
    """An answer that is true where a predicate holds, and need not be a bool."""
    is_open = predicate is not None and isinstance(answer, Unknown)
    return terms.named(answer, ("chosen", predicate) if is_open else predicate)


def _is_bool(value: Value) -> bool:
    return value in (TRUE, FALSE) or (isinstance(value, Instance) and value.class_name == "builtins.bool")


@evaluates(cst.IfExp)
def _conditional(frame: Frame, state: State, node: cst.IfExp) -> Value:
    truthy, falsy = narrowing.branch(frame, state.copy(), node.test)
    implied_else.doubt(frame, node.test, state, (path for path, _ in falsy))
    outcomes = [(path, evaluate(frame, path, node.body)) for path, _ in truthy]
    outcomes += [(path, evaluate(frame, path, node.orelse)) for path, _ in falsy]
    return joined(frame, state, [pair for pair in outcomes if not pair[0].dead])


@evaluates(cst.NamedExpr)
def _walrus(frame: Frame, state: State, node: cst.NamedExpr) -> Value:
    value = evaluate(frame, state, node.value)
    if not state.dead and isinstance(node.target, cst.Name):
        scope = frame
        while scope.info is scopes.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        iterating.bind_name(scope, state, node.target.value, value)
    return value


# --- access ----------------------------------------------------------------------------------------------


@evaluates(cst.Attribute)
def _attribute(frame: Frame, state: State, node: cst.Attribute) -> Value:
    owner = evaluate(frame, state, node.value)
    if state.dead:
        return NEVER
    failure = attribute_failures.of(frame, state, owner, node)
    if failure is not None and not dependences.is_in_doubt(state, owner):
        fail(frame, state, failure)
        return NEVER
    called = attribute_name(frame.module.file.tree, node)
    name = naming.part(state, "attribute", owner, (called,))
    value = terms.named(attributes.attribute(frame, state, owner, called, node), name)
    # Where it is a None here, but perhaps not in later rounds of a loop, other runs may go on.
    if value is not NEVER or (isinstance(owner, Constant) and nulls.may_be_other(state, owner)):
        frame.interpreter.passed.add(node)
    return value


def index_value(frame: Frame, state: State, node: cst.Subscript) -> Value:
    """What stands in the brackets: a value, a tuple of them; Unknown for a slice."""
    values: list[Value] = []
    for element in node.slice:
        match element.slice:
            case cst.Index(value=index):
                values.append(evaluate(frame, state, index))
            case cst.Slice() as bounds:
                values.append(_slice(frame, state, bounds))
            case _:
                values.append(UNKNOWN)
    if len(values) == 1 and node.slice[0].comma is cst.MaybeSentinel.DEFAULT:
        return values[0]
    return TupleValue(tuple(values))


def _slice(frame: Frame, state: State, node: cst.Slice) -> Value:
    bounds = [
        constant(None) if bound is None else evaluate(frame, state, bound)
        for bound in (node.lower, node.upper, node.step)
    ]
    return BuiltinMethod(TupleValue(tuple(bounds)), "slice")


@forks(cst.Subscript)
def _subscript_paths(frame: Frame, state: State, node: cst.Subscript) -> Paths:
    """What an item is: of a table that is asked for an unknown key, each entry on a path of its own."""
    value = evaluate(frame, state, node.value)
    if value is NEVER:
        return []
    index = constraints.refined(state, index_value(frame, state, node))
    if state.dead or fails(frame, state, certain_errors.of_item(frame, state, value, index, node), node):
        return []
    paths: Paths = []
    is_looked_up = isinstance(value, (TupleValue, Reference))
    if is_looked_up and isinstance(index, UnionValue) and index.term is not None:
        choices = [(state.copy(), member) for member in index.members]
        keys = [(path, naming.choose(path, index, member)) for path, member in choices]
    elif is_looked_up and _is_open_answer(index):
        truthy, falsy = narrowing.by_truth(frame, state, None, index)
        keys = [*((path, TRUE) for path, _ in truthy), *((path, FALSE) for path, _ in falsy)]
    else:
        keys = dict_keys.choose_key(state, value, index)
    for path, key in keys:
        term = terms.term_of(key)
        name = None if term is None else naming.part(path, "item", value, term)
        item = subscripts.load_item(frame, path, value, key, node)
        paths.append((path, naming.named_part(path, item, name)))
    return paths


def _is_open_answer(index: Value) -> bool:
    """Whether an index is True or False, by a predicate."""
    term = terms.own_term(index)
    return isinstance(index, Instance) and term is not None and terms.is_predicate(term)


@evaluates(cst.Subscript)
def _subscript(frame: Frame, state: State, node: cst.Subscript) -> Value:
    return joined(frame, state, _subscript_paths(frame, state, node))


# --- functions -------------------------------------------------------------------------------------------


def default_values(frame: Frame, state: State, node: cst.Parameters) -> tuple[tuple[str, Value], ...]:
    """The defaults of a parameter list, evaluated where the function is defined."""
    return tuple(
        (parameter.name.value, evaluate(frame, state, parameter.default))
        for parameter in parameters(node)
        if parameter.default is not None
    )


@evaluates(cst.Lambda)
def _lambda(frame: Frame, state: State, node: cst.Lambda) -> Value:
    defaults = default_values(frame, state, node.params)
    return FunctionValue(node, frame.module.site, enclosing_scopes(frame), defaults, None, frame.step(node))


@evaluates(cst.Await)
def _await(frame: Frame, state: State, node: cst.Await) -> Value:
    value = evaluate(frame, state, node.expression)
    return NEVER if state.dead else iterating.await_value(frame, state, value, node)


def _is_recursion(frame: Frame, node: cst.BaseExpression) -> bool:
    """Whether a generator asks itself for elements: where that is followed no more, there are no others than known."""
    function, _ = frame.interpreter.called.get(node, (None, None))
    function = function.function if isinstance(function, BoundMethod) else function
    return isinstance(function, FunctionValue) and function.node in frame.interpreter.active


def _yielded(frame: Frame, node: cst.Yield) -> Value:
    """What a bare `yield` gives: of a generator that has no other, always that."""
    is_always = frame.function is not None and _yields_nothing(frame.function.node)
    return nulls.always(frame, node) if is_always else NONE


@lru_cache(maxsize=256)
def _yields_nothing(node: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether no `yield` of a function, nor of one inside it, has a value."""
    return all(part.value is None for part in nodes_in(node.body) if isinstance(part, cst.Yield))


@evaluates(cst.Yield)
def _yield(frame: Frame, state: State, node: cst.Yield) -> Value:
    if isinstance(node.value, cst.From):
        value = evaluate(frame, state, node.value.item)
        iteration = iterating.iterate(frame, state, value, node)
        if not (isinstance(value, Unknown) and _is_recursion(frame, node.value.item)):
            rest = iteration.element if iteration.items is None else None
            frame.yields.append(iteration.element)
            lists.add_yielded(state, frame.scope, iteration.items or (), rest)
        return value.result if isinstance(value, Lazy) and value.result is not None else UNKNOWN
    may_raise(frame, state)  # what `throw` and `close` let it raise
    value = _yielded(frame, node) if node.value is None else evaluate(frame, state, node.value)
    frame.yields.extend(members(value))
    lists.add_yielded(state, frame.scope, (value,), None)
    waiting = frame.interpreter.paused.get(frame.function.node) if frame.function is not None else None
    if waiting is not None and not state.dead:
        waiting.append((frame, state.copy(), value))
    return UNKNOWN
