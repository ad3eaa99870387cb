"""The objects that live in the abstract heap: what is asked of all of them, and the kinds that are no containers.

They are immutable records. What happens to an object of one kind (items, methods, iteration, operators) is in its file
in `inference/objects/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from handlerlint.inference.domain.entries import (
    Entry,
    by_text,
    join_entries,
    join_names,
    join_optional,
    names_differ_plainly,
    widen_names,
)
from handlerlint.inference.domain.values import (
    NONE,
    UNKNOWN,
    Constant,
    Site,
    Value,
    constant,
)
from handlerlint.inference.domain.weak_updates import names_later, weaken_names
from handlerlint.records import dataclass, replace

if TYPE_CHECKING:
    import libcst as cst
    from typing_extensions import Self


class Record:
    """An object in the heap: what is asked of every kind of object. Another one in a question is of the same kind.

    `is_assumption` tells that it is none of the program's objects, but what a path has assumed or been told.
    """

    __slots__ = ()
    is_assumption = False

    def parts(self) -> Iterator[Value]:
        """The values inside the object."""
        return iter(())

    def entries_by_text(self) -> dict[str, Entry]:
        """The entries under keys that are known texts."""
        return {}

    def lacks(self, text: str) -> bool:
        """Whether a text is certainly no key of it."""
        return False

    def joined(self, other: Self) -> Record:
        """The object that stands for this one and for another one, which differs."""
        return LOST

    def widened(self, other: Self) -> Record:
        """The object that stands for two of which nothing false may be said: where they differ it is Unknown."""
        return LOST

    def differs_plainly(self, other: Self) -> bool:
        """Whether two differ only in plain data, so that they may be joined without loss that matters."""
        return False

    def elsewhere(self) -> Record | None:
        """What stands at its site on a path that has put nothing there; None where nothing refers to it."""
        return None

    def lost(self, site: Site) -> Record:
        """What is left of it when unknown code may have changed it."""
        return self

    def later(self) -> Record:
        """What is known of it at any later time, as code sees it that runs then: its kind, and what it refers to."""
        return self

    def weakened(self, before: Self) -> Record:
        """What is left of it when it is not known whether that has happened which made it of what was before."""
        return self

    def reads_otherwise(self, then: Self) -> bool:
        """Whether code that looks at what is here may find something else now than it did then."""
        return self != then


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

    def joined(self, other: Self) -> Record:
        if self.cls != other.cls:
            return LOST
        return InstanceObject(
            self.cls,
            join_names(self.attributes, other.attributes),
            join_optional(self.content, other.content),
            self.open or other.open,
        )

    def widened(self, other: Self) -> Record:
        if self.cls != other.cls:
            return LOST
        content = self.content if self.content == other.content else UNKNOWN
        return InstanceObject(self.cls, widen_names(self.attributes, other.attributes), content, open=True)

    def lost(self, site: Site) -> Record:
        content = UNKNOWN if self.content is not None else None
        if self.open and self.content is content and all(one is UNKNOWN for one in self.attributes.values()):
            return self
        return InstanceObject(self.cls, dict.fromkeys(self.attributes, UNKNOWN), content, open=True)

    def later(self) -> Record:
        return replace(self, attributes=names_later(self.attributes), open=True)

    def weakened(self, before: Self) -> Record:
        return replace(self, attributes=weaken_names(self.attributes, before.attributes))

    def reads_otherwise(self, then: Self) -> bool:
        changed = any(self.attributes.get(name) != value for name, value in then.attributes.items())
        return changed or then.content != self.content

    def mapped(self, change: Callable[[Value], Value]) -> InstanceObject:
        """An instance with changed values of its attributes, and of its container part."""
        content = None if self.content is None else change(self.content)
        changed = {name: change(value) for name, value in self.attributes.items()}
        return InstanceObject(self.cls, changed, content, self.open)


@dataclass(frozen=True, slots=True)
class ClassObject(Record):
    """A class of the project. `bases` are references to other ClassObjects or stub classes, in order.

    `kind`: class, dataclass, enum, named-tuple, typed-dict; `fields` those of a dataclass or NamedTuple,
    with default values; `known` is false when a base, metaclass or decorator is not understood; `takes_fields` where
    instances are certainly made with the fields, in their order; `is_frozen` where no attribute can be set,
    `is_ordered` where a decorator may have made `__lt__` and its like; `hashes` is false where one has taken the hash.
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
    is_frozen: bool = False
    is_ordered: bool = False
    hashes: bool = True

    def parts(self) -> Iterator[Value]:
        """The values of its attributes."""
        return iter(self.names.values())

    def joined(self, other: Self) -> Record:
        known = self.known and other.known and (self.bases, self.fields) == (other.bases, other.fields)
        return replace(self, names=join_names(self.names, other.names), known=known)

    def lost(self, site: Site) -> Record:
        """Other code may have set what is plain data; it leaves methods as they are."""
        names = {
            name: UNKNOWN if isinstance(value, Constant) else value for name, value in self.names.items()
        }
        return self if names == self.names else replace(self, names=names)

    def filled(self) -> Self:
        """The class after code that is not followed may have given it what is None at its definition."""
        return replace(
            self, names={name: UNKNOWN if value == NONE else value for name, value in self.names.items()}
        )


