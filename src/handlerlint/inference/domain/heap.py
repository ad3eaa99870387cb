"""The abstract heap: mutable objects by allocation site, and the state of one path through the program.

Objects are immutable records; changing one means putting a changed record at its site. So a state is
copied by copying one dict, and two states share every object that neither has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, compress, count, islice
from operator import is_not
from typing import TYPE_CHECKING, get_args

from handlerlint.inference.domain.containers import (
    LARGEST_DICT,
    LONGEST_LIST,
    Container,
    DictObject,
    ListObject,
    SetObject,
)
from handlerlint.inference.domain.entries import USUALLY_ABSENT, Entry
from handlerlint.inference.domain.facts import NO_FACTS, Facts
from handlerlint.inference.domain.objects import (
    LOST,
    UNCHANGED,
    ClassObject,
    Dependences,
    InstanceObject,
    JsonChange,
    LeftUnbound,
    Lost,
    Mark,
    Namespace,
    OpenAnswer,
    Record,
)
from handlerlint.inference.domain.values import (
    AnyValue,
    Json,
    Reference,
    Site,
    Term,
    Value,
)
from handlerlint.records import dataclass, field, replace

if TYPE_CHECKING:
    import libcst as cst

__all__ = [
    "ANYWHERE",
    "LARGEST_DICT",
    "LONGEST_LIST",
    "LOST",
    "NO_FACTS",
    "UNCHANGED",
    "USUALLY_ABSENT",
    "ClassObject",
    "Container",
    "Dependences",
    "DictObject",
    "Entry",
    "Facts",
    "Heap",
    "HeapObject",
    "InstanceObject",
    "JsonChange",
    "LeftUnbound",
    "ListObject",
    "Lost",
    "Mark",
    "Namespace",
    "OpenAnswer",
    "SetObject",
    "State",
    "Trace",
    "differing",
    "differing_assumptions",
    "differing_objects",
    "forget",
    "is_json",
    "lose",
    "lose_only",
    "name_in",
    "parts",
    "reachable",
    "referenced",
    "weaken_changes",
]

#: Of whatever kind.
HeapObject = Record


#: Stands for all places that code may have written to that is not followed.
ANYWHERE: Site = ("anywhere",)


def name_in(scope: Site, name: str) -> Site:
    """The address of a name of a namespace, or an attribute of a class, where it is told what was read or written."""
    return ("name", scope, name)


class Trace:
    """What the call that is interpreted now has read or written, for its summary. All heaps share one.

    `sites` are addresses, `names` those of names that were looked up in a module or a function around. `written` are
    the addresses where the program has put something else, those of names that it has bound, and `ANYWHERE`. `escaped`
    tells that it mattered which objects unknown code knows, `json` that it mattered which parts of decoded JSON were
    changed, `open` that code was called that may answer otherwise each time.
    """

    __slots__ = ("escaped", "json", "names", "open", "sites", "written")

    def __init__(self) -> None:
        self.sites: set[Site] = set()
        self.names: set[Site] = set()
        self.written: set[Site] = set()
        self.escaped = False
        self.json = False
        self.open = False


class Heap:
    """Objects by site: `base` is shared by all paths and never changes, `own` is what one path has of its own.

    In `own`, None marks a site that the path has removed. `assumed` is the same for what is no object: what the path
    has assumed or been told, by the sites that terms and tests have. There is much of it, and mostly it tells no two
    paths apart. What is read or changed is noted in `trace`; comparing and joining paths looks at the dicts themselves,
    since where two paths of a call differ, one has changed something.
    """

    __slots__ = ("assumed", "base", "own", "trace")

    def __init__(
        self,
        base: dict[Site, HeapObject] | None = None,
        own: dict[Site, HeapObject | None] | None = None,
        assumed: dict[Site, HeapObject | None] | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.base: dict[Site, HeapObject] = {} if base is None else base
        self.own: dict[Site, HeapObject | None] = {} if own is None else own
        self.assumed: dict[Site, HeapObject | None] = {} if assumed is None else assumed
        self.trace = Trace() if trace is None else trace

    def get(self, site: Site) -> HeapObject | None:
        """The object at a site."""
        self.trace.sites.add(site)
        if site in self.own:
            return self.own[site]
        if site in self.assumed:
            return self.assumed[site]
        return self.base.get(site)

    def assumption(self, site: Site) -> HeapObject | None:
        """What is assumed at a site, where no object can be."""
        self.trace.sites.add(site)
        assumed = self.assumed
        return assumed[site] if site in assumed else self.base.get(site)

    def peek(self, site: Site) -> HeapObject | None:
        """The object at a site, for those who compare paths."""
        if site in self.own:
            return self.own[site]
        if site in self.assumed:
            return self.assumed[site]
        return self.base.get(site)

    def looked_at(self, sites: Iterable[Site]) -> tuple[tuple[Site, HeapObject | None], ...]:
        """The objects at some sites, for those who compare paths."""
        return tuple([(site, self.peek(site)) for site in sites])

    def __getitem__(self, site: Site) -> HeapObject:
        record = self.get(site)
        if record is None:
            raise KeyError(site)
        return record

    def place(self, site: Site, record: HeapObject) -> None:
        """Put an object at a site, for those who make one path of others."""
        (self.assumed if record.is_assumption else self.own)[site] = record

    def learn(self, site: Site, record: HeapObject) -> None:
        """Put what is known by now of an object that has not changed."""
        self.trace.sites.add(site)
        self.place(site, record)

    def __setitem__(self, site: Site, record: HeapObject) -> None:
        self.trace.sites.add(site)
        self.trace.written.add(site)
        self.place(site, record)

    def update(self, objects: Mapping[Site, HeapObject]) -> None:
        """Put several objects at their sites."""
        for site, record in objects.items():
            self[site] = record

    def __contains__(self, site: Site) -> bool:
        return self.get(site) is not None

    def remove(self, site: Site) -> None:
        """Take an object out."""
        self.trace.sites.add(site)
        self.trace.written.add(site)
        known = self.base.get(site)
        if known is None:
            self.own.pop(site, None)
            self.assumed.pop(site, None)
        else:
            (self.assumed if known.is_assumption else self.own)[site] = None

    def json_items(self) -> list[tuple[Site, HeapObject]]:
        """The sites and objects that say what was done to decoded JSON."""
        self.trace.json = True
        return [item for item in self.items() if is_json(*item)]

    def items(self) -> Iterator[tuple[Site, HeapObject]]:
        """Every site and object."""
        for site, record in self.base.items():
            if site not in self.own and site not in self.assumed:
                yield site, record
        yield from self.changed()

    def changed(self) -> Iterator[tuple[Site, HeapObject]]:
        """The sites and objects that are not in the base."""
        for site, record in chain(self.own.items(), self.assumed.items()):
            if record is not None:
                yield site, record

    def has_changed(self) -> bool:
        """Whether an object of the base is another now."""
        return any(site in self.base and self.base[site] != record for site, record in self.own.items())

    def copy(self) -> Heap:
        """An independent heap with the same content."""
        return Heap(self.base, self.own.copy(), self.assumed.copy(), self.trace)

    def apart(self) -> Heap:
        """A copy that does not share what is noted, either."""
        return Heap(self.base, self.own.copy(), self.assumed.copy())

    def settled(self) -> Heap:
        """The same content, all of it in the base: what follows copies and compares only what changes from here."""
        return Heap(dict(self.items()), trace=self.trace)

    def same(self, other: Heap) -> bool:
        """Whether two heaps with the same base hold the same."""
        return self.base is other.base and self.own == other.own and self.assumed == other.assumed


Difference = tuple[Site, HeapObject | None, HeapObject | None]


def differing(left: Heap, right: Heap) -> Iterator[Difference]:
    """The sites at which two heaps hold different objects or assumptions, with both; None where there is none."""
    return chain(differing_objects(left, right), differing_assumptions(left, right))


def differing_objects(left: Heap, right: Heap) -> Iterator[Difference]:
    """The sites at which two heaps hold different objects, with both; None where there is none."""
    if left.base is not right.base:
        return _of_other_bases(left, right, is_assumption=False)
    return _differing(left.own, right.own, left.base)


def differing_assumptions(left: Heap, right: Heap) -> Iterator[Difference]:
    """The sites at which two heaps hold different assumptions, with both; None where there is none."""
    if left.base is not right.base:
        return _of_other_bases(left, right, is_assumption=True)
    return _differing(left.assumed, right.assumed, left.base)


def _of_other_bases(left: Heap, right: Heap, *, is_assumption: bool) -> Iterator[Difference]:
    for site in dict.fromkeys(site for heap in (right, left) for site, _ in heap.items()):
        mine, theirs = left.peek(site), right.peek(site)
        record = mine or theirs
        if mine is not theirs and record is not None and record.is_assumption is is_assumption:
            yield site, mine, theirs


def _differing(
    mine: Mapping[Site, HeapObject | None],
    theirs: Mapping[Site, HeapObject | None],
    base: Mapping[Site, HeapObject],
) -> Iterator[Difference]:
    """Where two paths with one base differ.

    Mostly one is a copy of the other, or both are copies of a third: what they have in common stands in the same
    places of both, and need not be looked up.
    """
    same = next(compress(count(), map(is_not, mine, theirs)), min(len(mine), len(theirs)))
    common = zip(islice(mine, same), mine.values(), theirs.values(), strict=False)
    yield from compress(common, map(is_not, mine.values(), theirs.values()))
    for site, record in islice(mine.items(), same, None):
        facing = theirs[site] if site in theirs else base.get(site)
        if record is not facing:
            yield site, record, facing
    for site, record in islice(theirs.items(), same, None):
        if site not in mine and record is not (facing := base.get(site)):
            yield site, facing, record


def is_json(site: Site, record: HeapObject) -> bool:
    """Whether an object says what the program did to decoded JSON."""
    return isinstance(record, JsonChange) or (bool(site) and site[0] == "json")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The terms of which a path that stands for several no longer knows what these have assumed.

    What depends on such an answer may be there for one of them, and the answer that is given next be that of another.
    `kept` are those of which all of them have assumed the same.
    """

    terms: frozenset[Term] = frozenset()
    kept: Mapping[Term, Record] = field(default_factory=dict, compare=False)

    def is_given_again(self, term: Term | None, record: Record) -> bool:
        """Whether what a path assumes of a term is an answer that it had forgotten before."""
        if term is None or term not in self.terms:
            return False
        before = self.kept.get(term)
        return before is not record and before != record

    def __or__(self, other: Forgotten) -> Forgotten:
        if not self.terms or not other.terms:
            return self if self.terms else other
        if self is other:
            return self
        kept = dict(self.kept)
        for term, mine, theirs in _differing(self.kept, other.kept, {}):
            if mine is None and theirs is not None and term not in self.terms:
                kept[term] = theirs
            elif mine is not None and mine != theirs and (theirs is not None or term in other.terms):
                del kept[term]
        return Forgotten(self.terms | other.terms, kept)


