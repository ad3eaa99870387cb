"""Where a None is one in every run: a loop over an unknown number of elements is followed for a few of them only.

So what such a loop looks for may be found by others, and what it fills may hold more. Used by what tells failures.
"""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import LOST, State
from handlerlint.inference.domain.join import MORE_ROUNDS
from handlerlint.inference.domain.values import NONE, Constant, Value, constant

_DEFAULT = "given where there is no such key"
_ALWAYS = "None, and nothing else"


def default(frame: Frame, node: cst.CSTNode) -> Constant:
    """What a dict gives for a key that it does not have."""
    return constant(None, frame.step(node, _DEFAULT))


def always(frame: Frame, node: cst.CSTNode) -> Constant:
    """What a call gives that never gives anything else."""
    return constant(None, frame.step(node, _ALWAYS))


def bound(frame: Frame, name: str | None, value: Value, node: cst.CSTNode) -> Value:
    """A value as it is kept: what stays None is bound to a name of the function that is bound nowhere else."""
    if value != NONE:
        return value
    is_bound_once = name in frame.info.bound and name not in frame.info.rebound
    if is_bound_once and isinstance(node, cst.Name) and node.value == "None":
        return always(frame, node)
    is_always = _said_of(value) == _ALWAYS
    return NONE if is_always and not is_bound_once else value


def _said_of(value: Value) -> object:
    return getattr(getattr(value, "origin", None), "what", None)


def leave_loop(state: State) -> None:
    """A path has left a loop that others leave after more rounds."""
    state.heap[MORE_ROUNDS] = LOST


def is_certain(state: State, value: Constant) -> bool:
    """Whether a None is one on the paths, too, that are not followed."""
    said = _said_of(value)
    return said == _ALWAYS or (said != _DEFAULT and MORE_ROUNDS not in state.heap)


def may_be_other(state: State, value: Constant) -> bool:
    """Whether a value is a None that is not certain: something else may stand there on a path that is not followed."""
    return value == NONE and _said_of(value) != _DEFAULT and not is_certain(state, value)