@dataclass(frozen=True, slots=True)
class Namespace(Record):
    """The names of a module, a function call or a class body.

    `open` when names may be bound that are not known (`from unknown import *`, `globals().update(…)`).
    """

    names: Mapping[str, Value]
    open: bool = False

    def parts(self) -> Iterator[Value]:
        yield from self.names.values()

    def joined(self, other: Self) -> Record:
        return Namespace(join_names(self.names, other.names), self.open or other.open)

    def widened(self, other: Self) -> Record:
        return Namespace(widen_names(self.names, other.names), self.open or other.open)

    def differs_plainly(self, other: Self) -> bool:
        return names_differ_plainly(self.names, other.names)

    def later(self) -> Record:
        return replace(self, names=names_later(self.names))

    def weakened(self, before: Self) -> Record:
        return replace(self, names=weaken_names(self.names, before.names))

    def lost(self, site: Site) -> Record:
        """Other code binds names of modules only."""
        return Namespace(self.names, open=True) if site[0] == "module" and not self.open else self

    def reads_otherwise(self, then: Self) -> bool:
        return any(self.names.get(name) != value for name, value in then.names.items())


@dataclass(frozen=True, slots=True)
class JsonChange(Record):
    """What the program has put into, or taken out of, a piece of decoded JSON."""

    entries: Mapping[Value, Entry]
    removed: frozenset[Value] = frozenset()

    def parts(self) -> Iterator[Value]:
        for entry in self.entries.values():
            yield entry.value

    def joined(self, other: Self) -> Record:
        entries = join_entries(self.entries, other.entries, None, None)
        return JsonChange(entries, self.removed & other.removed)

    def entries_by_text(self) -> dict[str, Entry]:
        return by_text(self.entries)

    def lacks(self, text: str) -> bool:
        return constant(text) in self.removed

    def elsewhere(self) -> Record:
        """Decoded JSON is there without being changed."""
        return UNCHANGED

    def lost(self, site: Site) -> Record:
        return LOST


#: Decoded JSON as it came.
UNCHANGED = JsonChange({})


#: What tells a value from others where it is asked about: the place where it was made, or its address in the heap.
Mark = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Dependences(Record):
    """What an answer of code that is not followed may depend on: the values with these marks.

    It stands at an address of that answer. At the address of a value it says that a test with such an answer has asked
    about it: which way such a test goes is certain, only not known.
    """

    marks: frozenset[Mark] = frozenset()

    is_assumption = True

    def joined(self, other: Self) -> Record:
        """What is in doubt on either path."""
        return Dependences(self.marks | other.marks)

    def widened(self, other: Self) -> Record:
        return self.joined(other)


@dataclass(frozen=True, slots=True)
class OpenAnswer(Record):
    """Which way a path has gone at a test of which nothing has a name: what it asks may depend on anything.

    None where the path stands for both.
    """

    outcome: bool | None

    is_assumption = True

    def elsewhere(self) -> Record:
        """The other path has not been asked."""
        return OpenAnswer(None)

    def joined(self, other: Self) -> Record:
        return self if self == other else OpenAnswer(None)

    def widened(self, other: Self) -> Record:
        return self.joined(other)


@dataclass(frozen=True, slots=True)
class LeftUnbound(Record):
    """The names of a call that an exception has left unbound, each with the `except` clause that has taken it."""

    names: Mapping[str, cst.ExceptHandler | cst.ExceptStarHandler]

    is_assumption = True

    def joined(self, other: Self) -> Record:
        return LeftUnbound({**self.names, **other.names})

    def widened(self, other: Self) -> Record:
        return self.joined(other)


@dataclass(frozen=True, slots=True)
class Lost(Record):
    """An object that unknown code may have changed in any way."""


LOST = Lost()
