"""Bytes that are never valid UTF-8: compressed or pickled data."""

from __future__ import annotations

from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.values import Constant, Instance, Value
from handlerlint.inference.stubs.types import literal_type
from handlerlint.runtime.serialization import BINARY_BEGINNINGS

#: The arguments that decide how the bytes begin: name, and the values with which they begin as usual.
_DECISIVE: dict[str, dict[str, tuple[object, ...]]] = {
    "zlib.compress": {"level": (-1, 6), "wbits": (15,)},
    "lzma.compress": {"format": ()},
    "_pickle.dumps": {"protocol": (None, 2, 3, 4, 5)},
}


@overlay(*BINARY_BEGINNINGS)
def _binary(call: Call) -> Value | None:
    for name, usual in _DECISIVE.get(call.name, {}).items():
        given = call.argument(name)
        if given is not None and not (isinstance(given, Constant) and given.value in usual):
            return None
    may_raise(call.frame, call.state)
    beginning = literal_type(BINARY_BEGINNINGS[call.name])
    return Instance("builtins.bytes", (beginning,), call.frame.step(call.node))
