"""What may be returned, in the words of annotations: one short line for people. Used by `entry`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import ClassObject, DictObject, Entry, JsonChange, ListObject, State
from handlerlint.inference.domain.values import Constant, Instance, Json, Reference, Value, members
from handlerlint.inference.objects import class_facts
from handlerlint.inference.stubs.types import describe

#: A value in the state of the path that it is returned on.
Part = tuple[Frame, State, Value]

_LONGEST = 100
_DEEPEST = 3
_MODULES = re.compile(r"\b(?:\w+\.)+")
_NOT_KNOWN = "Any"
_LAST = ("None", _NOT_KNOWN)


def described(parts: Iterable[Part]) -> str:
    """The types of some values, joined; of what is inside them as much as fits into the line.

    `JSON` is what came out of the event, or of decoded JSON, and `Any` what is not known.
    """
    values = [*parts]
    text = ""
    for depth in range(_DEEPEST, -1, -1):
        text = _joined(values, depth)
        if len(text) <= _LONGEST:
            break
    return text


def _joined(parts: Iterable[Part], depth: int) -> str:
    """The alternatives, each once: dicts of the same keys are one, and so are all lists."""
    names: dict[str, None] = {}
    dicts: dict[tuple[str, ...], list[tuple[Frame, State, DictObject]]] = {}
    elements: list[Part] = []
    for frame, state, value in _members(parts):
        record = state.heap.get(value.site) if isinstance(value, Reference) else None
        if depth and isinstance(record, DictObject) and record.entries:
            dicts.setdefault(tuple(_by_text(record)), []).append((frame, state, record))
        elif depth and isinstance(record, ListObject) and record.serializes and any(record.parts()):
            elements += ((frame, state, item) for item in record.parts())
        else:
            names[_name(frame, state, value, depth)] = None
    names |= dict.fromkeys(_dict(keys, found, depth) for keys, found in dicts.items())
    if elements:
        names[f"list[{_joined(elements, depth - 1)}]"] = None
        names.pop("list", None)
    return " | ".join(sorted(names, key=lambda name: _LAST.index(name) if name in _LAST else -1))


def _members(parts: Iterable[Part]) -> Iterator[Part]:
    for frame, state, value in parts:
        yield from ((frame, state, member) for member in members(value))


def _by_text(record: DictObject) -> dict[str, Entry]:
    """The entries under keys that are known texts."""
    entries = record.entries.items()
    return {
        key.value: entry for key, entry in entries if isinstance(key, Constant) and isinstance(key.value, str)
    }


def _dict(keys: tuple[str, ...], found: list[tuple[Frame, State, DictObject]], depth: int) -> str:
    """Dicts with the same keys: what is under each of them. A key with a question mark may be missing."""
    shown = []
    for key in keys:
        entries = [(frame, state, _by_text(record)[key]) for frame, state, record in found]
        mark = "?" if any(entry.maybe for _, _, entry in entries) else ""
        inside = _joined(((frame, state, entry.value) for frame, state, entry in entries), depth - 1)
        shown.append(f'"{key}"{mark}: {inside}')
    if any(record.rest_key is not None or len(record.entries) > len(keys) for _, _, record in found):
        shown.append("...")
    return f"{{{', '.join(shown)}}}"


def _name(frame: Frame, state: State, value: Value, depth: int) -> str:
    """The class of a value, without the modules that it is in."""
    match value:
        case Constant(value=None):
            return "None"
        case Json():
            return "JSON"
        case Instance(class_name=name, arguments=arguments) if depth and arguments:
            shown = ", ".join(_MODULES.sub("", describe(one)) for one in arguments)
            return f"{name.rpartition('.')[2]}[{shown}]"
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, JsonChange):
                return "JSON"
    order, _ = class_facts.class_of(frame, state, value)
    first = order[0] if order else None
    if isinstance(first, str):
        return first.rpartition(".")[2]
    cls = None if first is None else state.heap.get(first)
    return cls.name if isinstance(cls, ClassObject) else _NOT_KNOWN
