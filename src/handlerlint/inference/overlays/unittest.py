"""unittest: what `patch` replaces in libraries is no longer known, wherever the patch begins and ends."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State, lose
from handlerlint.inference.domain.values import UNKNOWN, Constant, StubValue, Value
from handlerlint.inference.objects import attribute_changes


@native("unittest.mock._patcher.object", "unittest.mock._patcher.multiple")
def _patch_object(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    target, name = arguments.get(0, "target") or UNKNOWN, arguments.get(1, "attribute")
    names = [str(name.value)] if isinstance(name, Constant) else [*arguments.keywords]
    if isinstance(target, StubValue):
        for replaced in names:
            attribute_changes.store_attribute(frame, state, target, replaced, UNKNOWN, node)
    lose(state, arguments.values)
    return None


@native("unittest.mock._patcher.__call__")
def _patch(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    target = arguments.get(0, "target")
    owner, _, name = str(target.value if isinstance(target, Constant) else "").rpartition(".")
    frame.machine.patched.add((frame.machine.stubs.canonical(owner) or owner, name))
    lose(state, arguments.values)
    return None
