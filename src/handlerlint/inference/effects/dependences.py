"""What answers of code that is not followed depend on, and which values the tests of a path have asked about by them.

`if looks_like_a_date(value)`: the answer is not known, so both ways are followed; but of this very value one of them
never happens. So what follows for it on either way is in doubt, and is not reported. A test that is understood, or
that does not depend on what the value is (its size, its place in an order), leaves no doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
    Dependences,
    HeapObject,
    Mark,
    State,
    parts,
    reachable,
)
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Constant,
    Instance,
    Json,
    Lazy,
    Reference,
    ResponseStep,
    Site,
    Step,
    StubValue,
    Term,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    is_harmless,
)
from handlerlint.records import dataclass, replace

#: At the address of a value: a test that was left open has asked about it.
_QUESTIONED = Dependences()
_NONE: frozenset[Mark] = frozenset()
#: Numbers say how large something is, not what it is.
_NUMBERS = frozenset({"builtins.int", "builtins.float"})


@dataclass(frozen=True, slots=True)
class KeyStep(Step):
    """Where a key comes from that a dict is gone through by: `previous` leads to its value."""


def note(state: State, answer: Value, function: Value, arguments: Arguments, *, tells: bool) -> None:
    """Remember what a call was given whose answer is not known; `tells` where it may depend on what that is.

    What nobody can read may ask of which class something is, also of what serializes whatever it is.
    """
    term = answer.site if isinstance(answer, Reference) else terms.own_term(answer)
    if term is None and not isinstance(answer, UnionValue):
        return
    marks = _NONE
    given = arguments.values
    if not any(map(_is_json, given)):  # else it differs from one invocation to the other
        receiver = getattr(function, "receiver", None)
        marks = _asked_by(state, [*given, function, *([] if receiver is None else [receiver])])
    if tells and not (isinstance(answer, Instance) and answer.class_name in _NUMBERS):
        marks = marks.union(*(_marks(state, value) for value in given))
    if isinstance(function, Unknown):
        marks = marks.union(*map(_own_marks, given))
    if not marks:
        return
    if term is None or (isinstance(answer, UnionValue) and not is_harmless(answer)):
        _add(state, marks)  # which of several values it is, is told apart by what it is, and not asked again
        return
    state.heap[_site_of(term)] = Dependences(marks)


def text(
    frame: Frame,
    state: State,
    node: cst.CSTNode,
    shape: tuple[object, ...],
    values: Sequence[Value],
    *,
    is_true: bool = False,
) -> Value:
    """The text that is made of some values at a node; `shape` is all that it depends on besides."""
    made = Instance("builtins.str", origin=frame.step(node), is_true=is_true)
    if all(map(is_harmless, values)):
        return terms.computed(made, ("text", shape), naming.names_of(state, values))
    state.heap.trace.open = True
    named = replace(made, term=("call", id(node), frame.context))
    note(state, named, UNKNOWN, Arguments(tuple(values)), tells=True)
    return named


def question(paths: Sequence[State], values: Iterable[Value]) -> None:
    """A test of values was left open: what they depend on is in doubt from here on."""
    marks = _asked_by(paths[0], values)
    for path in paths if marks else ():
        _add(path, marks)


def question_equality(paths: Sequence[State], left: Value, right: Value) -> None:
    """Whether two values are equal was left open.

    By equality values of any kind are compared, as identifiers are. It tells what one is where it is compared with a
    constant, or with what was made of it: `clean(value) != value`.
    """
    if _is_json(left) or _is_json(right):
        return  # what is sent differs from one invocation to the other
    if isinstance(left, Constant) or isinstance(right, Constant):
        question(paths, (left, right))
        return
    state = paths[0]
    marks = (_behind(state, left) & _marks(state, right)) | (_behind(state, right) & _marks(state, left))
    for path in paths if marks else ():
        _add(path, marks)


def question_size(paths: Sequence[State], values: Iterable[Value]) -> None:
    """Which of two values is larger was left open; what they are it tells where it is about their length as text."""
    question(paths, [value for value in values if (terms.own_term(value) or ("",))[0] == "len"])


def question_class(paths: Sequence[State], values: Iterable[Value]) -> None:
    """Whether values are of a class was left open."""
    marks = _NONE.union(*(_marks(paths[0], value) for value in values if not is_harmless(value)))
    for path in paths if marks else ():
        _add(path, marks)


def question_membership(paths: Sequence[State], item: Value, container: Value) -> None:
    """Whether a container has an item was left open; of one that nobody can read it tells what the item is."""
    marks = _asked_by(paths[0], (item, container))
    if isinstance(container, Unknown):
        marks |= _own_marks(item)
    for path in paths if marks else ():
        _add(path, marks)


def is_questioned(state: State, value: Value) -> bool:
    """Whether an open test has asked what a value is."""
    mark = None if is_harmless(value) else _mark(value)
    return mark is not None and state.heap.get(("questioned", mark)) is not None


def is_in_doubt(state: State, value: Value) -> bool:
    """Whether an open test has asked what a value is, which may be one that never goes this way: a text, a number."""
    return any(state.heap.get(("questioned", mark)) is not None for mark in _own_marks(value))


def chosen_by(key: Value, value: Value) -> Value:
    """A key as it is gone through with its value: who asks about the key asks about the value."""
    match key:
        case Constant(kind="str") | Instance(class_name="builtins.str") if not is_harmless(value):
            step = getattr(value, "origin", None)
            return key if step is None else replace(key, origin=KeyStep("", step.file, step.node, step))
        case _:
            return key


@lru_cache(maxsize=1 << 14)
def _site_of(answer: Term) -> Site:
    """Where a path keeps what an answer depends on: a call reads those answers that it asks for, and no others."""
    return ("dependences", terms.TermKey(answer))


def _known(state: State, answer: Term) -> frozenset[Mark]:
    """What an answer depends on."""
    found = state.heap.assumption(_site_of(answer))
    return found.marks if isinstance(found, Dependences) else _NONE


def _add(state: State, marks: frozenset[Mark]) -> None:
    for mark in marks:
        site = ("questioned", mark)
        if site not in state.heap:
            state.heap[site] = _QUESTIONED


def _is_json(value: Value) -> bool:
    """Whether a value is decoded JSON, or a text in it."""
    return (terms.own_term(value) or ("",))[0] == "json" or isinstance(value, Json)


def _within(state: State, term: object) -> Iterator[Mark]:
    """What the answers in a term depend on; those that what is sent takes part in differ between invocations."""
    match term:
        case tuple() if not any(isinstance(part, tuple) and part[:1] == ("json",) for part in term):
            yield from _known(state, term)
            for part in term:
                yield from _within(state, part)
        case Constant() | StubValue():
            yield from _carried(term)
        case _:
            return


def _asked_by(state: State, values: Iterable[Value]) -> frozenset[Mark]:
    """What the answers depend on that values were made from, and what keys among them belong to."""
    return _NONE.union(*(part for value in values for part in (_behind(state, value), _carried(value))))


def _behind(state: State, value: Value) -> frozenset[Mark]:
    """What the answers depend on that a value was made from."""
    found = set[Mark]()
    for member in members(value):
        match member:
            case Lazy(items=items, element=element):
                found.update(*(_behind(state, item) for item in (*(items or ()), element)))
            case TupleValue(items=items):
                found.update(*(_behind(state, item) for item in items))
            case Reference(site=site):
                found.update(_known(state, site))
            case _ if (term := terms.own_term(member)) is not None:
                found.update(_within(state, term))
            case _:
                pass
    return frozenset(found) if found else _NONE


def _carried(value: Value) -> frozenset[Mark]:
    """The value that a key was gone through with, or that a class was asked of."""
    match value:
        case Constant(origin=KeyStep() as step) | Instance(origin=KeyStep() as step):
            return frozenset({_first(step)})
        case StubValue(receiver=None, origin=Step() as step):
            return frozenset({_first(step)})
        case _:
            return _NONE


def _held(state: State, container: Reference) -> Iterator[Value]:
    """What lies in a container, and in those in it, and is no container itself."""
    for site in reachable(state, [container]):
        record = state.heap.get(site)
        for part in () if record is None else parts(record):
            if not is_harmless(part) and not _is_container(state, part):
                yield part


def _marks(state: State, value: Value) -> frozenset[Mark]:
    """What tells a value from others; of a list or a dict, what tells those that are in it."""
    found = set[Mark]()
    for member in members(value):
        match member:
            case _ if is_harmless(member):
                continue
            case Reference(site=site) if isinstance(state.heap.get(site), ClassObject):
                continue
            case Reference(site=site) if _has_places(state.heap.get(site)):
                found.update(*(_marks(state, part) for part in _held(state, member)))
            case TupleValue(items=items):
                found.update(*(_marks(state, item) for item in items))
            case Lazy(items=items, element=element):
                found.update(*(_marks(state, item) for item in (*(items or ()), element)))
            case _:
                mark = _mark(member)
                if mark is not None:
                    found.add(mark)
    return frozenset(found)


def _own_marks(value: Value) -> frozenset[Mark]:
    """What tells a value itself from others, also one that serializes whatever it is."""
    return frozenset(mark for member in members(value) if (mark := _mark(member)) is not None)


def _is_container(state: State, value: Value) -> bool:
    record = state.object_of(value)
    return _has_places(record) or isinstance(record, ClassObject)


def _has_places(record: HeapObject | None) -> bool:
    """Whether an object holds others in places, of which it can be told which are in doubt."""
    return isinstance(record, Container) and record.has_places


def _mark(value: Value) -> Mark | None:
    """Where a value was made: what two names of one value have in common."""
    step = getattr(value, "origin", None)
    if step is None:
        return value.site if isinstance(value, Reference) else None
    return _first(step)


def _first(step: Step) -> Mark:
    first = next(step.steps())
    return (first.node, first.member if isinstance(first, ResponseStep) else None)
