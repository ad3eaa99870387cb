"""Join: the state that over-approximates several paths, when paths may be joined without loss, and widening."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress, repeat
from operator import is_not
from typing import TypeAlias, TypeGuard, TypeVar

from handlerlint.inference.domain import terms
from handlerlint.inference.domain.constraints import facts_of
from handlerlint.inference.domain.entries import is_plain
from handlerlint.inference.domain.heap import (
    LOST,
    NO_FACTS,
    Container,
    DictObject,
    Facts,
    Forgotten,
    HeapObject,
    ListObject,
    OpenAnswer,
    State,
    differing,
    differing_assumptions,
    differing_objects,
    lose_only,
)
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Constant,
    EnumMember,
    Reference,
    Site,
    Term,
    TupleValue,
    UnionValue,
    Value,
    is_harmless,
)
from handlerlint.records import replace

_Object = TypeVar("_Object")
_Outcome = TypeVar("_Outcome")
_Comparison: TypeAlias = Callable[[_Object, _Object], _Outcome]
#: A place at which two paths differ, and what they have there.
_Differing: TypeAlias = "tuple[Site, HeapObject | None, HeapObject | None]"


def join_objects(left: HeapObject, right: HeapObject) -> HeapObject:
    """The object that stands for either."""
    if left is right or left == right:
        return left
    return left.joined(right) if type(left) is type(right) else LOST


def _widen_objects(left: HeapObject, right: HeapObject) -> HeapObject:
    """The object that stands for two of which nothing false may be said."""
    if left is LOST or left == right:
        return left
    return left.widened(right) if type(left) is type(right) else LOST


def join_states(states: list[State]) -> State:
    """One state that stands for any of the given ones (at least one); they are not to be used afterwards."""
    result = states[0]
    for other in states[1:]:
        join_into(result, other)
    return result


def join_into(result: State, other: State) -> None:
    """Let one path stand for another one, too."""
    less = _known_less(result, other, differing_assumptions(result.heap, other.heap))
    _join(result, other)
    result.forgotten = _forgotten(result, less)


def _join(result: State, other: State) -> None:
    objects: dict[Site, HeapObject] = {
        site: _either(mine, theirs, join_objects)
        for site, mine, theirs in differing_objects(result.heap, other.heap)
    }
    known = _known_of_either(result, other, objects.values())
    differing_ones = list(differing_assumptions(result.heap, other.heap))
    for site, mine, theirs in differing_ones:
        result.heap.assumed[site] = _either(mine, theirs, join_objects)
    result.heap.assumed.update(known)
    result.heap.assumed.update(_guessed(differing_ones))
    result.heap.own.update(objects)
    take_in(result, other)
    result.dead = result.dead and other.dead


def differ_in_facts(left: State, right: State) -> bool:
    """Whether two paths differ in nothing but what they assume of values."""
    return all(
        isinstance(mine or theirs, Facts) and isinstance(theirs or mine, Facts)
        for _, mine, theirs in differing(left.heap, right.heap)
    )


def _known_of_either(left: State, right: State, joined: Iterable[HeapObject]) -> dict[Site, Facts]:
    """What is known of a value that is one of two where paths meet: what one path knows of it, and the other of it."""
    found: dict[Site, Facts] = {}
    for value in (value for record in joined for value in record.parts()):
        match terms.own_term(value):
            case (
                ("either", _, tuple() as one, tuple() as other)
                | ("json", ("either", _, tuple() as one, tuple() as other))
            ) as term:
                facts = _facts_of(left, one).joined(_facts_of(right, other))
                if isinstance(value, UnionValue):
                    facts = replace(facts, among=None)  # that tells the value itself
                if facts != NO_FACTS and terms.site_of(term) not in left.heap.assumed:
                    found[terms.site_of(term)] = facts
            case _:
                pass
    return found


def _facts_of(state: State, term: Term) -> Facts:
    """What a path knows of a value, which may be written out."""
    match term:
        case ("constant", Constant() as value):
            return Facts(among=frozenset({value}), truth=bool(value.value))
        case _:
            return facts_of(state, term)


def _guessed(differing_ones: Iterable[_Differing]) -> dict[Site, HeapObject]:
    """The guesses of two paths that whichever run gives these answers is one of: what is found on both, it finds.

    Both answers to one question are no guess any more. To several of them no run may give all answers of either.
    """
    guesses = [one for one in differing_ones if one[0][0] == "guess"]
    mine = {site: record for site, record, _ in guesses if _is_answered(record)}
    theirs = {site: record for site, _, record in guesses if _is_answered(record)}
    both = mine.keys() & theirs.keys()
    if not both and not (mine and theirs):
        return {}
    kept: dict[Site, HeapObject] = {**theirs, **mine}
    return kept if len(both) != 1 else {site: record for site, record in kept.items() if site not in both}


def _is_answered(record: HeapObject | None) -> TypeGuard[OpenAnswer]:
    return isinstance(record, OpenAnswer) and record.outcome is not None


def take_in(path: State, other: State) -> None:
    """What is true of a path that stands for several where it is of one of them."""
    path.escaped |= other.escaped
    path.visited |= other.visited
    path.forgotten |= other.forgotten


def _either(
    mine: HeapObject | None,
    theirs: HeapObject | None,
    joined: Callable[[HeapObject, HeapObject], HeapObject],
) -> HeapObject:
    """The object that stands for those of two paths, of which one may not have made it."""
    if mine is not None and theirs is not None:
        return joined(mine, theirs)
    record = mine or theirs
    assert record is not None
    elsewhere = record.elsewhere()
    return record if elsewhere is None else joined(elsewhere, record)


def mergeable(left: State, right: State) -> bool:
    """Whether joining two paths loses nothing that a later branch could depend on."""
    if (SURMISED in left.heap) != (SURMISED in right.heap):
        return False
    return _telling_apart(left, right, _Compared()) is None


class _Compared:
    """What comparing objects has come to: of several paths, most pairs hold the same two somewhere.

    `agree`: whether nothing that matters tells two objects at one site apart, taken by itself. `covering`: whether of
    what two paths assume of a value, the left stands for both, and whether the right does. `losing`: what is lost
    where one object stands for two.
    """

    __slots__ = ("agree", "covering", "losing")

    def __init__(self) -> None:
        self.agree: _Comparison[HeapObject | None, bool] = _once(_agree)
        self.covering: _Comparison[Facts, tuple[bool, bool]] = _once(_covering)
        self.losing: _Comparison[HeapObject | None, _Loss] = _once(_loss_of)


def _once(compare: _Comparison[_Object, _Outcome]) -> _Comparison[_Object, _Outcome]:
    """A comparison that is made once of each pair; the objects are kept, so that no other gets their identity."""
    known: dict[tuple[int, int], tuple[_Outcome, _Object, _Object]] = {}

    def compared(left: _Object, right: _Object) -> _Outcome:
        key = id(left), id(right)
        found = known.get(key)
        if found is None:
            found = known[key] = compare(left, right), left, right
        return found[0]

    return compared


def _covering(left: Facts, right: Facts) -> tuple[bool, bool]:
    both = left.joined(right)
    return both == left, both == right


def _telling_apart(left: State, right: State, compared: _Compared) -> Site | None:
    """A place where two paths differ in what matters; None if there is none.

    Of what they assume differently, it is a value of which a join would forget that it depends on another one: none
    where only one value differs, or where one of the paths stands for the other as well. That a list, dict or set has
    an element is among what is assumed.
    """
    assumed: list[tuple[Site, Facts, Facts]] = []
    for site, mine, theirs in differing_objects(left.heap, right.heap):
        if not compared.agree(mine, theirs):
            return site
        if isinstance(mine, Container) and isinstance(theirs, Container) and mine.truth is not theirs.truth:
            assumed.append((site, _ABOUT_ELEMENTS[mine.truth], _ABOUT_ELEMENTS[theirs.truth]))
    for site, mine, theirs in differing_assumptions(left.heap, right.heap):
        if isinstance(mine, Facts) or isinstance(theirs, Facts):
            one = mine if isinstance(mine, Facts) else NO_FACTS
            other = theirs if isinstance(theirs, Facts) else NO_FACTS
            assumed.append((site, one, other))
    differs = False
    is_left = is_right = True
    for site, one, other in assumed:
        stands = compared.covering(one, other)
        if stands == (True, True):
            continue
        is_left, is_right = is_left and stands[0], is_right and stands[1]
        if not (is_left or is_right) and (differs or one.is_apart_from(other)):
            return site
        differs = True
    return None


#: What is assumed of a container that has an element, that has none, and of which that is not known.
_ABOUT_ELEMENTS: dict[bool | None, Facts] = {truth: Facts(truth=truth) for truth in (True, False, None)}


def _agree(left: HeapObject | None, right: HeapObject | None) -> bool:
    """Whether nothing that matters tells two objects at one site apart, taken by itself."""
    if left is None or right is None:
        record = left or right
        return record is None or record.elsewhere() is None or all(map(is_plain, record.parts()))
    return left is right or left == right or (type(left) is type(right) and left.differs_plainly(right))


#: Stands in the heap of a path that stands for several: what these have chosen together may be no choice of any.
WIDENED: Site = ("widened",)
#: Stands in the heap of a path that stands for several with different values somewhere, which are Unknown on it: asked
#: something of what has no name, it may give an answer that none of them gives.
LOSSY: Site = ("lossy",)
#: Stands in the heap of a path that stands for others that make more rounds than are followed, or have more elements.
MORE_ROUNDS: Site = ("more rounds",)
#: Stands in the heap of a path that has made more rounds of a loop than are followed: what it comes to may be, so that
#: something else does not always happen, but nothing is reported of it.
SURMISED: Site = ("surmised",)


def widen(left: State, right: State) -> State:
    """Join two paths that differ in what matters: what differs in kind becomes Unknown, so nothing false is said."""
    less = _known_less(left, right, differing_assumptions(left.heap, right.heap))
    _widen(left, right)
    left.forgotten = _forgotten(left, less)
    return left


def _widen(left: State, right: State) -> None:
    gone: list[Value] = []
    differing_ones = list(differing(left.heap, right.heap))
    for site, mine, theirs in differing_ones:
        record = _either(mine, theirs, _widen_objects)
        left.heap.place(site, record)
        if not record.is_assumption:
            gone += (*_only_in(mine, record), *_only_in(theirs, record))
    left.heap.assumed.update(_guessed(differing_ones))
    take_in(left, right)
    # Through what is Unknown now, an object may be changed that has other names.
    lose_only(left, gone)


def moves_on(left: State, right: State) -> bool:
    """Whether one of two paths through a loop, with one round more than the other, has come to something else by that.

    Then a further round may, too. Texts and numbers that are computed are the same, those that are written are not.
    """
    return any(
        not _is_alike(left, right, mine, theirs, _DEEPEST)
        for site, mine, theirs in differing_objects(left.heap, right.heap)
        if mine is not None and theirs is not None and site[0] != "yields"
    )


def _is_alike(
    left: State, right: State, mine: HeapObject | None, theirs: HeapObject | None, depth: int
) -> bool:
    if mine is theirs:
        return True
    if type(mine) is not type(theirs) or mine is None or theirs is None:
        return False
    for name in ("class_name", "cls"):
        if getattr(mine, name, None) != getattr(theirs, name, None):
            return False
    ours, others = list(mine.parts()), list(theirs.parts())
    return len(ours) == len(others) and all(
        _are_alike(left, right, *pair, depth) for pair in zip(ours, others, strict=True)
    )


def _are_alike(left: State, right: State, mine: Value, theirs: Value, depth: int) -> bool:
    if mine == theirs:
        return True
    if isinstance(mine, Reference) and isinstance(theirs, Reference):
        records = left.heap.peek(mine.site), right.heap.peek(theirs.site)
        return depth > 0 and _is_alike(left, right, *records, depth - 1)
    if isinstance(mine, (Constant, EnumMember)) or isinstance(theirs, (Constant, EnumMember)):
        return False
    return type(mine) is type(theirs) and getattr(mine, "class_name", None) == getattr(
        theirs, "class_name", None
    )


def _are_told_apart_at(sites: Iterable[Site], left: State, right: State, compared: _Compared) -> bool:
    """Whether two paths differ in what matters at one of a few places."""
    for site in sites:
        mine, theirs = left.heap.peek(site), right.heap.peek(site)
        if mine is not theirs and not compared.agree(mine, theirs):
            return True
    return False


def merge_paths(states: list[State], limit: int) -> list[State]:
    """At most `limit` paths: equal and plainly different ones joined, and of the surplus those that are alike.

    There is one more where some are surmised, which stands for all of these.
    """
    surmised = [state for state in states if SURMISED in state.heap and not state.dead]
    if surmised:
        others = [state for state in states if SURMISED not in state.heap]
        return [*merge_paths(others, limit), into_one(surmised)]
    kept: list[State] = []
    telling: dict[Site, None] = {}
    compared = _Compared()
    for state in states:
        if state.dead:
            continue
        for other in kept:
            # What told other two apart mostly tells these two apart as well.
            if _are_told_apart_at(telling, other, state, compared):
                continue
            site = _telling_apart(other, state, compared)
            if site is None:
                join_into(other, state)
                break
            telling[site] = None
        else:
            kept.append(state)
    losses: dict[tuple[int, int], int] = {}
    while len(kept) > limit:
        one, other, loss = _nearest(kept, losses, compared)
        kept = [state for state in kept if state is not other]
        _stand_for(one, other, loss)
        for state in kept:
            losses.pop((id(one), id(state)), None)
            losses.pop((id(state), id(one)), None)
    return kept


def into_one(states: Sequence[State]) -> State:
    """One path that stands for all of some that come to different values; they are not to be used afterwards."""
    # Those that are surmised tell nothing of what may be reported of the others.
    first, *others = [state for state in states if SURMISED not in state.heap] or states
    for other in others:
        _stand_for(first, other, _loss(first, other, _Compared()))
    if len(others) + 1 < len(states):
        first.heap[MORE_ROUNDS] = LOST
    return first


def _stand_for(path: State, other: State, loss: int) -> None:
    """Let a path stand for another one that differs in what matters, and know what it has forgotten by that.

    Of one thing that both have been told anew, they may know all that there is. Where it was more, this may be no run:
    of what is bad on a path one thing may be the reason and another the contrary, and nothing tells any more.
    """
    told = [
        (site, term, _is_told_anew(path, site, mine) or _is_told_anew(other, site, theirs))
        for site, mine, theirs in differing_assumptions(path.heap, other.heap)
        if isinstance(mine, Facts) or isinstance(theirs, Facts)
        if (term := terms.term_at(site)) is not None
    ]
    if loss:
        _widen(path, other)
        path.heap[LOSSY] = LOST
    else:
        _join(path, other)
    if loss >= _REPORTED:
        path.heap[WIDENED] = LOST
    again = {site: term for site, term, is_anew in told if is_anew}
    if sum(not _is_told_anew(path, site, path.heap.peek(site)) for site in again) > 1:
        path.heap["guess", "again"] = OpenAnswer(True)
    path.forgotten = _forgotten(path, [term for site, term, _ in told if site not in again])
    path.forgotten |= Forgotten(frozenset(again.values()))


def has_asked_again(path: State) -> bool:
    """Whether a path that stands for several has been told something anew after it had forgotten it."""
    return bool(path.forgotten.terms) and any(
        _is_told_anew(path, site, record) for site, record in path.heap.changed()
    )


def _is_told_anew(path: State, site: Site, record: HeapObject | None) -> bool:
    """Whether what a path assumes somewhere is an answer that it had forgotten before."""
    if not path.forgotten.terms or not isinstance(record, Facts) or record == NO_FACTS:
        return False
    return path.forgotten.is_given_again(terms.term_at(site), record)


def _known_less(left: State, right: State, differing_ones: Iterable[_Differing]) -> list[Term]:
    """Of what two paths have forgotten, and been told nothing anew, that of which they know different things."""
    forgotten = left.forgotten.terms | right.forgotten.terms
    return [
        term
        for site, mine, theirs in (differing_ones if forgotten else ())
        if (term := terms.term_at(site)) in forgotten and term is not None
        if not _is_told_anew(left, site, mine) and not _is_told_anew(right, site, theirs)
    ]


def _forgotten(path: State, forgotten: Collection[Term]) -> Forgotten:
    """What a path has forgotten, these answers as well, of which it knows what it does now."""
    if not forgotten:
        return path.forgotten
    kept = dict(path.forgotten.kept)
    for term in forgotten:
        facts = path.heap.peek(terms.site_of(term))
        if isinstance(facts, Facts):
            kept[term] = facts
        else:
            kept.pop(term, None)
    return Forgotten(path.forgotten.terms.union(forgotten), kept)


def guesses(path: State) -> frozenset[tuple[Site, bool]]:
    """The answers that a path has guessed, and may never be given."""
    return frozenset(
        (site, record.outcome)
        for site, record in path.heap.assumed.items()
        if site[0] == "guess" and isinstance(record, OpenAnswer) and record.outcome is not None
    )


#: How much is lost with a value that becomes Unknown: one that serializes can only be asked for, another be reported.
_ASKED, _REPORTED = 1, 64
#: So deep is looked into objects for what does not serialize.
_DEEPEST = 3


def _nearest(
    states: Sequence[State], losses: dict[tuple[int, int], int], compared: _Compared
) -> tuple[State, State, int]:
    """The two paths that lose least where one stands for both, and how much; the last of several such.

    `losses` are those of pairs that are known, or what they are at least.
    """
    nearest: tuple[State, State, int] | None = None
    for second in reversed(range(1, len(states))):
        for pair in ((state, states[second]) for state in states[:second]):
            key = id(pair[0]), id(pair[1])
            least = None if nearest is None else nearest[2]
            if least is not None and losses.get(key, 0) >= least:
                continue
            loss = losses[key] = _loss(*pair, compared, least)
            if least is None or loss < least:
                nearest = (*pair, loss)
            if not loss:
                return *pair, loss
    assert nearest is not None
    return nearest


def _loss(left: State, right: State, compared: _Compared, most: int | None = None) -> int:
    """How much is lost where one path stands for two; nothing where they have come to the same by different answers.

    As much as `most`, or more, is not told apart.
    """
    apart = [
        (mine, theirs)
        for _, mine, theirs in differing_objects(left.heap, right.heap)
        if not compared.agree(mine, theirs)
    ]
    lost = 0
    for left_to_see, (mine, theirs) in zip(range(len(apart), 0, -1), apart, strict=True):
        if most is not None and lost + left_to_see >= most:  # each loses something
            return lost + left_to_see
        anyway, *several = compared.losing(mine, theirs)
        lost += anyway
        for values, state in zip(several, (left, right), strict=True):
            for value in values:
                if most is not None and lost >= most:
                    return lost
                lost += _ASKED if _serializes(state, value) else _REPORTED
    return lost


#: How much is lost whatever lies elsewhere, and the values of which that tells more, of either side.
_Loss = tuple[int, tuple[Value, ...], tuple[Value, ...]]
#: Values of which it depends on others whether they serialize.
_HOLDERS = (Reference, UnionValue, TupleValue)


def _loss_of(left: HeapObject | None, right: HeapObject | None) -> _Loss:
    """What is lost where one object stands for two, and what must be looked at in their states."""
    mine, theirs = (
        [value for value in _only_in(record, other) if not is_plain(value)]
        for record, other in ((left, right), (right, left))
    )
    by_itself = [value for value in (*mine, *theirs) if not isinstance(value, _HOLDERS)]
    return (
        1 + sum(_ASKED if is_harmless(value) else _REPORTED for value in by_itself),
        tuple(value for value in mine if isinstance(value, _HOLDERS)),
        tuple(value for value in theirs if isinstance(value, _HOLDERS)),
    )


def _only_in(record: HeapObject | None, other: HeapObject | None) -> Iterator[Value]:
    """The values in one object that are not in another."""
    if record is None:
        return
    mine, known = tuple(record.parts()), () if other is None else tuple(other.parts())
    # What two objects have in common mostly stands at the same place in both.
    facing = (*known, *repeat(None, len(mine) - len(known)))
    same: set[int] = set()
    for value, beside in compress(zip(mine, facing, strict=False), map(is_not, mine, facing)):
        same = same or set(map(id, known))
        if id(value) not in same and value != beside and value not in known:
            yield value


def _serializes(state: State, value: Value, depth: int = _DEEPEST) -> bool:
    """Whether nothing that could be reported is lost with a value."""
    match value:
        case Reference():
            record = state.heap.peek(value.site)
            return (
                depth > 0
                and isinstance(record, (ListObject, DictObject))
                and all(_serializes(state, one, depth - 1) for one in record.parts())
            )
        case UnionValue(members=alternatives):
            return all(_serializes(state, one, depth) for one in alternatives)
        case TupleValue():
            return all(_serializes(state, one, depth) for one in (*value.items, value.rest or UNKNOWN))
        case _:
            return is_harmless(value)
