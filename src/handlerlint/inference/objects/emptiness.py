"""Containers that turn out to be empty: what a test that fails, and a loop that does not run, tell of them."""

from __future__ import annotations

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import constraints, naming, terms
from handlerlint.inference.domain.heap import Container, ListObject, State, forget, lose_only
from handlerlint.inference.domain.values import Instance, Json, Reference, Site, Unknown, Value
from handlerlint.inference.objects.iterating import Iteration


def is_false(state: State, value: Value) -> None:
    """A container that is false has no elements."""
    record = state.object_of(value)
    if not isinstance(record, Container) or not isinstance(value, Reference):
        return
    now = state.heap.get(value.site)
    if isinstance(now, Container) and now.truth is not True:
        state.heap.learn(value.site, now.emptied())
        if record.empty_with is not None:
            is_false(state, Reference(record.empty_with))


def raise_at_end(frame: Frame, state: State, site: Site, error: str) -> None:
    """What takes an element raises an error where there is none: on that path, the container is empty."""
    if frame.interpreter.trying:
        empty = state.copy()
        is_false(empty, Reference(site))
        may_raise(frame, empty, Instance(f"builtins.{error}"))


def not_run(state: State, iteration: Iteration) -> State:
    """The path on which there is nothing to loop over.

    What an iterator, a copy or a selection hands out may lie elsewhere, too. What it would be there is not known.
    """
    empty = state.copy()
    _is_empty(empty, iteration.source)
    if isinstance(iteration.element, Unknown):
        forget(empty, ())  # it may be any object that unknown code has seen
    elif not isinstance(iteration.element, Json):
        lose_only(empty, (iteration.element,))
    return empty


def has_run(state: State, source: Site | None) -> None:
    """A loop that runs has something to loop over, and so has what all of that was taken from."""
    while source is not None:
        record = state.heap.get(source)
        term = source if source[0] == "json" else naming.name_of(state, Reference(source))
        is_known = isinstance(record, Container) and record.truth is not None
        if term is not None and not is_known:
            constraints.assume_if_open(state, terms.is_true(term), True)
        source = record.copied_from if isinstance(record, ListObject) else None


def _is_empty(state: State, source: Site | None) -> None:
    """A loop that does not run once ran over something empty."""
    if source is None:
        return
    if source[0] == "json":
        constraints.assume_if_open(state, terms.is_true(source), False)
        for site, _ in state.heap.json_items():
            if site[: len(source) + 1] == (*source, "[]"):
                state.heap.remove(site)
    record = state.heap.get(source)
    if not isinstance(record, Container) or record.truth is True:
        return
    if (
        record.selected_from is not None
    ):  # there may be none because nothing in there is what the loop would mend
        forget(state, (Reference(record.selected_from),))
    _is_empty(state, record.empty_with)
    state.heap.learn(source, record.emptied())
