"""contextlib: context managers that hand on what they are given."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import NONE, Native, Value


@native("contextlib.closing", "contextlib.nullcontext")
def _closing(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Native("contextmanager.entered", (arguments.get(0) or NONE,))
