"""Problem: one part of a value that does not serialize. Found by `serializability`, shown by rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import libcst as cst

from handlerlint.inference.domain.heap import Facts
from handlerlint.inference.domain.values import Step, Term, Value
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.records import dataclass, field, replace

if TYPE_CHECKING:
    from handlerlint.source.files import SourceFile

if TYPE_CHECKING:
    from handlerlint.inference.domain.values import ResponseStep

#: value: cannot be serialized; key: is no key of a JSON object; coroutine: was never awaited; circular: holds
#: itself; portable: only the runtime client takes it; nan: `NaN` or an infinity, which is no JSON; dynamodb: an
#: item whose numbers only the runtime client takes.
#: In a call of an operation of the SDK: an argument by position, a parameter that is not known, one that is lacking,
#: one of another type than is taken.
ProblemKind = Literal[
    "value", "key", "coroutine", "circular", "portable", "nan", "dynamodb", "range", "order",
    "positional", "unknown parameter", "missing parameter", "parameter type",
]  # fmt: skip

#: `json.dumps`; the runtime client, which takes more (it is simplejson); orjson; a DynamoDB resource, of its arguments;
#: the SDK, of the names and types of parameters.
Serializer = Literal["json", "client", "orjson", "dynamodb", "parameters"]

#: What makes `json.dumps` raise.
FATAL: frozenset[ProblemKind] = frozenset({"value", "key", "coroutine", "circular", "range", "order"})

_INDEX = re.compile(r"\[\d+\]")
_MOST_ALIKE = 10  # parts with the same path and class that are shown one by one, each where it stands
_MOST_ORIGINS = 5  # places that one finding follows its value from


@dataclass(frozen=True, slots=True)
class Problem:
    """One part of a value that does not serialize.

    `way` is how the containers came that it is in, the innermost first. `path` leads to it from the whole
    value: `["items"][]["at"]`. `class_name` is qualified, `short_name` what the runtime's message calls it;
    `said` is that message where it is not about the class, and for what only the runtime client takes, on which
    condition it does. `response` is given where it is a member of an SDK response as it came.

    `distinct` says what it is in the expression that is judged: `part` is where it stands in there, None where it
    is not written in the expression itself. `others` are the ways of values that come from elsewhere to the same
    part, `alike` counts further parts of the same kind.
    """

    kind: ProblemKind
    path: str
    class_name: str
    short_name: str
    value: Value
    origin: Step | None
    way: tuple[Step, ...] = ()
    is_exception: bool = False
    is_dataclass: bool = False
    said: str | None = None
    response: ResponseStep | None = None
    part: cst.CSTNode | None = None
    others: tuple[tuple[Step, ...], ...] = ()
    alike: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two problems the same defect: which element of a list it is does not matter."""
        name = (
            "exception" if self.is_exception else self.class_name
        )  # whichever is caught, it is one `return e`
        return self.kind, _INDEX.sub("[]", self.path), name

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two problems one and the same, found twice."""
        return self.kind, self.path, self.class_name, self.source

    @property
    def source(self) -> cst.CSTNode | None:
        """Where the value was made."""
        first = None if self.origin is None else next(self.origin.steps(), None)
        return None if first is None else first.node

    @property
    def steps(self) -> tuple[Step, ...]:
        """The way of the value itself, first step first."""
        own = tuple(self.origin.steps()) if self.origin is not None else ()
        return own + self.way


def distinct(found: Iterable[Problem], expression: cst.CSTNode) -> list[Problem]:
    """Each defect of a value that `expression` gives, once.

    One defect is what stands at one part of the expression, wherever it comes from: the same member of several
    elements is one, but not where each element is written there. The same value in a member of the same name,
    in the same part, is one, too, and so is what one place has put under several keys.
    """
    problems = sorted(found, key=lambda problem: problem.path.count("["))
    inside = frozenset(nodes_in(expression)) if problems else frozenset()
    by_source: dict[tuple[object, ...], Problem] = {}
    ways: set[tuple[object, ...]] = set()
    for problem in problems:
        part = problem.part or _part(problem, inside)
        member = _INDEX.sub("[]", problem.path).rpartition("[")[2]
        source = problem.source
        what: tuple[object, ...] = (problem.key, source)
        if source is not None and not problem.is_exception:
            what = (problem.kind, problem.class_name, source, member)
            way = (problem.kind, problem.class_name, problem.steps)
            if way in ways and (*what, part) not in by_source:
                continue
            ways.add(way)
        by_source.setdefault((*what, part), replace(problem, part=None if part is expression else part))
    by_part: dict[tuple[object, ...], Problem] = {}
    for problem in by_source.values():
        known = by_part.get((problem.key, problem.part))
        by_part[problem.key, problem.part] = problem if known is None else _from_both(known, problem)
    return _limited(by_part.values())


def _part(problem: Problem, inside: frozenset[cst.CSTNode]) -> cst.CSTNode | None:
    """Where in an expression a problem stands: as near to the value as its way tells."""
    own = () if problem.origin is None else reversed(tuple(problem.origin.steps()))
    return next((step.node for step in (*own, *problem.way) if step.node in inside), None)


def _from_both(one: Problem, other: Problem) -> Problem:
    ways = dict.fromkeys(way for way in (*one.others, other.steps, *other.others) if way)
    ways.pop(one.steps, None)
    return replace(one, others=tuple(ways)[: _MOST_ORIGINS - 1])


def _limited(problems: Iterable[Problem]) -> list[Problem]:
    """The first of the problems that are alike; the last one that is shown counts those that are not."""
    shown: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        same = shown.setdefault(problem.key, [])
        if len(same) < _MOST_ALIKE:
            same.append(problem)
        else:
            same[-1] = replace(same[-1], alike=same[-1].alike + 1)
    return [problem for same in shown.values() for problem in same]


def causes(found: Iterable[Problem], expression: cst.CSTNode) -> list[Problem]:
    """Each value once, with all the places that it lies in: what has to be mended for one call to succeed."""
    by_cause: dict[tuple[object, ...], Problem] = {}
    for problem in distinct(found, expression):
        source = problem.source
        name = "exception" if problem.is_exception else problem.class_name
        cause = problem.key if source is None else (problem.kind, name, source, problem.response)
        key = (*cause, problem.part)
        known = by_cause.get(key)
        by_cause[key] = problem if known is None else _from_both(known, problem)
    return list(by_cause.values())


@dataclass(frozen=True, slots=True)
class DumpCall:
    """A call that serializes what it is given (`json.dumps`, `put_item`), and what would not serialize in it.

    `calls` are some that led there, the innermost first: the last one stands in the handler. `assumed` is what the path
    that came there had assumed, `visited` the segments that it had come through.
    """

    file: SourceFile
    node: cst.CSTNode
    function: str
    problems: tuple[Problem, ...]
    serializer: Serializer = "json"
    calls: tuple[tuple[SourceFile, cst.CSTNode], ...] = ()
    assumed: Mapping[Term, Facts] = field(default_factory=dict)
    visited: frozenset[cst.CSTNode] = frozenset()

    @property
    def is_sdk(self) -> bool:
        """Whether it is a call into the SDK, whose arguments were judged."""
        return self.serializer in ("dynamodb", "parameters")
