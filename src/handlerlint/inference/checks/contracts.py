"""What a handler returns, as far as it is known, for the contracts of those who invoke it. Used by `entry`.

The reader of contracts over abstract values: what the runtime client makes of each, in the words of JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard

from handlerlint.inference.core.context import Frame
from handlerlint.inference.domain import terms
from handlerlint.inference.domain.heap import ClassObject, Container, HeapObject, InstanceObject, State
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    UNKNOWN,
    Constant,
    EnumMember,
    Instance,
    Json,
    Reference,
    TupleValue,
    Unknown,
    Value,
)
from handlerlint.inference.objects import class_facts, instances
from handlerlint.records import dataclass
from handlerlint.runtime.contracts.model import ALL, Known, Shape, Step

_BY_KIND: dict[str, Shape] = {
    "NoneType": "null",
    "bool": "boolean",
    "int": "number",
    "float": "number",
    "str": "string",
    "bytes": "string",
}
_BY_CLASS: dict[str, Shape] = {
    "builtins.bool": "boolean",
    "builtins.int": "number",
    "builtins.float": "number",
    "decimal.Decimal": "number",
    "_decimal.Decimal": "number",
    "builtins.str": "string",
    "builtins.bytes": "string",
    "builtins.list": "list",
    "builtins.dict": "object",
    "types.NoneType": "null",
}


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value that is returned, in the state that it is returned in. Of what is not known, nothing is said."""

    frame: Frame
    state: State
    value: Value
    is_whole: bool = False

    def alternatives(self) -> Iterator[KnownValue]:
        """Each member of a union: every one of them happens on some path."""
        for member in members(self.value):
            yield KnownValue(self.frame, self.state, member, self.is_whole)

    @property
    def is_of_unknown_code(self) -> bool:
        """Whether code has given it that cannot be read, and all that is known is where."""
        match self.value:
            case Unknown(term=("call", *_)):
                return True
            case _:
                return False

    @property
    def shapes(self) -> frozenset[Shape]:
        """Every shape that the runtime client may give it."""
        found: set[Shape] = set()
        for member in members(self.value):
            found |= self._shapes_of(member)
        return frozenset(found)

    @property
    def constant(self) -> str | int | float | None:
        """The text, number or boolean that it certainly is."""
        value = self._plain()
        if isinstance(value, Constant):
            if isinstance(value.value, (str, int, float)):
                return value.value
            if isinstance(value.value, bytes) and not self.is_whole:
                return value.value.decode("utf-8", "replace")
        return None

    @property
    def keys_in_event(self) -> tuple[str, ...]:
        """The keys under which it was read from the event of an invoker."""
        match terms.own_term(self.value):
            case ("event", *steps) | ("json", "event", *steps):
                pairs = (step for step in steps if isinstance(step, tuple) and step[0] == "str")
                return tuple(str(key) for _, key in pairs)
            case _:
                return ()

    def known_keys(self) -> Iterator[str]:
        """The texts among the keys that a dict certainly has."""
        yield from self._entries()

    @property
    def has_all_keys(self) -> bool:
        """Whether it is a dict that has the known keys, and no others."""
        if self._fields() is not None:
            return True
        record = self._record()
        return isinstance(record, Container) and record.is_mapping and record.length == len(self._entries())

    def lacks(self, key: str) -> bool:
        """Whether it is a dict of which all keys are known, and this is none of them."""
        record, fields = self._record(), self._fields()
        if fields is not None:
            return key not in fields
        return record is not None and record.lacks(key)

    def members(self) -> Iterator[tuple[Step, KnownValue]]:
        """What a dict certainly holds, and every element that a list may have."""
        value, record = self._plain(), self._record()
        for key, member in self._entries().items():
            yield key, self._part(member)
        items: Iterable[Value] = ()
        if isinstance(value, TupleValue):
            items = (*value.items, *(() if value.rest is None else (value.rest,)))
        elif _is_list(record):
            items = record.parts()
        for index, item in enumerate(items):
            yield index, self._part(item)

    def member(self, key: str) -> Known | None:
        """The value under a key that a dict certainly has."""
        found = self._entries().get(key)
        return None if found is None else self._part(found)

    def at(self, steps: tuple[Step, ...]) -> Value | None:
        """The value that stands at a place; None where there is none."""
        known: KnownValue = self
        for step in steps:
            found = [part for whole in known.alternatives() for key, part in whole.members() if key == step]
            if not found or not isinstance(found[0], KnownValue):
                return None
            known = found[0]
        return known.value

    def _part(self, value: Value) -> KnownValue:
        return KnownValue(self.frame, self.state, value)

    def _plain(self) -> Value:
        """The value itself, for an enum of texts or numbers the one that it stands for."""
        value = self.value
        if isinstance(value, EnumMember):
            order, _ = class_facts.class_of(self.frame, self.state, value)
            return (
                value.value if any(name in _BY_CLASS for name in order if isinstance(name, str)) else UNKNOWN
            )
        return value

    def _record(self) -> HeapObject | None:
        """The object in the heap, for a subclass of dict or list what it contains."""
        value = self._plain()
        if isinstance(value, Json):
            return self.state.change_of(value)
        return self.state.object_of(instances.content_of(self.state, value))

    def _fields(self) -> Mapping[str, Value] | None:
        """The fields of a named tuple: the runtime client makes an object of them."""
        record = self.state.object_of(self.value)
        definition = self.state.heap.get(record.cls) if isinstance(record, InstanceObject) else None
        if not isinstance(record, InstanceObject) or not isinstance(definition, ClassObject):
            return None
        return record.attributes if definition.kind == "named-tuple" and not record.open else None

    def _entries(self) -> Mapping[str, Value]:
        """The values under the texts that are certainly keys."""
        record, fields = self._record(), self._fields()
        if fields is not None:
            return fields
        entries = {} if record is None else record.entries_by_text()
        return {key: entry.value for key, entry in entries.items() if not entry.maybe}

    def _shapes_of(self, value: Value) -> frozenset[Shape]:
        match value:
            case Constant(kind="bytes") if self.is_whole:
                return ALL  # sent as they are: they may be any JSON
            case Constant(kind=kind) if kind in _BY_KIND:
                return frozenset((_BY_KIND[kind],))
            case TupleValue():
                return frozenset(("list",))
            case Reference():
                return self._shapes_of_object(value)
            case Instance(class_name=name) if class_facts.is_certain_class(self.frame, name):
                return self._shapes_of_class(value)
            case EnumMember():
                return self._shapes_of_class(value)
            case _:
                return ALL

    def _shapes_of_object(self, value: Reference) -> frozenset[Shape]:
        known = KnownValue(self.frame, self.state, value)
        if known._fields() is not None:
            return frozenset(("object",))
        record = known._record()
        if isinstance(record, Container) and record.is_mapping:
            return frozenset(("object",))
        return frozenset(("list",)) if _is_list(record) else ALL

    def _shapes_of_class(self, value: Instance | EnumMember) -> frozenset[Shape]:
        order, complete = class_facts.class_of(self.frame, self.state, value)
        if not complete or (self.is_whole and "builtins.bytes" in order):
            return ALL
        if order and order[0] == "builtins.tuple":
            return frozenset(("list",))  # of named tuples the runtime client makes objects
        shape = next((_BY_CLASS[name] for name in order if isinstance(name, str) and name in _BY_CLASS), None)
        return ALL if shape is None else frozenset((shape,))


def _is_list(record: HeapObject | None) -> TypeGuard[Container]:
    """Whether an object is written as a list."""
    return isinstance(record, Container) and record.is_sequence and record.serializes
