"""The interpreter context: what one analysis shares, the frames of its activations, and the ways out of a block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from typing import TYPE_CHECKING, Final

import libcst as cst

from handlerlint.inference.core.summaries import Summaries
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import HeapObject, Namespace, State
from handlerlint.inference.domain.problem import DumpCall
from handlerlint.inference.domain.values import (
    FunctionValue,
    Site,
    Step,
    Term,
    Value,
)
from handlerlint.inference.syntax.scopes import COMPREHENSION, ScopeInfo
from handlerlint.records import dataclass, field, names_of_fields, replace

if TYPE_CHECKING:
    from handlerlint.inference.sdk import Shape
    from handlerlint.inference.stubs.store import StubStore
    from handlerlint.inference.stubs.types import Type
    from handlerlint.inference.syntax.liveness import Guard
    from handlerlint.source.files import SourceFile
    from handlerlint.source.modules import ModuleFinder

#: Paths kept apart at one point of the program, by the work done so far; more are widened into one.
WIDEST_FORK = 8
_NARROWER = ((4_000, 8), (9_000, 4), (16_000, 2))
#: The work beyond which fewer paths are kept apart than at first.
NARROWED = _NARROWER[0][0]
#: Expressions and statements interpreted for one handler before the analysis gives up (and says nothing).
WORK_LIMIT = 30_000
#: What a call may use if that much is left, and what must be left for it to be looked into at all.
SMALL_SHARE = 2_000
LEAST_SHARE = 200
#: Exceptional paths kept apart at one `try`, and how many are collected before they are looked at.
WIDEST_CATCH = 4
MOST_RAISES = 24
#: Ways through an expression, if each took the largest number of outcomes: with more, it is not tried to follow all.
MOST_CHOICES = 32
#: Calls of project functions inside each other.
DEEPEST_CALL = 14


class BudgetExceeded(Exception):
    """The handler is too much work; the analysis then knows nothing about it."""


#: The oldest and the newest Python that a function of which no version is known may be for.
_VERSIONS: Final = ((3, 8), (3, 14))


@dataclass(frozen=True, slots=True)
class Expected:
    """The exceptions that a `try` names; `asking` is the function in which it asks whether one statement works."""

    names: frozenset[str]
    asking: FunctionValue | None


@dataclass(frozen=True, slots=True)
class Raise:
    """A path that leaves by an exception: its value, None when it can be any."""

    state: State
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """A path that leaves by `return`."""

    state: State
    value: Value
    node: cst.CSTNode


@dataclass(slots=True)
class Flow:
    """The ways out of a block other than its end."""

    returns: list[Return] = field(default_factory=list)
    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)
    raises: list[Raise] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class ModuleRecord:
    """A module of the project, imported: its source and the site of its namespace."""

    name: str
    file: SourceFile
    is_package: bool
    site: Site


@dataclass(slots=True)
class Choices:
    """Which outcomes an evaluation takes where it meets several: those of `script`, then the first of each.

    `most` is how many evaluations there are at most; `taken` are the outcomes taken so far, each with how many there
    were. `is_other` tells that there were more or fewer than the script says: with much work done, less is kept apart.
    """

    most: int
    script: tuple[tuple[int, int], ...] = ()
    taken: list[tuple[int, int]] = field(default_factory=list)
    is_other: bool = False

    def choose(self, count: int) -> int | None:
        """The outcome to take of several; None where there would be more evaluations than there may be.

        If on no way the numbers of outcomes multiply to more than `most`, there are no more ways than that.
        """
        if prod(number for _, number in self.taken) * count > self.most:
            return None
        position = len(self.taken)
        chosen, known = self.script[position] if position < len(self.script) else (0, count)
        if count != known:
            self.is_other, chosen = True, 0
        self.taken.append((chosen, count))
        return chosen

    @property
    def pending(self) -> int:
        """How many evaluations there are at least after this one: one for each outcome that has not been taken."""
        return sum(count - chosen - 1 for chosen, count in self.taken)

    def following(self) -> tuple[tuple[int, int], ...] | None:
        """The script of the evaluation after this one, in the order of a depth-first search; None after the last."""
        taken = list(self.taken)
        while taken:
            chosen, count = taken.pop()
            if chosen + 1 < count:
                return (*taken, (chosen + 1, count))
        return None


@dataclass(slots=True)
class Frame:
    """One activation: of a module, a class body or a function.

    `scope` is where its names live, `scopes` the enclosing function scopes (innermost last), `context` tells
    one activation of the same code from another, `raised` collects the states at which something may raise,
    `handled` is the exception being handled, `swallowing` the `except` clauses that have taken one and left names
    unbound, `owner` the class whose body this is, `choices` what the expression
    that is evaluated now takes where calls and conditions in it have several outcomes (None: all joined), `entered` the
    state in which a function was called, `guards` the statements around whose bodies exceptions do not just pass,
    `most_raised` how many paths are collected in `raised` before they are looked at.
    """

    interpreter: InterpreterContext
    module: ModuleRecord
    scope: Site
    info: ScopeInfo
    scopes: tuple[Site, ...] = ()
    context: int = 0
    function: FunctionValue | None = None
    parent: Frame | None = None
    depth: int = 0
    yields: list[Value] = field(default_factory=list)
    raised: list[Raise] = field(default_factory=list)
    noted: set[int] = field(default_factory=set)
    handled: Value | None = None
    owner: Site | None = None
    choices: Choices | None = None
    call: cst.CSTNode | None = None
    swallowing: set[cst.CSTNode] = field(default_factory=set)
    entered: State | None = None
    guards: list[Guard] = field(default_factory=list)
    most_raised: int = MOST_RAISES

    def calls(self) -> tuple[tuple[SourceFile, cst.CSTNode], ...]:
        """The calls that lead here, the innermost first, each with its file."""
        found: list[tuple[SourceFile, cst.CSTNode]] = []
        frame: Frame | None = self
        while frame is not None:
            # What an application of a library calls has no call in the source.
            if isinstance(frame.call, (cst.Call, cst.Decorator)) and frame.parent is not None:
                found.append((frame.parent.module.file, frame.call))
            frame = frame.parent
        return tuple(found)

    def site(self, node: cst.CSTNode, tag: str = "") -> Site:
        """The address of an object allocated by `node` in this activation."""
        return (tag, id(node), self.context)

    def apart(self, interpreter: InterpreterContext) -> Frame:
        """The same activation in a copy of the interpreter context."""
        return replace(
            self,
            interpreter=interpreter,
            yields=list(self.yields),
            raised=list(self.raised),
            noted=set(self.noted),
            swallowing=set(self.swallowing),
        )

    def step(self, node: cst.CSTNode, what: str = "made here") -> Step:
        """The first step of a value's way."""
        return Step(what, self.module.file, node)


