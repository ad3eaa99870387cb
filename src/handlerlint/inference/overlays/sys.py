"""sys: the version that the runtime's Python has."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import attributes_of
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Instance, TupleValue, Value
from handlerlint.inference.types import queries


@attributes_of("sys._version_info")
def _part(frame: Frame, state: State, value: Instance, name: str, node: cst.CSTNode) -> Value | None:
    version = queries.as_tuple(frame, value)
    position = {"major": 0, "minor": 1}.get(name)
    return version.items[position] if isinstance(version, TupleValue) and position is not None else None
