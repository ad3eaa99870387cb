"""Call summaries: the outcomes of calls of project functions, reused for equal calls. Used by `functions`.

A summary applies to a call of the same function with the same arguments in the same calling context, on a path where
everything that the first call read (objects, module names, assumptions) is unchanged; its writes are then copied.
Origins of values take part in the comparison, so that findings name the right places.

A call that writes nothing and returns nothing that it has allocated has one summary for all contexts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import libcst as cst

from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    Dependences,
    Facts,
    Forgotten,
    HeapObject,
    State,
    Trace,
    differing,
    is_json,
)
from handlerlint.inference.domain.values import (
    Constant,
    FunctionValue,
    Instance,
    Json,
    ModuleValue,
    Reference,
    Site,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
)
from handlerlint.inference.syntax.scopes import scope_of
from handlerlint.records import dataclass, field, replace

if TYPE_CHECKING:
    from handlerlint.inference.domain.problem import DumpCall

#: Outcomes kept of one call in one context, the latest first.
MOST_OUTCOMES = 12

Objects = tuple[tuple[Site, "HeapObject | None"], ...]
Paths = list[tuple[State, Value]]
Raised = list[tuple[State, "Value | None"]]


@dataclass(frozen=True, slots=True)
class CallKey:
    """A function and what it is given, under what it is found: in its own context, and in any."""

    function: FunctionValue
    arguments: Arguments
    here: tuple[object, ...] = ()
    anywhere: tuple[object, ...] = ()

    def is_same(self, other: CallKey) -> bool:
        """Whether another call is one of the same function with the same arguments."""
        return same(self.arguments, other.arguments) and same(self.function, other.function)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way out of a call: what it changed and assumed; `continues` when it is the state that went in."""

    value: Value | None
    objects: Objects
    escaped: frozenset[Site]
    continues: bool
    visited: frozenset[cst.CSTNode]
    forgotten: Forgotten


