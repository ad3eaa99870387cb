"""Conditions: on which paths a test is true, on which false, and what each learns from it (narrowing)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, repeat
from typing import Any, cast

import libcst as cst

from handlerlint.inference.core import registry
from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import evaluate, peek, pick, with_choices
from handlerlint.inference.core.tables import entered
from handlerlint.inference.domain import constraints, naming, terms
from handlerlint.inference.domain.heap import Container, Namespace, OpenAnswer, State, lose_only
from handlerlint.inference.domain.join import LOSSY
from handlerlint.inference.domain.naming import Held
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    FALSE,
    NEVER,
    TRUE,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    Reference,
    Site,
    Term,
    TupleValue,
    UnionValue,
    Value,
    constant,
    is_harmless,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.interpreter import swallowing
from handlerlint.inference.objects import attribute_changes, attributes, class_facts, dicts, emptiness
from handlerlint.inference.objects.truth import truth
from handlerlint.inference.syntax.private_names import attribute_name

Branches = list[tuple[State, Value]]
Predicate = Callable[[Value], "bool | None"]

BOOL = Instance("builtins.bool")

Test = Callable[[Frame, State, Any], tuple[Branches, Branches]]
_TESTS: dict[type[cst.CSTNode], Test] = {}


def tests(kind: type[cst.CSTNode]) -> Callable[[Test], Test]:
    """Register how a kind of expression divides the paths that test it."""
    return entered(_TESTS, [kind])


def assume(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[list[State], list[State]]:
    """The paths on which a test is true and those on which it is false. `state` is used up."""
    truthy, falsy = branch(frame, state, node)
    return [path for path, _ in truthy], [path for path, _ in falsy]


def branch(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[Branches, Branches]:
    """Like `assume`, each path with the value that the expression has on it."""
    truthy, falsy = _divided(frame, state, node)
    if frame.interpreter.swallowing and truthy and falsy:
        swallowing.doubt(frame, paths_of(truthy, falsy))
    return truthy, falsy


def _divided(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[Branches, Branches]:
    """The two sides of a test, by what it is made of."""
    match node:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            truthy, falsy = branch(frame, state, inner)
            return [(path, TRUE) for path, _ in falsy], [(path, FALSE) for path, _ in truthy]
        case cst.BooleanOperation(left=left, operator=cst.And(), right=right):
            first, falsy = branch(frame, state, left)
            return second(frame, first, right, [], falsy)
        case cst.BooleanOperation(left=left, right=right):
            truthy, first = branch(frame, state, left)
            return second(frame, first, right, truthy, [])
        case cst.Call(func=cst.Name(value="bool"), args=[cst.Arg(value=inner, star="", keyword=None)]):
            truthy, falsy = branch(frame, state, inner)
            return [(path, TRUE) for path, _ in truthy], [(path, FALSE) for path, _ in falsy]
        case cst.Call(func=cst.Name(value="isinstance")):
            several = None
        case _:
            several = _split_on_names(frame, state, node)
    if several is not None:
        return several
    truthy, falsy = [], []
    tested = with_choices(frame, state, node, lambda path: _tested(frame, path, node))
    for yes, no in tested:
        truthy += yes
        falsy += no
    return truthy, falsy


def answered(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[Branches, Branches, Term | None]:
    """Like `branch`, and the predicate that the test is, where that is one that the path has left open."""
    around, frame.interpreter.asked = frame.interpreter.asked, []
    truthy, falsy = branch(frame, state, node)
    asked, frame.interpreter.asked = frame.interpreter.asked, around
    if len(asked) != 1:
        return truthy, falsy, None
    [predicate] = asked
    answers = [{constraints.decide(path, predicate) for path, _ in side} for side in (truthy, falsy)]
    if answers == [{True}, {False}]:
        return truthy, falsy, predicate
    return truthy, falsy, terms.negation(predicate) if answers == [{False}, {True}] else None


def predicate_of(frame: Frame, state: State, node: cst.BaseExpression) -> Term | None:
    """The predicate that a test is, combined of those of its parts; None where one has no name, or is decided."""
    match node:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            predicate = predicate_of(frame, state, inner)
            return None if predicate is None else terms.negation(predicate)
        case cst.BooleanOperation(left=left, operator=operator, right=right):
            first = predicate_of(frame, state, left)
            if first is None:
                return None
            is_and = isinstance(operator, cst.And)
            path = state.copy()
            constraints.assume(path, first, is_and)
            return terms.combined("and" if is_and else "or", first, predicate_of(frame, path, right))
        case _:
            return answered(frame, state.copy(), node)[2]


def measured(frame: Frame, state: State, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The container of `len(container)`; None for what has a truth of its own, or no length."""
    match node:
        case cst.Call(func=cst.Name(value="len"), args=[cst.Arg(value=container, star="", keyword=None)]):
            value = evaluate(frame, state.copy(), container)
            return container if isinstance(state.object_of(value), Container) else None
        case _:
            return None


