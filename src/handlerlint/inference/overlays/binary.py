"""Bytes that are no text whatever was put into them: compressed or pickled."""

from __future__ import annotations

from functools import partial

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Constant, Instance, Value
from handlerlint.inference.stubs.types import literal_type
from handlerlint.runtime.serialization import BINARY_BEGINNINGS

#: The arguments that decide how the bytes begin: position, name, and the values with which they begin as usual.
_DECISIVE: dict[str, tuple[tuple[int, str, tuple[object, ...]], ...]] = {
    "zlib.compress": ((1, "level", (-1, 6)), (2, "wbits", (15,))),
    "lzma.compress": ((1, "format", ()),),
    "_pickle.dumps": ((1, "protocol", (None, 2, 3, 4, 5)),),
}


def _binary(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, name: str) -> Value | None:
    for position, keyword, usual in _DECISIVE.get(name, ()):
        given = arguments.get(position, keyword)
        if given is not None and not (isinstance(given, Constant) and given.value in usual):
            return None
    if not arguments.complete:
        return None
    may_raise(frame, state)
    return Instance("builtins.bytes", (literal_type(BINARY_BEGINNINGS[name]),), frame.step(node))


for _name in BINARY_BEGINNINGS:
    native(_name)(partial(_binary, name=_name))
