"""Keys of dicts: which entry a key is that of on a path, and whether an entry that may be absent is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.allocation import is_known_key
from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.heap import (
    USUALLY_ABSENT,
    DictObject,
    Entry,
    State,
)
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    Constant,
    EnumMember,
    Instance,
    Reference,
    Site,
    Term,
    TupleValue,
    Value,
    is_harmless,
)
from handlerlint.inference.objects import (
    class_facts,
)
from handlerlint.records import replace

_EQUAL_TEXT = ("builtins.str", "collections.UserString")


def with_entry(record: DictObject, key: Value) -> DictObject:
    """The dict where an entry that may be absent is there."""
    return replace(record, entries={**record.entries, key: Entry(record.entries[key].value)})


def without_entry(record: DictObject, key: Value) -> DictObject:
    """The dict where an entry is not there."""
    entries = {known: entry for known, entry in record.entries.items() if known != key}
    return replace(record, entries=entries, is_filled=False)


def is_definite(key: Value) -> bool:
    """Whether a key is one value on a path: known, or unknown with a name."""
    return is_known_key(key) or terms.own_term(key) is not None


def equal_key(entries: Mapping[Value, Entry], key: Value) -> Value | None:
    """The key of some entries that a known one equals: a member of an Enum of texts is found by its text."""
    if key in entries:
        return key
    match key:
        case EnumMember(is_scalar=True, value=value):
            return value if value in entries else None
        case Constant():
            found = (
                one for one in entries if isinstance(one, EnumMember) and one.is_scalar and one.value == key
            )
            return next(found, None)
        case _:
            return None


def place(state: State, record: DictObject, key: Value, *, is_there: bool) -> Value | None:
    """The key in a dict that equals a key; None if there is none.

    Where that is open, the path is one on which an entry is found that is looked for (`is_there`), and on which two
    unknown keys are two.
    """
    known = equal_key(record.entries, key) if is_definite(key) else None
    if known is not None:
        return known
    if not is_definite(key) or (is_known_key(key) and record.is_closed):
        return None
    for other in record.entries:
        equal = _equality(key, other)
        verdict = False if equal is None else constraints.decide(state, equal)
        if verdict is None and equal is not None and (is_there or equal[0] == "same"):
            constraints.assume(state, equal, is_there)
            verdict = is_there
        if verdict:
            return other
    return None


def open_entries(state: State, record: DictObject, key: Value) -> list[Entry]:
    """The entries that an unknown key may be that of; none where it is known which one."""
    if is_known_key(key) or not is_definite(key) or key in record.entries:
        return []
    found: list[Entry] = []
    for other, entry in record.entries.items():
        equal = _equality(key, other)
        verdict = False if equal is None else constraints.decide(state, equal)
        if verdict:
            return []
        found += [entry] if verdict is None else []
    return found


def leave_out(state: State, record: DictObject, key: Value) -> bool:
    """Let a path be one on which a dict has no such key; false if it certainly has."""
    known = equal_key(record.entries, key)
    for other in record.entries:
        equal = None if other == known else _equality(key, other)
        verdict = other == known if equal is None else constraints.decide(state, equal)
        if verdict:
            return False
        if verdict is None and equal is not None:
            constraints.assume(state, equal, False)
    return True


def may_equal(frame: Frame, state: State, one: Value, other: Value) -> bool:
    """Whether it is open if two keys are equal."""
    if one == other or (is_known_key(one) and is_known_key(other)):
        return False
    if isinstance(one, TupleValue) != isinstance(other, TupleValue):
        return False
    for key, known in ((one, other), (other, one)):
        if is_text(known) and not may_equal_text(frame, state, key):
            return False
    equal = _equality(one, other)
    return equal is None or constraints.decide(state, equal) is None


def _equality(key: Value, other: Value) -> Term | None:
    """The predicate that two keys are equal; None where they certainly are not, or cannot be compared."""
    if isinstance(key, (Constant, EnumMember)):
        key, other = other, key
    one, two = terms.own_term(key), terms.own_term(other)
    if one is None or (isinstance(key, Instance) and key.class_name != "builtins.str"):
        return None
    if isinstance(other, (Constant, EnumMember)):
        return terms.is_among(one, (other,))
    return None if two is None else terms.are_equal(one, two)


#: A key is looked up entry by entry in a table of at most so many.
LARGEST_TABLE = 8


def choose_key(state: State, container: Value, key: Value) -> list[tuple[State, Value]]:
    """One path for each entry of a table that an unknown key may be that of, and one for none of them.

    Where all entries are harmless, nothing is gained by telling them apart.
    """
    record = state.object_of(container)
    term = terms.own_term(key)
    entry = record.entries.get(key) if isinstance(record, DictObject) else None
    if entry is not None and entry.maybe and not is_harmless(entry.value):
        assert isinstance(record, DictObject) and isinstance(container, Reference)
        return [(path, key) for path in _with_and_without(state, container.site, record, key)]
    if (
        term is None
        or not isinstance(record, DictObject)
        or not 0 < len(record.entries) <= LARGEST_TABLE
        or all(map(is_harmless, record.parts()))
        or not all(isinstance(known, (Constant, EnumMember)) for known in record.entries)
    ):
        return [(state, key)]
    paths: list[tuple[State, Value]] = []
    for known in record.entries:
        is_this = terms.is_among(term, (known,))
        verdict = constraints.decide(state, is_this)
        if verdict is True:
            return [*paths, (state, known)]
        if verdict is None:
            path = state.copy()
            constraints.assume(path, is_this, True)
            constraints.assume(state, is_this, False)
            paths.append((path, known))
    return [*paths, (state, key)]


def _with_and_without(state: State, site: Site, record: DictObject, key: Value) -> tuple[State, State]:
    """The paths on which an entry that may be absent is there, and is not."""
    without = state.copy()
    state.heap.learn(site, with_entry(record, key))
    without.heap.learn(site, without_entry(record, key))
    return state, without


#: Of at most so many entries that may be absent it is chosen, where a dict is gone through, whether they are there.
MOST_CHOSEN = 3


def choose_entries(
    frame: Frame, state: State, site: Site, record: DictObject, keys: Collection[Value] | None = None
) -> DictObject:
    """The dict on the path whose turn it is of those on which its entries (those of some keys) are there, or not.

    Only of those it is chosen that do not serialize: whether the others are there, nothing depends on.
    """
    chosen = [
        key
        for key, entry in record.entries.items()
        if entry.maybe
        and (entry.maybe != USUALLY_ABSENT if keys is None else key in keys)
        and not is_harmless(entry.value)
    ]
    for key in chosen if len(chosen) <= MOST_CHOSEN else ():
        position = dispatch.pick(frame, 2)
        if position is None:
            break
        state.take(_with_and_without(state, site, record, key)[position])
        record = current(state, site, record)
    return record


def is_none_of(state: State, record: DictObject, key: Value) -> bool:
    """Whether a key is known to be that of no entry."""
    term = terms.own_term(key)
    return term is not None and constraints.decide(state, terms.is_among(term, record.entries)) is False


def is_text(key: Value) -> bool:
    return isinstance(key, Constant) and key.kind == "str"


def may_equal_text(frame: Frame, state: State, key: Value) -> bool:
    """Whether a key may be one that is text: no object of another class equals that."""
    for member in members(key):
        order, complete = class_facts.class_of(frame, state, member)
        is_certain = not isinstance(member, Instance) or class_facts.is_certain_class(
            frame, member.class_name
        )
        of_library = all(isinstance(cls, str) and cls not in _EQUAL_TEXT for cls in order)
        if not (order and complete and is_certain and of_library):
            return True
    return False


def current(state: State, site: Site, record: DictObject) -> DictObject:
    """The dict at a site as it is now; `record` if it has become something else."""
    now = state.heap.get(site)
    return now if isinstance(now, DictObject) else record