def _tested(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[Branches, Branches]:
    """A test that is no combination of others."""
    test = _TESTS.get(type(node))
    if test is not None:
        return test(frame, state, node)
    match node:
        case cst.Call(func=cst.Name() as function, args=[cst.Arg(value=target), cst.Arg(value=classes)]):
            asked = registry.name_of(peek(frame, state, function))
            instance = _instance_of(target) if asked == "builtins.issubclass" else target
            if asked in ("builtins.isinstance", "builtins.issubclass") and instance is not None:
                return _isinstance(frame, state, instance, classes)
        case _:
            pass
    container = measured(frame, state, node)
    if container is not None:
        truthy, falsy = branch(frame, state, container)
        size = Instance("builtins.int")
        return [(path, size) for path, _ in truthy], [(path, constant(0)) for path, _ in falsy]
    value = evaluate(frame, state, node)
    if state.dead:
        return [], []
    return by_truth(frame, state, node, value)


def by_truth(
    frame: Frame, state: State, node: cst.BaseExpression | None, value: Value
) -> tuple[Branches, Branches]:
    """The paths on which a value is true and those on which it is false."""
    target = node.target if isinstance(node, cst.NamedExpr) else node
    answer = None if node is None else attributes.truth_by_method(frame, state, value, node)
    if answer is not None:
        truthy, falsy = by_truth(frame, state, None, answer)
        return [(path, value) for path, _ in truthy], [(path, value) for path, _ in falsy]
    term = naming.name_of(state, value)
    predicate = None if term is None else terms.is_true(term)
    truthy, falsy = divided(
        frame, state, predicate, target, value, lambda member: truth(frame, state, member)
    )
    if truthy and falsy:
        dependences.question(paths_of(truthy, falsy), [value])
    for path, member in falsy:
        emptiness.is_false(path, member)
    return truthy, falsy


def settled(frame: Frame, state: State, value: Value, usual: bool) -> bool | None:
    """Whether a value is true, on the path whose turn it is; None where the two paths cannot be told apart.

    Where there are too many to tell apart, the path is the `usual` one.
    """
    verdict = truth(frame, state, value)
    term = naming.name_of(state, value) if verdict is None else None
    if term is None:
        return verdict
    verdict = constraints.decide(state, terms.is_true(term))
    if verdict is None:
        truthy, falsy = by_truth(frame, state.copy(), None, value)
        verdict = usual if pick(frame, 2) in (0, None) else not usual
        state.take((truthy if verdict else falsy)[0][0])
    return verdict


def _split_on_names(frame: Frame, state: State, node: cst.BaseExpression) -> tuple[Branches, Branches] | None:
    """A test that asks something of a name that has several values: each value is tested for itself."""
    for target in _asked(node):
        value = evaluate(frame, state.copy(), target)
        if not isinstance(value, UnionValue) or len(value.members) > constraints.MOST_OPTIONS:
            continue
        is_chosen = value.term is not None and all(isinstance(member, Constant) for member in value.members)
        if not is_chosen and (is_harmless(value) or not isinstance(target, cst.Name)):
            continue
        truthy: Branches = []
        falsy: Branches = []
        for member in value.members:
            path = state.copy()
            if is_chosen:
                naming.choose(path, value, member)
            elif isinstance(target, cst.Name):
                rebind(frame, path, target.value, member)
            more_truthy, more_falsy = branch(frame, path, node)
            truthy += more_truthy
            falsy += more_falsy
        return truthy, falsy
    return None


def _asked(node: cst.BaseExpression) -> Iterator[cst.Name | cst.Subscript]:
    """The names and items that a test gives to calls, or takes attributes of."""
    match node:
        case cst.Call(func=function, args=args):
            for argument in args:
                if isinstance(argument.value, (cst.Name, cst.Subscript)):
                    yield argument.value
            if isinstance(function, cst.Attribute):
                yield from _asked(function)
            for argument in args:
                yield from _asked(argument.value)
        case cst.Attribute(value=cst.Name() | cst.Subscript() as owner):
            yield owner
        case cst.Attribute(value=inner):
            yield from _asked(inner)
        case cst.Comparison(left=left, comparisons=comparisons):
            yield from _asked(left)
            for comparison in comparisons:
                yield from _asked(comparison.comparator)
        case _:
            return


def second(
    frame: Frame, first: Branches, right: cst.BaseExpression, truthy: Branches, falsy: Branches
) -> tuple[Branches, Branches]:
    for path, _ in first:
        more_truthy, more_falsy = branch(frame, path, right)
        truthy = truthy + more_truthy
        falsy = falsy + more_falsy
    return truthy, falsy


def no_branches() -> Branches:
    """No paths at all."""
    return []


def paths_of(truthy: Branches, falsy: Branches) -> list[State]:
    """The paths after a test, whichever way it went."""
    return [path for path, _ in (*truthy, *falsy)]


# --- dividing a state ------------------------------------------------------------------------------------


def divided(
    frame: Frame,
    state: State,
    asked: Term | None,
    target: cst.BaseExpression | None,
    value: Value,
    predicate: Predicate,
    refine: Callable[[Value, bool], Value] | None = None,
    *,
    result_is_bool: bool = False,
) -> tuple[Branches, Branches]:
    """Paths on which `predicate` holds for the target's value, and paths on which it does not.

    Where the value alone does not decide, what the path has assumed does: `asked` is the predicate as a term.
    """
    holds = [(member, predicate(member)) for member in members(value)]
    sides: list[Value] = []
    for outcome in (True, False):
        left = [member for member, verdict in holds if verdict is None or verdict is outcome]
        if refine is not None:
            left = [refine(m, outcome) if predicate(m) is None else m for m in left]
        else:
            left = [_by_truth(m, outcome) if predicate(m) is None else m for m in left]
        sides.append(terms.named(join_all(left), terms.own_term(value)))
    truthy_value, falsy_value = sides
    if truthy_value is NEVER and falsy_value is NEVER:
        return [], []
    results = (TRUE, FALSE) if result_is_bool else (truthy_value, falsy_value)
    if falsy_value is NEVER:
        return [(state, results[0])], []
    if truthy_value is NEVER:
        return [], [(state, results[1])]
    if asked is None:
        yes, no = [state], [state.copy()]
    else:
        yes, no = _ways(state, asked)
    is_lossy = LOSSY in state.heap
    if asked is None or (is_lossy and yes and no and naming.is_about_unknown_content(asked)):
        kind = "guess" if is_lossy else "open"
        site = next(one for number in count() if (one := (kind, id(target), number)) not in state.heap)
        for path, outcome in (*zip(yes, repeat(True)), *zip(no, repeat(False))):
            path.heap[site] = OpenAnswer(outcome)
    if asked is not None and yes and no:
        frame.interpreter.asked.append(asked)
    for outcome, paths, narrowed in ((True, yes, truthy_value), (False, no, falsy_value)):
        for path in paths:
            _narrow(frame, path, target, value, narrowed)
            _pass_on(path, asked, outcome, value, narrowed)
    return [(path, results[0]) for path in yes], [(path, results[1]) for path in no]


def _pass_on(state: State, asked: Term | None, outcome: bool, value: Value, narrowed: Value) -> None:
    """What was asked of a union is known of the one value that is left of it, which has a name of its own."""
    one, other = terms.own_term(value), terms.own_term(narrowed)
    if asked is not None and one is not None and other is not None and one != other:
        constraints.assume_if_open(state, terms.moved(asked, one, other), outcome)


def _ways(state: State, asked: Term) -> tuple[list[State], list[State]]:
    """The paths on which a predicate holds, and those on which it does not: of a combined one, by its parts."""
    verdict = constraints.decide(state, asked)
    if verdict is not None:
        return ([state], []) if verdict else ([], [state])
    match asked:
        case ("not", inner):
            no, yes = _ways(state, cast("Term", inner))
            return yes, no
        case ("and" | "or" as operator, left, right):
            yes, no = _ways(state, cast("Term", left))
            goes_on, settled_by = (yes, no) if operator == "and" else (no, yes)
            further = [_ways(path, cast("Term", right)) for path in goes_on]
            holding = [path for paths, _ in further for path in paths]
            failing = [path for _, paths in further for path in paths]
            return (holding, settled_by + failing) if operator == "and" else (settled_by + holding, failing)
        case _:
            other = state.copy()
            for path, outcome in ((state, True), (other, False)):
                constraints.assume(path, asked, outcome)
                _settle(path, asked)
            return [state], [other]


def _settle(state: State, asked: Term) -> None:
    """A container whose length was asked, and is zero now, is empty."""
    for term in asked:
        if isinstance(term, tuple):
            _settle(state, term)
    match asked:
        case ("content", site, Held()) if constraints.decide(state, terms.is_true(asked)) is False:
            if naming.name_of(state, Reference(cast("Site", site))) == asked:
                emptiness.is_false(state, Reference(cast("Site", site)))
        case _:
            return


def _by_truth(member: Value, outcome: bool) -> Value:
    match member:
        case Instance(class_name="builtins.bool"):
            return constant(outcome, member.origin)
        case _:
            return member


def _narrow(
    frame: Frame, state: State, target: cst.BaseExpression | None, before: Value, after: Value
) -> None:
    """Write back what a path knows about the value of a place: a name, an attribute, a dict entry.

    What it has assumed of a value that has a name is told by that: there the value stays, and its name with it.
    """
    if after is before or after == before:
        return
    naming.narrow_place(state, before, after)
    if after == constraints.refined(state, before):
        return
    match target:
        case cst.Name(value=name):
            rebind(frame, state, name, after)
        case cst.NamedExpr(target=cst.Name(value=name)):
            rebind(frame, state, name, after)
        case cst.Attribute(value=cst.Name() as owner):
            reference = evaluate(frame, state.copy(), owner)
            attribute_changes.narrow(state, reference, attribute_name(frame.module.file.tree, target), after)
        case cst.Subscript(
            value=cst.Name() as owner, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]
        ):
            reference = evaluate(frame, state.copy(), owner)
            key = evaluate(frame, state.copy(), index)
            dicts.narrow(state, reference, key, after)
        case _:
            return


