"""math: is a number one at all?"""

from __future__ import annotations

import math

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Constant, Value, constant


@native("math.isnan", "math.isinf", "math.isfinite", "cmath.isnan")
def _is_special_number(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    value = arguments.get(0)
    if not isinstance(value, Constant) or not isinstance(value.value, (int, float)):
        return None
    called = node.func if isinstance(node, cst.Call) else None
    name = called.attr.value if isinstance(called, cst.Attribute) else getattr(called, "value", "")
    test = {"isnan": math.isnan, "isinf": math.isinf, "isfinite": math.isfinite}.get(name)
    return None if test is None else constant(test(value.value))
