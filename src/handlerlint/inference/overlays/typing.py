"""typing: `cast`, which changes nothing."""

from __future__ import annotations

from handlerlint.inference.core.registry import Call, native
from handlerlint.inference.domain.values import Value


@native("typing.cast", "typing_extensions.cast")
def _cast(call: Call) -> Value | None:
    return call.required("val")
