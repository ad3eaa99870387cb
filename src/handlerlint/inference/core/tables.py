"""Tables that are filled where their entries are defined: the dispatchers and the registry of overlays use them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., object])


def entered(table: dict[Any, Any], keys: Iterable[object]) -> Callable[[_Function], _Function]:
    """A decorator that enters a function into a table under each of the keys, and leaves it as it is."""

    def enter(function: _Function) -> _Function:
        table.update(dict.fromkeys(keys, function))
        return function

    return enter
