"""The event of a service as an object of which the keys are known, for the runs that contracts are held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlerlint.inference.domain import terms
from handlerlint.inference.domain.heap import DictObject, Entry, Facts, ListObject, State
from handlerlint.inference.domain.other_events import METHODS
from handlerlint.inference.domain.values import (
    NONE,
    UNKNOWN,
    Instance,
    Json,
    Reference,
    Term,
    Value,
    constant,
)
from handlerlint.runtime.contracts.events import Part, Shape, kinds_of

_PARTS: dict[Part, Value] = {
    Part.TEXT: Instance("builtins.str", is_true=True),
    Part.NUMBER: Instance("builtins.int"),
    Part.FLAG: Instance("builtins.bool"),
    Part.OPEN: UNKNOWN,
}
#: What the context of an invocation has where the SDK of a mobile application invokes the function, and no service.
_OF_APPLICATIONS: tuple[Term, ...] = (
    ("attribute", ("context",), ("client_context",), 0),
    ("attribute", ("attribute", ("context",), ("identity",), 0), ("cognito_identity_id",), 0),
)
#: Of which class all is that an object holds which a client sends.
_HELD = {
    Part.TEXTS: frozenset({"builtins.str"}),
    Part.LISTS: frozenset({"builtins.list"}),
    Part.OBJECTS: frozenset({"builtins.dict"}),
    Part.ATTRIBUTES: frozenset({"builtins.dict"}),
}


def event_of(
    state: State, shape: Shape, path: tuple[object, ...] = (), *, may_be_missing: bool = False
) -> Value:
    """A value of this shape, its objects put into the heap."""
    site = ("event", path, 0)
    match shape:
        case Part() if shape in _PARTS:
            return _PARTS[shape] if "[]" in path else terms.named(_PARTS[shape], ("event", *path))
        case Part.MESSAGE | Part.FILLED if "[]" in path:
            return Instance("builtins.str", is_true=shape is Part.FILLED)
        case Part():
            whole = ("json", "event", *path)
            kinds = kinds_of(shape)
            if kinds is not None:
                truth = True if shape is Part.FILLED else None
                known = Facts(kinds=kinds, holds=_HELD.get(shape), truth=truth)
                state.heap[terms.site_of(whole)] = known.without_null() if may_be_missing else known
            return Json(whole)
        case str():
            return constant(shape)
        case tuple():
            record = event_of(state, shape[0], (*path, ("int", 0)))
            further = event_of(state, shape[0], (*path, "[]"))
            state.heap[site] = ListObject("builtins.list", (record,), further)
        case Mapping():
            state.heap[site] = DictObject(
                "builtins.dict",
                {constant(name.rstrip("?")): _entry(state, part, name, path) for name, part in shape.items()},
            )
    return Reference(site)


def invoked_by_service(state: State) -> None:
    """Let a path be one on which a service has invoked the function."""
    for term in _OF_APPLICATIONS:
        state.heap[terms.site_of(term)] = Facts(among=frozenset({NONE}), truth=False)


def _entry(state: State, part: Shape, name: str, path: tuple[object, ...]) -> Entry:
    may_be_missing = name.endswith("?")
    whole = (*path, ("str", name.rstrip("?")))
    return Entry(event_of(state, part, whole, may_be_missing=may_be_missing), may_be_missing)


def is_of_another(path: State) -> bool:
    """Whether a path is taken for a method, or a route, of which only is known which ones it is not.

    Which ones there are is decided by configuration. Where sources of other kinds send events as well, what is written
    for all others may be meant for those.
    """
    return any(map(_is_of_configuration, _not_known(path)))


def is_of_another_method(path: State) -> bool:
    """Whether a path is taken for methods of HTTP that are not named: most APIs send those only that they are for."""
    return any(term[:1] == ("event",) and term[-1] in METHODS for term in _not_known(path))


def _not_known(path: State) -> Iterator[Term]:
    """What a path knows of only what it is not."""
    for site, record in path.heap.items():
        if isinstance(record, Facts) and record.differs and record.among is None:
            term = terms.term_at(site)
            if term is not None:
                yield term


def _is_of_configuration(term: object) -> bool:
    """Whether a term names, or is computed from, what stands in an event and no client sends."""
    match term:
        case ("event", *_):
            return True
        case ("json", *_):
            return False
        case tuple():
            return any(map(_is_of_configuration, term))
        case _:
            return False
