"""For who writes a plugin: says what a function of a library returns, beyond its type.

A function that is registered by `overlay` is asked about each call of the library's function that the interpreter
comes across, on each path, and answers with a value (`NONE` is Python's None), or with None to leave the answer to the
stub.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from handlerlint.inference.core import registry
from handlerlint.inference.core.allocation import new_dict, new_list
from handlerlint.inference.domain import values
from handlerlint.inference.domain.heap import Entry
from handlerlint.inference.domain.unions import join_all
from handlerlint.inference.domain.values import NEVER, NONE, UNKNOWN, Constant, Never, TupleValue, Value
from handlerlint.inference.effects.library_calls import Effects, Raises, take_effect
from handlerlint.inference.stubs.types import NamedType
from handlerlint.inference.types.conversion import to_value

__all__ = ["NEVER", "NONE", "UNKNOWN", "Call", "Overlay", "Value", "overlay"]

Plain = None | bool | int | float | str | bytes


class Call:
    """One call of the library's function. Values are opaque: they are taken from arguments, made here, and returned.

    Where a value is expected, a plain Python one (None, bool, int, float, str, bytes) may stand for itself.
    """

    __slots__ = ("_call", "_made")

    def __init__(self, call: registry.Call) -> None:
        self._call = call
        self._made = 0

    @property
    def name(self) -> str:
        """The qualified name under which the stub defines what is called: `acme_tools.http.respond`."""
        return self._call.name

    def argument(self, parameter: str) -> Value | None:
        """What is passed for a parameter, by position or by name; None if nothing is, and its default holds."""
        return self._call.argument(parameter)

    def literal(self, parameter: str, default: Plain = None) -> Plain | Value:
        """The plain Python value that is passed for a parameter, `default` if none is; UNKNOWN if it is not known."""
        value = self.argument(parameter)
        if value is None:
            return default
        return value.value if isinstance(value, Constant) else UNKNOWN  # type: ignore[return-value]

    def instance(self, class_name: str) -> Value:
        """An instance of a class that stubs describe (`datetime.datetime`, `str`); UNKNOWN if none does."""
        call = self._call
        name = call.frame.interpreter.stubs.canonical(
            class_name if "." in class_name else f"builtins.{class_name}"
        )
        return (
            UNKNOWN
            if name is None
            else to_value(call.frame, call.state, NamedType(name), call.node, self._tag())
        )

    def json(self) -> Value:
        """Something that was decoded from JSON, with all that is in it."""
        return values.Json(origin=self._call.frame.step(self._call.node))

    def dict(self, items: Mapping[Plain, Value | Plain], *, more: bool = False) -> Value:
        """A new dict with these items, and with `more` perhaps others that are not known."""
        call = self._call
        entries: dict[Value, Entry] = {
            values.constant(key): Entry(self._value(item)) for key, item in items.items()
        }
        rest = UNKNOWN if more else None
        return new_dict(call.frame, call.state, call.node, entries, rest, rest, tag=self._tag())

    def list(self, items: Iterable[Value | Plain], rest: Value | Plain | Never = NEVER) -> Value:
        """A new list of these items, and after them any number of such as `rest`."""
        call = self._call
        return new_list(
            call.frame, call.state, call.node, [*map(self._value, items)], self._value(rest), tag=self._tag()
        )

    def tuple(self, items: Iterable[Value | Plain]) -> Value:
        """A tuple of these items."""
        return TupleValue(tuple(map(self._value, items)), None, self._call.frame.step(self._call.node))

    def either(self, *alternatives: Value | Plain) -> Value:
        """One of several values, each of which it is at times."""
        return join_all(map(self._value, alternatives))

    def _value(self, value: Value | Plain) -> Value:
        if value is None or isinstance(value, bool | int | float | str | bytes):
            return values.folded(value, self._call.frame.step(self._call.node))
        return value

    def _tag(self) -> str:
        """Tells what is made in one call apart."""
        self._made += 1
        return f"plugin {self._made}"


Overlay = Callable[[Call], "Value | Plain"]


def overlay(
    *names: str, raises: bool = True, changes_arguments: bool = False
) -> Callable[[Overlay], Overlay]:
    """Register what a call of a library's function or class comes to, by the names under which stubs define it.

    It is taken for one that may raise, unless `raises` is false, and that leaves the lists, dicts and objects that it
    is given as they are, unless `changes_arguments`. Raises ValueError for a name that has an overlay already.
    """
    effects = Effects(Raises.PERHAPS if raises else Raises.NEVER, changes_arguments)

    def enter(function: Overlay) -> Overlay:
        def answer(call: registry.Call) -> Value | None:
            asked = Call(call)
            value = function(asked)
            if value is None:
                return None
            take_effect(call.frame, call.state, effects, call.arguments, call.node)
            return asked._value(value)

        for name in names:
            if registry.has_overlay(name):
                raise ValueError(f"there is an overlay of '{name}' already")
        registry.overlay(*names)(answer)
        return function

    return enter
