"""What a path assumes of unknown values: the one place that answers whether a predicate holds, and takes it in.

`decide` says yes, no or open; `assume` makes the path one on which an open predicate has an outcome. What follows from
what is assumed is known, too: what equals "date" is true, a text, none of {"x", "y"} and longer than 3. What cannot be
expressed is remembered as an outcome of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import NoneType
from typing import cast

from handlerlint.inference.domain import computing, terms
from handlerlint.inference.domain.heap import (
    NO_FACTS,
    Bound,
    Facts,
    State,
)
from handlerlint.inference.domain.values import (
    FALSE,
    TRUE,
    Constant,
    EnumMember,
    Instance,
    Json,
    Term,
    UnionValue,
    Unknown,
    Value,
    constant,
    join_all,
    members,
)
from handlerlint.records import replace

#: Predicates and terms that are asked of a value of any class.
_UNDERSTOOD = frozenset({"json", "has", "len", "same", "true", "operator", "item", "attribute", "text"})
#: More constants than these are not remembered as alternatives of one value.
MOST_OPTIONS = 8

_NULL = Constant(None, "NoneType")
_LISTS = frozenset({"builtins.list"})
#: The steps to what a loop meets in JSON: it is there.
_GONE_THROUGH = frozenset({"int", "item"})


def facts_of(state: State, term: Term) -> Facts:
    """What a path assumes of a term; a part of JSON that holds nothing else is of that class, or absent."""
    found = state.heap.get(terms.site_of(term))
    if isinstance(found, Facts):
        return found
    if term[0] == "json":
        holds = _held_by(state, term)
        if holds is None:
            return NO_FACTS
        return (
            Facts(kinds=holds) if cast("Term", term[-1])[0] in _GONE_THROUGH else or_null(Facts(kinds=holds))
        )
    if term[0] == "len" and _held_by(state, cast("Term", term[1])) == _LISTS:
        is_there = not _may_be(facts_of(state, cast("Term", term[1])), _NULL)
        return Facts(lower=(1, False)) if is_there else NO_FACTS
    return NO_FACTS


def _held_by(state: State, part: Term) -> frozenset[str] | None:
    """What all of the JSON is that a part is read from, where it is of one class."""
    whole = state.heap.get(terms.site_of(part[:-1])) if part[0] == "json" else None
    return whole.holds if isinstance(whole, Facts) else None


def or_null(facts: Facts) -> Facts:
    """What is known of a value that may be null as well."""
    return replace(facts, kinds=(facts.kinds or JSON_KINDS) | _NONE_KIND)


def _of_its_kind(state: State, predicate: Term) -> Term:
    """That JSON has a key: where all that it holds is of one class, that what is read there is not null."""
    match predicate:
        case ("has", ("json", *_) as whole, ("constant", Constant(value=str(), kind=kind) as key)):
            if facts_of(state, cast("Term", whole)).holds is not None:
                part = (*cast("Term", whole), (kind, key.value))
                return terms.negation(terms.is_among(part, (_NULL,)))
    return predicate


def decide(state: State, predicate: Term) -> bool | None:
    """Whether a predicate holds on a path; None where that is open."""
    predicate = _of_its_kind(state, predicate)
    verdict = _decided(state, predicate)
    return _computed(state, predicate) if verdict is None else verdict


def _computed(state: State, predicate: Term) -> bool | None:
    """Whether a predicate holds for all that the value may be which its term is computed from."""
    term = cast("Term", predicate[1])
    whole = computing.root(term) if predicate[0] in ("true", "among", "below") else term
    if whole == term:
        return None
    facts = facts_of(state, whole)
    if facts.among is not None and all(isinstance(one, Constant) for one in facts.among):
        values: Iterable[object] = [one.value for one in facts.among if isinstance(one, Constant)]
    elif facts.truth is False:
        values = computing.FALSE_VALUES
    else:
        return None
    verdicts = {verdict for value in values for verdict in computing.answers(predicate, value)}
    return verdicts.pop() if len(verdicts) == 1 else None


def _decided(state: State, predicate: Term) -> bool | None:
    """Whether a predicate holds by what is known of its term itself."""
    match predicate:
        case ("not", inner):
            verdict = decide(state, cast("Term", inner))
            return None if verdict is None else not verdict
        case ("and" | "or" as operator, *parts):
            verdicts = {decide(state, cast("Term", part)) for part in parts}
            settles = operator == "or"  # the outcome of one that is that of both
            if settles in verdicts:
                return settles
            return facts_of(state, predicate).truth if None in verdicts else not settles
        case ("true", term):
            return _is_true(state, cast("Term", term))
        case ("among", term, options):
            return _is_among(_known(state, cast("Term", term)), cast("frozenset[Value]", options))
        case ("kind", term, kinds):
            return _is_of_kind(facts_of(state, cast("Term", term)), cast("frozenset[str]", kinds))
        case ("below", term, ("constant", bound), strictly):
            return _is_below(_known(state, cast("Term", term)), cast("Constant", bound), bool(strictly))
        case ("has", ("json", *_) as whole, ("constant", Constant(value=str(), kind=kind) as key)):
            known = facts_of(state, predicate).truth
            found = facts_of(state, (*whole, (kind, key.value)))
            return True if known is None and not _may_be(found, _NULL) else known
        case ("below", left, right, strictly):
            less, _, more = _order_of(state, cast("Term", left), cast("Term", right))
            return less if strictly else None if more is None else not more
        case ("same", pair) if len(cast("frozenset[Term]", pair)) == 2:
            return _order_of(state, *cast("frozenset[Term]", pair))[1]
        case _:
            return facts_of(state, predicate).truth


def assume(state: State, predicate: Term, outcome: bool) -> None:
    """Let a path be one on which a predicate, which was open, holds or does not."""
    predicate = _of_its_kind(state, predicate)
    subject = cast("Term", predicate[1])
    match predicate:
        case ("not", _):
            assume(state, subject, not outcome)
            return
        case ("and" | "or" as operator, *parts) if outcome is (operator == "and"):
            for part in parts:
                assume_if_open(state, cast("Term", part), outcome)
            return
        case ("true", _):
            known = facts_of(state, subject)
            changed_facts = (
                _without_null(replace(known, truth=True)) if outcome else replace(known, truth=False)
            )
        case ("among", _, options):
            changed_facts = _with_options(
                facts_of(state, subject), cast("frozenset[Value]", options), outcome
            )
        case ("kind", _, kinds):
            known = facts_of(state, subject)
            before, asked = known.kinds or JSON_KINDS, cast("frozenset[str]", kinds)
            changed_facts = replace(known, kinds=before & asked if outcome else before - asked)
        case ("below", _, ("constant", Constant(value=int() | float() | str() as bound)), strictly):
            known = facts_of(state, subject)
            if outcome:
                changed_facts = replace(known, upper=(bound, bool(strictly)))
            else:
                changed_facts = replace(known, lower=(bound, not strictly))
        case _:
            if predicate[0] == "has" and outcome:  # what has an item is true
                state.heap[terms.site_of(subject)] = replace(facts_of(state, subject), truth=True)
            if predicate[0] == "same" and not outcome:
                _keep_apart(state, *cast("frozenset[Term]", predicate[1]))
            subject, changed_facts = predicate, replace(facts_of(state, predicate), truth=outcome)
    changed_facts = _with_what_follows(changed_facts, is_json=subject[0] == "json")
    state.heap[terms.site_of(subject)] = changed_facts
    if predicate[0] in ("true", "among", "below"):
        _restrict(state, computing.root(subject), predicate, outcome)
    if subject[0] == "json" and not _may_be(changed_facts, _NULL):
        whole = subject[:-1]  # what has a part is true
        if facts_of(state, whole).holds is not None:
            assume_if_open(state, terms.is_true(whole), True)
    if changed_facts.among is not None and len(changed_facts.among) == 1:
        for other in changed_facts.apart:
            assume_if_open(state, terms.is_among(other, changed_facts.among), False)


def _with_what_follows(facts: Facts, *, is_json: bool) -> Facts:
    """What is known of a value with its truth and its class: where paths meet, these may be all that they share."""
    if facts.truth is None:
        verdicts = {_truth(one) for one in facts.among or ()}
        beyond = (bound is not None and _is_number(bound) for bound in (facts.lower, facts.upper))
        if len(verdicts) == 1 or (any(beyond) and not _fits(facts, 0)):
            facts = replace(facts, truth=verdicts.pop() if len(verdicts) == 1 else True)
    if is_json and facts.among and all(isinstance(one, Constant) for one in facts.among):
        held = frozenset(kind for one in facts.among for kind in _kinds_of(one))
        facts = replace(facts, kinds=held if facts.kinds is None else held & facts.kinds)
    return facts


def _restrict(state: State, whole: Term, predicate: Term, outcome: bool) -> None:
    """Remember of a value what has been asked of what is computed from it: it is one for which that holds."""
    if whole == predicate[1]:
        return
    facts = facts_of(state, whole)
    if facts.among is None:
        state.heap[terms.site_of(whole)] = replace(facts, asked=facts.asked | {(predicate, outcome)})
        return
    asked = replace(facts, asked=frozenset({(predicate, outcome)}))
    left = frozenset(option for option in facts.among if _may_be(asked, option))
    if left and left != facts.among:
        assume(state, terms.is_among(whole, left), True)


def _keep_apart(state: State, *several: Term) -> None:
    """Remember that values are not equal: what one of them is, the others are not."""
    for term in several:
        facts = facts_of(state, term)
        others = frozenset(other for other in several if other != term)
        state.heap[terms.site_of(term)] = replace(facts, apart=facts.apart | others)
    for term in several:
        among = facts_of(state, term).among
        if among is not None and len(among) == 1:
            for other in several:
                if other != term:
                    assume_if_open(state, terms.is_among(other, among), False)


def assume_if_open(state: State, predicate: Term, outcome: bool) -> None:
    """Let a path be one on which a predicate has an outcome, unless it has one there."""
    if decide(state, predicate) is None:
        assume(state, predicate, outcome)


def _with_options(facts: Facts, options: frozenset[Value], outcome: bool) -> Facts:
    """What is known of a value that equals one of some constants, or none of them."""
    if outcome:
        return replace(facts, among=frozenset(option for option in options if _may_be(facts, option)))
    if facts.among is not None:
        return replace(facts, among=frozenset(one for one in facts.among if not _is_in(one, options)))
    differing = replace(facts, differs=facts.differs | options)
    return _without_null(differing) if _is_in(_NULL, options) else differing


def _without_null(facts: Facts) -> Facts:
    return facts if facts.kinds is None else replace(facts, kinds=facts.kinds - _NONE_KIND)


def has_key(whole: Json, key: Value) -> Term | None:
    """The predicate that decoded JSON has a key."""
    term, one = terms.own_term(whole), terms.term_of(key)
    if term is None or one is None or not (isinstance(key, Constant) and isinstance(key.value, str)):
        return None
    return ("has", term, one)


def decide_key(state: State, whole: Json, key: Value) -> bool | None:
    """Whether decoded JSON has a key, as far as the path has asked."""
    asked = has_key(whole, key)
    return None if asked is None else decide(state, asked)


# --- what follows from what ------------------------------------------------------------------------------

#: The classes that decoded JSON can be of.
JSON_KINDS = frozenset(computing.FALSE_JSON)
_NONE_KIND = frozenset({"types.NoneType"})
_SCALARS = frozenset({"builtins.str", "builtins.int", "builtins.float", "builtins.bool"})


def _known(state: State, term: Term) -> Facts:
    """What is known of a term: a length is bounded by whether the thing itself is true."""
    facts = facts_of(state, term)
    if term[0] != "len":
        return facts
    is_filled = _is_true(state, cast("Term", term[1]))
    lower = facts.lower if facts.lower is not None else (0, False)
    if is_filled is False:
        return replace(facts, lower=lower, upper=(0, False))
    return replace(facts, lower=max(lower, (1, False)) if is_filled else lower)


def _is_true(state: State, term: Term) -> bool | None:
    """Whether a value is true, by what is known of it and of its length; None where that is open."""
    facts = facts_of(state, term)
    if facts.truth is not None:
        return facts.truth
    if facts.among is not None:
        verdicts = {_truth(option) for option in facts.among}
        if len(verdicts) == 1:
            return verdicts.pop()
    if _is_scalar(facts) and not _false_ones(facts):
        return True
    if facts.asked and all(_is_ruled_out(facts, value) for value in computing.FALSE_VALUES):
        return True
    if facts.kinds == _NONE_KIND:
        return False
    if facts.lower is not None and _is_number(facts.lower) and not _fits(facts, 0):
        return True
    if facts.upper is not None and _is_number(facts.upper) and not _fits(facts, 0):
        return True
    length = facts_of(state, ("len", term))
    if length.among is not None or length.lower is not None or length.upper is not None:
        return _of_length(length)
    return None


def _of_length(length: Facts) -> bool | None:
    """Whether something of a length is true."""
    if not _may_be(length, Constant(0, "int")):
        return True
    no_more = length.upper is not None and _fits(replace(length, lower=None), 0) and not _fits(length, 1)
    return (
        False
        if no_more or (length.among is not None and all(not _truth(one) for one in length.among))
        else None
    )


def _truth(option: Value) -> bool | None:
    return bool(option.value) if isinstance(option, Constant) else None


def _is_number(bound: Bound) -> bool:
    return not isinstance(bound[0], str)


def _fits(facts: Facts, value: object) -> bool:
    """Whether a number or a text lies within the bounds of what is known."""
    try:
        if facts.lower is not None:
            low, excluded = facts.lower
            if _compared(value, low, not excluded):
                return False
        if facts.upper is not None:
            high, excluded = facts.upper
            if _compared(high, value, not excluded):
                return False
    except TypeError:
        return False  # what has been compared with a number is no text
    return True


def _is_scalar(facts: Facts) -> bool:
    """Whether a value is known to be a text, a number or null."""
    return facts.kinds is not None and facts.kinds <= _SCALARS | _NONE_KIND


def _false_ones(facts: Facts) -> list[Constant]:
    """The constants that a text, number or null can be if it is false."""
    false = (constant(value) for kind in facts.kinds or () for value in computing.FALSE_JSON[kind])
    return [one for one in false if _may_be(replace(facts, truth=None), one)]


def _is_in(option: Value, options: frozenset[Value]) -> bool:
    """Whether a value equals one of the options, which are as many as a chain of `elif` has branches."""
    if option in options:
        return True
    if not isinstance(option, Constant) or isinstance(option.value, (str, bytes, NoneType)):
        return False
    return any(_equal(option, other) for other in options)  # numbers of different classes


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, Constant) and isinstance(right, Constant):
        return bool(left.value == right.value)
    return left == right


def _may_be(facts: Facts, option: Value) -> bool:
    """Whether a value of which this is known can be a constant."""
    if _is_in(option, facts.differs) or (facts.among is not None and not _is_in(option, facts.among)):
        return False
    if not isinstance(option, Constant):
        return True
    if facts.truth is not None and bool(option.value) is not facts.truth:
        return False
    if facts.kinds is not None and facts.kinds.isdisjoint(_kinds_of(option)):
        return False
    if _is_ruled_out(facts, option.value):
        return False
    return (facts.lower is None and facts.upper is None) or _fits(facts, option.value)


def _is_ruled_out(facts: Facts, value: object) -> bool:
    """Whether something was asked of what is computed from a value that would have another answer for this one."""
    return any(outcome not in computing.answers(predicate, value) for predicate, outcome in facts.asked)


def _kinds_of(option: Value) -> frozenset[str]:
    """The classes of JSON that a value which equals a constant can be of: `1`, `1.0` and `True` are equal."""
    if not isinstance(option, Constant) or option.value is None:
        return _NONE_KIND if isinstance(option, Constant) else JSON_KINDS
    if not isinstance(option.value, (int, float)):
        return frozenset({f"builtins.{option.kind}"})
    numbers = {"builtins.float"}
    if option.value == option.value // 1:
        numbers.add("builtins.int")
    if option.value in (0, 1):
        numbers.add("builtins.bool")
    return frozenset(numbers)


def _is_among(facts: Facts, options: frozenset[Value]) -> bool | None:
    if facts.among is not None and all(_is_in(one, options) for one in facts.among):
        return True
    if not any(_may_be(facts, option) for option in options):
        return False
    if facts.truth is False and _is_scalar(facts):
        return True if all(_is_in(one, options) for one in _false_ones(facts)) else None
    if facts.kinds == _NONE_KIND and any(isinstance(one, Constant) and one.value is None for one in options):
        return True
    return None


def _is_of_kind(facts: Facts, kinds: frozenset[str]) -> bool | None:
    known = facts.kinds or JSON_KINDS
    if facts.among is not None and all(isinstance(one, Constant) for one in facts.among):
        known = known & frozenset(kind for one in facts.among for kind in _kinds_of(one))
    elif facts.truth or any(isinstance(one, Constant) and one.value is None for one in facts.differs):
        known = known - _NONE_KIND
    if known <= kinds:
        return True
    return False if known.isdisjoint(kinds) else None


def _order_of(state: State, left: Term, right: Term) -> tuple[bool | None, bool | None, bool | None]:
    """Whether one value is less than another, equal to it, or greater, by what was asked: it is one of these."""
    found = [
        _is_less(state, left, right),
        facts_of(state, terms.are_equal(left, right)).truth,
        _is_less(state, right, left),
    ]
    if True in found:
        return found[0] is True, found[1] is True, found[2] is True
    if found.count(False) == 2:
        found[found.index(None)] = True
    return found[0], found[1], found[2]


def _is_less(state: State, left: Term, right: Term) -> bool | None:
    known = facts_of(state, ("below", left, right, True)).truth
    turned = facts_of(state, ("below", right, left, False)).truth
    return known if known is not None or turned is None else not turned


def _is_below(facts: Facts, bound: Constant, strictly: bool) -> bool | None:
    """Whether a value is certainly less than a constant (or at most that), or certainly not."""
    limit = bound.value
    try:
        if facts.among is not None and all(isinstance(one, Constant) for one in facts.among):
            verdicts = {
                _compared(one.value, limit, strictly) for one in facts.among if isinstance(one, Constant)
            }
            return verdicts.pop() if len(verdicts) == 1 else None
        if facts.truth is False:  # of what is false, only zero compares with a number, and "" with a text
            return _compared("" if isinstance(limit, str) else 0, limit, strictly)
        if facts.upper is not None:
            high, excluded = facts.upper
            excluded = excluded or _is_in(constant(high), facts.differs)
            if _compared(high, limit, strictly and not excluded):
                return True
        if facts.lower is not None:
            low, excluded = facts.lower
            excluded = excluded or _is_in(constant(low), facts.differs)
            if _compared(limit, low, not (excluded or strictly)):
                return False
    except TypeError:
        return None
    return None


def _compared(value: object, limit: object, strictly: bool) -> bool:
    """Whether one is less than the other, or at most that; raises TypeError for a number and a text."""
    return bool(value < limit if strictly else value <= limit)  # type: ignore[operator]


# --- what a value is on a path ---------------------------------------------------------------------------


def is_asked_what_it_is(state: State, term: Term) -> bool:
    """Whether the path has passed a test that was given the value itself, and is not understood."""
    return any(
        isinstance(record, Facts) and record.truth is not None and _is_given(terms.term_at(site), term)
        for site, record in state.heap.items()
    )


def _is_given(asked: object, term: Term) -> bool:
    """Whether a predicate, or a call that is asked about in it, was given a value."""
    match asked:
        case ("instance", subject, _):
            return subject == term
        case ("json", *_):
            return False
        case ("method", _, _, _, *given) | (str(), *given) if term in given and asked[0] not in _UNDERSTOOD:
            return True
        case tuple():
            return any(_is_given(part, term) for part in asked)
        case _:
            return False


def refined(state: State, value: Value) -> Value:
    """What a value is known to be on a path: the constant that it equals, the class that it is of."""
    term = terms.own_term(value)
    if term is None:
        return value
    if terms.is_predicate(term):
        verdict = decide(state, term)
        return value if verdict is None else TRUE if verdict else FALSE
    found = facts_of(state, term)
    if found is NO_FACTS:
        return value
    if isinstance(value, UnionValue) and all(isinstance(one, Constant) for one in value.members):
        return _chosen(found, value, term)
    if found.among is not None and 0 < len(found.among) <= MOST_OPTIONS:
        options = join_all(found.among)
        return replace(options, term=term) if isinstance(options, UnionValue) else options
    if isinstance(value, UnionValue):
        return _chosen(found, value, term)
    if isinstance(value, Instance) and value.class_name == "builtins.bool" and found.truth is not None:
        return TRUE if found.truth else FALSE
    if isinstance(value, (Json, Unknown)) and found.kinds is not None and len(found.kinds) == 1:
        (kind,) = found.kinds
        if kind == "types.NoneType":
            return Constant(None, "NoneType")
        if kind in _SCALARS:
            return Instance(kind, (), value.origin, term=term)
    return value


def _chosen(facts: Facts, value: UnionValue, term: Term) -> Value:
    """The alternatives of a value that are left."""
    left = [member for member in value.members if not isinstance(member, Constant) or _may_be(facts, member)]
    if facts.among is not None:
        left = [one for one in left if isinstance(one, Constant)] or left
    if len(left) == len(value.members):
        return value
    kept = join_all(left)
    if isinstance(kept, UnionValue):
        return replace(kept, term=term)
    # With a name of its own it would not be known to be what has been asked already.
    return value if terms.own_term(kept) not in (None, term) else terms.named(kept, term)


def choose(state: State, value: UnionValue, member: Value) -> Value:
    """Let a path be one on which a value is this one of its alternatives."""
    term = value.term
    if term is None:
        return member
    if terms.is_predicate(term):
        assert isinstance(member, Constant)
        assume_if_open(state, term, bool(member.value))
        return member
    if isinstance(member, (Constant, EnumMember)):
        assume_if_open(state, terms.is_among(term, (member,)), True)
        return member
    others = frozenset(one for one in members(value) if isinstance(one, (Constant, EnumMember)))
    if others:
        assume_if_open(state, terms.is_among(term, others), False)
    return terms.named(member, term)
