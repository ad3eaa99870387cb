"""What a contract is: clauses, each of which says as data what a service refuses at one place of a response.

A clause asks `Known` values only, so that it holds for JSON, which is known entirely, and for what is known in part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final, Literal, Protocol, TypeAlias

from handlerlint.records import dataclass

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

Shape = Literal["null", "boolean", "number", "string", "list", "object"]

ALL: frozenset[Shape] = frozenset(("null", "boolean", "number", "string", "list", "object"))
CONTAINERS: frozenset[Shape] = frozenset(("list", "object"))
NO_OBJECT: frozenset[Shape] = ALL - {"object"}
NO_OBJECT_NOR_NULL: frozenset[Shape] = NO_OBJECT - {"null"}
NO_LIST: frozenset[Shape] = ALL - {"list"}
NO_LIST_NOR_NULL: frozenset[Shape] = NO_LIST - {"null"}

_NAMES: dict[Shape, str] = {
    "null": "null",
    "boolean": "a boolean",
    "number": "a number",
    "string": "a string",
    "list": "a list",
    "object": "an object",
}


class Certainty(Enum):
    """How sure it is that a response which breaks a clause does harm."""

    ERROR = "error"  # the service fails for certain
    WARNING = "warning"  # nothing fails, but something is lost


class Each(Enum):
    """A step of a place that leads to several."""

    ENTRY = "every value of an object"
    ELEMENT = "every element of a list"


ENTRY: Final = Each.ENTRY
ELEMENT: Final = Each.ELEMENT
Step: TypeAlias = "str | int"


class Known(Protocol):
    """What is known of a value that a function returns."""

    def alternatives(self) -> Iterator[Known]:
        """Each value that it may be, as far as they are told apart: itself, where there is no choice."""

    @property
    def shapes(self) -> frozenset[Shape]:
        """Every shape that it may have."""

    @property
    def constant(self) -> str | int | float | None:
        """The text, number or boolean that it is; None where that is not known, and for all other shapes."""

    @property
    def keys_in_event(self) -> tuple[str, ...]:
        """The keys under which it was read from the event, the last one of the value itself; none where not known."""

    def known_keys(self) -> Iterator[str]:
        """The keys that an object certainly has."""

    def lacks(self, key: str) -> bool:
        """Whether it is certainly an object without that key."""

    def members(self) -> Iterator[tuple[Step, Known]]:
        """The members of an object and the elements of a list that are certainly there."""

    def member(self, key: str) -> Known | None:
        """The member of an object under a key that is certainly there."""


@dataclass(frozen=True, slots=True)
class KnownJson:
    """JSON, of which nothing is unknown."""

    value: Json

    def alternatives(self) -> Iterator[Known]:
        """Itself."""
        yield self

    @property
    def shapes(self) -> frozenset[Shape]:
        """The one that it has."""
        return frozenset((shape_of(self.value),))

    @property
    def constant(self) -> str | int | float | None:
        """The value itself, unless it is null, a list or an object."""
        return self.value if isinstance(self.value, (str, int, float)) else None

    @property
    def keys_in_event(self) -> tuple[str, ...]:
        """JSON does not tell; the event itself does."""
        return ()

    def known_keys(self) -> Iterator[str]:
        """The keys of an object."""
        yield from self.value if isinstance(self.value, dict) else ()

    def lacks(self, key: str) -> bool:
        """Whether it is an object without that key."""
        return isinstance(self.value, dict) and key not in self.value

    def members(self) -> Iterator[tuple[Step, Known]]:
        """The members of an object, the elements of a list."""
        match self.value:
            case dict():
                for key, member in self.value.items():
                    yield key, KnownJson(member)
            case list():
                for index, element in enumerate(self.value):
                    yield index, KnownJson(element)

    def member(self, key: str) -> Known | None:
        """The member of an object."""
        if isinstance(self.value, dict) and key in self.value:
            return KnownJson(self.value[key])
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a response, and the way to it: `owners` are the values that it is in, the response first."""

    steps: tuple[Step, ...]
    value: Known
    owners: tuple[Known, ...] = ()

    @property
    def name(self) -> str:
        """The place in a sentence: "the response", "`body`", "the value of `x` in `headers`"."""
        match self.steps:
            case ():
                return "the response"
            case (*_, str(owner), int(index)):
                return f"`{owner}[{index}]`"
            case (str(owner), str(key)):
                return f"the value of `{key}` in `{owner}`"
        return f"`{self.steps[-1]}`"


Problem = tuple[tuple[Step, ...], str]
"""What is wrong: steps below the place that is looked at, and a clause of a sentence."""


class Refusal(Protocol):
    """What is refused at a place. `event` is the one that is answered, None where it is not known."""

    def problems(self, place: Place, event: Json) -> Iterator[Problem]:
        """What is certainly wrong there."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes that are refused, in place of the one that is `expected`."""

    refused: frozenset[Shape]
    expected: str

    def problems(self, place: Place, event: Json) -> Iterator[Problem]:
        """Whether whatever may stand there is refused."""
        shapes = place.value.shapes
        if shapes and shapes <= self.refused:
            names = " or ".join(_NAMES[shape] for shape in _NAMES if shape in shapes)
            yield (), f"{place.name} is {names}, not {self.expected}"


@dataclass(frozen=True, slots=True)
class Required:
    """A key that an object must have."""

    key: str

    def problems(self, place: Place, event: Json) -> Iterator[Problem]:
        """Whether the key is certainly missing."""
        if place.value.lacks(self.key):
            whose = f" of {place.name}" if place.steps else ""
            near = alike(place.value, self.key)
            yield (self.key,), f"`{self.key}`{whose} is missing" + (f" (there is `{near}`)" if near else "")


