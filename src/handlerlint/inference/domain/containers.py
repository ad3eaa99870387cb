"""Lists, dicts and sets in the abstract heap: what is known of their elements, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING

from handlerlint.inference.domain import set_elements
from handlerlint.inference.domain.entries import (
    Entry,
    by_text,
    entries_differ_plainly,
    is_plain,
    join_entries,
    join_optional,
    widen_entries,
    widen_values,
)
from handlerlint.inference.domain.objects import LOST, Record
from handlerlint.inference.domain.terms import either
from handlerlint.inference.domain.unions import join, join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    Reference,
    Site,
    Term,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
)
from handlerlint.inference.domain.weak_updates import weaken_entries, weaken_optional
from handlerlint.records import dataclass, replace

if TYPE_CHECKING:
    from typing_extensions import Self


#: Lists and tuples known element by element up to this length; beyond, elements are joined.
LONGEST_LIST = 64
#: Dicts known key by key up to this size.
LARGEST_DICT = 256


def has_name(key: Value) -> bool:
    """Whether a key is unknown: a value that a term names."""
    return isinstance(key, (Json, Instance, Unknown, UnionValue))


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
    def is_sequence(self) -> bool:
        """Whether a `match` statement takes it for a sequence."""
        return False

    @property
    def is_mapping(self) -> bool:
        """Whether a `match` statement takes it for a mapping."""
        return False

    @property
    def has_places(self) -> bool:
        """Whether its elements lie in places where others can be put: under indexes or keys."""
        return True

    @property
    def is_hashable(self) -> bool:
        """Whether it may be a key of a dict."""
        return self.class_name == "builtins.frozenset"

    @property
    def known_elements(self) -> tuple[Value, ...] | None:
        """All elements, of a dict its keys; None where it is not known which there are."""
        raise NotImplementedError

    @property
    def empty_with(self) -> Site | None:
        """What it was copied from, if that has no elements either when this has none."""
        return None

    @property
    def selected_from(self) -> Site | None:
        """What it was copied from, if some elements were left out."""
        return None

    def may_equal(self, other: Container) -> bool:
        """Whether it equals a container with equal elements."""
        return type(self) is type(other)

    def as_python(self, one: Callable[[Value], object]) -> object:
        """The builtin list, dict or set that it is, `one` giving each element; LookupError where it is not known."""
        raise LookupError

    def named(self, term: Term) -> Container:
        """The same container, with a name for what it holds now."""
        raise NotImplementedError

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
    `keys_of` as with a set.
    """

    items: tuple[Value, ...]
    rest: Value | None = None
    copied_from: Site | None = None
    is_selection: bool = False
    is_filled: bool = False
    keys_of: tuple[Json | Reference, Record | None] | None = None
    term: Term | None = None

    @property
    def truth(self) -> bool | None:
        return True if self.items or self.is_filled else (False if self.rest is None else None)

    @property
    def is_sequence(self) -> bool:
        return self.class_name != "builtins.bytearray"

    @property
    def serializes(self) -> bool:
        return self.class_name == "builtins.list"

    @property
    def length(self) -> int | None:
        return len(self.items) if self.rest is None else None

    @property
    def known_elements(self) -> tuple[Value, ...] | None:
        return self.items if self.rest is None else None

    @property
    def empty_with(self) -> Site | None:
        return None if self.is_selection else self.copied_from

    @property
    def selected_from(self) -> Site | None:
        return self.copied_from if self.is_selection else None

    def may_equal(self, other: Container) -> bool:
        return isinstance(other, ListObject) and self.class_name == other.class_name

    def joined(self, other: Self) -> Record:
        if self.class_name != other.class_name:
            return LOST
        shared = min(len(self.items), len(other.items))  # so many elements are surely there
        pairs = zip(self.items[:shared], other.items[:shared], strict=True)
        items = tuple(either(position, *pair) for position, pair in enumerate(pairs))
        if len(self.items) == len(other.items):
            rest = join_optional(self.rest, other.rest)
            return ListObject(self.class_name, items, rest, is_filled=self.is_filled and other.is_filled)
        rests = [rest for rest in (self.rest, other.rest) if rest is not None]
        further = join_all([*self.items[shared:], *other.items[shared:], *rests])
        return ListObject(self.class_name, items, further)

    def widened(self, other: Self) -> Record:
        if self.class_name != other.class_name:
            return LOST
        parts = (*self.parts(), *other.parts())
        rest = reduce(widen_values, parts) if parts else None
        return ListObject(self.class_name, (), rest, is_filled=bool(self.truth and other.truth))

    def differs_plainly(self, other: Self) -> bool:
        return all(map(is_plain, (*self.parts(), *other.parts())))

    def lost(self, site: Site) -> Record:
        return LOST

    def later(self) -> Record:
        return ListObject(self.class_name, (), UNKNOWN)

    def weakened(self, before: Self) -> Record:
        if all(is_harmless(value) or value in before.items for value in (*self.items, self.rest or UNKNOWN)):
            return self
        return ListObject(self.class_name, (), UNKNOWN)

    def parts(self) -> Iterator[Value]:
        yield from self.items
        if self.rest is not None:
            yield self.rest

    def as_python(self, one: Callable[[Value], object]) -> object:
        if self.class_name != "builtins.list" or self.rest is not None:
            raise LookupError
        return [one(item) for item in self.items]

    def named(self, term: Term) -> ListObject:
        return replace(self, term=term)

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
        return replace(self, items=tuple(map(change, self.items)), rest=rest, term=None, keys_of=None)


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
    def is_mapping(self) -> bool:
        return True

    @property
    def serializes(self) -> bool:
        return True

    @property
    def length(self) -> int | None:
        is_known = self.rest_value is None and not any(entry.maybe for entry in self.entries.values())
        return len(self.entries) if is_known else None

    @property
    def known_elements(self) -> tuple[Value, ...] | None:
        return tuple(self.entries) if self.is_closed else None

    def entries_by_text(self) -> dict[str, Entry]:
        return by_text(self.entries)

    def lacks(self, text: str) -> bool:
        is_known = self.is_closed and all(isinstance(key, Constant) for key in self.entries)
        return is_known and not any(key == constant(text) for key in self.entries)

    def joined(self, other: Self) -> Record:
        if self.class_name != other.class_name:
            return LOST
        return DictObject(
            self.class_name,
            join_entries(self.entries, other.entries, self.rest_value, other.rest_value),
            join_optional(self.rest_key, other.rest_key),
            join_optional(self.rest_value, other.rest_value),
            self.default if self.default == other.default else UNKNOWN,
            self.is_filled and other.is_filled,
        )

    def widened(self, other: Self) -> Record:
        if self.class_name != other.class_name:
            return LOST
        same_rest = (self.rest_key, self.rest_value) == (other.rest_key, other.rest_value)
        made = DictObject(
            self.class_name,
            widen_entries(self.entries, other.entries),
            self.rest_key if same_rest else UNKNOWN,
            self.rest_value if same_rest else UNKNOWN,
            self.default if self.default == other.default else UNKNOWN,
        )
        is_filled = bool(self.truth and other.truth) and not made.truth
        return replace(made, is_filled=True) if is_filled else made

    def differs_plainly(self, other: Self) -> bool:
        same_rest = (self.rest_key, self.rest_value) == (other.rest_key, other.rest_value)
        return same_rest and entries_differ_plainly(self.entries, other.entries)

    def lost(self, site: Site) -> Record:
        return LOST

    def later(self) -> Record:
        return DictObject(self.class_name, {}, UNKNOWN, UNKNOWN, self.default)

    def weakened(self, before: Self) -> Record:
        entries = weaken_entries(self.entries, lambda key, entry: before.entries.get(key) != entry)
        is_same = self.rest_value == before.rest_value
        rest = self.rest_value if is_same else weaken_optional(self.rest_value)
        return DictObject(self.class_name, entries, self.rest_key, rest, self.default)

    def reads_otherwise(self, then: Self) -> bool:
        """Code that looks keys up does not see that another is added; code that goes through them does."""
        added = [entry.value for key, entry in self.entries.items() if key not in then.entries]
        return (
            any(self.entries.get(key) != entry for key, entry in then.entries.items())
            or not all(map(is_harmless, added))
            or self.rest_value != then.rest_value
        )

    def parts(self) -> Iterator[Value]:
        for key, entry in self.entries.items():
            yield key
            yield entry.value
        if self.rest_key is not None:
            yield self.rest_key
        if self.rest_value is not None:
            yield self.rest_value

    def as_python(self, one: Callable[[Value], object]) -> object:
        is_whole = self.rest_value is None and not any(entry.maybe for entry in self.entries.values())
        if self.class_name != "builtins.dict" or self.default is not None or not is_whole:
            raise LookupError
        return {one(key): one(entry.value) for key, entry in self.entries.items()}

    def named(self, term: Term) -> DictObject:
        return replace(self, term=term)

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
        return replace(self, entries=entries, rest_value=rest, term=None)


