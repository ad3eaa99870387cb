"""What a path assumes: what is decided is true of every value that the assumptions allow, and stays decided."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlerlint.inference.domain import terms
from handlerlint.inference.domain.constraints import assume, decide, facts_of, refined
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.naming import changed, part
from handlerlint.inference.domain.unions import join
from handlerlint.inference.domain.values import Constant, Instance, Json, Term, Unknown, constant

from . import worlds
from .worlds import NAMED, facts_hold, holds

MANY = settings(max_examples=400, deadline=None)
KIND: Term = ("json", "event", ("str", "kind"))


@st.composite
def named(draw: st.DrawFn) -> dict[Term, object]:
    """A value for each term."""
    return {term: draw(st.sampled_from(values)) for term, values in NAMED.items()}


@MANY
@given(named(), st.lists(worlds.predicates, max_size=6), worlds.predicates)
def test_what_is_decided_is_true(values: dict[Term, object], asked: list[Term], last: Term) -> None:
    state = State()
    for predicate in asked:
        assert decide(state, predicate) in (None, holds(predicate, values))
        if decide(state, predicate) is None:
            assume(state, predicate, holds(predicate, values))
    assert all(facts_hold(facts_of(state, term), value) for term, value in values.items())
    assert decide(state, last) in (None, holds(last, values))


@MANY
@given(worlds.predicates, st.booleans())
def test_what_was_assumed_is_decided_from_then_on(predicate: Term, outcome: bool) -> None:
    state = State()
    assume(state, predicate, outcome)
    assert decide(state, predicate) is outcome
    assert decide(state, terms.negation(predicate)) is not outcome


@pytest.mark.parametrize(
    ("known", "follows"),
    [
        (terms.is_among(KIND, [constant("date")]), terms.is_true(KIND)),
        (terms.is_among(KIND, [constant("date")]), terms.is_among(KIND, [constant("date"), constant("time")])),
        (terms.is_among(KIND, [constant("date")]), ("kind", KIND, frozenset({"builtins.str"}))),
        (terms.is_among(KIND, [constant("date")]), ("not", terms.is_among(KIND, [constant(None)]))),
        (terms.is_below(("constant", constant(3)), KIND, strictly=True),
         terms.is_below(("constant", constant(2)), KIND, strictly=True)),
        (terms.is_true(KIND), ("not", terms.is_among(KIND, [constant("")]))),
        (terms.is_true(("len", KIND)), terms.is_true(KIND)),
        (terms.is_below(("constant", constant(0)), ("len", KIND), strictly=True), terms.is_true(KIND)),
        (terms.is_true(KIND), terms.is_below(("constant", constant(0)), ("len", KIND), strictly=True)),
        (terms.is_true(KIND), ("has", ("json", "event"), ("constant", constant("kind")))),
        (("has", KIND, ("constant", constant("x"))), terms.is_true(KIND)),
        (terms.is_among((*KIND, ("int", 0)), [constant("x")]), ("has", KIND, ("constant", constant("x")))),
        (("not", ("has", KIND, ("constant", constant("x")))),
         ("not", terms.is_among((*KIND, ("int", 1)), [constant("x")]))),
    ],
)  # fmt: skip
def test_it_is_known_what_follows(known: Term, follows: Term) -> None:
    state = State()
    assert decide(state, follows) is None
    assume(state, known, True)
    assert decide(state, follows) is True


def test_elements_and_what_they_are_in_tell_of_each_other() -> None:
    state, x = State(), constant("x")
    first, second = (terms.is_among((*KIND, ("int", place)), [x]) for place in (0, 1))
    assume(state, terms.is_among(("len", KIND), [constant(2)]), True)
    assume(state, first, False)
    missing = state.copy()
    assume(missing, second, False)
    assert decide(missing, ("has", KIND, ("constant", x))) is False
    assume(state, ("has", KIND, ("constant", x)), True)
    assert decide(state, second) is True
    # Keys and values of a dict are others.
    values: Term = ("made of", KIND, terms.VALUES_OF)
    assert decide(state, ("has", values, ("constant", x))) is None


def test_a_value_is_what_is_known_of_it() -> None:
    state = State()
    value = Json(KIND)
    assume(state, ("kind", KIND, frozenset({"builtins.str"})), True)
    assert refined(state, value) == Instance("builtins.str", term=KIND)
    assume(state, terms.is_among(KIND, [constant("date")]), True)
    assert refined(state, value) == Constant("date", "str")
    choice = terms.named(join(constant(None), Instance("builtins.str")), ("call", 1))
    assume(state, terms.is_true(("call", 1)), True)
    assert refined(state, choice) == Instance("builtins.str", term=("call", 1))


def test_what_is_read_after_a_change_has_another_name() -> None:
    state = State()
    thing = Unknown(term=("call", 1))
    before = part(state, "attribute", thing, ("open",))
    assert part(state, "attribute", thing, ("open",)) == before
    changed(state, thing)
    assert part(state, "attribute", thing, ("open",)) != before
