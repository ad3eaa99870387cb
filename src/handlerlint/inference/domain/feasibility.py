"""Whether a path on which something is wrong certainly happens: what it assumes may contradict itself.

The constraint store knows how questions about one value depend on each other: its truth, its class, its length, which
constant it equals. It does not know how `str(x)[:1] == "a"` and `isinstance(x, str)` do, or `a in text` and
`text.index(a) >= 0`: a path may assume answers that no value gives. So what is wrong on such a path is reported only
where it does not hang on how the answers are combined: where it is wrong whichever they are, or on each path that comes
to that place (there is one that does, or nobody had written what stands there).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from itertools import combinations
from typing import cast

import libcst as cst

from handlerlint.inference.domain import computing, terms
from handlerlint.inference.domain.facts import Facts
from handlerlint.inference.domain.heap import ClassObject, Forgotten, OpenAnswer, State
from handlerlint.inference.domain.join import WIDENED
from handlerlint.inference.domain.naming import Held
from handlerlint.inference.domain.problem import DumpCall, Problem
from handlerlint.inference.domain.values import NONE, Constant, Term, constant
from handlerlint.inference.syntax.segments import leads_to, segment_of
from handlerlint.records import dataclass, replace

#: What a path assumes, by the terms of what was asked.
Assumed = Mapping[Term, Facts]

#: Terms of values as they come, whose facts the store draws its conclusions from.
_VALUES = frozenset(
    {"json", "call", "library", "value", "each", "context", "event", "content", "item", "attribute", "either"}
)
#: Terms of what is known: nothing is asked of it that has another answer in another run.
_KNOWN = frozenset({"constant", "member", "stub", "object", "place"})
#: Texts that are tried for whether two answers can be true of one, and how much longer than what is written.
_MOST_TEXTS = 4
_LONG = 64
#: Steps in the path of JSON to what is made of a part of it.
_MADE = (("default",), ("slice",))
#: `isinstance(x, (bool, int, float))` says what a value is; one class that it is not, does not.
_MOST_GUARDED = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """One path that comes to a place: what it has assumed by then, and what is wrong there.

    A place in a helper is another one for each call that leads there: `calls`.
    """

    node: cst.CSTNode
    assumed: Assumed
    problems: tuple[Problem, ...]
    calls: tuple[cst.CSTNode, ...] = ()
    visited: frozenset[cst.CSTNode] = frozenset()

    @property
    def place(self) -> tuple[cst.CSTNode, ...]:
        """What tells where it is from where others are."""
        return (self.node, *self.calls)

    def has(self, part: str) -> bool:
        """Whether something is wrong on this path with a part of the value."""
        return any(problem.key[1] == part for problem in self.problems)


def assumed_on(state: State) -> Assumed:
    """What a path has assumed in this invocation."""
    assumed: dict[Term, Facts] = {}
    forgotten = state.forgotten
    for site, record in state.heap.changed():
        match record:
            case Facts() if _is_assumption(record) and (term := terms.term_at(site)) is not None:
                # What a function of the project has said follows from what it has asked.
                if term[0] != "answer" or forgotten.is_given_again(term, record):
                    assumed[term] = _alone(record)
            case OpenAnswer(outcome=bool(outcome)):
                assumed[site] = Facts(truth=outcome)
            case _ if site == WIDENED:
                assumed[site] = Facts(truth=True)
            case _:
                pass
    if forgotten.terms:
        assumed["forgotten", forgotten] = Facts(truth=True)
    return assumed


def _alone(facts: Facts) -> Facts:
    """What is assumed of a value itself: what has been asked of what is computed from it has a term of its own."""
    return replace(facts, asked=frozenset()) if facts.asked else facts


def failing_calls(calls: Mapping[cst.CSTNode, Sequence[DumpCall]]) -> Iterator[DumpCall]:
    """The calls that serialize, each once, with what certainly is wrong with their arguments; those that fail."""
    arrivals = [
        Arrival(node, call.assumed, call.problems, tuple(caller for _, caller in call.calls), call.visited)
        for node, several in calls.items()
        for call in several
    ]
    for node, found in certain(arrivals).items():
        once: dict[object, Problem] = {}
        for problem in found:
            once.setdefault(problem.identity, problem)
        if once:
            call = next(one for one in calls[node] if one.problems)
            yield replace(call, problems=tuple(once.values()))


def _is_assumption(facts: Facts) -> bool:
    return (
        facts.truth is not None
        or facts.among is not None
        or facts.kinds is not None
        or bool(facts.differs)
        or facts.lower is not None
        or facts.upper is not None
    )


def certain(arrivals: Sequence[Arrival]) -> dict[cst.CSTNode, list[Problem]]:
    """What is wrong at each place that paths come to, unless no path to it with that problem certainly happens."""
    found: dict[cst.CSTNode, list[Problem]] = {}
    shared: dict[tuple[cst.CSTNode, ...], frozenset[Term]] = {}
    for one in arrivals:
        kept = found.setdefault(one.node, [])
        if one.problems and one.place not in shared:
            shared[one.place] = _shared(one, arrivals)
        kept += (
            problem for problem in one.problems if _is_certain(one, problem, arrivals, shared[one.place])
        )
    return found


def _shared(one: Arrival, arrivals: Sequence[Arrival]) -> frozenset[Term]:
    """What all paths assume, and what is so: of those that do not end there, all that come to the same place."""
    if isinstance(one.node, cst.Call):
        arrivals = [other for other in arrivals if other.place == one.place]
    return frozenset(
        term
        for term, facts in (arrivals[0].assumed.items() if arrivals else ())
        if term != WIDENED
        and term[0] != "forgotten"
        and all(other.assumed.get(term) == facts for other in arrivals)
    )


def _is_certain(one: Arrival, problem: Problem, arrivals: Sequence[Arrival], shared: frozenset[Term]) -> bool:
    """Whether a problem is there, however the answers are combined that its path has assumed.

    Some run comes to where the value was made, or was put into another: nobody had written what stands there else. So
    only the paths that come there, too, tell whether it has the problem at the end, and what all these assume is so.
    But what hangs on constants alone may stand there for another day, or another deployment.
    """
    if _happens(one, problem, arrivals, shared, is_everywhere=True):
        return True
    for step in problem.steps if _lead_here(problem, one.node) else ():
        segment = None if step.file.tree is None else segment_of(step.file.tree, step.node)
        if segment in one.visited:
            there = [other for other in arrivals if segment in other.visited]
            given = _not_contradicted(one, there)
            if len(there) == len(arrivals) or any(map(_is_fixed, given - shared)):
                continue
            if _happens(one, problem, there, given):
                return True
    return False


def _lead_here(problem: Problem, place: cst.CSTNode) -> bool:
    """Whether who has come to where the value was made, or was put into another, comes to a place with it."""
    return all(step.file.tree is None or leads_to(step.file.tree, step.node, place) for step in problem.steps)


def _not_contradicted(one: Arrival, arrivals: Sequence[Arrival]) -> frozenset[Term]:
    """What a path assumes and no other contradicts: one that stands for more paths than have come there says less."""
    return frozenset(
        term
        for term, facts in one.assumed.items()
        if all(other.assumed.get(term, facts) == facts for other in arrivals)
    )


def _happens(
    one: Arrival,
    problem: Problem,
    arrivals: Sequence[Arrival],
    given: frozenset[Term],
    *,
    is_everywhere: bool = False,
) -> bool:
    """Whether of some paths one with a problem certainly happens, or another one that has it and assumes less.

    `given` is what all of them assume, or those that have come to some place, unless these are all.
    """
    if not _comes_here(one, problem.key[1], arrivals):
        return False
    # A widened path may have lost the problem.
    others = [other for other in arrivals if not other.has(problem.key[1]) and WIDENED not in other.assumed]
    # Some run comes to each place, but of those that have come to another first perhaps none.
    if not others or (is_everywhere and all(other.place != one.place for other in others)):
        return True
    # What it has forgotten and was told anew, it may be told for another path that it stands for.
    given -= _told_anew(one.assumed)
    common = {term for term in given if all(term in other.assumed for other in arrivals)}
    assumed = dict(one.assumed)
    while tangled := _tangled(assumed, common):
        for term in [one for one in assumed if one in tangled and one not in given]:  # not as sets order them
            rest = {other: facts for other, facts in assumed.items() if other != term}
            left = [other for other in others if _is_asked(other, one.place, assumed, term, tangled)]
            if not any(_is_without(other, rest) for other in left):
                del assumed[term]
                break
        else:
            return False
    return True


def _comes_here(one: Arrival, part: str, arrivals: Sequence[Arrival]) -> bool:
    """Whether some run surely comes to a place with a problem: whatever it answers to what its path has guessed."""
    if not _guesses(one):
        return True
    return _are_all_ways(
        [_guesses(other) for other in arrivals if other.place == one.place and other.has(part)]
    )


def _guesses(one: Arrival) -> Assumed:
    return {term: facts for term, facts in one.assumed.items() if term[0] == "guess"}


def _are_all_ways(several: Sequence[Assumed]) -> bool:
    """Whether one of several paths is the one that happens, whatever is answered to what they have guessed."""
    term = next((term for guessed in several for term in guessed), None)
    if term is None or not all(several):
        return bool(several)
    return all(
        _are_all_ways(
            [
                {other: facts for other, facts in guessed.items() if other != term}
                for guessed in several
                if term not in guessed or guessed[term].truth is answer
            ]
        )
        for answer in (True, False)
    )


def _is_asked(
    other: Arrival, place: tuple[cst.CSTNode, ...], assumed: Assumed, term: Term, tangled: Set[Term]
) -> bool:
    """Whether a path counts that another one is held against, where a question may have any answer.

    One that leaves elsewhere has to be asked the same, unless it leaves for its answer: it may have left before that.
    """
    if other.place == place:
        return True
    if term in other.assumed and _exclude_each_other(other.assumed[term], assumed[term]):
        return True
    return all(other.assumed.get(one) == assumed[one] for one in tangled - {term})


def _is_without(other: Arrival, assumed: Assumed) -> bool:
    """Whether a path without the problem may be the one that happens under an assumption."""
    return not any(
        term in assumed and _exclude_each_other(facts, assumed[term]) for term, facts in other.assumed.items()
    )


def _exclude_each_other(one: Facts, other: Facts) -> bool:
    """Whether there is no value of which both are true."""
    if one == other:
        return False
    if one.truth is not None and other.truth is not None and one.truth is not other.truth:
        return True
    if one.among is not None and not any(map(other.may_be, one.among)):
        return True
    if other.among is not None and not any(map(one.may_be, other.among)):
        return True
    if one.kinds is not None and other.kinds is not None and one.kinds.isdisjoint(other.kinds):
        return True
    return _lies_above(one, other) or _lies_above(other, one)


def _lies_above(one: Facts, other: Facts) -> bool:
    if (
        one.lower is None
        or other.upper is None
        or isinstance(one.lower[0], str) != isinstance(other.upper[0], str)
    ):
        return False
    (low, above), (high, below) = one.lower, other.upper
    return low > high or (low == high and (above or below))  # type: ignore[operator]


def _tangled(assumed: Assumed, given: Set[Term]) -> frozenset[Term]:
    """The terms about which is assumed what the store cannot hold against others: more than what is given."""
    # That unknown code raises, nobody says.
    alone = (term for term in assumed if _is_fixed(term) or term[0] == "raised")
    found = {term for term in alone if term not in given}
    for one, other in combinations(assumed, 2):
        if all(term in given or term[0] == "forgotten" for term in (one, other)):
            continue
        if _may_depend(one, assumed[one], other, assumed[other]):
            found |= {one, other}
    return frozenset(term for term in found if term[0] != "forgotten")


def _is_fixed(term: Term) -> bool:
    """Whether an answer is the same in each run, only not known: it is computed from nothing but constants.

    What a package gives that nobody can read is computed from nothing else, as far as anybody knows.

    Of which class that is, is none: what stubs declare is asked, and mostly exact. What a path is asked that has lost
    what would tell is one: it may stand for no run that gives this answer.
    """
    if term[0] == "guess":
        return True
    kind, bases = _form(term)
    is_open = kind in ("open", "forgotten") or term == WIDENED or term[0] == "instance"
    return not is_open and all(map(_is_of_library, bases))


def _is_of_library(term: Term) -> bool:
    """Whether a value is what a package gives that nobody can read, whoever asks it."""
    match term:
        case ("attribute" | "each", tuple() as whole, *_) | ("item", tuple() as whole, ("constant", _), *_):
            return _is_of_library(cast("Term", whole))
        case ("content", _, Held(record=ClassObject())):
            return True
        case _:
            return term[0] == "library" and term != terms.ENVIRONMENT


def _may_depend(one: Term, facts: Facts, other: Term, others: Facts) -> bool:
    """Whether the answers to two questions may depend on each other in a way that is not known."""
    kind, bases = _form(one)
    other_kind, other_bases = _form(other)
    kinds = {kind, other_kind}
    if "forgotten" in kinds:
        mark, term, asked = (one, other, others) if kind == "forgotten" else (other, one, facts)
        return not _is_kept(mark, term, asked) and not bases.isdisjoint(other_bases)
    if "open" in kinds:
        return kind == other_kind or not (_is_guard(others if kind == "open" else facts) or "length" in kinds)
    if kinds == {"value"}:
        return _is_member(one, other) or _is_member(other, one)
    if "value" in kinds and _is_guard(facts if kind == "value" else others):
        return False  # `if text and text[0] == "a"`
    if (kind == "other" and _has_part_in(bases, other_bases)) or (
        other_kind == "other" and _has_part_in(other_bases, bases)
    ):
        return True
    if bases.isdisjoint(other_bases) or kinds <= {"value", "length"}:
        return False
    return "other" in kinds or not _have_witness(one, facts, other, others)


def _is_kept(mark: Term, term: Term, facts: Facts) -> bool:
    """Whether all paths that one stands for have assumed this."""
    kept = cast("Forgotten", mark[1]).kept.get(term)
    return isinstance(kept, Facts) and _alone(kept) == facts


def _told_anew(assumed: Assumed) -> frozenset[Term]:
    """What a path assumes again of what it had forgotten."""
    return frozenset(
        term
        for mark in assumed
        if mark[0] == "forgotten"
        for term in cast("Forgotten", mark[1]).terms & assumed.keys()
        if not _is_kept(mark, term, assumed[term])
    )


@lru_cache(maxsize=1 << 10)
def _have_witness(one: Term, facts: Facts, other: Term, others: Facts) -> bool:
    """Whether both answers are true of a text: of one that the questions name, or that is made of such."""
    named = [*_texts(one), *_texts(other), *_texts_of(facts), *_texts_of(others)]
    alone = list(dict.fromkeys(("", "x", "1", *named[:_MOST_TEXTS])))
    joined = (start + middle + end for start in alone for middle in ("", "x") for end in alone)
    candidates = dict.fromkeys(
        made for text in joined for made in (text, text.upper(), text.lower(), text + "x" * _LONG)
    )
    return any(_is_true_of(one, facts, text) and _is_true_of(other, others, text) for text in candidates)


def _texts(part: object) -> Iterator[str]:
    """The texts in a term."""
    match part:
        case Constant(value=str() as text):
            yield text
        case tuple() | frozenset():
            for inner in cast("Iterable[object]", part):
                yield from _texts(inner)
        case _:
            return


def _texts_of(facts: Facts) -> Iterator[str]:
    """The texts that a value is known to equal, or not to."""
    yield from _texts(facts.among or frozenset())
    yield from _texts(facts.differs)


def _is_true_of(term: Term, facts: Facts, text: str) -> bool:
    """Whether what is known of what is computed from a text is true of this one."""
    if (
        facts.kinds is not None
        and "builtins.str" not in facts.kinds
        and computing.source(("true", term)) is None
    ):
        return False
    asked: list[tuple[Term, bool]] = [] if facts.truth is None else [(("true", term), facts.truth)]
    if facts.among is not None:
        asked.append((terms.is_among(term, facts.among), True))
    if facts.differs:
        asked.append((terms.is_among(term, facts.differs), False))
    if facts.lower is not None:
        bound, is_excluded = facts.lower
        asked.append((("below", term, ("constant", constant(bound)), not is_excluded), False))
    if facts.upper is not None:
        bound, is_excluded = facts.upper
        asked.append((("below", term, ("constant", constant(bound)), is_excluded), True))
    return all(computing.answers(question, text) == {answer} for question, answer in asked)


def _is_guard(facts: Facts) -> bool:
    """Whether of a value no more is known than that it is there, and of which class: more is asked after that."""
    if facts.lower is not None or facts.upper is not None:
        return False
    is_of_class = facts.kinds is None or len(facts.kinds) <= _MOST_GUARDED
    return facts.truth is not False and facts.among is None and facts.differs <= {NONE} and is_of_class


def _is_member(one: Term, other: Term) -> bool:
    """Whether one question is whether a list has an element, and the other is about one of its elements."""
    match one:
        case ("has", ("json", *_) as whole, _) if other[: len(whole)] == whole and len(other) > len(whole):
            step = other[len(whole)]
            return isinstance(step, tuple) and step[:1] == ("int",)
        case _:
            return False


def _has_part_in(wholes: frozenset[Term], parts: frozenset[Term]) -> bool:
    """Whether one of some values is a part of one of others."""
    return any(not _wholes(part).isdisjoint(wholes) for part in parts)


@lru_cache(maxsize=1 << 12)
def _wholes(term: Term) -> frozenset[Term]:
    """What a value is a part of."""
    match term:
        case ("json", *_):
            return frozenset(term[:size] for size in range(2, len(term)))
        case ("item" | "attribute" | "each", tuple() as whole, *_):
            return _wholes(cast("Term", whole)) | {cast("Term", whole)}
        case _:
            return frozenset()


def _as_sent(term: Term) -> Term:
    """The part of JSON that something is made of: of `get("a", "b")` and `text[:1]` as they are written there."""
    steps = (size for size, step in enumerate(term) if isinstance(step, tuple) and step[:1] in _MADE)
    return term[: next(steps, len(term))]


@lru_cache(maxsize=1 << 12)
def _form(term: Term) -> tuple[str, frozenset[Term]]:
    """How a term is made, and of which values: a "value" as it comes, its "length", a "text" of it, or "other"."""
    match term:
        case ("open" | "guess" | "raised", *_):
            return "open", frozenset()
        case ("forgotten", Forgotten(terms=forgotten)):
            return "forgotten", frozenset().union(*(_values_in(one) for one in forgotten))
        case ("has", ("content", *_), _):
            return "open", frozenset()  # what lies in an object came from elsewhere, or was copied
        case ("has", ("json", *_) as whole, ("constant", key)):
            return "value", frozenset({(*whole, (key.kind, key.value))})  # type: ignore[attr-defined]
        case ("has", ("builtins.str", *_) as whole, _):
            return "other", frozenset(_values_in(cast("Term", whole)))  # what a text holds is a part of it
        case ("has", tuple() as whole, key) if whole[0] not in _KNOWN:
            return "value", frozenset({("item", whole, key)})
        case ("len", tuple() as whole) if whole[:1] and whole[0] in _VALUES:
            return "length", frozenset(_values_in(cast("Term", whole)))
        case (str(kind), *_) if (kind != "method" and _is_read(term) and _as_sent(term) == term) or _is_entry(
            term
        ):
            return "value", frozenset(_values_in(term))
    is_text = computing.source(("true", term)) is not None
    return ("text" if is_text else "other"), frozenset(_values_in(term))


def _is_read(term: Term) -> bool:
    """Whether a term is a value as it comes, or what lies in one: not a part of what is computed (`x.split()[0]`)."""
    match term:
        case ("item" | "attribute", tuple() as whole, *_) | ("method", tuple() as whole, ("get",), *_):
            return whole[0] in _KNOWN or _is_read(cast("Term", whole))
        case _:
            return term[0] in _VALUES


def _is_entry(term: Term) -> bool:
    """Whether a term is what a mapping has under a key: `os.environ.get("MODE")`."""
    return term[:1] == ("method",) and term[2:3] == (("get",),) and len(term) == 5


def _values_in(term: Term) -> Iterator[Term]:
    """The values that a term is computed from."""
    match term:
        case (str(kind), *_) if kind in _KNOWN:
            return
        case ("either", _, *sides):
            yield term
            for side in sides:
                yield from _values_in(cast("Term", side))
        case ("json", *_):
            yield _as_sent(term)
        case ("item", tuple() as whole, key, *_) if _is_read(term):
            yield ("item", whole, key)
        case (str(kind), *_) if kind != "method" and _is_read(term):
            yield term
        case ("method", _, ("get",), _, key, *default):
            yield ("item", term[1], key)
            for part in default:
                yield from _values_in(cast("Term", part))
        case _:
            for part in term:
                several = part if isinstance(part, frozenset) else (part,)
                for one in several:
                    if isinstance(one, tuple):
                        yield from _values_in(one)
