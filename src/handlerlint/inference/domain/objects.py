"""The objects that live in the abstract heap, by kind: immutable records, and what is asked of all of them.

What happens to an object of one kind (items, methods, iteration, operators) is in its file in `inference/objects/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from handlerlint.inference.domain.values import (
    NEVER,
    Constant,
    Instance,
    Json,
    Site,
    Term,
    UnionValue,
    Unknown,
    Value,
    constant,
    members,
)
from handlerlint.records import dataclass

if TYPE_CHECKING:
    import libcst as cst


#: Lists and tuples known element by element up to this length; beyond, elements are joined.
LONGEST_LIST = 64
#: Dicts known key by key up to this size.
LARGEST_DICT = 256


#: The `maybe` of an entry that is mostly not there: nothing is reported of it unless somebody asks for it.
USUALLY_ABSENT = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A value under a known key; `maybe` when the key is absent on some path, or mostly (USUALLY_ABSENT)."""

    value: Value
    maybe: int = False


def has_name(key: Value) -> bool:
    """Whether a key is unknown: a value that a term names."""
    return isinstance(key, (Json, Instance, Unknown, UnionValue))


class Record:
    """An object in the heap: what is the same for every kind of object."""

    __slots__ = ()

    def parts(self) -> Iterator[Value]:
        """The values inside the object."""
        return iter(())