def alike(value: Known, key: str) -> str | None:
    """The key of an object that differs from another one in capitals and underscores only."""
    plain = key.replace("_", "").lower()
    return next((one for one in value.known_keys() if one.replace("_", "").lower() == plain), None)


@dataclass(frozen=True, slots=True)
class Constants:
    """Known texts, numbers and booleans that are refused: `accepts` tells of one, `expected` of all."""

    accepts: Callable[[str | int | float], bool]
    expected: str

    def problems(self, place: Place, event: Json) -> Iterator[Problem]:
        """Whether what stands there is known and refused."""
        constant = place.value.constant
        if constant is not None and not self.accepts(constant):
            shown = f"the text `{constant[:40]}`" if isinstance(constant, str) else f"`{constant}`"
            yield (), f"{place.name} is {shown}, not {self.expected}"


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """A part of the event that a value must be, if it is one: the key of that part."""

    key: str

    def problems(self, place: Place, event: Json) -> Iterator[Problem]:
        """Whether it is certainly another part."""
        keys = place.value.keys_in_event
        if keys and keys[-1] != self.key:
            yield (), f"{place.name} is the `{keys[-1]}` of the event, not the `{self.key}` of a record"


def one_of(*texts: str) -> Callable[[str | int | float], bool]:
    """Whether a text is one of these; other shapes are not looked at."""
    return lambda constant: not isinstance(constant, str) or constant in texts


@dataclass(frozen=True, slots=True)
class Together:
    """What several parts of a value, or the event, say together."""

    test: Callable[[Known, Json], Iterator[Problem]]

    def problems(self, place: Place, event: Json) -> Iterator[Problem]:
        """What the test finds."""
        yield from self.test(place.value, event)


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a service asks of a response.

    `id` names it, `code` is the rule that says so (HL401 …), `at` is where it looks: every place that fits. With
    `given` it is asked of a response that has that key. `source` is the page or observation that it rests on.
    `answer` and `error` are what the service does and says, where that is not what it does with all of the contract.
    """

    id: str
    code: str
    at: tuple[str | Each, ...]
    refusal: Refusal
    source: str
    help: str | None = None
    certainty: Certainty = Certainty.ERROR
    given: str | None = None
    answer: str | None = None
    error: str | None = None

    def broken_at(self, response: Known, event: Json) -> Iterator[Flaw]:
        """The places of a response that certainly break it."""
        for whole in response.alternatives():
            if self.given is not None and whole.member(self.given) is None:
                continue
            for place in _places(Place((), whole), self.at):
                for below, what in self.refusal.problems(place, event):
                    yield Flaw(self, (*place.steps, *below), what, (*place.owners, place.value))


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place of a response that breaks a clause.

    `what` is a clause of a sentence; `values` are the response and what its steps lead to, as far as the clause looked.
    """

    clause: Clause
    steps: tuple[Step, ...]
    what: str
    values: tuple[Known, ...] = ()

    @property
    def path(self) -> str:
        """The place as it is written in Python: `["body"]`, empty for the response itself."""
        return "".join(f"[{key}]" if isinstance(key, int) else f'["{key}"]' for key in self.steps)


@dataclass(frozen=True, slots=True)
class Contract:
    """What one service asks of a response, and what it does (`answer`) and says (`error`) where that is not met.

    `unreported` is broken by a response that reports no failure: that is fine, unless failures are swallowed.
    """

    service: str
    answer: str
    clauses: tuple[Clause, ...]
    error: str | None = None
    unreported: Clause | None = None

    @property
    def demand(self) -> str | None:
        """What is asked of the response and of its members: "an object with `records` (a list)"; None if nothing is."""
        whole, members = "an answer", dict[str, str]()
        for clause in self.clauses:
            match clause.at, clause.refusal:
                case (), Shapes(expected=expected):
                    whole = expected
                case (), Required(key=key):
                    members.setdefault(key, "")
                case (str(key),), Shapes(expected=expected):
                    members[key] = members.get(key) or f" ({expected})"
        shown = ", ".join(f"`{key}`{what}" for key, what in members.items())
        return f"{whole} with {shown}" if shown else None

    def flaws(self, response: Known, event: Json) -> tuple[Flaw, ...]:
        """All that is certainly wrong; what is wrong with the response as a whole makes the rest pointless."""
        found = [flaw for clause in self.clauses for flaw in clause.broken_at(response, event)]
        whole = [flaw for flaw in found if not flaw.steps]
        return tuple(whole or found)


def _places(place: Place, steps: tuple[str | Each, ...]) -> Iterator[Place]:
    """The places that certainly exist at the end of the steps, each with one value that may stand there."""
    if not steps:
        yield place
        return
    first, rest = steps[0], steps[1:]
    if isinstance(first, Each):
        wanted = str if first is ENTRY else int
        found = [(step, value) for step, value in place.value.members() if isinstance(step, wanted)]
    else:
        member = place.value.member(first)
        found = [] if member is None else [(first, member)]
    for step, value in found:
        for alternative in value.alternatives():
            owners = (*place.owners, place.value)
            yield from _places(Place((*place.steps, step), alternative, owners), rest)


def shape_of(value: Json) -> Shape:
    """The JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
    return "object"


def text_of(value: Known | None) -> str | None:
    """The text that a value certainly is."""
    constant = None if value is None else value.constant
    return constant if isinstance(constant, str) else None
