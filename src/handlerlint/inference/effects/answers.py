"""What functions of the project answer: asked the same about the same, they answer the same.

A function that has looked at its arguments and at objects that are as they were, and at nothing else, gives what it
gave the first time. Its body may have several ways to one answer, whose paths were joined; the answer itself is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from handlerlint.inference.core.summaries import CallKey, Paths
from handlerlint.inference.domain import constraints, naming, terms
from handlerlint.inference.domain.heap import Dependences, Facts, HeapObject, State
from handlerlint.inference.domain.values import Constant, Site, Term


def consistent(
    call: CallKey, before: State, reads: Iterable[tuple[Site, HeapObject | None]], paths: Paths
) -> Paths:
    """The outcomes of a call that agree with what the same question was answered before on this path."""
    question = _question(call, before, reads) if len(paths) > 1 else None
    if question is None:
        return paths
    agreeing: Paths = []
    for path, value in paths:
        if isinstance(value, Constant):
            answer = terms.is_among(question, (value,))
            verdict = constraints.decide(path, answer)
            if verdict is False:
                continue
            if verdict is None:
                constraints.assume(path, answer, True)
        agreeing.append((path, value))
    return agreeing


def _question(call: CallKey, before: State, reads: Iterable[tuple[Site, HeapObject | None]]) -> Term | None:
    """The name of what a call is asked: the function, its arguments, and the objects that it looks at."""
    arguments = call.arguments
    if arguments.further is not None or arguments.further_keywords is not None:
        return None
    given = [
        naming.name_of(before, value) or terms.term_of(value)
        for value in (*arguments.positional, *arguments.keywords.values())
    ]
    if None in given:
        return None
    seen = frozenset(
        (site, naming.Held(record))
        for site, record in reads
        if record is not None and not isinstance(record, (Facts, Dependences))
    )
    return ("answer", id(call.function.node), call.function.scopes, *given, *arguments.keywords, seen)