@dataclass(frozen=True, slots=True)
class SetObject(Container):
    """A set or frozenset: `element` stands for each of its elements (Never when it is empty).

    `is_filled` when there certainly is one. `keys_of` is the dict or decoded JSON that all of them are the keys of, and
    what it held, or what the program had changed of it, by then.
    """

    element: Value
    is_filled: bool = False
    keys_of: tuple[Json | Reference, Record | None] | None = None
    term: Term | None = None

    @property
    def has_places(self) -> bool:
        return False

    @property
    def truth(self) -> bool | None:
        if self.element is NEVER:
            return False
        return True if self.is_filled or self.known_elements is not None else None

    @property
    def length(self) -> int | None:
        return 0 if self.element is NEVER else None

    @property
    def known_elements(self) -> tuple[Value, ...] | None:
        return set_elements.all_of(self.element)

    def joined(self, other: Self) -> Record:
        if self.class_name != other.class_name:
            return LOST
        element = set_elements.any_of(join(self.element, other.element))
        return SetObject(self.class_name, element, self.is_filled and other.is_filled)

    def widened(self, other: Self) -> Record:
        if self.class_name != other.class_name:
            return LOST
        several = [one.element for one in (self, other) if one.element is not NEVER]
        element = set_elements.any_of(reduce(widen_values, several)) if several else NEVER
        return SetObject(self.class_name, element, bool(self.truth and other.truth))

    def lost(self, site: Site) -> Record:
        return LOST

    def later(self) -> Record:
        return SetObject(self.class_name, UNKNOWN)

    def parts(self) -> Iterator[Value]:
        yield self.element

    def as_python(self, one: Callable[[Value], object]) -> object:
        if self.class_name != "builtins.set":
            raise LookupError
        return {one(element) for element in members(self.element)}

    def named(self, term: Term) -> SetObject:
        return replace(self, term=term)

    def emptied(self) -> SetObject:
        return SetObject(self.class_name, NEVER)

    def items_by_key(self) -> Iterator[tuple[Value | None, Value, int]]:
        if self.element is not NEVER:
            yield None, self.element, False

    def by_type_argument(self) -> tuple[list[Value], ...]:
        return ([*members(self.element)],)

    def mapped(self, change: Callable[[Value], Value]) -> SetObject:
        return self  # what has a hash does not change
