"""What a path assumes of unknown values: the one place that answers whether a predicate holds, and takes it in.

`decide` says yes, no or open; `assume` makes the path one on which an open predicate has an outcome. What is known of
one value, and what follows from it, are its `Facts`; here is what binds several: a whole and its parts, a length and
what it is of, values that are compared. What cannot be expressed is remembered as an outcome of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import cast

from handlerlint.inference.domain import computing, terms
from handlerlint.inference.domain.facts import JSON_KINDS, NO_FACTS, NONE_KIND, SCALARS, Facts
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.unions import equal_value, join_all, members
from handlerlint.inference.domain.values import (
    FALSE,
    NONE,
    TRUE,
    Constant,
    Instance,
    Json,
    Step,
    Term,
    UnionValue,
    Unknown,
    Value,
)
from handlerlint.records import replace

#: Predicates and terms that are asked of a value of any class.
_UNDERSTOOD = frozenset({"json", "has", "len", "same", "true", "operator", "item", "attribute", "text"})
#: More constants than these are not remembered as alternatives of one value.
MOST_OPTIONS = 8

_LISTS = frozenset({"builtins.list"})
_TEXT = frozenset({"builtins.str"})
_TEXT_OR_NOT = (frozenset[str](), _TEXT, JSON_KINDS - _TEXT - NONE_KIND, JSON_KINDS - NONE_KIND)
#: The steps to what a loop meets in JSON: it is there.
_GONE_THROUGH = frozenset({"int", "item"})


#: What is false has no part.
_NOTHING = Facts(among=frozenset({NONE}), truth=False)


def facts_of(state: State, term: Term) -> Facts:
    """What a path assumes of a term; a part of JSON that holds nothing else is of that class, or absent."""
    found = state.heap.assumption(terms.site_of(term))
    if isinstance(found, Facts):
        return found
    if term[0] == "json":
        whole = state.heap.assumption(terms.site_of(term[:-1]))
        step = term[-1][0] if isinstance(term[-1], tuple) else None
        if not isinstance(whole, Facts):
            return NO_FACTS
        if whole.truth is False and step == "str":
            return _NOTHING
        if whole.holds is None:
            return NO_FACTS
        return Facts(kinds=whole.holds) if step in _GONE_THROUGH else Facts(kinds=whole.holds).or_null()
    if term[0] == "len" and _held_by(state, cast("Term", term[1])) == _LISTS:
        is_there = not facts_of(state, cast("Term", term[1])).may_be(NONE)
        return Facts(lower=(1, False)) if is_there else NO_FACTS
    return NO_FACTS


def _held_by(state: State, part: Term) -> frozenset[str] | None:
    """What all of the JSON is that a part is read from, where it is of one class."""
    whole = state.heap.assumption(terms.site_of(part[:-1])) if part[0] == "json" else None
    return whole.holds if isinstance(whole, Facts) else None


def _of_its_kind(state: State, predicate: Term) -> Term:
    """The question that is asked by another one: of what has as many elements as something that was made of it.

    That JSON has a key, where all that it holds is of one class, is that what is read there is not null.
    """
    predicate = terms.of_the_whole(predicate)
    match predicate:
        case ("has", ("json", *_) as whole, ("constant", Constant(value=str(), kind=kind) as key)):
            if facts_of(state, cast("Term", whole)).holds is not None:
                part = (*cast("Term", whole), (kind, key.value))
                return terms.negation(terms.is_among(part, (NONE,)))
    return predicate


def decide(state: State, predicate: Term) -> bool | None:
    """Whether a predicate holds on a path; None where that is open."""
    predicate = _of_its_kind(state, predicate)
    verdict = _decided(state, predicate)
    return _computed(state, predicate) if verdict is None else verdict


def _computed(state: State, predicate: Term) -> bool | None:
    """Whether a predicate holds for all that the value may be which its term is computed from."""
    whole = computing.source(predicate)
    if whole is None:
        return _only(computing.answers(predicate, None)) if computing.is_closed(predicate) else None
    facts = facts_of(state, whole)
    if facts.among is not None and all(isinstance(one, Constant) for one in facts.among):
        values: Iterable[object] = [one.value for one in facts.among if isinstance(one, Constant)]
    elif facts.truth is False:
        values = computing.FALSE_VALUES
    else:
        return None
    return _only({verdict for value in values for verdict in computing.answers(predicate, value)})


def _only(verdicts: Collection[bool]) -> bool | None:
    """The one answer; None where there are two, or none."""
    return next(iter(verdicts)) if len(verdicts) == 1 else None


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
        case ("among" | "kind", term, _) | ("below", term, ("constant", _), _):
            verdict = _known(state, cast("Term", term)).answer(predicate)
            is_open = verdict is None and predicate[0] == "among"
            return _by_its_whole(state, cast("Term", term), predicate) if is_open else verdict
        case ("has", ("json", *_) as whole, ("constant", Constant(value=str(), kind=kind) as key)):
            known = facts_of(state, predicate).truth
            found = facts_of(state, (*whole, (kind, key.value)))
            if known is None and found is _NOTHING:
                return False
            if known is None and not found.may_be(NONE):
                return True
            return _by_its_elements(state, predicate) if known is None else known
        case ("has", *_):
            known = facts_of(state, predicate).truth
            return _by_its_elements(state, predicate) if known is None else known
        case ("below", left, right, strictly):
            less, _, more = _order_of(state, cast("Term", left), cast("Term", right))
            return less if strictly else None if more is None else not more
        case ("same", pair) if len(cast("frozenset[Term]", pair)) == 2:
            return _order_of(state, *cast("frozenset[Term]", pair))[1]
        case _:
            return facts_of(state, predicate).truth


def _by_its_elements(state: State, predicate: Term) -> bool | None:
    """Whether something has an element that is a constant, by those that a loop has met; None where that is open."""
    match predicate:
        case ("has", tuple() as whole, ("constant", Constant() as wanted)):
            pass
        case _:
            return None
    verdicts, length = _verdicts(state, whole, frozenset({wanted}))
    if True in verdicts:
        return True
    return False if verdicts.count(False) == length else None


def _by_its_whole(state: State, term: Term, predicate: Term) -> bool | None:
    """Whether a value equals one of some constants, by what it comes from.

    An element does if what it is an element of has them, and `d.get(k, default)` if `d.get(k)` does and is not one.
    """
    options = cast("frozenset[Value]", predicate[2])
    match term:
        case ("json", *_, ("default", ("constant", default))) if options.isdisjoint({default, NONE}):
            return facts_of(state, term[:-1]).answer(("among", term[:-1], options))
        case _:
            whole = terms.whole_of(term)
    if whole is None:
        return None
    has = {facts_of(state, ("has", whole, ("constant", one))).truth for one in options}
    if has == {False}:
        return False
    if has != {True} or len(options) > 1:
        return None
    verdicts, length = _verdicts(state, whole, options)
    return True if length is not None and verdicts.count(False) == length - 1 else None


def _verdicts(state: State, whole: Term, options: frozenset[Value]) -> tuple[list[bool | None], int | None]:
    """Of each element that a loop over something meets, whether it is a constant; and how many these are, if chosen."""
    counted, elements = terms.elements_of(whole)
    among = facts_of(state, ("len", counted)).among
    length: int | None = None
    match list(among or ()):
        case [Constant(value=int() as chosen)] if chosen <= len(elements):
            elements, length = elements[:chosen], chosen
    verdicts: list[bool | None] = []
    for names in elements:
        said = {facts_of(state, one).answer(("among", one, options)) for one in names} - {None}
        verdicts.append(said.pop() if said else None)
    return verdicts, length


def assume(state: State, predicate: Term, outcome: bool) -> None:
    """Let a path be one on which a predicate, which was open, holds or does not."""
    predicate = _of_its_kind(state, predicate)
    match predicate:
        case ("not", inner):
            assume(state, cast("Term", inner), not outcome)
            return
        case ("and" | "or" as operator, *parts) if outcome is (operator == "and"):
            for part in parts:
                assume_if_open(state, cast("Term", part), outcome)
            return
        case ("has", whole, _) if outcome:  # what has an item is true
            site = terms.site_of(cast("Term", whole))
            state.heap[site] = replace(facts_of(state, cast("Term", whole)), truth=True)
        case ("has", ("json", *_) as whole, ("constant", Constant(value=str() as name, kind=kind))):
            # What `get` has given before of what is not there is None.
            assume_if_open(state, terms.is_among((*whole, (kind, name)), (NONE,)), True)
        case ("true", ("selected", whole, _)) if outcome:
            assume_if_open(state, terms.is_true(cast("Term", whole)), True)
        case ("same", pair) if not outcome:
            _keep_apart(state, *cast("frozenset[Term]", pair))
    subject = _subject(predicate)
    known = facts_of(state, subject).given(predicate, outcome).with_what_follows(is_json=subject[0] == "json")
    state.heap[terms.site_of(subject)] = known
    _restrict(state, predicate, outcome)
    if subject[0] == "json" and not known.may_be(NONE):
        whole = subject[:-1]  # what has a part is true
        if facts_of(state, whole).holds is not None:
            assume_if_open(state, terms.is_true(whole), True)
    if known.among is not None and len(known.among) == 1:
        for other in known.apart:
            assume_if_open(state, terms.is_among(other, known.among), False)


def _subject(predicate: Term) -> Term:
    """The term whose facts express a predicate; where none can, the predicate itself: its outcome is remembered."""
    match predicate:
        case ("true", subject) | ("among" | "kind", subject, _):
            return cast("Term", subject)
        case ("below", subject, ("constant", Constant(value=int() | float() | str())), _):
            return cast("Term", subject)
        case _:
            return predicate


def _restrict(state: State, predicate: Term, outcome: bool) -> None:
    """Remember of a value what has been asked of what is computed from it: it is one for which that holds."""
    whole = computing.source(predicate)
    if whole is None:
        return
    facts = facts_of(state, whole)
    if facts.among is None:
        state.heap[terms.site_of(whole)] = replace(facts, asked=facts.asked | {(predicate, outcome)})
        return
    asked = replace(facts, asked=frozenset({(predicate, outcome)}))
    left = frozenset(option for option in facts.among if asked.may_be(option))
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
    verdict = facts_of(state, term).is_true()
    if verdict is None:
        verdict = facts_of(state, ("len", term)).has_elements()
    if (
        verdict is None
        and term[0] == "selected"
        and decide(state, terms.is_true(cast("Term", term[1]))) is False
    ):
        return False
    return verdict


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


# --- what a value is on a path ---------------------------------------------------------------------------


def is_asked_what_it_is(state: State, term: Term) -> bool:
    """Whether the path has passed a test that was given the value itself, and is not understood."""
    return any(
        isinstance(record, Facts) and record.truth is not None and _is_given(terms.term_at(site), term)
        for site, record in state.heap.items()
    )


def has_sorted(state: State) -> bool:
    """Whether the path has asked of what class something is, as what converts whatever it is given does.

    What such a function gives back for a list is not what it gives back for the dict that an event is. Whether decoded
    JSON is text is asked for other reasons.
    """
    return any(
        isinstance(record, Facts) and _sorts(record, terms.term_at(site))
        for site, record in state.heap.items()
    )


def _sorts(facts: Facts, term: Term | None) -> bool:
    if term is not None and term[0] == "instance":
        return facts.truth is not None
    return facts.among is None and facts.kinds is not None and facts.kinds - NONE_KIND not in _TEXT_OR_NOT


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
        unknown = [one for one in members(value) if not isinstance(one, Constant)]
        if not any(equal_value(one, option) is one for one in unknown for option in found.among):
            options = join_all(found.among)
            return replace(options, term=term) if isinstance(options, UnionValue) else options
    match value:
        case UnionValue():
            return _chosen(found, value, term)
        case Instance(class_name="builtins.bool") if found.truth is not None:
            return TRUE if found.truth else FALSE
        case Json(origin=origin) | Unknown(origin=origin):
            return _of_the_one_kind(found, origin, term) or value
        case _:
            return value


def _of_the_one_kind(facts: Facts, origin: Step | None, term: Term) -> Value | None:
    """The value that is of the only class which is left for decoded JSON; None where several are left."""
    match sorted(facts.kinds or ()):
        case ["types.NoneType"]:
            return NONE
        case [kind] if kind in SCALARS:
            return Instance(kind, (), origin, term=term)
        case _:
            return None


def _chosen(facts: Facts, value: UnionValue, term: Term) -> Value:
    """The alternatives of a value that are left."""
    left = [member for member in value.members if not isinstance(member, Constant) or facts.may_be(member)]
    if len(left) == len(value.members):
        return value
    kept = join_all(left)
    if isinstance(kept, UnionValue):
        return replace(kept, term=term)
    # With a name of its own it would not be known to be what has been asked already.
    return value if terms.own_term(kept) not in (None, term) else terms.named(kept, term)
