"""Keys of decoded JSON: whether one is there on a path, and the paths on which it is or is not."""

from __future__ import annotations

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise, pick
from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.heap import (
    JsonChange,
    Lost,
    State,
)
from handlerlint.inference.domain.values import (
    Instance,
    Json,
    Term,
    Value,
    is_harmless,
)


def require(frame: Frame, state: State, value: Json, key: Value, *, is_dict: bool = False) -> bool:
    """Let a path be one on which decoded JSON has a key that is looked up; false where it certainly lacks it.

    Where it is certain that `value` is a dict, a look-up raises nothing but a KeyError.
    """
    asked = constraints.has_key(value, key)
    if asked is None:
        may_raise(frame, state)
        return True
    verdict = constraints.decide(state, asked)
    if verdict is False:
        may_raise(frame, state, Instance("builtins.KeyError"))
    if verdict is None:
        if frame.interpreter.trying:
            _raise_without(frame, state, asked, is_dict)
        constraints.assume(state, asked, True)
    return verdict is not False


def _raise_without(frame: Frame, state: State, asked: Term, is_dict: bool) -> None:
    """Where there is no such key, or no dict, something around may catch what the look-up raises."""
    without = state.copy()
    constraints.assume(without, asked, False)
    may_raise(frame, without, Instance("builtins.KeyError"))
    of_dict = ("kind", asked[1], frozenset({"builtins.dict"}))
    if not is_dict and constraints.decide(state, of_dict) is None:
        other = state.copy()
        constraints.assume(other, of_dict, False)
        may_raise(frame, other, Instance("builtins.TypeError"))


def choose_key(state: State, value: Json, key: Value, default: Value) -> list[State]:
    """The paths of `j.get(key, default)`: where the default is one that matters, with the key and without it."""
    whole, one = terms.own_term(value), terms.term_of(key)
    if (
        is_harmless(default)
        or whole is None
        or one is None
        or constraints.decide_key(state, value, key) is not None
    ):
        return [state]
    without = state.copy()
    constraints.assume(state, ("has", whole, one), True)
    constraints.assume(without, ("has", whole, one), False)
    return [state, without]


def choose_whether(frame: Frame, state: State, value: Json, key: Value) -> bool | None:
    """Whether decoded JSON has a key, on the path whose turn it is; None where nothing is known of it.

    Where there are too many ways to tell apart, the path is one on which it has.
    """
    change = state.change_of(value)
    if isinstance(change, JsonChange) and key in change.removed:
        return False
    if isinstance(change, JsonChange) and key in change.entries:
        return None if change.entries[key].maybe else True
    asked = constraints.has_key(value, key)
    if asked is None or isinstance(change, Lost):
        return None
    verdict = constraints.decide(state, asked)
    if verdict is None:
        verdict = pick(frame, 2) != 1
        constraints.assume(state, asked, verdict)
    return verdict
