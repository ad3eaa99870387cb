"""Tables that are filled where their entries are defined: the dispatchers and the registry of overlays use them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., object])


def entered(table: dict[Any, Any], keys: Iterable[object]) -> Callable[[_Function], _Function]:
    """A decorator that enters a function into a table under each of the keys, and leaves it as it is."""

    def enter(function: _Function) -> _Function:
        table.update(dict.fromkeys(keys, function))
        return function

    return enter


class Dispatcher(Generic[_Function]):
    """What each kind of object does in one respect: a decorator for the functions that say so."""

    def __init__(self) -> None:
        self._table: dict[type, _Function] = {}

    def __call__(self, *kinds: type) -> Callable[[_Function], _Function]:
        """Register what some kinds do."""
        return entered(self._table, kinds)

    def of(self, thing: object) -> _Function | None:
        """What the kind of a value or of an object does, if anything is registered for it."""
        return self._table.get(type(thing))
