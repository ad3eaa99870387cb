"""Problem: one part of a value that does not serialize. Found by `serializability`, shown by rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from handlerlint.inference.domain.values import Step, Value
from handlerlint.patterns import pattern
from handlerlint.records import dataclass

if TYPE_CHECKING:
    from handlerlint.inference.overlays.boto3.responses import ResponseStep

#: value: cannot be serialized; key: is no key of a JSON object; coroutine: was never awaited; circular: holds
#: itself; portable: only the runtime client takes it; nan: `NaN` or an infinity, which is no JSON; dynamodb: an
#: item whose numbers only the runtime client takes.
ProblemKind = Literal[
    "value", "key", "coroutine", "circular", "portable", "nan", "dynamodb", "range", "order"
]

#: What makes `json.dumps` raise.
FATAL: frozenset[ProblemKind] = frozenset({"value", "key", "coroutine", "circular", "range", "order"})

_INDEX = pattern(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One part of a value that does not serialize.

    `way` is how the containers came that it is in, the innermost first. `path` leads to it from the whole
    value: `["items"][]["at"]`. `class_name` is qualified, `short_name` what the
    runtime's message calls it. `response` is given where it is a member of an SDK response as it came.
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
    response: ResponseStep | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two problems the same defect: which element of a list it is does not matter."""
        name = (
            "exception" if self.is_exception else self.class_name
        )  # whichever is caught, it is one `return e`
        return self.kind, _INDEX.sub("[]", self.path), name


def distinct(found: Iterable[Problem]) -> list[Problem]:
    """Each defect once: the same member of several elements, or the same value in a member of the same name."""
    by_origin: dict[tuple[object, ...], Problem] = {}
    for problem in sorted(found, key=lambda problem: problem.path.count("[")):
        first = None if problem.origin is None else next(problem.origin.steps(), None)
        member = _INDEX.sub("[]", problem.path).rpartition("[")[2]
        made = (
            problem.key
            if first is None or problem.is_exception
            else (problem.kind, problem.class_name, id(first.node), member)
        )
        by_origin.setdefault(made, problem)
    by_key = {problem.key: problem for problem in reversed(by_origin.values())}
    return list(reversed(by_key.values()))


def causes(found: Iterable[Problem]) -> list[Problem]:
    """Each value once, in however many places it lies: what has to be mended for one call to succeed."""
    by_cause: dict[tuple[object, ...], Problem] = {}
    for problem in distinct(found):
        first = None if problem.origin is None else next(problem.origin.steps(), None)
        name = "exception" if problem.is_exception else problem.class_name
        cause = problem.key if first is None else (problem.kind, name, id(first.node), problem.response)
        by_cause.setdefault(cause, problem)
    return list(by_cause.values())