def rebind(frame: Frame, state: State, name: str, value: Value) -> None:
    """Put the narrowed value where the name lives, without forgetting what is assumed about it."""
    for scope in (frame.scope, *reversed(frame.scopes), frame.module.site):
        namespace = names_of(state, scope)
        if name in namespace.names:
            state.heap[scope] = Namespace({**namespace.names, name: value}, namespace.open)
            return


# --- isinstance ------------------------------------------------------------------------------------------


def _isinstance(
    frame: Frame, state: State, target: cst.BaseExpression, classes: cst.BaseExpression
) -> tuple[Branches, Branches]:
    value = evaluate(frame, state, target)
    wanted = _classes(frame, state, classes)
    if state.dead:
        return [], []
    return by_class(frame, state, target, value, wanted)


def by_class(
    frame: Frame, state: State, target: cst.BaseExpression | None, value: Value, wanted: Value
) -> tuple[Branches, Branches]:
    """The paths on which a value is an instance of a class, and those on which it is none."""
    return divided_by_class(
        frame,
        state,
        of_class(frame, state, value, wanted),
        target,
        value,
        lambda member: class_facts.is_instance(frame, state, member, wanted),
        lambda member, outcome: class_facts.refined(frame, state, member, wanted, outcome),
    )


def divided_by_class(
    frame: Frame,
    state: State,
    asked: Term | None,
    target: cst.BaseExpression | None,
    value: Value,
    predicate: Predicate,
    refine: Callable[[Value, bool], Value],
) -> tuple[Branches, Branches]:
    """Like `divided`, by a predicate that asks of which class a value is."""
    open_members = [
        member
        for member in members(value)
        if predicate(member) is None and refine(member, True) in (UNKNOWN, refine(member, False))
    ]
    truthy, falsy = divided(frame, state, asked, target, value, predicate, refine, result_is_bool=True)
    if truthy and falsy:
        dependences.question_class(paths_of(truthy, falsy), open_members)
        lost = [one for one in open_members if isinstance(one, Reference) and refine(one, True) is UNKNOWN]
        for path, _ in truthy if lost else ():
            lose_only(path, lost)
    return truthy, falsy


