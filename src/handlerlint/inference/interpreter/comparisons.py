"""Comparisons as conditions: equality, order, membership, and what each teaches about its operands."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import evaluate
from handlerlint.inference.core.failing import fails
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import ClassObject, Container, InstanceObject, State
from handlerlint.inference.domain.unions import equal_value, join_all, members
from handlerlint.inference.domain.values import (
    FALSE,
    NONE,
    TRUE,
    UNKNOWN,
    BoundMethod,
    Constant,
    EnumMember,
    FunctionValue,
    Instance,
    Json,
    Reference,
    Term,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.interpreter import certain_errors, narrowing
from handlerlint.inference.objects import attributes, class_facts, membership, operators, sets
from handlerlint.inference.objects.equality import equal, identical
from handlerlint.inference.objects.fields import fields_of
from handlerlint.inference.objects.truth import truth
from handlerlint.inference.stubs.types import FunctionType, NamedType
from handlerlint.inference.types import queries


@narrowing.tests(cst.Comparison)
def _compared(
    frame: Frame, state: State, node: cst.Comparison
) -> tuple[narrowing.Branches, narrowing.Branches]:
    if len(node.comparisons) > 1:
        return _chained(frame, state, node)
    return _compared_with(frame, state, node, node.comparisons[0], node.left)


def _compared_with(
    frame: Frame,
    state: State,
    node: cst.Comparison,
    target: cst.ComparisonTarget,
    left_node: cst.BaseExpression,
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """The paths on which one comparison of a chain holds, and those on which it does not."""
    left = evaluate(frame, state, left_node)
    right = evaluate(frame, state, target.comparator)
    operands = (left, right)
    name = type(target.operator).__name__
    if state.dead or fails(
        frame, state, certain_errors.of_operator(frame, state, name, operands, node), node
    ):
        return [], []
    verdict = sets.compared(frame, state, name, left, right, node)
    if verdict is not None:
        return ([(state, TRUE)], []) if verdict else ([], [(state, FALSE)])
    own = _by_own_method(frame, state, name, left, right, node)
    if own is not None:
        return own
    truthy, falsy = _by_value(frame, state, node, target, left_node, operands)
    if any(
        _may_answer(frame, state, value, method)
        for value, method in zip(operands, _METHODS.get(name, ()), strict=False)
    ):
        return [(path, UNKNOWN) for path, _ in truthy], [(path, UNKNOWN) for path, _ in falsy]
    return truthy, falsy


def _by_value(
    frame: Frame,
    state: State,
    node: cst.Comparison,
    target: cst.ComparisonTarget,
    left_node: cst.BaseExpression,
    operands: tuple[Value, Value],
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """The paths of a comparison by what is known of the two values."""
    left, right = operands
    measured = _measured(frame, state, left_node, target.operator, right)
    if measured is not None:
        truthy, falsy = narrowing.branch(frame, state, measured[0])
        return _as_bools(truthy, falsy) if measured[1] else _as_bools(falsy, truthy)
    match target.operator:
        case cst.Is() | cst.Equal():
            return _equal(frame, state, left_node, left, target, right)
        case cst.IsNot() | cst.NotEqual():
            truthy, falsy = _equal(frame, state, left_node, left, target, right)
            return _as_bools(falsy, truthy)
        case cst.In():
            return by_membership(frame, state, left, right, left_node)
        case cst.NotIn():
            truthy, falsy = by_membership(frame, state, left, right, left_node)
            return _as_bools(falsy, truthy)
        case cst.LessThan() | cst.LessThanEqual() | cst.GreaterThan() | cst.GreaterThanEqual() if (
            operators.is_null_with(left, right) or operators.is_text_with_number(left, right)
        ):
            operators.fails(frame, state, TypeError, node)
            return [], []
        case operator:
            verdict = _ordered(type(operator).__name__, queries.as_tuple(frame, left), right)
            asked = _order(state, type(operator).__name__, left, right)
            truthy, falsy = narrowing.divided(
                frame, state, asked, node, narrowing.BOOL, lambda _: verdict, result_is_bool=True
            )
            if truthy and falsy:
                dependences.question_size(narrowing.paths_of(truthy, falsy), (left, right))
            return truthy, falsy


#: What a comparison calls: of the left operand, and of the right one where the left has none.
_METHODS = {
    "Equal": ("__eq__", "__eq__"),
    "NotEqual": ("__ne__", "__ne__"),
    "LessThan": ("__lt__", "__gt__"),
    "LessThanEqual": ("__le__", "__ge__"),
    "GreaterThan": ("__gt__", "__lt__"),
    "GreaterThanEqual": ("__ge__", "__le__"),
}


def _by_own_method(
    frame: Frame, state: State, operator: str, left: Value, right: Value, node: cst.Comparison
) -> tuple[narrowing.Branches, narrowing.Branches] | None:
    """The paths of a comparison by what a class of the project says of its instances; None where it says nothing.

    Each has what the method has given as its value, which need be no bool: a condition of a query.
    """
    names = _METHODS.get(operator, ())
    return _asked(frame, state, list(zip((left, right), (right, left), names, strict=False)), node)


def _asked(
    frame: Frame, state: State, tries: Sequence[tuple[Value, Value, str]], node: cst.Comparison
) -> tuple[narrowing.Branches, narrowing.Branches] | None:
    """What the first method says that an operand has: one that gives `NotImplemented` leaves it to the other operand.

    Where that has none, the two are equal if they are one object.
    """
    for position, (owner, other, name) in enumerate(tries):
        method = _method(frame, state, owner, name)
        is_negated = method is None and name == "__ne__"
        method = _method(frame, state, owner, "__eq__") if is_negated else method
        if method is None:
            continue
        truthy, falsy = narrowing.no_branches(), narrowing.no_branches()
        for path, answer in dispatch.invoke(frame, state.copy(), method, Arguments((other,)), node):
            if _is_undecided(answer):
                rest = _asked(frame, path, tries[position + 1 :], node)
                if rest is None and (name not in _BY_IDENTITY or _may_answer(frame, path, other, name)):
                    return None
                holds = (owner == other) is (name == "__eq__")
                yes, no = rest or (([(path, TRUE)], []) if holds else ([], [(path, FALSE)]))
            elif any(map(_is_undecided, members(answer))):
                return None
            else:
                yes, no = narrowing.by_truth(frame, path, node, answer)
                yes, no = _as_bools(no, yes) if is_negated else (yes, no)
            truthy += yes
            falsy += no
        return truthy, falsy
    return None


#: What is told by which objects two are, where neither says anything.
_BY_IDENTITY = frozenset({"__eq__", "__ne__"})


def _may_answer(frame: Frame, state: State, value: Value, method: str) -> bool:
    """Whether what a value gives where it is compared may be no bool: a column of rows, a condition of a query."""
    match value:
        case Unknown():
            return True
        case UnionValue(members=alternatives):
            return any(_may_answer(frame, state, member, method) for member in alternatives)
        case Instance(class_name=name):
            found = frame.interpreter.stubs.attribute(NamedType(name), method)
            signatures = found.function.signatures if isinstance(found, FunctionType) else ()
            is_bool = all(one.result == NamedType("builtins.bool") for one in signatures)
            return not is_bool or not class_facts.has_certain_class(frame, value)
        case Reference(site=site) if isinstance(state.heap.get(site), (ClassObject, InstanceObject)):
            cls = attributes.class_of_instance(state, value) or value
            return not class_facts.resolution_order(frame, state, cls)[1]
        case _:
            return False


def _is_undecided(answer: Value) -> bool:
    """Whether it is `NotImplemented`: the other operand is asked, and where that says nothing, which object it is."""
    return isinstance(answer, Instance) and answer.class_name == "types.NotImplementedType"


def _method(frame: Frame, state: State, owner: Value, name: str) -> BoundMethod | None:
    """A method of an instance of a class of the project, if the class has it."""
    cls = attributes.class_of_instance(state, owner) if isinstance(owner, Reference) else None
    found = None if cls is None else attributes.find_in_class(frame, state, cls, name)[0]
    return BoundMethod(found, owner) if isinstance(found, FunctionValue) else None


def _order(state: State, operator: str, left: Value, right: Value) -> Term | None:
    """The predicate of a comparison by order."""
    given = naming.names_of(state, (left, right))
    if given is None:
        return None
    one, other = given
    match operator:
        case "LessThan" | "LessThanEqual":
            return terms.is_below(one, other, strictly=operator == "LessThan")
        case _ if other[0] == "constant" or one[0] == "constant":
            return terms.negation(terms.is_below(one, other, strictly=operator == "GreaterThanEqual"))
        case _:
            return terms.is_below(other, one, strictly=operator == "GreaterThan")


def _chained(
    frame: Frame, state: State, node: cst.Comparison
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """`a < b < c`: true where every link is, false from the first on that is not."""
    paths, falsy = [state], narrowing.no_branches()
    left = node.left
    truthy = narrowing.no_branches()
    for target in node.comparisons:
        truthy = narrowing.no_branches()
        for path in paths:
            yes, no = _compared_with(frame, path, node, target, left)
            truthy += yes
            falsy += no
        paths, left = [path for path, _ in truthy], target.comparator
    return truthy, falsy


def _measured(
    frame: Frame, state: State, left: cst.BaseExpression, operator: cst.BaseCompOp, right: Value
) -> tuple[cst.BaseExpression, bool] | None:
    """The container of `len(container) > 0` and `container == []`, and whether the test holds where it is not empty."""
    container = narrowing.measured(frame, state, left)
    if container is None:
        return _compared_with_nothing(frame, state, left, operator, right)
    match operator, right:
        case (cst.GreaterThan() | cst.NotEqual(), Constant(value=0)) | (
            cst.GreaterThanEqual(),
            Constant(value=1),
        ):
            holds = True
        case (cst.Equal() | cst.LessThanEqual(), Constant(value=0)) | (cst.LessThan(), Constant(value=1)):
            holds = False
        case _:
            return None
    return container, holds


def _compared_with_nothing(
    frame: Frame, state: State, left: cst.BaseExpression, operator: cst.BaseCompOp, right: Value
) -> tuple[cst.BaseExpression, bool] | None:
    """`container == []` asks whether it is empty, where both are of one kind."""
    nothing = state.object_of(right)
    if not isinstance(operator, (cst.Equal, cst.NotEqual)) or not isinstance(nothing, Container):
        return None
    record = state.object_of(evaluate(frame, state.copy(), left))
    if not isinstance(record, Container) or not record.may_equal(nothing):
        return None
    if truth(frame, state, right) is not False:
        return None
    return left, isinstance(operator, cst.NotEqual)


def _as_bools(
    truthy: narrowing.Branches, falsy: narrowing.Branches
) -> tuple[narrowing.Branches, narrowing.Branches]:
    return [(path, TRUE) for path, _ in truthy], [(path, FALSE) for path, _ in falsy]


def _ordered(operator: str, left: Value, right: Value) -> bool | None:
    """Whether `<`, `<=`, `>` or `>=` holds between two values; None where that is not known."""
    match left, right:
        case Constant(value=int() | float() as a), Constant(value=int() | float() as b):
            return {"LessThan": a < b, "LessThanEqual": a <= b, "GreaterThan": a > b}.get(operator, a >= b)
        case Constant(value=str() as one), Constant(value=str() as other):
            return {
                "LessThan": one < other,
                "LessThanEqual": one <= other,
                "GreaterThan": one > other,
            }.get(operator, one >= other)
        case _, Constant(value=float() as bound) if math.isinf(bound) and not isinstance(left, Unknown):
            return operator.startswith("Less") is (bound > 0)  # every other number is on its inner side
        case Constant(value=float() as bound), _ if math.isinf(bound) and not isinstance(right, Unknown):
            return operator.startswith("Greater") is (bound > 0)
        case TupleValue(items=first, rest=None), TupleValue(items=second, rest=None):
            for item, against in zip(first, second, strict=False):
                if not (isinstance(item, Constant) and isinstance(against, Constant)):
                    return None
                if item != against:
                    return _ordered(operator, item, against)
            return _ordered(operator, constant(len(first)), constant(len(second)))
        case _:
            return None


def _equal(
    frame: Frame,
    state: State,
    left_node: cst.BaseExpression,
    left: Value,
    compared: cst.ComparisonTarget,
    right: Value,
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """The paths of `==` and `is`, each operand narrowed by what it is compared with."""
    if isinstance(left, (Constant, EnumMember)) and not isinstance(right, (Constant, EnumMember)):
        left_node, left, right = compared.comparator, right, left
    match left_node:
        case cst.Call(func=cst.Name(value="type"), args=[cst.Arg(value=target, star="", keyword=None)]):
            value = evaluate(frame, state, target)
            return narrowing.divided_by_class(
                frame,
                state,
                _class_of(state, value, right),
                target,
                value,
                lambda member: class_facts.is_exactly(frame, state, member, right),
                lambda member, outcome: class_facts.refined(
                    frame, state, member, right, outcome, exactly=True
                ),
            )
    verdict = identical if isinstance(compared.operator, (cst.Is, cst.IsNot)) else equal
    return by_equality(frame, state, left, right, left_node, verdict)


def by_equality(
    frame: Frame,
    state: State,
    left: Value,
    right: Value,
    target: cst.BaseExpression | None = None,
    verdict: Callable[[Frame, State, Value, Value], bool | None] = equal,
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """The paths on which two values are equal, and those on which they are not; `target` is where the left one is."""
    pairs = (
        _fields(state, left, right)
        if verdict is equal and verdict(frame, state, left, right) is None
        else None
    )
    if pairs:
        return _in_turn(frame, state, pairs, until=False)
    truthy, falsy = narrowing.divided(
        frame,
        state,
        equality_of(state, left, right),
        target,
        left,
        lambda member: verdict(frame, state, member, right),
        lambda member, outcome: _equal_value(member, right) if outcome else member,
        result_is_bool=True,
    )
    if truthy and falsy:
        dependences.question_equality(narrowing.paths_of(truthy, falsy), left, right)
    return truthy, falsy


def _fields(state: State, left: Value, right: Value) -> list[tuple[Value, Value]] | None:
    """What is compared where two values are, which are equal if all that they hold is: tuples, and data classes."""
    match left, right:
        case TupleValue(items=mine, rest=None), TupleValue(items=others, rest=None) if len(mine) == len(
            others
        ):
            return list(zip(mine, others, strict=True)) if len(mine) <= _MOST_CANDIDATES else None
        case _:
            pass
    one, other = state.object_of(left), state.object_of(right)
    if not isinstance(one, InstanceObject) or not isinstance(other, InstanceObject) or one.cls != other.cls:
        return None
    cls = state.heap.get(one.cls)
    if (
        not isinstance(cls, ClassObject)
        or cls.kind not in ("dataclass", "named-tuple")
        or "__eq__" in cls.names
    ):
        return None
    names = fields_of(cls)
    if len(names) > _MOST_CANDIDATES or not all(
        name in one.attributes and name in other.attributes for name in names
    ):
        return None
    return [(one.attributes[name], other.attributes[name]) for name in names]


def _in_turn(
    frame: Frame, state: State, pairs: Iterable[tuple[Value, Value]], *, until: bool
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """Compare pairs `until` one is equal: the paths where some pair is, and those where none is.

    Or else until one is not: the paths where each pair is equal, and those where some is not.
    """
    ended: narrowing.Branches = []
    going_on: narrowing.Branches = [(state, FALSE if until else TRUE)]
    for left, right in pairs:
        before, going_on = going_on, []
        for path, _ in before:
            yes, no = by_equality(frame, path, left, right)
            ended += yes if until else no
            going_on += no if until else yes
    return (ended, going_on) if until else (going_on, ended)


def _class_of(state: State, value: Value, cls: Value) -> Term | None:
    """The predicate that a class is the very class of a value."""
    term, other = naming.name_of(state, value), terms.term_of(cls)
    name = class_facts.class_name_of(cls)
    if term is not None and isinstance(value, Json) and name in class_facts.JSON_CLASSES:
        return ("kind", term, frozenset({name}))
    return None if term is None or other is None else terms.are_equal(("type", term), other)


def equality_of(state: State, left: Value, right: Value) -> Term | None:
    """The predicate that two values are equal."""
    if isinstance(left, (Constant, EnumMember)):
        left, right = right, left
    one = naming.name_of(state, left) or terms.term_of(left)
    if one is None:
        return None
    if isinstance(right, (Constant, EnumMember)):
        return terms.starts_with(one, right) or terms.is_among(one, (right,))
    other = naming.name_of(state, right) or terms.term_of(right)
    return None if other is None else terms.are_equal(one, other)


def _equal_value(member: Value, right: Value) -> Value:
    """What a value is once it is known to equal `right`.

    One of which nothing is known, not even where it comes from, may be asked for None to no purpose, as wrappers do.
    """
    if right == NONE and isinstance(member, Unknown) and member.term is None:
        return member
    return equal_value(member, right) if isinstance(right, Constant) else member


def by_membership(
    frame: Frame, state: State, item: Value, container: Value, target: cst.BaseExpression | None = None
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """The paths of `in`, the item narrowed to the elements where these are known."""
    cls = attributes.class_of_instance(state, container) if isinstance(container, Reference) else None
    method = None if cls is None else attributes.find_in_class(frame, state, cls, "__contains__")[0]
    if isinstance(method, FunctionValue) and target is not None:
        answer = attributes.call_special(frame, state, container, "__contains__", (item,), target)
        assert answer is not None
        return _as_bools(*narrowing.by_truth(frame, state, None, answer))
    truthy, falsy = _by_membership(frame, state, item, container, target)
    if truthy and falsy and not isinstance(container, Json):
        dependences.question_membership(narrowing.paths_of(truthy, falsy), item, container)
    return truthy, falsy


def _by_membership(
    frame: Frame, state: State, item: Value, container: Value, target: cst.BaseExpression | None = None
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """Like `by_membership`, without noting what an open answer depends on."""
    match item, container:
        case Constant(value=str() as part), Constant(value=str() as text):
            return ([(state, TRUE)], []) if part in text else ([], [(state, FALSE)])
    owner = sets.keys_behind(state, container)
    if owner is not None and owner is not container:
        return by_membership(frame, state, item, owner, target)
    found = membership.find(state, item, container)
    if found is not None and found.asked is None:
        inside, outside = found.inside, found.outside
        return (
            [] if inside is None else [(inside, TRUE)],
            [] if outside is None else [(outside, FALSE)],
        )
    candidates = None if found is not None else membership.known_elements(state, container)
    if candidates is None:
        asked = membership_of(state, item, container if found is None else found.asked or container)
        return narrowing.divided(
            frame, state, asked, None, narrowing.BOOL, lambda _: None, result_is_bool=True
        )
    return _among(frame, state, item, container, candidates, target)


def _among(
    frame: Frame,
    state: State,
    item: Value,
    container: Value,
    candidates: Sequence[Value],
    target: cst.BaseExpression | None,
) -> tuple[narrowing.Branches, narrowing.Branches]:
    """The paths on which a value equals one of some candidates, and those on which it equals none."""

    if len(candidates) <= _MOST_CANDIDATES and any(terms.own_term(one) is not None for one in candidates):
        # `x in (a, b)` where `a` is not known: the paths of `x == a or x == b`.
        return _in_turn(frame, state, ((candidate, item) for candidate in candidates), until=True)

    def predicate(member: Value) -> bool | None:
        verdicts = [equal(frame, state, member, candidate) for candidate in candidates]
        if any(verdict is True for verdict in verdicts):
            return True
        return None if None in verdicts else False

    term = naming.name_of(state, item)
    constants = all(isinstance(candidate, (Constant, EnumMember)) for candidate in candidates)
    return narrowing.divided(
        frame,
        state,
        terms.is_among(term, candidates)
        if term is not None and constants
        else membership_of(state, item, container),
        target,
        item,
        predicate,
        lambda member, outcome: _one_of_these(member, candidates) if outcome else member,
        result_is_bool=True,
    )


#: Whether a value equals one of some that are not known is asked of at most so many.
_MOST_CANDIDATES = 4


def membership_of(state: State, item: Value, container: Value) -> Term | None:
    """The predicate that a container has an item (or a dict a key)."""
    is_flag = isinstance(container, EnumMember)
    whole = terms.term_of(container) if is_flag else naming.name_of(state, container)
    one = terms.term_of(item)
    return None if whole is None or one is None else ("has", whole, one)


def _one_of_these(member: Value, candidates: Sequence[Value]) -> Value:
    """What a value is once it is known to be among the candidates."""
    constants = 0 < len(candidates) <= 8 and all(isinstance(candidate, Constant) for candidate in candidates)
    found = [equal_value(member, candidate) for candidate in candidates] if constants else [member]
    return member if member in found else join_all(found)
