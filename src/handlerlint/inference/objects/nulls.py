"""Where a None is one in every run: a loop over an unknown number of elements is followed for a few of them only.

So what such a loop looks for may be found by others, and what it fills may hold more. Used by what tells failures.
"""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import LOST, State
from handlerlint.inference.domain.join import MORE_ROUNDS
from handlerlint.inference.domain.values import Constant, constant

_DEFAULT = "given where there is no such key"


def default(frame: Frame, node: cst.CSTNode) -> Constant:
    """What a dict gives for a key that it does not have."""
    return constant(None, frame.step(node, _DEFAULT))


def leave_loop(state: State) -> None:
    """A path has left a loop that others leave after more rounds."""
    state.heap[MORE_ROUNDS] = LOST


def is_certain(state: State, value: Constant) -> bool:
    """Whether a None is one on the paths, too, that are not followed."""
    return getattr(value.origin, "what", None) != _DEFAULT and MORE_ROUNDS not in state.heap