def of_class(frame: Frame, state: State, value: Value, wanted: Value) -> Term | None:
    """The predicate that a value is an instance of a class, or of one of several."""
    term = naming.name_of(state, value)
    if term is None:
        return None
    if isinstance(value, Json):
        kinds = class_facts.json_kinds(frame, state, wanted)
        if kinds is not None:
            return ("kind", term, kinds)
    classes = terms.terms_of("classes", class_facts.class_alternatives(state, wanted))
    return None if classes is None else ("instance", term, classes)


def _instance_of(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """Whose class `type(value)` and `value.__class__` are; None for other ways to a class."""
    match node:
        case (
            cst.Call(func=cst.Name(value="type"), args=[cst.Arg(value=value)])
            | cst.Attribute(value=value, attr=cst.Name(value="__class__"))
        ):
            return value
        case _:
            return None


def _classes(frame: Frame, state: State, node: cst.BaseExpression) -> Value:
    """The classes that are asked for; `datetime | date` is a tuple of them."""
    match node:
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return TupleValue((_classes(frame, state, left), _classes(frame, state, right)))
        case _:
            return evaluate(frame, state, node)


# --- keys of expressions ---------------------------------------------------------------------------------


def only(frame: Frame, state: State, value: Value, outcome: bool) -> Value:
    """The alternatives of a value that can be true (or false)."""
    return join_all(
        _by_truth(member, outcome)
        for member in members(value)
        if truth(frame, state, member) is not (not outcome)
    )
