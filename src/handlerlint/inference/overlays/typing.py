"""typing: `cast`, which changes nothing."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import UNKNOWN, Value


@native("typing.cast", "typing_extensions.cast")
def _cast(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return arguments.get(1, "val") or UNKNOWN
