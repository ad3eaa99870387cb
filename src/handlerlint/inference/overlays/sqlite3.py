"""sqlite3: a connection whose `row_factory` is `Row` gives rows that are no tuples."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core.allocation import new_list
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, elements_of, name_of, overlay
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Instance, StubValue, Value
from handlerlint.inference.objects.attributes import held
from handlerlint.inference.stubs.types import NamedType

_CURSOR, _ROW = "sqlite3.Cursor", "sqlite3.Row"


def _receiver(call: Call) -> Value | None:
    return call.function.receiver if isinstance(call.function, StubValue) else None


def _gives_rows(cursor: Value | None) -> bool:
    return isinstance(cursor, Instance) and cursor.arguments == (NamedType(_ROW),)


@overlay("sqlite3.Connection.cursor", "sqlite3.Connection.execute")
def _cursor(call: Call) -> Value | None:
    connection = _receiver(call)
    factory = None if connection is None else held(call.state, connection, "row_factory")
    if factory is None or name_of(factory) != _ROW or not call.passed.isdisjoint({"factory"}):
        return None
    may_raise(call.frame, call.state)
    return Instance(_CURSOR, (NamedType(_ROW),), call.frame.step(call.node))


@overlay("sqlite3.Cursor.execute")
def _execute(call: Call) -> Value | None:
    may_raise(call.frame, call.state)
    return _receiver(call) if _gives_rows(_receiver(call)) else None


@overlay("sqlite3.Cursor.fetchone")
def _fetchone(call: Call) -> Value | None:
    # A row has a column at least, so it is true.
    row = Instance(_ROW, origin=call.frame.step(call.node), is_true=True)
    return row if _gives_rows(_receiver(call)) else None


@overlay("sqlite3.Cursor.fetchall", "sqlite3.Cursor.fetchmany")
def _fetchall(call: Call) -> Value | None:
    if not _gives_rows(_receiver(call)):
        return None
    row = Instance(_ROW, origin=call.frame.step(call.node))
    return new_list(call.frame, call.state, call.node, (), row)


@elements_of(_CURSOR)
def _rows(frame: Frame, state: State, value: Instance, node: cst.CSTNode) -> Value | None:
    return Instance(_ROW, origin=frame.step(node)) if _gives_rows(value) else None
