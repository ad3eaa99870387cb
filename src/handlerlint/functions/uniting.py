"""The same function seen in two places is one function with two origins; called by `discovery`."""

from __future__ import annotations

from collections.abc import Iterable

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.patterns import pattern
from handlerlint.records import replace

_ANYWHERE = ConfigurationSource("argument", None)
_NOT_IN_NAMES = pattern(r"[^a-z0-9]")


def united(functions: Iterable[LambdaFunction]) -> list[LambdaFunction]:
    """The functions, each one once, in the order in which they were found first.

    One and the same are functions that two files configure alike in every respect, and functions of the same
    name, handler and code root that two tools configure: a template and what was synthesized from it, an image
    and its Dockerfile.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    found: list[LambdaFunction] = []
    for function in functions:
        # The same text in two templates stands in two places; the same code root is one.
        place = function.source.path if function.inline_code is not None else None
        group = groups.setdefault((function.handler, function.code_root, place), [])
        twin = next((index for index in group if _is_same(found[index], function)), None)
        if twin is None:
            group.append(len(found))
            found.append(function)
        else:
            found[twin] = _with_origin(found[twin], function)
    return found


def _is_same(first: LambdaFunction, second: LambdaFunction) -> bool:
    kinds = {first.source.kind, second.source.kind}
    if len(kinds) == 1:
        alike = replace(first, source=_ANYWHERE, origins=()) == replace(second, source=_ANYWHERE, origins=())
        return (alike and first.source != second.source) or first == second
    if first.handler is None or first.code_root is None:
        return False
    return "container" in kinds or _plain(first.name) == _plain(second.name)


def _plain(name: str) -> str:
    return _NOT_IN_NAMES.sub("", name.lower())


def _with_origin(function: LambdaFunction, other: LambdaFunction) -> LambdaFunction:
    """The function as it was found first, with what the other place says of its events."""
    origins = dict.fromkeys((*(function.origins or (function.source,)), *(other.origins or (other.source,))))
    known = {repr(event) for event in function.events}
    events = (*function.events, *(event for event in other.events if repr(event) not in known))
    return replace(function, origins=tuple(origins) if len(origins) > 1 else (), events=events)
