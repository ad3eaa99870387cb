"""unittest: names that `patch` replaces are Unknown, whenever the patch is active."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.heap import lose
from handlerlint.inference.domain.values import UNKNOWN, Constant, ModuleValue, Reference, StubValue, Value
from handlerlint.inference.objects import attribute_changes


@overlay("unittest.mock._patcher.object", "unittest.mock._patcher.multiple")
def _patch_object(call: Call) -> Value | None:
    target, name = call.required("target"), call.argument("attribute")
    names = [str(name.value)] if isinstance(name, Constant) else [*call.arguments.keywords]
    if isinstance(target, (StubValue, Reference, ModuleValue)):
        for replaced in names:
            attribute_changes.store_attribute(call.frame, call.state, target, replaced, UNKNOWN, call.node)
    lose(call.state, call.arguments.values)
    return None


@overlay("unittest.mock._patcher.__call__")
def _patch(call: Call) -> Value | None:
    target = call.argument("target")
    owner, _, name = str(target.value if isinstance(target, Constant) else "").rpartition(".")
    call.frame.interpreter.patched.add((call.frame.interpreter.stubs.canonical(owner) or owner, name))
    lose(call.state, call.arguments.values)
    return None
