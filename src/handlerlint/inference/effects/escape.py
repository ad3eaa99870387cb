"""Escape: objects that are passed to a library, which may store them and return them again unnoticed.

Used by `types.queries` and `interpreter.calls` for calls whose result type does not tell which arguments it contains.
"""

from __future__ import annotations

from collections.abc import Iterable

from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State, forget, lose, parts, reachable
from handlerlint.inference.domain.values import (
    Instance,
    Lazy,
    Reference,
    Site,
    StubValue,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
)
from handlerlint.inference.stubs.types import FunctionType, free_variables

#: Classes whose instances have no parts that a program could change through them.
CLOSED = frozenset(
    {
        "builtins.str", "builtins.bytes", "builtins.int", "builtins.float", "builtins.bool", "builtins.complex",
        "builtins.bytearray", "builtins.memoryview", "builtins.range", "datetime.datetime", "datetime.date",
        "datetime.time", "datetime.timedelta", "datetime.timezone", "decimal.Decimal", "uuid.UUID", "re.Match",
        "re.Pattern",
    }
)  # fmt: skip


def note(state: State, given: Iterable[Value], result: Value) -> None:
    """A call of a library: what it was given may be changed through its result, if that does not tell its parts."""
    found = reachable(state, given) - state.escaped
    if not found or not hides(state, result, set()):
        return
    state.escaped |= found
    if isinstance(result, Unknown):
        forget(state, ())  # whatever is asked of the result may be asked of them


def taken(state: State, value: Value, part: Value) -> Value:
    """A part of an object of a library that may be anything: it may be one of those that libraries were given."""
    if isinstance(value, Instance) and value.class_name not in CLOSED and isinstance(part, Unknown):
        forget(state, ())
    return part


def lose_what_is_kept(state: State, method: FunctionType, arguments: Arguments) -> None:
    """`queue.put(x)`: what a method takes as an element of its object comes out of that again, nobody sees where."""
    own = {name for name, _ in method.substitution}
    if not own or not reachable(state, arguments.values):
        return
    for signature in method.function.signatures:
        wanted = {
            variable.name
            for parameter in signature.parameters
            for variable in free_variables(parameter.annotation)
        }
        if not wanted.isdisjoint(own) and not any(True for _ in free_variables(signature.result)):
            lose(state, arguments.values)


def hides(state: State, value: Value, seen: set[Site]) -> bool:
    """Whether some part of a value is not known, and so may be an object that is known by another name."""
    match value:
        case Unknown() | StubValue():
            return True
        case Instance(class_name=name):
            return name not in CLOSED
        case UnionValue(members=inner):
            return any(hides(state, member, seen) for member in inner)
        case TupleValue(items=items, rest=rest):
            return any(hides(state, item, seen) for item in (*items, *([rest] if rest is not None else [])))
        case Lazy(element=element):
            return hides(state, element, seen)
        case Reference(site=site) if site not in seen:
            seen.add(site)
            record = state.heap.get(site)
            return record is None or any(hides(state, part, seen) for part in parts(record))
        case _:
            return False