@dataclass(slots=True)
class State:
    """One path: its heap, with what it assumes of unknown values, and whether it goes on (`dead` after a raise).

    `visited` are the segments that it has come to, by their first statements; of a path that stands for several, those
    that any of them has. `forgotten` is what such a path no longer knows.
    """

    heap: Heap = field(default_factory=Heap)
    escaped: frozenset[Site] = frozenset()
    dead: bool = False
    visited: frozenset[cst.CSTNode] = frozenset()
    forgotten: Forgotten = Forgotten()

    def copy(self) -> State:
        """An independent state with the same content."""
        return State(self.heap.copy(), self.escaped, self.dead, self.visited, self.forgotten)

    def apart(self) -> State:
        """A copy that does not share what is noted of its calls, either."""
        return State(self.heap.apart(), self.escaped, self.dead, self.visited, self.forgotten)

    def take(self, other: State) -> None:
        """Become the other state."""
        self.heap = other.heap
        self.escaped = other.escaped
        self.dead = other.dead
        self.visited = other.visited
        self.forgotten = other.forgotten

    def object_of(self, value: Value | None) -> HeapObject | None:
        """The object that a value refers to; None for a value that is no reference."""
        return self.heap.get(value.site) if isinstance(value, Reference) else None

    def change_of(self, value: Json) -> HeapObject | None:
        """What the program has changed of a piece of decoded JSON; None where it is as it came, or has no place."""
        return None if value.path is None else self.heap.get(value.path)

    def bind(self, scope: Site, name: str, value: Value) -> None:
        """Bind a name in a namespace."""
        namespace = self.heap.get(scope)
        if not isinstance(namespace, Namespace):
            return
        names = dict(namespace.names)
        names[name] = value
        self.heap[scope] = Namespace(names, namespace.open)
        self.heap.trace.written.add(name_in(scope, name))

    def bind_all(self, scope: Site, names: Mapping[str, Value]) -> None:
        """Bind several names in a namespace, or attributes of a class."""
        record = self.heap[scope]
        assert isinstance(record, (ClassObject, Namespace))
        self.heap[scope] = replace(record, names={**record.names, **names})
        self.heap.trace.written.update(name_in(scope, name) for name in names)

    def unbind(self, scope: Site, name: str) -> None:
        """Remove a name from a namespace."""
        namespace = self.heap.get(scope)
        if isinstance(namespace, Namespace) and name in namespace.names:
            names = {key: value for key, value in namespace.names.items() if key != name}
            self.heap[scope] = Namespace(names, namespace.open)
            self.heap.trace.written.add(name_in(scope, name))


