"""Join: the state that over-approximates several paths, when paths may be joined without loss, and widening."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from handlerlint.inference.domain.entries import is_plain
from handlerlint.inference.domain.heap import (
    LOST,
    NO_FACTS,
    Container,
    Facts,
    Heap,
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
    return _telling_apart(left, right) is None


def _telling_apart(left: State, right: State) -> Site | None:
    """A place where two paths differ in what matters; None if there is none."""
    assumed: dict[Site, tuple[HeapObject | None, HeapObject | None]] = {}
    for site, mine, theirs in differing(left.heap, right.heap):
        if isinstance(mine, Facts) or isinstance(theirs, Facts):
            assumed[site] = mine, theirs
        elif not _agree(mine, theirs):
            return site
        elif isinstance(mine, Container) and isinstance(theirs, Container):
            assumed[site] = Facts(truth=mine.truth), Facts(truth=theirs.truth)
    return _chosen_together(assumed)


def _chosen_together(assumed: Mapping[Site, tuple[HeapObject | None, HeapObject | None]]) -> Site | None:
    """Of what two paths assume differently, a value of which a join would forget that it depends on another one.

    That a list, dict or set has an element is among what is assumed. None where only one value differs, or where one of
    the paths stands for the other as well.
    """
    differing = False
    is_left = is_right = True
    for site, (mine, theirs) in assumed.items():
        left = mine if isinstance(mine, Facts) else NO_FACTS
        right = theirs if isinstance(theirs, Facts) else NO_FACTS
        if left == right:
            continue
        both = left.joined(right)
        is_left, is_right = is_left and both == left, is_right and both == right
        if differing and not (is_left or is_right):
            return site
        differing = True
    return None


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


def _are_told_apart_at(sites: Iterable[Site], left: State, right: State) -> bool:
    """Whether two paths differ in what matters at one of a few places."""
    for site in sites:
        mine, theirs = left.heap.peek(site), right.heap.peek(site)
        if mine is not theirs and not _agree(mine, theirs):
            return True
    return False


def merge_paths(states: list[State], limit: int) -> list[State]:
    """At most `limit` paths: equal and plainly different ones joined, the surplus widened into one."""
    kept: list[State] = []
    telling: dict[Site, None] = {}
    for state in states:
        if state.dead:
            continue
        for other in kept:
            # What told other two apart mostly tells these two apart as well.
            if _are_told_apart_at(telling, other, state):
                continue
            site = _telling_apart(other, state)
            if site is None:
                join_into(other, state)
                break
            telling[site] = None
        else:
            kept.append(state)
    apart: set[tuple[int, int]] = set()
    while len(kept) > limit:
        pair = _differing_in_assumptions(kept, telling, apart)
        if pair is None:
            last = kept.pop()
            changed = kept[-1] = widen(kept[-1], last)
        else:
            changed = kept[pair[0]]
            join_into(changed, kept.pop(pair[1]))
        apart = {told for told in apart if id(changed) not in told}
    return kept


def _differing_in_assumptions(
    states: Sequence[State], telling: dict[Site, None], apart: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Two paths that have come to the same by different answers: to forget those loses no value. The last such pair.

    `telling` are places that have told paths apart, `apart` the pairs of which that is known; both are added to.
    """
    for later in reversed(range(len(states))):
        for earlier in range(later):
            told = id(states[earlier]), id(states[later])
            if told in apart:
                continue
            if not _have_other_values(states[earlier].heap, states[later].heap, telling):
                return earlier, later
            apart.add(told)
    return None


def _have_other_values(left: Heap, right: Heap, telling: dict[Site, None]) -> bool:
    """Whether two paths differ in what matters, and not only in what they assume."""
    for site in telling:
        if _are_other_values(left.peek(site), right.peek(site)):
            return True
    for site, mine, theirs in differing(left, right):
        if _are_other_values(mine, theirs):
            telling[site] = None
            return True
    return False


def _are_other_values(mine: HeapObject | None, theirs: HeapObject | None) -> bool:
    if mine is theirs or isinstance(mine, Facts) or isinstance(theirs, Facts):
        return False
    return not _agree(mine, theirs)
