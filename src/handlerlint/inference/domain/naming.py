"""What values are called on a path: the terms of objects as they are now, and of what is read out of values.

A term of `terms` names one value wherever the program goes. Here are the names that end: when an object is changed,
when another value is put where one lay, when code that is not followed may have changed what a value holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from handlerlint.inference.domain import terms
from handlerlint.inference.domain.constraints import assume_if_open, facts_of
from handlerlint.inference.domain.heap import (
    ClassObject,
    Container,
    DictObject,
    Facts,
    HeapObject,
    ListObject,
    Namespace,
    SetObject,
    State,
)
from handlerlint.inference.domain.objects import Record
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Constant,
    EnumMember,
    Instance,
    Json,
    Lazy,
    Reference,
    Site,
    Step,
    Term,
    TupleValue,
    UnionValue,
    Value,
    constant,
    is_harmless,
)
from handlerlint.records import replace

if TYPE_CHECKING:
    import libcst as cst

#: What holds more elements than these is not named after them.
MOST_NAMED = 4


def name_of(state: State, value: Value) -> Term | None:
    """The name of what a question about a value is asked of: of an object, its content as it is now."""
    if isinstance(value, Reference):
        record = state.heap.get(value.site)
        return None if record is None else _content(value.site, record)
    if isinstance(value, Lazy) and value.source is not None and ".dict_" in value.class_name:
        whole = name_at(state, value.source)
        return None if whole is None else terms.made_of(whole, value.class_name, "made of")
    return terms.own_term(value)


def name_at(state: State, source: Site) -> Term | None:
    """The name of what elements are taken from: of decoded JSON, which is its path, or of an object."""
    return source if source[0] == "json" else name_of(state, Reference(source))


def _content(site: Site, record: HeapObject) -> Term:
    """The name of what an object holds: of the call that gave it, of its elements if those have names, else its own."""
    if isinstance(record, (DictObject, ListObject, SetObject)) and record.term is not None:
        return record.term
    found: Term | None = None
    match record:
        case ListObject(class_name=name, items=items, rest=None) if len(items) <= MOST_NAMED:
            found = terms.terms_of(name, items)
        case DictObject(class_name=name, entries=entries, rest_value=None) if len(
            entries
        ) <= MOST_NAMED and not any(entry.maybe for entry in entries.values()):
            found = terms.terms_of(
                name, [part for key, entry in entries.items() for part in (key, entry.value)]
            )
        case _:
            pass
    return ("content", site, Held(record)) if found is None else found


def names_of(state: State, values: Iterable[Value]) -> list[Term] | None:
    """The names of several values, constants among them; None where one of them has none."""
    found = [name_of(state, value) or terms.term_of(value) for value in values]
    return None if None in found else [term for term in found if term is not None]


class Held:
    """An object in the heap as it is now: equal to itself alone, so that a change ends what was known of it.

    Or a value that lies in one, which ends to be the same when another is put there.
    """

    __slots__ = ("record",)

    def __init__(self, record: HeapObject | Value) -> None:
        self.record = record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and other.record is self.record

    def __hash__(self) -> int:
        return id(self.record)


def is_about_unknown_content(term: Term) -> bool:
    """Whether a term is about what an object holds of which a part is not known, and has no name."""
    match term:
        case ("content", _, Held(record=Record() as record)):
            return any(part == UNKNOWN for part in record.parts())
        case _:
            return any(is_about_unknown_content(part) for part in term if isinstance(part, tuple))


def measured(state: State, term: Term) -> Site | None:
    """The container, or decoded JSON, whose length a term names, as long as it is; None for other terms."""
    match term:
        case ("len", tuple() as whole) if whole[:1] == ("json",):
            return whole
        case ("len", ("content", tuple() as site, Held(record=held))):
            return site if state.heap.get(site) is held else None
        case ("len", whole):
            found = (
                site
                for site, record in state.heap.items()
                if isinstance(record, (DictObject, ListObject, SetObject)) and record.term == whole
            )
            return next(found, None)
        case _:
            return None


def changed(state: State, value: Value) -> None:
    """What a value holds has been changed by code that is not followed: what is read from here on has new names."""
    term = terms.own_term(value)
    if term is not None:
        facts = facts_of(state, term)
        state.heap[terms.site_of(term)] = replace(facts, version=facts.version + 1)


def part(state: State, kind: str, owner: Value, key: Term) -> Term | None:
    """The name of what is read from a value now: under a key, of an attribute."""
    term = terms.own_term(owner)
    record = state.object_of(owner)
    if isinstance(record, (DictObject, ListObject, SetObject)):
        term = record.term
    elif isinstance(record, ClassObject):
        term = name_of(state, owner)
    if term is None:
        return None
    found = (kind, term, key, facts_of(state, term).version)
    return found if terms.depth(found) <= terms.DEEPEST_TERM else None


def named_item(state: State, site: Site, key: Value, value: Value) -> Value:
    """What lies in an object under a key, with a name for as long as it does."""
    match value:
        case UnionValue() if is_harmless(value) or not _lies_in(state.heap.get(site), key, value):
            return value
        case Instance(term=None, origin=Step()) | UnionValue(term=None):
            one = terms.term_of(key)
            term = None if one is None else ("item", ("object", site), one, Held(value))
            return terms.named_choice(value, term)
        case _:
            return value


def _lies_in(record: HeapObject | None, key: Value, value: HeapObject | Value) -> bool:
    """Whether a dict holds a value under a key."""
    entry = record.entries.get(key) if isinstance(record, DictObject) else None
    return entry is not None and entry.value is value


def narrow_place(state: State, value: Value, member: Value) -> None:
    """What a path has found a value to be that was read from a dict is what lies in that dict."""
    match None if is_harmless(value) else terms.own_term(value):
        case ("item", ("object", tuple() as site), ("constant", Constant() as key), Held(record=held)):
            record = state.heap.get(site)
            if isinstance(record, DictObject) and _lies_in(record, key, held):
                entries = {**record.entries, key: replace(record.entries[key], value=member)}
                state.heap.learn(site, replace(record, entries=entries))
        case _:
            return


def as_itself(value: Value) -> Value:
    """A value of a library, as an exception, with a name of its own for as long as it is handed on."""
    is_library = isinstance(value, (Instance, UnionValue))
    return terms.named_choice(value, ("value", Held(value))) if is_library else value


def with_new_names(record: HeapObject | None) -> HeapObject | None:
    """An object that is like one, with values in it that have other names."""
    if not isinstance(record, Container):
        return record
    return record.mapped(lambda value: replace(value) if isinstance(value, Instance) else value)


def named_part(state: State, value: Value, term: Term | None) -> Value:
    """A value with a name; one element of JSON that was picked out stands for each of them no more.

    Unless the program has changed that JSON: what is in the element is known by its place.
    """
    match value:
        case Json(path=(*_,) as path) if term is not None and "[]" in path:
            root = tuple(path[:2])
            is_changed = any(site[:2] == root for site, _ in state.heap.json_items())
            return value if is_changed else replace(value, path=term)
        case TupleValue(items=items, rest=None) if term is not None:
            parts = [("item", term, ("constant", constant(place)), 0) for place in range(len(items))]
            return replace(value, items=tuple(map(terms.named, items, parts)))
        case _:
            return terms.named(value, term)


def named_result(state: State, value: Value, term: Term | None, node: cst.CSTNode) -> Value:
    """The result of a call with its name, and which of several it is; of one that only looks also what it holds.

    What is there already has its name: `d.get("rows")` makes no list.
    """
    if term is None:
        return value
    is_new = term[0] == "call"  # it may be something else each time
    match value:
        case Reference() if is_new:
            return value
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, Container) and site[1:2] == (id(node),):
                state.heap[site] = record.named(term)
            return value
        case UnionValue(term=None):
            # What is left of it where a test has told which it is, has the same name.
            parts = (named_part(state, one, term) if isinstance(one, Json) else one for one in value.members)
            return terms.named_choice(join_all(parts), term)
        case Json(path=path) if term[0] not in ("json.loads", "call") and (path is None or _is_whole(path)):
            return replace(value, path=term)  # a number or a text, made here: what is decoded can be changed
        case TupleValue() if is_new:
            return value
        case _:
            return named_part(state, value, term)


def _is_whole(path: Term) -> bool:
    """Whether a path is that of JSON as a call has decoded it, and not that of a part of it."""
    return isinstance(path[1], int) and not any(isinstance(step, tuple) for step in path[3:])


def decoded(state: State, text: Term, made: Json) -> None:
    """A text is decoded, perhaps again: what is known of the JSON that it gave before is true of this one, too."""
    site: Site = ("decoded", *terms.site_of(text))
    before = state.heap.get(site)
    known = before.names.get("json") if isinstance(before, Namespace) else None
    if isinstance(known, Json) and known.path is not None and made.path not in (None, known.path):
        for place, record in list(state.heap.items()):
            term = terms.term_at(place) if isinstance(record, Facts) else None
            again = None if term is None else terms.moved(term, known.path, made.path)
            if again != term and again is not None and isinstance(record, Facts):
                state.heap[terms.site_of(again)] = replace(record, apart=frozenset(), asked=frozenset())
    state.heap[site] = Namespace({"json": made})


def choose(state: State, value: UnionValue, member: Value) -> Value:
    """Let a path be one on which a value is this one of its alternatives."""
    term = value.term
    narrow_place(state, value, member)
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
