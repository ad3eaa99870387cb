"""How a part that does not serialize is reported: its place, how it came there, and what the serializer says."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from handlerlint.findings import CALLED_BY_HANDLER, RETURNED, Related
from handlerlint.inference.analysis import ReturnedProblem
from handlerlint.inference.domain.problem import DumpCall, Problem
from handlerlint.records import replace
from handlerlint.rules.base import Place, Subject
from handlerlint.runtime import serialization

_STORE_ERROR = (
    "IdempotencyPersistenceLayerError: Failed to update record state to success in idempotency store - "
)


def returned_place(subject: Subject, returned: ReturnedProblem) -> Place:
    """The part of the returned expression that is bad, or the whole where the part is not written there."""
    part = returned.problem.part
    if part is None:
        return subject.place(returned.file, shown_node(returned.node), returned.statement)
    return subject.place(returned.file, part, returned.statement)


def returned_way(subject: Subject, returned: ReturnedProblem) -> Iterator[Related]:
    """The way of a value, from each place where it was made up to the `return`."""
    part = returned.problem.part
    yield from _way(subject, returned.problem, part or returned.node)
    if part is not None:
        yield subject.related(RETURNED, returned.file, returned.statement)


def dumped_place(subject: Subject, call: DumpCall, problem: Problem) -> Place:
    """The part of an argument of `json.dumps` that is bad, or the call where the part is not written there."""
    return subject.place(call.file, problem.part or call.node, call.node)


def dumped_way(subject: Subject, call: DumpCall, problem: Problem) -> Iterator[Related]:
    """The way of a value, from each place where it was made up to the `json.dumps`."""
    yield from _way(subject, problem, problem.part or call.node)
    if problem.part is not None:
        yield subject.related(f"given to `{call.function}` here", call.file, call.node)
    if call.calls and call.calls[-1][0] is not call.file:
        yield replace(subject.related(CALLED_BY_HANDLER, *call.calls[-1]), is_step=False)


def _way(subject: Subject, problem: Problem, shown: cst.CSTNode) -> Iterator[Related]:
    """Each step of each way of the value but for the place of the finding; those of the first are told to be steps."""
    seen = {shown}
    for number, steps in enumerate((problem.steps, *problem.others)):
        for step in steps:
            if step.node not in seen:
                seen.add(step.node)
                related = subject.related(step.what, step.file, step.node)
                yield replace(related, is_step=number == 0)


def alike(problem: Problem) -> str:
    """What a message says of further parts that are not shown."""
    return f"; and {problem.alike} more like it" if problem.alike else ""


def failure(returned: ReturnedProblem, text: str, error: str = "TypeError") -> str:
    """How the invocation fails at a returned value: `text` is what the serializer says, `error` its exception.

    A durable function ends with the status FAILED and the error of `json.dumps`; Chalice raises it.
    """
    match returned.handler.serializer:
        case "durable" | "chalice" | "powertools":
            return f"{error}: {text}"
        case "idempotent" if not returned.problem.is_dataclass:
            return f"{_STORE_ERROR}({text})"
        case _:
            return serialization.marshal_error(text)


def uses_json(returned: ReturnedProblem) -> bool:
    """Whether `json.dumps` makes the text of the returned value."""
    return returned.handler.serializer in ("durable", "chalice", "powertools")


def encoder_message(problem: Problem, *, uses_json: bool) -> str:
    """What `json.dumps`, or the runtime client, says about a value or a key."""
    name = serialization.shown_class(problem.class_name, problem.short_name)
    if problem.said is not None and not uses_json:
        return problem.said
    if problem.kind != "key":
        return serialization.value_message(name)
    if uses_json:
        return serialization.json_key_message(problem.class_name, name)
    return serialization.client_key_message(name)


def serializer_of(returned: ReturnedProblem) -> str:
    """What makes JSON of the returned value."""
    match returned.handler.serializer:
        case "durable":
            return "`json.dumps` (used for durable functions)"
        case "chalice":
            return "Chalice"
        case "powertools":
            return "the resolver of Powertools"
        case _:
            return "the Lambda runtime"


def shown_node(node: cst.CSTNode) -> cst.CSTNode:
    """A finding about a function that returns nothing, and about a class, stands at its name."""
    return node.name if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else node
