"""Join: the state that over-approximates several paths, when paths may be joined without loss, and widening."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from handlerlint.inference.domain.entries import is_plain
from handlerlint.inference.domain.heap import (
    LOST,
    NO_FACTS,
    Container,
    Facts,
    HeapObject,
    State,
    differing,
)
from handlerlint.inference.domain.values import Site


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
    for site, mine, theirs in list(differing(result.heap, other.heap)):
        result.heap.own[site] = _either(mine, theirs, join_objects)
    result.escaped |= other.escaped
    result.dead = result.dead and other.dead


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
    return _telling_apart(left, right, _Compared()) is None


class _Compared:
    """What comparing objects has come to: of several paths, most pairs hold the same two somewhere.

    The objects are kept as well: no other one may get their identity.
    """

    __slots__ = ("_agreeing", "_covering")

    def __init__(self) -> None:
        self._agreeing: dict[tuple[int, int], tuple[bool, HeapObject | None, HeapObject | None]] = {}
        self._covering: dict[tuple[int, int], tuple[tuple[bool, bool], Facts, Facts]] = {}

    def agree(self, left: HeapObject | None, right: HeapObject | None) -> bool:
        """Whether nothing that matters tells two objects at one site apart, taken by itself."""
        key = id(left), id(right)
        known = self._agreeing.get(key)
        if known is None:
            known = self._agreeing[key] = _agree(left, right), left, right
        return known[0]

    def covering(self, left: Facts, right: Facts) -> tuple[bool, bool]:
        """Whether of what two paths assume of a value, the left stands for both, and whether the right does."""
        key = id(left), id(right)
        known = self._covering.get(key)
        if known is None:
            both = left.joined(right)
            known = self._covering[key] = (both == left, both == right), left, right
        return known[0]


def _telling_apart(left: State, right: State, compared: _Compared) -> Site | None:
    """A place where two paths differ in what matters; None if there is none.

    Of what they assume differently, it is a value of which a join would forget that it depends on another one: none
    where only one value differs, or where one of the paths stands for the other as well. That a list, dict or set has
    an element is among what is assumed.
    """
    assumed: list[tuple[Site, Facts, Facts]] = []
    for site, mine, theirs in differing(left.heap, right.heap):
        if isinstance(mine, Facts) or isinstance(theirs, Facts):
            one = mine if isinstance(mine, Facts) else NO_FACTS
            other = theirs if isinstance(theirs, Facts) else NO_FACTS
            assumed.append((site, one, other))
        elif not compared.agree(mine, theirs):
            return site
        elif isinstance(mine, Container) and isinstance(theirs, Container) and mine.truth is not theirs.truth:
            assumed.append((site, _ABOUT_ELEMENTS[mine.truth], _ABOUT_ELEMENTS[theirs.truth]))
    differs = False
    is_left = is_right = True
    for site, one, other in assumed:
        stands = compared.covering(one, other)
        if stands == (True, True):
            continue
        is_left, is_right = is_left and stands[0], is_right and stands[1]
        if differs and not (is_left or is_right):
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


def widen(left: State, right: State) -> State:
    """Join two paths that differ in what matters: what differs in kind becomes Unknown, so nothing false is said."""
    for site, mine, theirs in list(differing(left.heap, right.heap)):
        left.heap.own[site] = _either(mine, theirs, _widen_objects)
    left.heap[WIDENED] = LOST
    left.escaped |= right.escaped
    return left


def _are_told_apart_at(sites: Iterable[Site], left: State, right: State, compared: _Compared) -> bool:
    """Whether two paths differ in what matters at one of a few places."""
    for site in sites:
        mine, theirs = left.heap.peek(site), right.heap.peek(site)
        if mine is not theirs and not compared.agree(mine, theirs):
            return True
    return False


def merge_paths(states: list[State], limit: int) -> list[State]:
    """At most `limit` paths: equal and plainly different ones joined, the surplus widened into one."""
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
    apart: set[tuple[int, int]] = set()
    while len(kept) > limit:
        pair = _differing_in_assumptions(kept, telling, compared, apart)
        if pair is None:
            last = kept.pop()
            changed = kept[-1] = widen(kept[-1], last)
        else:
            changed = kept[pair[0]]
            join_into(changed, kept.pop(pair[1]))
        for other in kept:
            apart -= {(id(other), id(changed)), (id(changed), id(other))}
    return kept


def _differing_in_assumptions(
    states: Sequence[State], telling: dict[Site, None], compared: _Compared, apart: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Two paths that have come to the same by different answers: to forget those loses no value. The last such pair.

    `telling` are places that have told paths apart, `apart` the pairs of which that is known; both are added to.
    """
    for later in reversed(range(len(states))):
        for earlier in range(later):
            told = id(states[earlier]), id(states[later])
            if told in apart:
                continue
            site = _other_value(states[earlier], states[later], telling, compared)
            if site is None:
                return earlier, later
            telling[site] = None
            apart.add(told)
    return None


def _other_value(left: State, right: State, telling: Iterable[Site], compared: _Compared) -> Site | None:
    """A place where two paths differ in what matters, and not only in what they assume."""
    pairs = ((site, left.heap.peek(site), right.heap.peek(site)) for site in telling)
    for site, mine, theirs in chain(pairs, differing(left.heap, right.heap)):
        is_assumed = isinstance(mine, Facts) or isinstance(theirs, Facts)
        if mine is not theirs and not is_assumed and not compared.agree(mine, theirs):
            return site
    return None
