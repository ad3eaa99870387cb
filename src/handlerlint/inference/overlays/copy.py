"""copy: shallow and deep copies."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import Value
from handlerlint.inference.objects import copies
from handlerlint.inference.objects.copies import deep_copy


@overlay("copy.copy")
def _copy(call: Call) -> Value | None:
    found = [copies.shallow_copy(call.frame, call.state, m, call.node) for m in members(call.required("x"))]
    return join_all(found)


@overlay("copy.deepcopy")
def _deepcopy(call: Call) -> Value | None:
    return deep_copy(call.frame, call.state, call.required("x"), call.node, {})
