"""Abstract values: what an expression of the handler can evaluate to. Used by the whole of inference and by rules.

Values are immutable and compare by meaning; where a value was made (`origin`) does not take part in
comparisons. What can change while the program runs (lists, dicts, instances, namespaces) lives in the heap
(`heap.py`) and is referred to by a `Reference`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from handlerlint.records import dataclass, field, replace

if TYPE_CHECKING:
    import libcst as cst

    from handlerlint.inference.stubs.types import Type
    from handlerlint.source.files import SourceFile


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a value's way: `what` happened to it at `node`; `previous` is the step before."""

    what: str
    file: SourceFile
    node: cst.CSTNode
    previous: Step | None = None

    def steps(self) -> Iterator[Step]:
        """The steps from the first to this one."""
        chain: list[Step] = []
        step: Step | None = self
        while step is not None:
            chain.append(step)
            step = step.previous
        return reversed(chain)


#: The name of a value that is not known: how it comes about. Two values with equal terms are one value on a path.
Term = tuple[object, ...]


class AnyValue:
    """What every kind of value has, and what each kind says otherwise."""

    __slots__ = ()

    def sites(self) -> Iterable[Site]:
        """The objects in the heap that it refers to itself."""
        return ()

    def inside(self) -> Iterable[Value]:
        """The values that it holds itself: not those of objects in the heap."""
        return ()


@dataclass(frozen=True, slots=True)
class Unknown(AnyValue):
    """Anything at all. Nothing is ever reported about it. `term` tells it from others, where it has one."""

    origin: Step | None = field(default=None, compare=False, repr=False)
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Never(AnyValue):
    """No value: the evaluation does not come back (it raises or exits)."""


@dataclass(frozen=True, slots=True)
class Unbound(AnyValue):
    """A name or attribute that is not bound on some path; only ever a member of a union in a namespace."""


@dataclass(frozen=True, slots=True)
class Json(AnyValue):
    """Decoded JSON (`event`, `json.loads`): None, bool, int, float, str, list or dict, and so is every part.

    `path` names the place it was taken from, so that a change made to it is seen again there; None where the
    place is not known.
    """

    path: tuple[object, ...] | None = None
    origin: Step | None = field(default=None, compare=False, repr=False)

    def sites(self) -> Iterable[Site]:
        return () if self.path is None else (self.path,)


@dataclass(frozen=True, slots=True)
class Constant(AnyValue):
    """A known scalar. `kind` keeps `1`, `True` and `1.0` apart, which compare equal in Python."""

    value: object
    kind: str
    origin: Step | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Instance(AnyValue):
    """An instance of a class that stubs describe, of which nothing but the type is known.

    `is_true` of one that is certainly true: a text that is never empty. `is_exact` of one that is of this very class,
    and of none that inherits from it. `term` names it, where it has a name.
    """

    class_name: str
    arguments: tuple[Type, ...] = ()
    origin: Step | None = field(default=None, compare=False, repr=False)
    is_true: bool = False
    term: Term | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class TupleValue(AnyValue):
    """A tuple: its first items, and what any further items are (`rest`; None when there are none)."""

    items: tuple[Value, ...]
    rest: Value | None = None
    origin: Step | None = field(default=None, compare=False, repr=False)

    def inside(self) -> Iterable[Value]:
        return self.items if self.rest is None else (*self.items, self.rest)


@dataclass(frozen=True, slots=True)
class Lazy(AnyValue):
    """An iterator or a view (generator, map, zip, dict view): not serializable, but its elements are known.

    `items` are all elements in order where they are known, else None and `element` stands for each of them.
    `source` is the heap site that is iterated over, where the elements are those of one container, and `selects` when
    some may be left out;
    `nonempty` when there is at least one element; `result` is what a generator returns at its end. `reads` are the
    objects that its code has read, which runs when it is asked for elements (`effects.suspended`).
    """

    class_name: str
    items: tuple[Value, ...] | None
    element: Value
    source: Site | None = None
    origin: Step | None = field(default=None, compare=False, repr=False)
    nonempty: bool = False
    result: Value | None = None
    reads: tuple[tuple[Site, object], ...] = field(default=(), compare=False, repr=False)
    selects: bool = False

    def sites(self) -> Iterable[Site]:
        return () if self.source is None else (self.source,)

    def inside(self) -> Iterable[Value]:
        return (*(self.items or ()), self.element)


@dataclass(frozen=True, slots=True)
class Reference(AnyValue):
    """A mutable object in the heap."""

    site: Site
    origin: Step | None = field(default=None, compare=False, repr=False)

    def sites(self) -> Iterable[Site]:
        return (self.site,)