@dataclass(frozen=True, slots=True)
class Known:
    """One call that was interpreted: what it depended on, and what it came to; `is_cut` if not all was followed,
    `is_open` if code was called that may answer otherwise each time."""

    call: CallKey
    changes: int
    read: Objects
    sites: frozenset[Site]
    names: frozenset[Site]
    written: frozenset[Site]
    escaped: frozenset[Site] | None
    json: Mapping[Site, HeapObject] | None
    returned: tuple[Outcome, ...]
    raised: tuple[Outcome, ...]
    dumps: tuple[DumpCall, ...]
    work: int
    is_cut: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What a call has looked at (see `heap.Trace`), and the calls of `json.dumps` in it."""

    sites: set[Site]
    names: set[Site]
    written: set[Site]
    escaped: bool
    json: bool
    open: bool
    dumps: list[DumpCall]


@dataclass(frozen=True, slots=True)
class Recording:
    """A call that is being interpreted: the state that it began with, and what belongs to the call around it."""

    before: State
    work: int
    changes: int
    around: Seen
    cuts: int


@dataclass(slots=True)
class Summaries:
    """The calls of one analysis.

    `dumps` are the calls of `json.dumps` in the call that is interpreted now; `cuts` counts the calls that were not
    followed for where they stand: too much work, or too deep.
    """

    enabled: bool = True
    calls: dict[tuple[object, ...], list[Known]] = field(default_factory=dict)
    dumps: list[DumpCall] = field(default_factory=list)
    cuts: int = 0
    hits: int = 0
    misses: int = 0

    def copy(self) -> Summaries:
        """Independent summaries, of the same calls."""
        return replace(self, calls=self.calls.copy(), dumps=self.dumps.copy())

    def find(self, call: CallKey, state: State, changes: int) -> Known | None:
        """The same call, if it has been interpreted."""
        candidates: tuple[Known, ...] = (*self.calls.get(call.here, ()), *self.calls.get(call.anywhere, ()))
        for known in candidates if self.enabled else ():
            if known.changes == changes and known.call.is_same(call) and _depends_on_the_same(known, state):
                self.hits += 1
                return known
        self.misses += 1
        return None

    def _seen(self, trace: Trace) -> Seen:
        return Seen(
            trace.sites, trace.names, trace.written, trace.escaped, trace.json, trace.open, self.dumps
        )

    def begin(self, state: State, work: int, changes: int) -> Recording:
        """A call is interpreted from here."""
        trace = state.heap.trace
        around = self._seen(trace)
        recording = Recording(state.copy(), work, changes, around, self.cuts)
        trace.sites, trace.names, trace.written, self.dumps = set(), set(), set(), []
        trace.escaped = trace.json = trace.open = False
        return recording

    def end(self, recording: Recording) -> Seen:
        """The call is over, one way or the other: what it has seen, the call around it has seen, too."""
        trace, around = recording.before.heap.trace, recording.around
        seen = self._seen(trace)
        trace.sites, trace.names, trace.written = around.sites, around.names, around.written
        trace.sites |= seen.sites
        trace.names |= seen.names
        trace.written |= seen.written
        trace.escaped = around.escaped or seen.escaped
        trace.json = around.json or seen.json
        trace.open = around.open or seen.open
        self.dumps = around.dumps
        self.dumps += seen.dumps
        return seen

    def keep(
        self,
        recording: Recording,
        seen: Seen,
        call: CallKey,
        state: State,
        ways_out: tuple[Paths, Raised],
        work: int,
        changes: int,
    ) -> None:
        """Remember what a call that began at `state` came to."""
        before = recording.before
        returned = [_outcome(before, seen.sites, path, value, path is state) for path, value in ways_out[0]]
        raised = [_outcome(before, seen.sites, path, value, False) for path, value in ways_out[1]]
        if not self.enabled or changes != recording.changes or None in returned or None in raised:
            return
        known = Known(
            call,
            changes,
            before.heap.looked_at(seen.sites),
            frozenset(seen.sites),
            frozenset(seen.names),
            frozenset(seen.written),
            before.escaped if seen.escaped else None,
            _json(before) if seen.json else None,
            tuple(outcome for outcome in returned if outcome is not None),
            tuple(outcome for outcome in raised if outcome is not None),
            tuple(seen.dumps),
            work - recording.work,
            recording.cuts != self.cuts,
            seen.open,
        )
        self._add(call.here, known)
        if not known.is_cut and _holds_anywhere(known, before.heap.base):
            self._add(call.anywhere, _for_anywhere(known))

    def _add(self, key: tuple[object, ...], known: Known) -> None:
        self.calls[key] = [known, *self.calls.get(key, ())][:MOST_OUTCOMES]

    def again(self, known: Known, state: State) -> tuple[Paths, Raised]:
        """The outcomes of the same call on a path."""
        self.cuts += known.is_cut
        trace = state.heap.trace
        trace.sites |= known.sites
        trace.names |= known.names
        trace.written |= known.written
        trace.escaped = trace.escaped or known.escaped is not None
        trace.json = trace.json or known.json is not None
        trace.open = trace.open or known.is_open
        before = state.copy()
        paths = [
            (_after(before, outcome, state if outcome.continues else before.copy()), outcome.value)
            for outcome in known.returned
        ]
        raised = [(_after(before, outcome, before.copy()), outcome.value) for outcome in known.raised]
        return cast("Paths", paths), raised


# --- what a call depends on ------------------------------------------------------------------------------


def _depends_on_the_same(known: Known, state: State) -> bool:
    heap = state.heap
    own, assumed, base = heap.own, heap.assumed, heap.base
    for site, record in known.read:
        now = own[site] if site in own else assumed[site] if site in assumed else base.get(site)
        if now is not record and not same(now, record):
            return False
    if known.escaped is not None and known.escaped != state.escaped:
        return False
    return known.json is None or same(known.json, _json(state))


def _json(state: State) -> Mapping[Site, HeapObject]:
    return {site: record for site, record in state.heap.items() if is_json(site, record)}


# --- what a call comes to --------------------------------------------------------------------------------


def _outcome(
    before: State, sites: set[Site], path: State, value: Value | None, continues: bool
) -> Outcome | None:
    """The difference that a path has made; None where it cannot be told."""
    if path.heap.base is not before.heap.base or path.dead:
        return None
    objects = tuple((site, new) for site, _, new in differing(before.heap, path.heap) if site in sites)
    return Outcome(
        value,
        objects,
        path.escaped - before.escaped,
        continues,
        path.visited - before.visited,
        path.forgotten,
    )


def _after(before: State, outcome: Outcome, path: State) -> State:
    """Let a path be what `before` became by a call."""
    for site, record in outcome.objects:
        if record is None:
            path.heap.remove(site)
        else:
            path.heap.place(site, record)
    path.escaped = before.escaped | outcome.escaped
    path.visited = before.visited | outcome.visited
    path.forgotten = before.forgotten | outcome.forgotten
    return path


# --- calls that hold anywhere ----------------------------------------------------------------------------


def _holds_anywhere(known: Known, settled: Mapping[Site, HeapObject]) -> bool:
    """Whether a call has changed nothing, and gives nothing that tells one call from another."""
    function = known.call.function
    if function.scopes or scope_of(function.node).is_generator or any(dump.problems for dump in known.dumps):
        return False
    if isinstance(function.node, cst.FunctionDef) and function.node.asynchronous is not None:
        return False
    return all(
        all(isinstance(record, (Facts, Dependences)) for _, record in outcome.objects)
        and not outcome.escaped
        and (outcome.value is None or _is_the_same_anywhere(outcome.value, settled))
        for outcome in (*known.returned, *known.raised)
    )


def _is_the_same_anywhere(value: Value, settled: Mapping[Site, HeapObject]) -> bool:
    """Whether a value tells nothing of the call: no object but what was `settled` before all calls of the handler."""
    match value:
        case Constant() | ModuleValue() | StubValue(receiver=None):
            return True
        case Reference(site=site):
            return site in settled
        case Unknown(origin=None, term=None) | Json(path=None) | Json(path=("json", "event", *_)):
            return True
        case Instance(arguments=arguments, term=None):
            return not arguments
        case FunctionValue(scopes=scopes):
            return not scopes
        case TupleValue(items=items, rest=rest):
            parts = items if rest is None else (*items, rest)
            return all(_is_the_same_anywhere(part, settled) for part in parts)
        case UnionValue(members=alternatives):
            return all(_is_the_same_anywhere(part, settled) for part in alternatives)
        case _:
            return False


def _for_anywhere(known: Known) -> Known:
    """Without the local names of this one call, which another has elsewhere."""
    return replace(
        known,
        sites=frozenset(site for site, record in known.read if record is not None or site[0] != "scope"),
    )


# --- the same values -------------------------------------------------------------------------------------


def same(left: object, right: object) -> bool:
    """Whether two values or objects are equal and came about in the same way, step by step."""
    if left is right:
        return True
    cls = left.__class__
    if cls is not right.__class__:
        return False
    names = _compared(cls)
    if names is not None:
        return all(same(getattr(left, name), getattr(right, name)) for name in names)
    if isinstance(left, tuple):
        other = cast("tuple[object, ...]", right)
        return len(left) == len(other) and all(map(same, left, other))
    if isinstance(left, dict):
        entries = cast("dict[object, object]", right)
        return len(left) == len(entries) and all(
            mine == key and same(value, entries[key])
            for (mine, value), key in zip(left.items(), entries, strict=True)
        )
    return left == right


def _compared(cls: type) -> tuple[str, ...] | None:
    """The fields of a record that count; None for anything but a record."""
    names = _FIELDS.get(cls)
    if names is None and cls not in _FIELDS:
        fields = getattr(cls, "__record_fields__", None)
        names = _FIELDS[cls] = None if fields is None else tuple(fields)
    return names


_FIELDS: dict[type, tuple[str, ...] | None] = {UnionValue: ("members", "origin", "term")}
