"""What is known about a handler: the one thing that rules ask, and that `entry` fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.inference.checks.answers import Answer
from handlerlint.inference.checks.describing import Part, described
from handlerlint.inference.checks.sightings import Seen, Sightings
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.problem import DumpCall, Problem
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Value,
)
from handlerlint.inference.handler import (
    Callable,
)
from handlerlint.records import dataclass, field
from handlerlint.source.files import SourceFile
from handlerlint.source.modules import FoundModule

if TYPE_CHECKING:
    from collections import abc

    from handlerlint.runtime.contracts.invokers import Invoker
    from handlerlint.runtime.contracts.model import Contract, Flaw

    Again = abc.Callable[[frozenset[cst.CSTNode]], Sightings]


@dataclass(frozen=True, slots=True)
class ReturnedProblem:
    """A part of what the handler returns that does not serialize: `node` is the expression of `statement`."""

    file: SourceFile
    node: cst.CSTNode
    statement: cst.CSTNode
    problem: Problem
    handler: Callable


@dataclass(frozen=True, slots=True)
class BrokenContract:
    """A part of an answer that those who invoke the handler refuse: the first of them, and what its contract says."""

    answer: Answer
    contract: Contract
    flaw: Flaw
    invokers: tuple[Invoker, ...]
    handler: Callable


@dataclass(frozen=True, slots=True)
class Unreturned:
    """A call in the handler that makes the answer to a request, and the handler goes on without it."""

    call: cst.CSTNode
    handler: Callable


@dataclass(slots=True)
class HandlerAnalysis:
    """What is known about a handler.

    `value` is what its name is bound to in its module: None when it is certainly not bound (`names` are those
    that are, and that may be called, `functions` those that can be). `complete` is false when the analysis gave up,
    and then nothing else is known.
    """

    module: FoundModule
    attribute: str
    complete: bool = True
    value: Value | None = UNKNOWN
    names: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    not_callable: bool = False
    callables: tuple[Callable, ...] = ()
    returned: list[ReturnedProblem] = field(default_factory=list)
    answers: list[Part] = field(default_factory=list)
    dumps: tuple[DumpCall, ...] = ()
    broken: tuple[BrokenContract, ...] = ()
    unreturned: tuple[Unreturned, ...] = ()
    again: Again | None = None
    sightings: Sightings | None = None

    def seen_at(self, node: cst.CSTNode) -> frozenset[Seen]:
        """The classes of all values that a part with a problem has, also where it has none; empty if not known."""
        if self.sightings is None:
            judged = {item for one in self.returned for item in (one.problem.part, one.node)}
            judged |= {problem.part for call in self.dumps for problem in call.problems}
            problems = [one.problem for one in self.returned]
            problems += [problem for call in self.dumps for problem in call.problems]
            origins = (problem.origin for problem in problems if problem.origin is not None)
            judged |= {step.node for origin in origins for step in origin.steps()}
            judged |= {broken.answer.node for broken in self.broken}
            watched = frozenset(item for item in judged if item is not None)
            self.sightings = Sightings() if self.again is None else self.again(watched)
        return frozenset(self.sightings.by_node.get(node, ()))

    @property
    def may_return(self) -> str | None:
        """What an invocation may give, in the words of annotations; None where that is not known."""
        kinds = {"coroutine" for one in self.callables if one.is_async}
        kinds |= {"generator" for one in self.callables if one.is_generator and not one.is_async}
        return " | ".join([*sorted(kinds), *([described(self.answers)] if self.answers else [])]) or None

    load_failures: tuple[Failure, ...] = ()
    failures: tuple[Failure, ...] = ()
    decorated: tuple[Callable, ...] = ()
    not_callable_class: str | None = None