@dataclass(frozen=True, slots=True)
class Route:
    """A function that an application of a library calls for requests."""

    function: FunctionValue
    library: str


@dataclass(slots=True)
class InterpreterContext:
    """What one analysis shares: the project's modules, the stubs, the work done so far and what was noticed.

    `watcher` is told each value that one of the `watched` expressions has.
    While the handler's module and what it imports are `loading`, `uncaught` collects what certainly raises with
    nothing around that could catch it, and `load_failures` those that no load gets past; `always_loaded` says
    whether every load executes the statement that runs now, `failed_loads` counts modules of which that is not
    known, and that come to no end. In the handler, `failures` and `passed` are the places that raise and those that
    do not, `noted` all that raises, as it comes, `expected` the exceptions that the `try` statements around name.
    `called` is what each call has called last, and with what; Unknown where that has not always been the same.
    `event_uses` are parts of the event that are used, each with a test of the classes that it then cannot be of;
    with `knows_event`, the `event` is that of a service. `shapes` are those of parts of responses of the AWS SDK,
    by their sites and the names of what is JSON. `dressed` are the attributes that functions have been given.
    `abstract` are the definitions of abstract methods, `swallowing` is the number of calls now that have come past
    an `except` clause and have left names unbound there.
    """

    finder: ModuleFinder
    stubs: StubStore
    python_version: tuple[int, int]
    version_is_known: bool = False
    modules: dict[str, ModuleRecord | None] = field(default_factory=dict)
    by_site: dict[Site, ModuleRecord] = field(default_factory=dict)
    contexts: dict[tuple[object, ...], int] = field(default_factory=dict)
    work: int = 0
    limit: int = WORK_LIMIT
    reserve: int = WORK_LIMIT // 4
    trying: int = 0
    probing: int = 0
    active: list[cst.CSTNode] = field(default_factory=list)
    opaque: dict[str, Value] = field(default_factory=dict)
    constants: dict[cst.CSTNode, Value] = field(default_factory=dict)
    asked: list[Term] = field(default_factory=list)
    answers: dict[object, Type] = field(default_factory=dict)
    layouts: dict[object, tuple[Value, Mapping[Site, HeapObject]]] = field(default_factory=dict)
    shapes: dict[Site, Shape] = field(default_factory=dict)
    dumps: dict[cst.CSTNode, list[DumpCall]] = field(default_factory=dict)
    summaries: Summaries = field(default_factory=Summaries)
    unfollowed: set[cst.CSTNode] = field(default_factory=set)

    scope_names: dict[object, str] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    patched: set[tuple[str, str]] = field(default_factory=set)
    dressed: set[str] = field(default_factory=set)
    generic: set[object] = field(default_factory=set)
    routes: list[Route] = field(default_factory=list)
    has_middleware: bool = False
    served: set[str] = field(default_factory=set)
    reaches_modules: bool = False
    looked_into: dict[cst.CSTNode, int] = field(default_factory=dict)
    paused: dict[cst.CSTNode, list[tuple[Frame, State, Value]]] = field(default_factory=dict)
    suspended: dict[Site, Frame] = field(default_factory=dict)
    doubts_the_unwritten: bool = False
    resolved: set[cst.CSTNode] = field(default_factory=set)
    event_uses: list[tuple[tuple[object, ...], Callable[[str], bool]]] = field(default_factory=list)
    knows_event: bool = False
    event: object = None
    sent: set[object] = field(default_factory=set)
    watched: frozenset[cst.CSTNode] = frozenset()
    watcher: Callable[[Frame, State, cst.CSTNode, Value], None] | None = None
    loading: bool = False
    always_loaded: bool = True
    uncaught: list[Failure] = field(default_factory=list)
    load_failures: list[Failure] = field(default_factory=list)
    failed_loads: int = 0
    failures: dict[cst.CSTNode, Failure] = field(default_factory=dict)
    passed: set[cst.CSTNode] = field(default_factory=set)
    noted: list[Failure] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    called: dict[cst.CSTNode, tuple[Value, Arguments]] = field(default_factory=dict)
    peeking: int = 0
    swallowing: int = 0
    abstract: set[cst.CSTNode] = field(default_factory=set)

    @property
    def possible_stubs(self) -> tuple[StubStore, ...]:
        """The stubs of the version, and of the oldest and newest where it is not known which runs the handler."""
        if self.version_is_known:
            return (self.stubs,)
        return (self.stubs, *map(self.stubs.of_version, _VERSIONS))

    def copy(self) -> InterpreterContext:
        """An independent context that has come as far as this one."""
        copied = replace(self, summaries=self.summaries.copy())
        for name in names_of_fields(self):
            table = getattr(self, name)
            if isinstance(table, (dict, list, set)):
                setattr(copied, name, table.copy())
        copied.suspended = {site: frame.apart(copied) for site, frame in self.suspended.items()}
        return copied

    def note_giving_up(self, what: str, error: Exception) -> None:
        """Say in the debug log that something is not analysed."""
        import logging

        logging.getLogger(__name__).debug(
            "%s: gave up after %d steps (%s)", what, self.work, type(error).__name__
        )

    def finished(self, record: ModuleRecord) -> bool:
        """Whether a module has been executed to its end."""
        return record.name not in self.running

    @property
    def changes(self) -> int:
        """Grows with all that the program does to libraries: what a call depends on and no heap holds."""
        return len(self.patched) + len(self.routes) + self.reaches_modules

    @property
    def widest_fork(self) -> int:
        """How many paths are kept apart now: fewer, the more work has been done."""
        for work, width in _NARROWER:
            if self.work < work:
                return width
        return 1

    def share(self) -> tuple[int, int] | None:
        """Set the limit to the work that a callee or an imported module may do; None if too little is left.

        It gets half of what is left, and all of it where that is little, but for what its caller needs to come to
        its own end. The result is for `restore`.
        """
        outer = self.limit, self.reserve
        left = self.limit - self.reserve - self.work
        share = max(left // 2, min(left, SMALL_SHARE))
        if share < LEAST_SHARE:
            return None
        self.limit = self.work + share
        self.reserve = share // 8
        return outer

    @contextmanager
    def trial(self) -> Iterator[None]:
        """What is interpreted inside may happen, or not: it has a small share of the work, and no finding is kept."""
        kept = self.failures, self.passed, self.called, self.watched, self.reserve, self.failed_loads
        uncaught, load_failures, noted = len(self.uncaught), len(self.load_failures), len(self.noted)
        self.failures, self.passed, self.called, self.watched = {}, set(), {}, frozenset()
        left = self.limit - self.work
        self.reserve = max(self.reserve, left - max(0, left - self.reserve) // 8)
        self.probing += 1
        try:
            yield
        finally:
            self.probing -= 1
            self.failures, self.passed, self.called, self.watched, self.reserve, self.failed_loads = kept
            del self.uncaught[uncaught:], self.load_failures[load_failures:], self.noted[noted:]

    def restore(self, outer: tuple[int, int]) -> None:
        """The callee is left: its caller's limit holds again."""
        self.limit, self.reserve = outer

    def note_dump(self, call: DumpCall) -> None:
        """Keep that a path has come to a `json.dumps`, and what that would fail at.

        Inside a `try` that names the exception, failing is what the program expects.
        """
        if self.probing:
            return
        self.summaries.dumps.append(call)
        self.dumps.setdefault(call.node, []).append(call)

    def context(self, *key: object) -> int:
        """A number for a calling context, the same for the same key."""
        number = self.contexts.get(key)
        if number is None:
            number = self.contexts[key] = len(self.contexts) + 1
            if key[0] in self.generic:
                self.generic.add(number)
        return number

    def generic_context(self, *key: object) -> int:
        """A context that stands for many activations: the rounds of a loop."""
        number = self.context(*key)
        self.generic.add(number)
        return number

    def is_generic(self, site: Site) -> bool:
        """Whether an object stands for many that the same code makes."""
        return len(site) > 2 and site[2] in self.generic


def names_of(state: State, scope: Site) -> Namespace:
    """The namespace at a site; an empty open one if there is none."""
    namespace = state.heap.get(scope)
    return namespace if isinstance(namespace, Namespace) else Namespace({}, open=True)


def enclosing_scopes(frame: Frame) -> tuple[Site, ...]:
    """The function scopes that a function defined here can see: class bodies and modules are none."""
    if frame.scope == frame.module.site or (frame.function is None and frame.info is not COMPREHENSION):
        return frame.scopes
    return (*frame.scopes, frame.scope)
