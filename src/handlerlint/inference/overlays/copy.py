"""copy: shallow and deep copies."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import UNKNOWN, Value, join_all, members
from handlerlint.inference.objects import subscripts
from handlerlint.inference.objects.copies import deep_copy


@native("copy.copy")
def _copy(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    found = [
        subscripts.shallow_copy(frame, state, m, node) for m in members(arguments.get(0, "x") or UNKNOWN)
    ]
    return join_all(found)


@native("copy.deepcopy")
def _deepcopy(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return deep_copy(frame, state, arguments.get(0, "x") or UNKNOWN, node, {})
