"""Paths that are not for the events of the configured service: what they come to is meant for another function."""

from __future__ import annotations

from handlerlint.inference.domain import terms
from handlerlint.inference.domain.facts import Facts
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import NONE, Term, constant

#: Where the method stands: in `httpMethod`, or in `requestContext.http.method`.
METHODS = (("str", "httpMethod"), ("str", "method"))
_METHODS_OF_HTTP = frozenset(
    map(constant, ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"))
)


def is_meant_for_others(state: State) -> bool:
    """Whether a path is taken where the environment or the context says one certain thing, or another than that.

    The same code may be deployed as several functions: what each of them is told by its configuration is not known.
    And where the method of a request is none of HTTP, as the default of `event.get("httpMethod", "EVENT")`, no API has
    sent the event.
    """
    for site, record in state.heap.items():
        if isinstance(record, Facts) and (term := terms.term_at(site)) is not None:
            # That a variable is set at all is no choice of the program's.
            is_told = bool(record.truth) and term[0] == "method" and term[1] != terms.ENVIRONMENT
            constants = (record.among or record.differs) - {NONE}
            is_choice = is_told or constants or record.lower or record.upper
            if (is_choice and _asks_deployment(term)) or _is_no_request(term, record):
                return True
    return False


def _asks_deployment(term: object) -> bool:
    """Whether a term names, or is computed from, a variable of the environment or an attribute of the context."""
    match term:
        case terms.ENVIRONMENT | ("attribute", ("context",), *_):
            return True
        case tuple():
            return any(map(_asks_deployment, term))
        case _:
            return False


def _is_no_request(term: Term, facts: Facts) -> bool:
    return (
        term[:1] == ("event",)
        and term[-1] in METHODS
        and facts.among is not None
        and facts.among.isdisjoint(_METHODS_OF_HTTP)
    )