@dataclass(frozen=True, slots=True)
class Container(Record):
    """A list, set or dict: an instance of the builtin class `class_name`, of which the elements are known."""

    class_name: str

    @property
    def truth(self) -> bool | None:
        """Whether there is an element; None where that is not known."""
        raise NotImplementedError

    @property
    def length(self) -> int | None:
        """How many elements there are; None where that is not known."""
        raise NotImplementedError

    @property
    def serializes(self) -> bool:
        """Whether serializers write its elements: those of a list or a dict, not those of a set or a deque."""
        return False

    @property
    def is_hashable(self) -> bool:
        """Whether it may be a key of a dict."""
        return self.class_name == "builtins.frozenset"

    def emptied(self) -> Container:
        """The same container without elements."""
        raise NotImplementedError

    def items_by_key(self) -> Iterator[tuple[Value | None, Value, int]]:
        """Each value with its index or key (None: any further one), and whether it may be absent (as `Entry.maybe`)."""
        raise NotImplementedError

    def by_type_argument(self) -> tuple[list[Value], ...]:
        """The values of each type argument of its class: `dict[K, V]` has keys and values."""
        raise NotImplementedError

    def mapped(self, change: Callable[[Value], Value]) -> Container:
        """A container with changed values under the same keys."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class ListObject(Container):
    """A list, or another sequence that can change (deque, bytearray are told by `class_name`).

    `items` are the first elements; `rest`, if not None, stands for any number of further ones. `copied_from` is
    what all of them were taken from: when that is empty, so is this. `is_selection` when some were left out.
    `is_filled` when there certainly is an element. `term` names what it holds, as long as nobody has changed it.
    """

    items: tuple[Value, ...]
    rest: Value | None = None
    copied_from: Site | None = None
    is_selection: bool = False
    is_filled: bool = False
    term: Term | None = None

    @property
    def truth(self) -> bool | None:
        return True if self.items or self.is_filled else (False if self.rest is None else None)

    @property
    def serializes(self) -> bool:
        return self.class_name == "builtins.list"

    @property
    def length(self) -> int | None:
        return len(self.items) if self.rest is None else None

    def parts(self) -> Iterator[Value]:
        yield from self.items
        if self.rest is not None:
            yield self.rest

    def emptied(self) -> ListObject:
        return ListObject(self.class_name, ())

    def items_by_key(self) -> Iterator[tuple[Value | None, Value, int]]:
        for position, item in enumerate(self.items):
            yield constant(position), item, False
        if self.rest is not None:
            yield None, self.rest, False

    def by_type_argument(self) -> tuple[list[Value], ...]:
        return ([*self.parts()],)

    def mapped(self, change: Callable[[Value], Value]) -> ListObject:
        rest = None if self.rest is None else change(self.rest)
        return ListObject(self.class_name, tuple(map(change, self.items)), rest)


@dataclass(frozen=True, slots=True)
class DictObject(Container):
    """A dict or a subclass of it (`class_name`).

    `entries` by abstract key (constants, tuples, enum members, and unknown ones that have a name);
    `rest_key`/`rest_value` stand for any number of further entries, None when there are none. `default` is the factory
    of a defaultdict. `is_filled` when there certainly is an entry, whichever.
    """

    entries: Mapping[Value, Entry]
    rest_key: Value | None = None
    rest_value: Value | None = None
    default: Value | None = None
    is_filled: bool = False
    term: Term | None = None

    @property
    def is_closed(self) -> bool:
        """Whether all its keys are known, and each is one definite value."""
        return self.rest_value is None and not any(has_name(key) for key in self.entries)

    @property
    def truth(self) -> bool | None:
        if self.is_filled or any(not entry.maybe for entry in self.entries.values()):
            return True
        return False if not self.entries and self.rest_value is None else None

    @property
    def serializes(self) -> bool:
        return True

    @property
    def length(self) -> int | None:
        is_known = self.rest_value is None and not any(entry.maybe for entry in self.entries.values())
        return len(self.entries) if is_known else None

    def parts(self) -> Iterator[Value]:
        for key, entry in self.entries.items():
            yield key
            yield entry.value
        if self.rest_key is not None:
            yield self.rest_key
        if self.rest_value is not None:
            yield self.rest_value

    def emptied(self) -> DictObject:
        return DictObject(self.class_name, {}, default=self.default)

    def items_by_key(self) -> Iterator[tuple[Value | None, Value, int]]:
        for key, entry in self.entries.items():
            yield None if has_name(key) else key, entry.value, entry.maybe
        if self.rest_value is not None:
            yield None, self.rest_value, False

    def by_type_argument(self) -> tuple[list[Value], ...]:
        keys = [*self.entries, *([] if self.rest_key is None else [self.rest_key])]
        values = [value for _, value, _ in self.items_by_key()]
        return (keys,) if self.class_name == "collections.Counter" else (keys, values)

    def mapped(self, change: Callable[[Value], Value]) -> DictObject:
        entries = {key: Entry(change(entry.value), entry.maybe) for key, entry in self.entries.items()}
        rest = None if self.rest_value is None else change(self.rest_value)
        return DictObject(self.class_name, entries, self.rest_key, rest, self.default)


@dataclass(frozen=True, slots=True)
class SetObject(Container):
    """A set or frozenset: `element` stands for each of its elements (Never when it is empty).

    `is_filled` when there certainly is one. `keys_of` is the decoded JSON that all of them are the keys of, and what
    the program had changed of it by then.
    """

    element: Value
    is_filled: bool = False
    keys_of: tuple[Json, Record | None] | None = None
    term: Term | None = None

    @property
    def truth(self) -> bool | None:
        if self.element is NEVER:
            return False
        return (
            True
            if self.is_filled or all(isinstance(one, Constant) for one in members(self.element))
            else None
        )

    @property
    def length(self) -> int | None:
        return 0 if self.element is NEVER else None

    def parts(self) -> Iterator[Value]:
        yield self.element

    def emptied(self) -> SetObject:
        return SetObject(self.class_name, NEVER)

    def items_by_key(self) -> Iterator[tuple[Value | None, Value, int]]:
        if self.element is not NEVER:
            yield None, self.element, False

    def by_type_argument(self) -> tuple[list[Value], ...]:
        return ([*members(self.element)],)

    def mapped(self, change: Callable[[Value], Value]) -> SetObject:
        return self  # what has a hash does not change


@dataclass(frozen=True, slots=True)
class InstanceObject(Record):
    """An instance of a class of the project: `cls` is the class's site.

    `content` is the container part of a subclass of dict, list, str …: a value of that builtin.
    `open` when there may be attributes that are not known.
    """

    cls: Site
    attributes: Mapping[str, Value]
    content: Value | None = None
    open: bool = False

    def parts(self) -> Iterator[Value]:
        yield from self.attributes.values()
        if self.content is not None:
            yield self.content


@dataclass(frozen=True, slots=True)
class ClassObject(Record):
    """A class of the project. `bases` are references to other ClassObjects or stub classes, in order.

    `kind`: class, dataclass, enum, named-tuple, typed-dict; `fields` those of a dataclass or NamedTuple,
    with default values; `known` is false when a base, metaclass or decorator is not understood; `takes_fields` where
    instances are certainly made with the fields, in their order.
    """

    name: str
    qualified_name: str
    bases: tuple[Value, ...]
    names: Mapping[str, Value]
    kind: str = "class"
    fields: tuple[tuple[str, Value | None], ...] = ()
    known: bool = True
    node: cst.ClassDef | None = None
    module: Site = ()
    takes_fields: bool = False

    def parts(self) -> Iterator[Value]:
        """The values of its attributes."""
        return iter(self.names.values())


@dataclass(frozen=True, slots=True)
class Namespace(Record):
    """The names of a module, a function call or a class body.

    `open` when names may be bound that are not known (`from unknown import *`, `globals().update(…)`).
    """

    names: Mapping[str, Value]
    open: bool = False

    def parts(self) -> Iterator[Value]:
        yield from self.names.values()


@dataclass(frozen=True, slots=True)
class JsonChange(Record):
    """What the program has put into, or taken out of, a piece of decoded JSON."""

    entries: Mapping[Value, Entry]
    removed: frozenset[Value] = frozenset()

    def parts(self) -> Iterator[Value]:
        for entry in self.entries.values():
            yield entry.value


#: Decoded JSON as it came.
UNCHANGED = JsonChange({})


#: A number or a text that a value is above or below, and whether it is not that one itself.
Bound = tuple["int | float | str", bool]


@dataclass(frozen=True, slots=True)
class Facts(Record):
    """What a path has assumed of the value that a term names (see `constraints`).

    `among` are constants one of which it equals, `differs` those that it does not; `kinds` the classes that decoded
    JSON may be of, `holds` those of all that it holds (a list in it has an element); `apart` are the terms of values
    that it does not equal.
    `asked` are predicates of what is computed from it, with their outcomes. `version` grows with each change of it, so
    that what was read before has another name.
    """

    among: frozenset[Value] | None = None
    differs: frozenset[Value] = frozenset()
    truth: bool | None = None
    kinds: frozenset[str] | None = None
    holds: frozenset[str] | None = None
    lower: Bound | None = None
    upper: Bound | None = None
    version: int = 0
    apart: frozenset[Term] = frozenset()
    asked: frozenset[tuple[Term, bool]] = frozenset()


#: What tells a value from others where it is asked about: the place where it was made, or its address in the heap.
Mark = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Dependences(Record):
    """What the answers of code that is not followed may depend on (`answers`, by their terms), and the values that
    tests with such answers have asked about (`questioned`): which way such a test goes is certain, only not known."""

    answers: Mapping[Term, frozenset[Mark]]
    questioned: frozenset[Mark]


@dataclass(frozen=True, slots=True)
class Lost(Record):
    """An object that unknown code may have changed in any way."""
