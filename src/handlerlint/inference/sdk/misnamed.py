"""Members that a response certainly has under another name, or at another place; the newest SDK may have any other.

How certain that is was counted over what AWS has added to the responses of its services (docs/sdk.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlerlint.inference.sdk.shapes import ListShape, MapShape, Shape, StructureShape
from handlerlint.suggestions import meant

_DEEPEST = 4


def place_of(structure: StructureShape, key: str) -> str | None:
    """Where a structure has what is looked up in it under a key that it lacks: `QueryExecution.Status`.

    None where it has the key, or where one of a newer SDK may be meant.
    """
    names = structure.members
    if key in names:
        return None
    digits = re.findall(r"\d", key)
    near = meant(key, (name for name in names if re.findall(r"\d", name) == digits))  # no IPv4 for IPv6
    if near is not None or not structure.extra:  # no whole response
        return near
    inside = next(_places(structure, key), None)
    return inside or next((name for name in names if _is_end(structure, name, key)), None)


def _places(whole: StructureShape, key: str) -> Iterator[str]:
    """Where the structures inside of one have a member, nearest first."""
    level: list[tuple[str, StructureShape]] = [("", whole)]
    for _ in range(_DEEPEST):
        inner = [
            (f"{path}{name}{steps}", shape)
            for path, structure in level
            for name, member in structure.members.items()
            for steps, shape in _inside(member.shape)
        ]
        yield from (f"{path}.{key}" for path, shape in inner if key in shape.members)
        level = [(f"{path}.", shape) for path, shape in inner]


def _inside(shape: Shape, steps: str = "") -> Iterator[tuple[str, StructureShape]]:
    match shape:
        case StructureShape():
            yield steps, shape
        case ListShape(element=element):
            yield from _inside(element, f"{steps}[]")


def _is_end(structure: StructureShape, name: str, key: str) -> bool:
    """Whether a list or structure is called by the last words of its name: `Snapshots` for `DBSnapshots`."""
    shape = structure.members[name].shape
    start = len(name) - len(key)
    is_word = start > 0 and key[:1].isupper() and name.endswith(key) and len(key) > _SHORTEST
    return is_word and isinstance(shape, (ListShape, MapShape, StructureShape))


_SHORTEST = 3
