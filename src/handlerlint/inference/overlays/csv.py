"""csv: rows that are dicts, written by a writer that knows its columns."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.inference.core.failing import fail
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain import terms
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import Container
from handlerlint.inference.domain.values import NEVER, Constant, Lazy, StubValue, Value
from handlerlint.inference.objects import attribute_changes, attributes, iterating
from handlerlint.inference.types import queries

_COLUMNS, _EXTRAS = "fieldnames", "extrasaction"


@overlay("csv.DictWriter")
def _writer(call: Call) -> Value | None:
    """A writer, which keeps what its columns are."""
    assert isinstance(call.function, StubValue)
    made = queries.call(call.frame, call.state, call.function, call.arguments, call.node)
    if _EXTRAS not in call.passed:
        made = terms.named(made, ("call", id(call.node), call.frame.context))
        attribute_changes.hold(call.state, made, _COLUMNS, call.required(_COLUMNS))
    return made


@overlay("csv.DictWriter.writerow", "csv.DictWriter.writerows")
def _write(call: Call) -> Value | None:
    """A row that has more than the columns is refused."""
    receiver = call.function.receiver if isinstance(call.function, StubValue) else None
    columns = None if receiver is None else attributes.held(call.state, receiver, _COLUMNS)
    known = None if columns is None else iterating.iterate(call.frame, call.state, columns, call.node).items
    if known is None or not all(isinstance(one, Constant) for one in known):
        return None
    for row in _rows(call):
        extra = [
            str(key.value)
            for key, _, maybe in (row.items_by_key() if row.is_mapping else ())
            if isinstance(key, Constant) and not maybe and key not in known
        ]
        if extra:
            said = f"dict contains fields not in fieldnames: {', '.join(map(repr, extra))}"
            what = f"`{call.name.rpartition('.')[2]}()` always raises ValueError: {said}"
            fail(
                call.frame,
                call.state,
                Failure(call.frame.module.file, call.node, "ValueError", said, what, is_question=True),
            )
            return NEVER
    return None


def _rows(call: Call) -> Iterator[Container]:
    """The rows that are certainly written."""
    given = call.required("rowdict", "rowdicts")
    found: tuple[Value, ...] = (given,)
    if call.name.endswith("rows"):
        record = call.state.object_of(given)
        items = given.items if isinstance(given, Lazy) else None
        found = items or (record.known_elements if isinstance(record, Container) else None) or ()
    for value in found:
        row = call.state.object_of(value)
        if isinstance(row, Container):
            yield row
