"""The same function seen in two places is one function with two origins; called by `discovery`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from handlerlint.functions.event_sources import each_once
from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.records import replace

_ANYWHERE = ConfigurationSource("argument", None)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]")
_EXPLICIT = ("argument", "configuration")
# What the CDK adds to a construct's id, and the Serverless Framework to a function's name, in a template.
_ADDED = re.compile(r"(?:[0-9A-F]{8}|LambdaFunction)$")
_Place = tuple[object, ...]


def united(functions: Iterable[LambdaFunction]) -> list[LambdaFunction]:
    """The functions, each one once, in the order in which they were found first.

    One and the same are functions that two files configure alike in every respect; functions of the same
    name, handler and code root that two tools configure: a template and what was synthesized from it, an image
    and its Dockerfile; one that the user names, without a name of its own, and what configures it; and a function
    of a template and of the packaged copy beside it, whose code is in a bucket.
    """
    found: list[LambdaFunction] = []
    by_name: dict[tuple[_Place, str], list[int]] = {}
    images: dict[_Place, int] = {}
    others: dict[_Place, int] = {}
    for function in functions:
        place = _place(function)
        is_image = function.source.kind == "container"
        group = by_name.setdefault((place, plain_name(function.name)), [])
        # An image has the name of its folder: it is the same as whatever has its handler and code root.
        candidates = (*group, (others if is_image else images).get(place))
        twin = next(
            (index for index in candidates if index is not None and _is_same(found[index], function)), None
        )
        if twin is None:
            group.append(len(found))
            (images if is_image else others).setdefault(place, len(found))
            found.append(function)
        else:
            found[twin] = _with_origin(found[twin], function)
    return _without_copies(_without_references(found))


def _place(function: LambdaFunction) -> _Place:
    # The same text in two templates stands in two places; the same code root is one.
    source = function.source.path
    if function.inline_code is None and source is not None:
        # What is out of reach is the same only where the same folder's configuration says so.
        source = source.parent if function.code_root is None else None
    return function.handler, function.code_root, source


def _is_same(first: LambdaFunction, second: LambdaFunction) -> bool:
    kinds = {first.source.kind, second.source.kind}
    if len(kinds) == 1:
        alike = replace(first, source=_ANYWHERE, origins=()) == replace(second, source=_ANYWHERE, origins=())
        return (alike and first.source != second.source) or first == second
    if first.handler is None or first.code_root is None:
        return False
    return "container" in kinds or plain_name(first.name) == plain_name(second.name)


def plain_name(name: str) -> str:
    """A name as all tools write it: without the case and the signs that only some take."""
    return _NOT_IN_NAMES.sub("", name.lower())


def _with_origin(function: LambdaFunction, other: LambdaFunction) -> LambdaFunction:
    """The function as it was found first, with what the other place says of its events."""
    origins = dict.fromkeys((*(function.origins or (function.source,)), *(other.origins or (other.source,))))
    events = each_once((*function.events, *other.events))
    return replace(function, origins=tuple(origins) if len(origins) > 1 else (), events=events)


def _without_references(functions: list[LambdaFunction]) -> list[LambdaFunction]:
    """Without those that the user only names, by handler and code root, and that something configures."""
    references = {_place(function): function for function in functions if _is_reference(function)}
    if not references:
        return functions
    kept: list[LambdaFunction] = []
    configured: set[_Place] = set()
    for function in functions:
        reference = references.get(_place(function))
        if reference is None or function.source.kind in (*_EXPLICIT, "convention"):
            kept.append(function)
            continue
        configured.add(_place(function))
        function = _with_origin(function, reference)
        if reference.runtime_given:
            function = replace(function, runtime=reference.runtime, runtime_given=True)
        kept.append(function)
    return [function for function in kept if not (_is_reference(function) and _place(function) in configured)]


def _is_reference(function: LambdaFunction) -> bool:
    return (
        function.source.kind in _EXPLICIT
        and function.name == function.handler
        and function.code_root is not None
    )


def _without_copies(functions: list[LambdaFunction]) -> list[LambdaFunction]:
    """Without functions whose code is out of reach, where another file beside theirs configures the same.

    What `chalice package` has written may lie anywhere in the application's folder.
    """
    known: dict[_Place, int] = {}
    applications: dict[_Place, int] = {}
    for index, function in enumerate(functions):
        if function.code_root is not None and not function.is_inferred:
            for name in _names(function):
                for folder in _folders(function):
                    known.setdefault((function.handler, name, folder), index)
                if function.source.kind == "chalice":
                    applications[function.handler, name, function.code_root] = index
    kept = dict(enumerate(functions))
    for index, function in enumerate(functions):
        is_reachable = function.code_root is not None and not function.is_inferred
        if not is_reachable and function.inline_code is None and function.handler is not None:
            places = (
                (function.handler, name, folder) for name in _names(function) for folder in _folders(function)
            )
            twin = next((known[place] for place in places if place in known), None)
            if twin is None and applications:
                twin = _application_above(function, applications)
            if twin is not None and functions[twin].source.path != function.source.path:
                kept[twin] = _with_origin(kept[twin], function)
                del kept[index]
    return list(kept.values())


def _application_above(function: LambdaFunction, applications: dict[_Place, int]) -> int | None:
    folders = () if function.source.path is None else function.source.path.parents
    places = ((function.handler, name, folder) for folder in folders for name in _names(function))
    return next((applications[place] for place in places if place in applications), None)


def _names(function: LambdaFunction) -> set[str]:
    return {plain_name(function.name), plain_name(_ADDED.sub("", function.name))}


def _folders(function: LambdaFunction) -> list[Path]:
    """The folder of a function's configuration, and the one around it where a tool has made it (`.serverless`)."""
    if function.source.path is None:
        return []
    folder = function.source.path.parent
    is_made = folder.name.startswith(".") or folder.name == "cdk.out"
    return [folder, folder.parent] if is_made else [folder]
