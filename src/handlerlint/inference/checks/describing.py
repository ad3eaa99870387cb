"""What may be returned, in the words of annotations: one short line for people. Used by `entry`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain.heap import ClassObject, Container, State
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import Constant, Instance, Json, Value
from handlerlint.inference.objects import class_facts
from handlerlint.inference.stubs.types import LiteralType, describe

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
    dicts: dict[tuple[str, ...], list[tuple[Frame, State, Container]]] = {}
    elements: list[Part] = []
    for frame, state, value in _members(parts):
        record = state.object_of(value)
        shown = record if isinstance(record, Container) and record.serializes and depth else None
        if shown is not None and shown.is_sequence and any(shown.parts()):
            elements += ((frame, state, item) for item in shown.parts())
        elif shown is not None and any(key for key, _, _ in shown.items_by_key()):
            dicts.setdefault(tuple(shown.entries_by_text()), []).append((frame, state, shown))
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


def _dict(keys: tuple[str, ...], found: list[tuple[Frame, State, Container]], depth: int) -> str:
    """Dicts with the same keys: what is under each of them. A key with a question mark may be missing."""
    shown = []
    for key in keys:
        entries = [(frame, state, record.entries_by_text()[key]) for frame, state, record in found]
        mark = "?" if any(entry.maybe for _, _, entry in entries) else ""
        inside = _joined(((frame, state, entry.value) for frame, state, entry in entries), depth - 1)
        shown.append(f'"{key}"{mark}: {inside}')
    if any(len(record.by_type_argument()[0]) > len(keys) for _, _, record in found):
        shown.append("...")
    return f"{{{', '.join(shown)}}}"


def _name(frame: Frame, state: State, value: Value, depth: int) -> str:
    """The class of a value, without the modules that it is in."""
    match value:
        case Constant(value=None):
            return "None"
        case Json():
            return "JSON"
        case Instance(arguments=(LiteralType(),)):
            pass  # which of its kind it is, no type says
        case Instance(class_name=name, arguments=arguments) if depth and arguments:
            shown = ", ".join(_MODULES.sub("", describe(one)) for one in arguments)
            return f"{name.rpartition('.')[2]}[{shown}]"
    order, _ = class_facts.class_of(frame, state, value)
    first = order[0] if order else None
    if isinstance(first, str):
        return first.rpartition(".")[2]
    cls = None if first is None else state.heap.get(first)
    return cls.name if isinstance(cls, ClassObject) else _NOT_KNOWN
