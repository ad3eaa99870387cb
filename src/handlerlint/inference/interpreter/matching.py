"""`match`: which cases a subject can reach, and what their patterns bind."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Flow, Frame
from handlerlint.inference.core.dispatch import evaluate, executes
from handlerlint.inference.domain.heap import ClassObject, DictObject, ListObject, State
from handlerlint.inference.domain.join import merge_paths
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    Json,
    Reference,
    TupleValue,
    Unknown,
    Value,
    members,
)
from handlerlint.inference.interpreter import implied_else, narrowing
from handlerlint.inference.objects import attributes, class_facts, equality, iterating, subscripts


@executes(cst.Match)
def _match(frame: Frame, states: list[State], node: cst.Match, flow: Flow) -> list[State]:
    after: list[State] = []
    for state in states:
        subject = evaluate(frame, state, node.subject)
        if state.dead:
            continue
        for member in members(subject):
            after += _cases(frame, state.copy(), node, member, flow)
    return merge_paths(after, frame.machine.widest_fork)


def _cases(frame: Frame, state: State, node: cst.Match, subject: Value, flow: Flow) -> list[State]:
    after: list[State] = []
    for case in node.cases:
        path = state.copy()
        fits = _pattern(frame, path, case.pattern, subject)
        if fits is False:
            continue
        if case.guard is not None:
            truthy, falsy = narrowing.assume(frame, path, case.guard)
            after += dispatch.run_body(frame, truthy, case.body, flow)
            if fits is True and not falsy:
                return after
            continue
        after += dispatch.run_body(frame, [path], case.body, flow)
        if fits is True:
            return after
    return [*after, *implied_else.happening(frame, node, node.subject, [state])]


def _pattern(frame: Frame, state: State, pattern: cst.MatchPattern, subject: Value) -> bool | None:
    """Whether a value fits a pattern (None: perhaps); binds the pattern's names."""
    match pattern:
        case cst.MatchAs(pattern=None, name=name):
            if name is not None:
                iterating.bind_name(frame, state, name.value, subject)
            return True
        case cst.MatchAs(pattern=cst.MatchPattern() as inner, name=name):
            fits = _pattern(frame, state, inner, subject)
            if name is not None and fits is not False:
                iterating.bind_name(frame, state, name.value, subject)
            return fits
        case cst.MatchValue(value=value):
            return equality.equal(frame, state, subject, evaluate(frame, state, value))
        case cst.MatchSingleton(value=value):
            return equality.equal(frame, state, subject, evaluate(frame, state, value))
        case cst.MatchOr(patterns=elements):
            return _any(frame, state, [element.pattern for element in elements], subject)
        case cst.MatchList(patterns=elements) | cst.MatchTuple(patterns=elements):
            return _sequence(frame, state, elements, subject)
        case cst.MatchMapping():
            return _mapping(frame, state, pattern, subject)
        case cst.MatchClass():
            return _class(frame, state, pattern, subject)
        case _:
            return None


def _any(frame: Frame, state: State, patterns: Sequence[cst.MatchPattern], subject: Value) -> bool | None:
    fits: bool | None = False
    for pattern in patterns:
        one = _pattern(frame, state, pattern, subject)
        if one is True:
            return True
        fits = None if one is None else fits
    return fits


def _all(results: list[bool | None]) -> bool | None:
    if False in results:
        return False
    return None if None in results else True


def _sequence(
    frame: Frame,
    state: State,
    elements: Sequence[cst.MatchSequenceElement | cst.MatchStar],
    subject: Value,
) -> bool | None:
    """The paths on which a subject is a sequence of this shape, with what the pattern binds."""
    record = state.heap.get(subject.site) if isinstance(subject, Reference) else None
    items: tuple[Value, ...] | None = None
    if isinstance(subject, TupleValue) and subject.rest is None:
        items = subject.items
    elif isinstance(record, ListObject) and record.rest is None:
        items = record.items
    elif not isinstance(subject, (Json, Unknown)) and not isinstance(record, ListObject):
        return False if isinstance(subject, Constant) or isinstance(record, DictObject) else None
    starred = any(isinstance(element, cst.MatchStar) for element in elements)
    if items is None:
        element_value = iterating.iterate(
            frame, state, subject, elements[0] if elements else cst.Pass()
        ).element
        for element in elements:
            if isinstance(element, cst.MatchStar):
                _bind_star(frame, state, element, (), element_value)
            else:
                _pattern(frame, state, element.value, element_value)
        return None
    if (len(items) != len(elements) and not starred) or len(items) < len(elements) - starred:
        return False
    results: list[bool | None] = []
    surplus = len(items) - len(elements) + 1
    position = 0
    for element in elements:
        if isinstance(element, cst.MatchStar):
            _bind_star(frame, state, element, items[position : position + surplus], None)
            position += surplus
        else:
            results.append(_pattern(frame, state, element.value, items[position]))
            position += 1
    return _all(results)


def _bind_star(
    frame: Frame, state: State, star: cst.MatchStar, items: tuple[Value, ...], rest: Value | None
) -> None:
    if star.name is not None:
        value = allocation.new_list(frame, state, star, items, rest)
        iterating.bind_name(frame, state, star.name.value, value)


def _mapping(frame: Frame, state: State, pattern: cst.MatchMapping, subject: Value) -> bool | None:
    record = state.heap.get(subject.site) if isinstance(subject, Reference) else None
    if isinstance(subject, (Constant, TupleValue)) or isinstance(record, ListObject):
        return False
    if pattern.rest is not None:
        iterating.bind_name(frame, state, pattern.rest.value, UNKNOWN)
    results: list[bool | None] = [] if isinstance(record, DictObject) else [None]
    for element in pattern.elements:
        key = evaluate(frame, state, element.key)
        if isinstance(record, DictObject):
            entry = record.entries.get(key)
            if entry is None and record.rest_value is None:
                return False
            value = entry.value if entry is not None else record.rest_value or UNKNOWN
            if entry is None or entry.maybe:
                results.append(None)
        else:
            value = subscripts.load_item(frame, state, subject, key, element.key)
        results.append(_pattern(frame, state, element.pattern, value))
    return _all(results)


def _class(frame: Frame, state: State, pattern: cst.MatchClass, subject: Value) -> bool | None:
    cls = evaluate(frame, state, pattern.cls)
    fits = class_facts.is_instance(frame, state, subject, cls)
    if fits is False:
        return False
    narrowed = class_facts.narrowed(frame, state, subject, cls)
    results: list[bool | None] = [fits]
    for position, element in enumerate(pattern.patterns):
        inner = _positional(frame, state, cls, narrowed, position, pattern)
        results.append(_pattern(frame, state, element.value, inner))
        if isinstance(inner, Unknown):
            results.append(None)
    for keyword in pattern.kwds:
        value = attributes.attribute(frame, state, narrowed, keyword.key.value, keyword)
        if state.dead:
            return False
        results.append(_pattern(frame, state, keyword.pattern, value))
    return _all(results)


def _positional(
    frame: Frame, state: State, cls: Value, subject: Value, position: int, node: cst.CSTNode
) -> Value:
    """What the positional pattern number `position` is matched against: `__match_args__` tells."""
    if class_facts.class_name_of(cls) in _SELF_MATCHING:
        return subject
    record = state.heap.get(cls.site) if isinstance(cls, Reference) else None
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
