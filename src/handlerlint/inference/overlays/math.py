"""math: is a number one at all?"""

from __future__ import annotations

import math

from handlerlint.inference.core.registry import Call, native
from handlerlint.inference.domain.values import Constant, Value, constant


@native("math.isnan", "math.isinf", "math.isfinite", "cmath.isnan")
def _is_special_number(call: Call) -> Value | None:
    value = call.argument("x", "z")
    if not isinstance(value, Constant) or not isinstance(value.value, (int, float)):
        return None
    test = getattr(math, call.name.rpartition(".")[2])
    return constant(test(value.value))
