"""Containers that turn out to be empty: what a test that fails, and a loop that does not run, tell of them."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import constraints, naming, terms
from handlerlint.inference.domain.heap import (
    Container,
    ListObject,
    State,
    forget,
    lose_only,
)
from handlerlint.inference.domain.values import Instance, Json, Reference, Site, Unknown, Value
from handlerlint.inference.objects.iterating import Iteration
from handlerlint.records import replace


def copied_from(
    state: State,
    copy: Reference,
    source: Site | None,
    *,
    is_selection: bool = False,
    is_filled: bool = False,
) -> Reference:
    """Remember whose elements a list holds: it is empty when that is."""
    record = state.heap.get(copy.site)
    if isinstance(record, ListObject):
        state.heap[copy.site] = replace(
            record, copied_from=source, is_selection=is_selection, is_filled=is_filled
        )
    return copy


def _name_after(state: State, made: Reference, iteration: Iteration, place: object) -> None:
    """A container that was made of the elements of another one is named after it: it is empty where that is."""
    record = state.heap.get(made.site)
    if iteration.source is None or not isinstance(record, Container) or record.truth is not None:
        return
    whole = naming.name_at(state, iteration.source)
    how = "selected" if iteration.selects else "made of" if isinstance(record, ListObject) else "gathered"
    term = None if whole is None else terms.made_of(whole, place, how)
    if term is not None:
        state.heap[made.site] = record.named(term)


def taken_from(
    frame: Frame, state: State, made: Reference, iteration: Iteration, node: cst.CSTNode
) -> Reference:
    """A container that was made at a node of the elements that an iteration has given."""
    copied_from(state, made, iteration.source, is_selection=iteration.selects, is_filled=iteration.certain)
    _name_after(state, made, iteration, (id(node), frame.context))
    return made


def is_false(state: State, value: Value) -> None:
    """A container that is false has no elements."""
    record = state.object_of(value)
    if not isinstance(record, Container) or not isinstance(value, Reference) or record.truth is True:
        return
    state.heap.learn(value.site, record.emptied())
    if record.empty_with is not None:
        is_false(state, Reference(record.empty_with))


def is_known(state: State, value: Reference) -> bool:
    """Whether a path has found a container to be empty, or that which its elements were taken from."""
    record = state.heap.get(value.site)
    if not isinstance(record, Container) or record.truth is not None:
        return False
    term = naming.name_of(state, value)
    return term is not None and constraints.decide(state, terms.is_true(term)) is False


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
    if not iteration.selects:
        _is_empty(empty, iteration.source)
    elif iteration.source is not None and iteration.source[0] != "json":
        forget(empty, (Reference(iteration.source),))  # there may be none that the loop would mend
    if isinstance(iteration.element, Unknown):
        forget(empty, ())  # it may be any object that unknown code has seen
    elif not isinstance(iteration.element, Json):
        lose_only(empty, (iteration.element,))
    return empty


def has_run(state: State, source: Site | None) -> None:
    """A loop that runs has something to loop over, and so has what all of that was taken from."""
    while source is not None:
        record = state.heap.get(source)
        term = naming.name_at(state, source)
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
    term = naming.name_at(state, source)
    if term is not None:
        constraints.assume_if_open(state, terms.is_true(term), False)
    if record.selected_from is not None:
        # There may be none because nothing in there is what the loop would mend.
        forget(state, (Reference(record.selected_from),))
    _is_empty(state, record.empty_with)
    state.heap.learn(source, record.emptied())