@dataclass(frozen=True, slots=True)
class FunctionValue(AnyValue):
    """A function or lambda of the project.

    `scopes` are the enclosing function scopes, innermost last; `defaults` the values of parameter defaults,
    evaluated at the definition; `owner` is the class in whose body it was defined (for `super()`).
    """

    node: cst.FunctionDef | cst.Lambda
    module: Site
    scopes: tuple[Site, ...] = ()
    defaults: tuple[tuple[str, Value], ...] = ()
    owner: Site | None = None
    origin: Step | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """How it is called where it is defined."""
        return self.node.name.value if isinstance(self.node, cst.FunctionDef) else "<lambda>"

    def sites(self) -> Iterable[Site]:
        return self.scopes

    def inside(self) -> Iterable[Value]:
        return (default for _, default in self.defaults)


@dataclass(frozen=True, slots=True)
class BoundMethod(AnyValue):
    """A callable with its first argument already given: a method of an instance."""

    function: Value
    receiver: Value
    origin: Step | None = field(default=None, compare=False, repr=False)

    def inside(self) -> Iterable[Value]:
        return (self.function, self.receiver)


@dataclass(frozen=True, slots=True)
class Partial(AnyValue):
    """`functools.partial(function, *arguments, **keywords)`."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    origin: Step | None = field(default=None, compare=False, repr=False)

    def inside(self) -> Iterable[Value]:
        return (self.function, *self.arguments, *(argument for _, argument in self.keywords))


@dataclass(frozen=True, slots=True)
class Wrapped(AnyValue):
    """A descriptor of a class body (`kind` is property, cached_property, classmethod, staticmethod or partialmethod),
    or a decorated function whose result is left alone: event, durable, idempotent, inside (a context manager).

    `setter` and `deleter` are the functions that a property calls where it is set, and deleted.
    """

    kind: str
    function: Value
    origin: Step | None = field(default=None, compare=False, repr=False)
    setter: Value | None = None
    deleter: Value | None = None

    def inside(self) -> Iterable[Value]:
        return (one for one in (self.function, self.setter, self.deleter) if one is not None)


@dataclass(frozen=True, slots=True)
class Super(AnyValue):
    """`super()` in a method of `owner`, for `receiver`."""

    owner: Site
    receiver: Value
    origin: Step | None = field(default=None, compare=False, repr=False)

    def inside(self) -> Iterable[Value]:
        return (self.receiver,)


@dataclass(frozen=True, slots=True)
class StubValue(AnyValue):
    """Something that a stub describes and that is no plain instance: a class, function or module.

    `type` is the stub engine's description; `receiver` the value that a method was taken from.
    """

    type: Type
    receiver: Value | None = None
    origin: Step | None = field(default=None, compare=False, repr=False)

    def inside(self) -> Iterable[Value]:
        return () if self.receiver is None else (self.receiver,)


@dataclass(frozen=True, slots=True)
class BuiltinMethod(AnyValue):
    """A method of a container or scalar whose meaning the interpreter knows: `[].append`."""

    receiver: Value
    name: str
    origin: Step | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Native(AnyValue):
    """A function of the standard library whose meaning the interpreter knows better than a stub can say."""

    name: str
    data: tuple[object, ...] = ()
    origin: Step | None = field(default=None, compare=False, repr=False)

    def sites(self) -> Iterable[Site]:
        return [part.site for part in self.data if isinstance(part, Reference)]


@dataclass(frozen=True, slots=True)
class ModuleValue(AnyValue):
    """A module of the project that has been imported: its namespace in the heap."""

    site: Site
    name: str
    origin: Step | None = field(default=None, compare=False, repr=False)

    def sites(self) -> Iterable[Site]:
        return (self.site,)


@dataclass(frozen=True, slots=True)
class NamespacePackageValue(AnyValue):
    """A folder without `__init__.py`: only its submodules can be taken from it."""

    name: str
    origin: Step | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Coroutine(AnyValue):
    """What calling an `async def` gives: `await` turns it into `result`; `reads` as those of Lazy."""

    result: Value
    function: str
    origin: Step | None = field(default=None, compare=False, repr=False)
    reads: tuple[tuple[Site, object], ...] = field(default=(), compare=False, repr=False)

    def inside(self) -> Iterable[Value]:
        return (self.result,)


@dataclass(frozen=True, slots=True)
class EnumMember(AnyValue):
    """A member of an Enum of the project; `is_scalar` where that mixes in str or int: it equals its value then."""

    enum: Site
    name: str
    value: Value
    is_scalar: bool = field(default=False, compare=False)
    origin: Step | None = field(default=None, compare=False, repr=False)

    def sites(self) -> Iterable[Site]:
        return (self.enum,)


@dataclass(frozen=True, slots=True)
class UnionValue(AnyValue):
    """One of several values. Made by `unions.join` only, so it never nests and never has fewer than two members.

    Where it has a `term`, which of them it is has been the choice of what the term names, and is asked there.
    """

    members: tuple[Value, ...] = field(compare=False)
    key: frozenset[Value]
    origin: Step | None = field(default=None, compare=False, repr=False)
    term: Term | None = None

    def inside(self) -> Iterable[Value]:
        return self.members


#: A heap address: where the object is allocated, in which calling context.
Site = tuple[object, ...]

Value = (
    Unknown
    | Never
    | Unbound
    | Json
    | Constant
    | Instance
    | TupleValue
    | Lazy
    | Reference
    | FunctionValue
    | BoundMethod
    | Partial
    | Wrapped
    | Super
    | StubValue
    | BuiltinMethod
    | Native
    | ModuleValue
    | NamespacePackageValue
    | Coroutine
    | EnumMember
    | UnionValue
)

UNKNOWN = Unknown()
NEVER = Never()
UNBOUND = Unbound()
JSON = Json()

_NAN = math.nan


def constant(value: object, origin: Step | None = None) -> Constant:
    """The abstract value of a known scalar."""
    if isinstance(value, float) and math.isnan(value):
        value = _NAN  # one object, so that two of them compare equal
    return Constant(value, type(value).__name__, origin)


# Of what is longer only the type is known: each step of a program may double a text or a number.
LONGEST_CONSTANT = 4096


def folded(value: object, origin: Step | None = None) -> Value:
    """The abstract value of a scalar that was written or computed, if it is not too long to be kept."""
    length = (
        value.bit_length() if isinstance(value, int) else len(value) if isinstance(value, (str, bytes)) else 0
    )
    if length > LONGEST_CONSTANT:
        return Instance(f"builtins.{type(value).__name__}", origin=origin)
    return constant(value, origin)


NONE = constant(None)
TRUE = constant(True)
FALSE = constant(False)


#: The builtin scalar classes: an instance may be of a subclass, which makes no difference to us.
SCALARS = frozenset(f"builtins.{name}" for name in ("str", "int", "float", "bool", "bytes"))

_HARMLESS = frozenset({"builtins.str", "builtins.int", "builtins.float", "builtins.bool"})


def is_harmless(value: Value) -> bool:
    """Whether a value certainly serializes, or nothing is known about it: losing it loses no finding."""
    match value:
        case Json() | Unknown():
            return True
        case Constant(value=float() as number):
            return math.isfinite(number)
        case Constant(kind=kind):
            return kind not in ("bytes", "complex", "ellipsis")
        case Instance(class_name=name):
            return name in _HARMLESS
        case UnionValue(members=alternatives):
            return all(is_harmless(member) for member in alternatives)
        case _:
            return False


#: The longest way into JSON that is followed: `event["a"]["b"]…`.
DEEPEST_JSON = 8


def json_part(value: Json, key: Value | None) -> Json:
    """The JSON under a key of JSON; `key` None stands for any one element."""
    if value.path is None or len(value.path) > DEEPEST_JSON:
        return JSON
    if isinstance(key, Constant):
        return Json((*value.path, (key.kind, key.value)), value.origin)
    term = key.path if isinstance(key, Json) else key.term if isinstance(key, Instance) else None
    return Json((*value.path, "[]" if term is None else ("item", term)), value.origin)


def is_sent(value: Value, decoded: Collection[object]) -> bool:
    """Whether JSON is a part of the event, or was `decoded` from one: whoever sends it may put anything there.

    A text that was sent is JSON of which the class is known.
    """
    path = value.path if isinstance(value, Json) else value.term if isinstance(value, Instance) else None
    if path is None or path[0] != "json":
        return False
    while path[1] == "copy":
        path = path[4]  # type: ignore[assignment]
    return path[1] == "event" or path[1] in decoded


def with_step(value: Value, what: str, file: SourceFile, node: cst.CSTNode) -> Value:
    """The same value, one step further on its way."""
    match value:
        case Unknown() | Never() | Unbound() | Json():
            return value  # nothing that a finding is ever about
        case Constant(kind=kind) if kind not in ("bytes", "float", "complex"):
            return value
        case UnionValue():
            stepped = tuple(with_step(member, what, file, node) for member in value.members)
            return UnionValue(stepped, value.key, value.origin, value.term)
        case _:
            previous = value.origin
            if previous is not None and previous.node is node:
                return value
            return replace(value, origin=Step(what, file, node, previous))


@dataclass(frozen=True, slots=True)
class ResponseStep(Step):
    """The first step of a value out of a response: `call` gave it, `member` is its place there."""

    call: str = ""
    member: str = ""
