"""decimal: numbers whose text is known."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Instance, Value


@native("decimal.Decimal")
def _decimal(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Instance("decimal.Decimal", origin=frame.step(node))
