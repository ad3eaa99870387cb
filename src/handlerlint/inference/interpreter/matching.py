"""`match`: which cases a subject can reach, and what their patterns bind."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Flow, Frame
from handlerlint.inference.core.dispatch import evaluate, executes
from handlerlint.inference.domain import constraints, naming
from handlerlint.inference.domain.heap import ClassObject, Container, State
from handlerlint.inference.domain.join import merge_paths
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    Json,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
)
from handlerlint.inference.interpreter import comparisons, implied_else, narrowing, swallowing
from handlerlint.inference.objects import attributes, class_facts, iterating, membership, subscripts
from handlerlint.inference.objects.sdk_responses import is_open_value
from handlerlint.inference.stubs.types import ClassObjectType, NamedType

#: The paths on which a value fits a pattern, and those on which it does not.
Fits = tuple[list[State], list[State]]


@executes(cst.Match)
def _match(frame: Frame, states: list[State], node: cst.Match, flow: Flow) -> list[State]:
    after: list[State] = []
    for state in states:
        for path, value in dispatch.evaluate_paths(frame, state, node.subject):
            subject = constraints.refined(path, value)
            for member in members(subject):
                one = path.copy()
                if isinstance(subject, UnionValue):
                    member = naming.choose(one, subject, member)
                if is_open_value(member):
                    member = UNKNOWN  # a case may ask for its kind
                if isinstance(node.subject, cst.Name) and member is not subject:
                    narrowing.rebind(frame, one, node.subject.value, member)
                after += _cases(frame, [one], node, member, flow)
    return merge_paths(after, frame.interpreter.widest_fork)


def _cases(frame: Frame, states: list[State], node: cst.Match, subject: Value, flow: Flow) -> list[State]:
    """The paths after a `match`; those that a case does not fit try the next one."""
    after: list[State] = []
    for case in node.cases:
        fitting, states = _each(frame, states, _fits, case.pattern, subject)
        for path in fitting:
            if (
                isinstance(node.subject, cst.Name)
                and _of_class(frame, path, case.pattern, subject) is UNKNOWN
            ):
                narrowing.rebind(frame, path, node.subject.value, UNKNOWN)
        if case.guard is not None:
            fitting, refused = _each(frame, fitting, narrowing.assume, case.guard)
            states = states + refused
        fitting = merge_paths(fitting, frame.interpreter.widest_fork)
        if fitting and states:
            swallowing.doubt(frame, [*fitting, *states])
        after += dispatch.run_body(frame, fitting, case.body, flow) if fitting else []
        states = merge_paths(states, frame.interpreter.widest_fork)
    return [*after, *implied_else.happening(frame, node, node.subject, states)]


def _each(frame: Frame, states: Sequence[State], divide: Callable[..., Fits], *question: object) -> Fits:
    """Divide several paths by one question."""
    fitting: list[State] = []
    others: list[State] = []
    for state in states:
        yes, no = divide(frame, state, *question)
        fitting += yes
        others += no
    return fitting, others


def _decided(state: State, verdict: bool | None) -> Fits:
    """One path by an answer; where that is open, both ways are followed."""
    if verdict is None:
        return [state], [state.copy()]
    return ([state], []) if verdict else ([], [state])


def _fits(frame: Frame, state: State, pattern: cst.MatchPattern, subject: Value) -> Fits:
    """The paths on which a value fits a pattern, its names bound there, and those on which it does not."""
    subject = constraints.refined(state, subject)
    match pattern:
        case cst.MatchAs(pattern=inner, name=name):
            fitting, others = ([state], []) if inner is None else _fits(frame, state, inner, subject)
            for path in fitting if name is not None else ():
                assert name is not None
                found = constraints.refined(path, _of_class(frame, path, inner, subject))
                iterating.bind_name(frame, path, name.value, found)
            return fitting, others
        case cst.MatchValue(value=value) | cst.MatchSingleton(value=value):
            right = evaluate(frame, state, value)
            return _paths(comparisons.by_equality(frame, state, subject, right))
        case cst.MatchOr(patterns=elements):
            fitting, others = [], [state]
            for element in elements:
                more, others = _each(frame, others, _fits, element.pattern, subject)
                fitting = fitting + more
            return fitting, others
        case cst.MatchList(patterns=elements) | cst.MatchTuple(patterns=elements):
            return _sequence(frame, state, elements, subject)
        case cst.MatchMapping():
            return _mapping(frame, state, pattern, subject)
        case cst.MatchClass():
            return _class(frame, state, pattern, subject)
        case _:
            return _decided(state, None)


def _paths(branches: tuple[narrowing.Branches, narrowing.Branches]) -> Fits:
    return [path for path, _ in branches[0]], [path for path, _ in branches[1]]


def _all(frame: Frame, state: State, parts: Sequence[tuple[cst.MatchPattern, Value]]) -> Fits:
    """The paths on which each of several values fits its pattern."""
    fitting: list[State] = [state]
    others: list[State] = []
    for pattern, value in parts:
        fitting, more = _each(frame, fitting, _fits, pattern, value)
        others += more
    return fitting, others


def _sequence(
    frame: Frame,
    state: State,
    elements: Sequence[cst.MatchSequenceElement | cst.MatchStar],
    subject: Value,
) -> Fits:
    """The paths on which a subject is a sequence of this shape, with what the pattern binds."""
    record = state.object_of(subject)
    is_sequence = record.is_sequence if isinstance(record, Container) else None
    if isinstance(subject, Constant) or is_sequence is False:
        return [], [state]
    if not is_sequence and not isinstance(subject, (Json, TupleValue, Unknown)):
        return _decided(state, None)
    items = membership.known_elements(state, subject)
    if not elements and is_sequence:
        filled, empty = _paths(narrowing.by_truth(frame, state, None, subject))
        return empty, filled
    starred = any(isinstance(element, cst.MatchStar) for element in elements)
    if items is None:
        return _open_sequence(frame, state, elements, subject)
    if (len(items) != len(elements) and not starred) or len(items) < len(elements) - starred:
        return [], [state]
    surplus = len(items) - len(elements) + 1
    parts: list[tuple[cst.MatchPattern, Value]] = []
    position = 0
    for element in elements:
        if isinstance(element, cst.MatchStar):
            _bind_star(frame, state, element, items[position : position + surplus], None)
            position += surplus
        else:
            parts.append((element.value, items[position]))
            position += 1
    return _all(frame, state, parts)


def _open_sequence(
    frame: Frame,
    state: State,
    elements: Sequence[cst.MatchSequenceElement | cst.MatchStar],
    subject: Value,
) -> Fits:
    """A sequence of unknown length: it may fit, and it may not."""
    other = state.copy()
    each = iterating.iterate(frame, state, subject, elements[0] if elements else cst.Pass()).element
    for element in elements:
        if isinstance(element, cst.MatchStar):
            _bind_star(frame, state, element, (), each)
    parts = [(one.value, each) for one in elements if isinstance(one, cst.MatchSequenceElement)]
    fitting, _ = _all(frame, state, parts)
    return fitting, [other]


def _bind_star(
    frame: Frame, state: State, star: cst.MatchStar, items: tuple[Value, ...], rest: Value | None
) -> None:
    if star.name is not None:
        value = allocation.new_list(frame, state, star, items, rest)
        iterating.bind_name(frame, state, star.name.value, value)


def _mapping(frame: Frame, state: State, pattern: cst.MatchMapping, subject: Value) -> Fits:
    """The paths on which a subject has the keys of a pattern, with values that fit."""
    record = state.object_of(subject)
    is_mapping = record.is_mapping if isinstance(record, Container) else None
    if isinstance(subject, (Constant, TupleValue)) or is_mapping is False:
        return [], [state]
    if pattern.rest is not None:
        iterating.bind_name(frame, state, pattern.rest.value, UNKNOWN)
    others: list[State] = [] if is_mapping else [state.copy()]
    fitting = [state]
    if isinstance(subject, Json):
        fitting, others = _paths(narrowing.by_class(frame, state, None, subject, _DICT))
    for element in pattern.elements:
        key = evaluate(frame, state, element.key)
        fitting, without = _each(frame, fitting, _has_key, key, subject)
        others = others + without
        fitting, without = _each(frame, fitting, _item_fits, element, key, subject)
        others = others + without
    return fitting, others


_DICT = StubValue(ClassObjectType(NamedType("builtins.dict")))


def _has_key(frame: Frame, state: State, key: Value, subject: Value) -> Fits:
    return _paths(comparisons.by_membership(frame, state, key, subject))


def _item_fits(
    frame: Frame, state: State, element: cst.MatchMappingElement, key: Value, subject: Value
) -> Fits:
    value = subscripts.load_item(frame, state, subject, key, element.key)
    return ([], [state]) if value is NEVER else _fits(frame, state, element.pattern, value)


def _class(frame: Frame, state: State, pattern: cst.MatchClass, subject: Value) -> Fits:
    """The paths on which a subject is an instance of a class, with attributes that fit."""
    cls = evaluate(frame, state, pattern.cls)
    fitting, others = _paths(narrowing.by_class(frame, state, None, subject, cls))
    narrowed = class_facts.narrowed(frame, state, subject, cls)
    for position, element in enumerate(pattern.patterns):
        fitting, more = _each(frame, fitting, _position_fits, pattern, position, element.value, cls, narrowed)
        others = others + more
    for keyword in pattern.kwds:
        fitting, more = _each(frame, fitting, _keyword_fits, keyword, narrowed)
        others = others + more
    return fitting, others


def _of_class(frame: Frame, state: State, pattern: cst.MatchPattern | None, subject: Value) -> Value:
    """A subject that fits a pattern; Unknown where that asks for a class of which it is not known what it is."""
    match pattern:
        case cst.MatchAs(pattern=inner) if inner is not None:
            return _of_class(frame, state, inner, subject)
        case cst.MatchClass(cls=written):
            cls = dispatch.peek(frame, state, written)
            is_open = class_facts.is_instance(frame, state, subject, cls) is None
            is_open = is_open and class_facts.has_unknown_instances(frame, state, cls)
            return UNKNOWN if is_open and not isinstance(subject, Json) else subject
        case _:
            return subject


def _position_fits(
    frame: Frame,
    state: State,
    whole: cst.MatchClass,
    position: int,
    pattern: cst.MatchPattern,
    cls: Value,
    subject: Value,
) -> Fits:
    """The paths on which what a positional pattern is matched against fits it."""
    value = _positional(frame, state, cls, subject, position, whole)
    return _attribute_fits(frame, state, pattern, value)


def _keyword_fits(frame: Frame, state: State, keyword: cst.MatchKeywordElement, subject: Value) -> Fits:
    value = attributes.attribute(frame, state, subject, keyword.key.value, keyword)
    return _attribute_fits(frame, state, keyword.pattern, value)


def _attribute_fits(frame: Frame, state: State, pattern: cst.MatchPattern, value: Value) -> Fits:
    """The paths on which an attribute fits; an object without it does not, and of an unknown one that is open."""
    if state.dead or value is NEVER:
        state.dead = False
        return [], [state]
    fitting, others = _fits(frame, state, pattern, value)
    if isinstance(value, Unknown) and value.term is None and not others:
        others = [state.copy()]
    return fitting, others


def _positional(
    frame: Frame, state: State, cls: Value, subject: Value, position: int, node: cst.CSTNode
) -> Value:
    """What the positional pattern number `position` is matched against: `__match_args__` tells."""
    if class_facts.class_name_of(cls) in _SELF_MATCHING:
        return subject
    record = state.object_of(cls)
    if isinstance(record, ClassObject) and record.kind in ("dataclass", "named-tuple"):
        names = [name for name, _ in record.fields]
        if position < len(names):
            found = attributes.attribute(frame, state, subject, names[position], node)
            state.dead = False
            return UNKNOWN if found is NEVER else found
    return UNKNOWN


#: Classes whose one positional pattern matches the whole subject (PEP 634).
_SELF_MATCHING = frozenset(
    f"builtins.{name}"
    for name in (
        "bool",
        "bytearray",
        "bytes",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "set",
        "str",
        "tuple",
    )
)