def referenced(value: Value) -> Iterator[Site]:
    """The heap sites that a value refers to directly."""
    yield from value.sites()
    for part in value.inside():
        yield from referenced(part)


#: The kinds of values that refer to no object, and hold no other values.
_LEAVES = frozenset(
    kind for kind in get_args(Value) if kind.sites is AnyValue.sites and kind.inside is AnyValue.inside
)


def parts(record: HeapObject) -> Iterator[Value]:
    """The values inside an object."""
    return record.parts()


def reachable(state: State, values: Iterable[Value]) -> set[Site]:
    """All heap sites that can be reached from the values."""
    found: set[Site] = set()
    waiting = [site for value in values for site in referenced(value)]
    while waiting:
        site = waiting.pop()
        if site in found:
            continue
        found.add(site)
        record = state.heap.get(site)
        if record is not None:
            for part in record.parts():
                if part.__class__ not in _LEAVES:
                    waiting.extend(referenced(part))
    return found


def weaken_changes(state: State, other: State) -> None:
    """It is not known which of two paths the program takes: where they differ, only what cannot be bad is kept.

    It remains the path that `state` is. What is on one of the paths alone stays as it is there.
    """
    for site, record in list(state.heap.changed()):
        then = other.heap.get(site)
        if then is not None and then is not record and type(then) is type(record):
            state.heap[site] = record.weakened(then)


def lose(state: State, values: Iterable[Value]) -> None:
    """Unknown code has seen these values: whatever can be reached from them may now be anything."""
    state.heap.trace.written.add(ANYWHERE)
    forget(state, values)


def forget(state: State, values: Iterable[Value]) -> None:
    """Like `lose`, where no code has run: it is not known any more what these values are."""
    seen = reachable(state, values)
    state.heap.trace.escaped = True
    if not seen and not state.escaped:
        return
    state.escaped |= seen
    state.heap.trace.sites |= state.escaped
    own, base = state.heap.own, state.heap.base
    for site in state.escaped:
        record = own[site] if site in own else base.get(site)
        if record is not None:
            lost = record.lost(site)
            if lost is not record:
                own[site] = lost
        elif site and site[0] == "json":
            own[site] = LOST


def lose_only(state: State, values: Iterable[Value]) -> None:
    """What can be reached from these values may be anything from here on; nobody else gets to know them."""
    escaped, state.escaped = state.escaped, frozenset()
    forget(state, values)
    state.escaped = escaped
