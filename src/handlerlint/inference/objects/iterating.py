"""Iteration: what `for`, unpacking, `await` and `with` get from a value; each kind registers its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import libcst as cst

from handlerlint.inference.core import registry
from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import may_raise, pick
from handlerlint.inference.core.tables import entered
from handlerlint.inference.domain import constraints, naming, terms
from handlerlint.inference.domain.heap import (
    LOST,
    ClassObject,
    InstanceObject,
    ListObject,
    State,
    reachable,
)
from handlerlint.inference.domain.join import MORE_ROUNDS
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    UNKNOWN,
    Constant,
    Coroutine,
    EnumMember,
    Instance,
    Json,
    Lazy,
    Native,
    Reference,
    Site,
    Term,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
)
from handlerlint.inference.effects import suspended
from handlerlint.inference.objects import attributes
from handlerlint.inference.types import queries
from handlerlint.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Iteration:
    """What a loop over a value sees: all items where they are known, else what each may be.

    `source` is the container whose elements these are, `selects` when some of them may be left out; `certain` when
    there is at least one.
    """

    items: tuple[Value, ...] | None
    element: Value
    source: Site | None = None
    certain: bool = False
    selects: bool = False


def bind_name(frame: Frame, state: State, name: str, value: Value) -> None:
    """`name = value` in a frame, where `global` and `nonlocal` say it belongs."""
    if name in frame.info.global_names:
        state.bind(frame.module.site, name, value)
        return
    if name in frame.info.nonlocal_names:
        for scope in reversed(frame.scopes):
            if name in names_of(state, scope).names:
                state.bind(scope, name, value)
                return
    state.bind(frame.scope, name, value)


def each(frame: Frame, state: State, value: Value, function: Callable[[Value], Value]) -> Value:
    """Apply to every alternative; those that cannot complete are dropped."""
    if not isinstance(value, UnionValue):
        return function(value)
    results = []
    for member in value.members:
        result = function(member)
        state.dead = False
        if result is NEVER:
            may_raise(frame, state)
        results.append(result)
    return join_all(results)


def escape(state: State, *values: Value) -> None:
    """Unknown code keeps a reference to these values, and may change them whenever it runs."""
    state.escaped |= reachable(state, values)


# --- iteration -------------------------------------------------------------------------------------------


#: The iterator that begins again at its end: all of its elements at once are never there.
ENDLESS = "itertools.cycle"

Iterator = Callable[..., Iteration]
_ITERATORS: dict[type, Iterator] = {}


def iterates(kind: type) -> Callable[[Iterator], Iterator]:
    """Register what iterating over one kind of object gives: (frame, state, value, object in the heap, node)."""
    return entered(_ITERATORS, [kind])


def iterate(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Iteration:
    """What iterating over a value gives: each element, where it is known or was chosen how many there are."""
    return _with_items(
        state, value, _iterate(frame, state, value, node), lambda count: 0 if count == 1 else None
    )


def choose(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Iteration:
    """Like `iterate`, on the path whose turn it is of those with none, one and two elements."""
    value = constraints.refined(state, value)
    if isinstance(value, UnionValue) and (position := pick(frame, len(value.members))) is not None:
        value = naming.choose(state, value, value.members[position])
    return _with_items(
        state,
        value,
        _iterate(frame, state, value, node),
        lambda count: 0 if count == 1 else pick(frame, count),
    )


def _with_items(
    state: State, value: Value, iteration: Iteration, pick_one: Callable[[int], int | None]
) -> Iteration:
    if state.dead or _counted(value, iteration) is None:
        return iteration
    paths = exact(state.copy(), value, iteration)
    position = pick_one(len(paths)) if paths else None
    if position is None:
        return iteration
    path, items = paths[position]
    state.take(path)
    return Iteration(items, iteration.element, iteration.source, bool(items))


def _iterate(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Iteration:
    """What iterating over a value gives, as far as the value itself tells."""
    record = state.object_of(value)
    of_its_kind = _ITERATORS.get(type(value if record is None else record))
    if of_its_kind is not None:
        return of_its_kind(frame, state, value, record, node)
    if isinstance(value, Reference):
        return Iteration(None, UNKNOWN)
    return Iteration(None, queries.iterate(frame, state, value, node))


@iterates(UnionValue)
def _iterate_any(frame: Frame, state: State, value: UnionValue, record: None, node: cst.CSTNode) -> Iteration:
    several = [iterate(frame, state, member, node) for member in value.members]
    return Iteration(None, join_all(iteration.element for iteration in several))


@iterates(TupleValue)
def _iterate_tuple(
    frame: Frame, state: State, value: TupleValue, record: None, node: cst.CSTNode
) -> Iteration:
    items = value.items if value.rest is None else None
    return Iteration(items, join_all(value.inside()), None, bool(value.items))


@iterates(Lazy)
def _iterate_lazily(frame: Frame, state: State, value: Lazy, record: None, node: cst.CSTNode) -> Iteration:
    if suspended.has_changed(state, value):
        return Iteration(None, UNKNOWN)
    left = left_of(state, value)
    if value.class_name == ENDLESS and value.items != ():
        return Iteration(None, value.element, None, True)
    if left is None:
        return Iteration(value.items, value.element, value.source, value.nonempty, value.selects)
    if left.rest is not None:
        return Iteration(None, value.element)
    return Iteration(left.items, value.element, None, bool(left.items))


@iterates(Constant)
def _iterate_constant(
    frame: Frame, state: State, value: Constant, record: None, node: cst.CSTNode
) -> Iteration:
    """The letters of a text; what is no iterable ends the path."""
    match value.value:
        case str() as text if len(text) <= LONGEST_SPELT:
            return Iteration(tuple(constant(letter) for letter in text), Instance("builtins.str"))
        case str():
            return Iteration(None, Instance("builtins.str"), None, True)
        case None | bool() | int() | float():
            may_raise(frame, state, Instance("builtins.TypeError", origin=frame.step(node)))
            state.dead = True
            return Iteration((), NEVER)
        case _:
            return Iteration(None, queries.iterate(frame, state, value, node))


def left_of(state: State, iterator: Lazy) -> ListObject | None:
    """What an iterator still has to give, if some of its elements have been taken."""
    site = _site_of(iterator)
    record = None if site is None else state.heap.get(site)
    return record if isinstance(record, ListObject) else None


def advance(state: State, iterator: Lazy) -> Value | None:
    """The next element of an iterator of which all are known: Never at its end; None where they are not known.

    Then there may be any number of further ones.
    """
    site, left = _site_of(iterator), left_of(state, iterator)
    items = iterator.items if left is None else left.items
    if site is None or suspended.has_changed(state, iterator):
        return None
    if items is None or (left is not None and left.rest is not None):
        state.heap[site] = ListObject(iterator.class_name, (), iterator.element)
        return None
    again = items[:1] if iterator.class_name == ENDLESS else ()
    state.heap[site] = ListObject(iterator.class_name, (*items[1:], *again))
    return items[0] if items else NEVER


def begin(state: State, node: cst.CSTNode) -> None:
    """An iterator is made at a node: nothing of it has been taken."""
    if ("iterator", id(node)) in state.heap:
        state.heap.remove(("iterator", id(node)))


def _site_of(iterator: Lazy) -> Site | None:
    """Where a path keeps what is left of an iterator: by where it was made."""
    return None if iterator.origin is None else ("iterator", id(next(iterator.origin.steps()).node))


@iterates(Unknown)
def _iterate_unknown(
    frame: Frame, state: State, value: Unknown, record: None, node: cst.CSTNode
) -> Iteration:
    may_raise(frame, state)
    return Iteration(None, UNKNOWN)


@iterates(Instance)
def _iterate_typed(frame: Frame, state: State, value: Instance, record: None, node: cst.CSTNode) -> Iteration:
    """The items of an instance of a library's class, as its fields, an overlay or its stub say."""
    items = queries.items_of(frame, state, value, node)
    if items is not None:
        return Iteration(items, join_all(items), None, bool(items))
    element = registry.element(frame, state, value, node)
    return Iteration(None, queries.iterate(frame, state, value, node) if element is None else element)


@iterates(ClassObject)
def _iterate_class(
    frame: Frame, state: State, value: Reference, record: ClassObject, node: cst.CSTNode
) -> Iteration:
    """The members of an enum."""
    if record.kind != "enum":
        return Iteration(None, UNKNOWN)
    found = tuple(member for member in record.names.values() if isinstance(member, EnumMember))
    return Iteration(found, join_all(found), None, bool(found))


@iterates(InstanceObject)
def _iterate_instance(
    frame: Frame, state: State, value: Reference, record: InstanceObject, node: cst.CSTNode
) -> Iteration:
    """What its own `__iter__` gives, or its container part."""
    iterator = attributes.call_special(frame, state, value, "__iter__", (), node)
    if iterator is NEVER:
        return Iteration(None, UNKNOWN)
    if iterator is None:
        content = record.content
        return Iteration(None, UNKNOWN) if content is None else iterate(frame, state, content, node)
    if iterator != value:
        return iterate(frame, state, iterator, node)
    item = attributes.call_special(frame, state, value, "__next__", (), node)
    return Iteration(None, UNKNOWN if item is None else item)


#: The letters of texts up to this length are known one by one.
LONGEST_SPELT = 16

#: How many elements of an iterable of unknown length are followed.
LENGTHS = (0, 1, 2)


def exact(state: State, value: Value, iteration: Iteration) -> list[tuple[State, tuple[Value, ...]]]:
    """The paths on which something of unknown length has none, one or two elements, each with a name of its own.

    How many there are is chosen once: who goes through it again meets the same ones. None are given where nothing
    would tell the elements apart, or where they are objects. That with two stands for those with more.
    """
    whole = _counted(value, iteration)
    if whole is None:
        return []
    paths: list[tuple[State, tuple[Value, ...]]] = []
    possible = [
        length
        for length in LENGTHS
        if not (length == 0 and iteration.certain)
        and constraints.decide(state, _has_length(whole, length)) is not False
    ]
    for position, length in enumerate(possible):
        path = state if position == len(possible) - 1 else state.copy()
        if length == LENGTHS[-1] and constraints.decide(state, _has_length(whole, length)) is None:
            path.heap[MORE_ROUNDS] = LOST
        constraints.assume_if_open(path, _has_length(whole, length), True)
        elements = (_element(iteration.element, whole, place) for place in range(length))
        paths.append((path, tuple(map(_as_value, elements) if _gives_values(value) else elements)))
    return paths


def forget_length(state: State, value: Value, iteration: Iteration) -> None:
    """Let a path on which something has two elements stand for such on which it has any number."""
    whole = _counted(value, iteration)
    if whole is not None:
        state.heap.remove(terms.site_of(("len", whole)))


def _counted(value: Value, iteration: Iteration) -> Term | None:
    """What has the length that may be chosen; None where it is known, or where the elements are objects."""
    whole = iteration.source if isinstance(value, Lazy) else terms.own_term(value)
    if iteration.items is not None or whole is None or _holds_objects(iteration.element):
        return None
    if whole[0] == "json" and isinstance(iteration.element, UnionValue):
        return None  # some of them the program has put there, each by itself
    return None if isinstance(value, Lazy) and whole[0] != "json" else whole


def _has_length(whole: Term, length: int) -> Term:
    return terms.is_among(("len", whole), (constant(length),))


def _holds_objects(element: Value) -> bool:
    return any(
        isinstance(member, (Reference, Lazy))
        or (isinstance(member, TupleValue) and any(map(_holds_objects, member.items)))
        for member in members(element)
    )


def _element(element: Value, whole: Term, place: int) -> Value:
    """One element of several: the same value with a name of its own."""
    name = ("each", whole, place)
    match element:
        case Json(path=(*first, "[]")):
            return Json((*first, ("int", place)), element.origin)
        case TupleValue(
            items=(Instance(class_name="builtins.str"), Json(path=(*first, "[]")) as item), rest=None
        ):
            key = Instance("builtins.str", term=name)
            return TupleValue((key, Json((*first, ("item", name)), item.origin)), None, element.origin)
        case TupleValue(items=items, rest=None):
            parts = tuple(
                constant(place)
                if (terms.own_term(item) or ("",))[0] == "index"
                else terms.named(terms.nameless(item), (*name, i))
                for i, item in enumerate(items)
            )
            return TupleValue(parts, None, element.origin)
        case _:
            return terms.named(terms.nameless(element), name)


def _gives_values(value: Value) -> bool:
    return isinstance(value, Lazy) and ("place", value.class_name) == terms.VALUES_OF


def _as_value(element: Value) -> Value:
    """An element of decoded JSON where it is a value of a dict: it lies under the key that is met there."""
    match element:
        case Json(path=(*first, ("int", int() as place))):
            return replace(element, path=(*first, ("item", ("each", tuple(first), place))))
        case _:
            return element


def unpack(
    frame: Frame, state: State, value: Value, node: cst.CSTNode
) -> tuple[tuple[Value, ...], Value | None]:
    """The elements of an iterable: those known in order, and what any further ones are (None: none)."""
    iteration = iterate(frame, state, value, node)
    if iteration.items is not None:
        return iteration.items, None
    return (), iteration.element


# --- operators -------------------------------------------------------------------------------------------


def await_value(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """`await value`."""
    may_raise(frame, state)

    def one(member: Value) -> Value:
        match member:
            case Coroutine():
                return suspended.result_of(state, member)
            case Unknown() | Json():
                return UNKNOWN
            case _:
                return queries.await_value(frame, state, member, node)

    return each(frame, state, value, one)


# --- context managers ------------------------------------------------------------------------------------


def enter(frame: Frame, state: State, manager: Value, node: cst.CSTNode, is_async: bool) -> Value:
    """What `with manager as x` binds."""
    may_raise(frame, state)

    def one(member: Value) -> Value:
        name = "__aenter__" if is_async else "__enter__"
        special = attributes.call_special(frame, state, member, name, (), node)
        if special is not None:
            return await_value(frame, state, special, node) if is_async else special
        match member:
            case Native(name="contextmanager.entered" | "closing.entered", data=(value, *_)):
                return cast("Value", value)
            case Unknown() | Json():
                return UNKNOWN
            case _:
                return queries.enter(frame, state, member, node, is_async)

    return each(frame, state, manager, one)


def one_of_many(state: State, found: Value, key: Value) -> Value:
    """One element of a container whose elements differ: with a key out of the event, it may be any of them."""
    if not isinstance(found, UnionValue) or not any(is_harmless(member) for member in found.members):
        return found
    if is_harmless(found):
        return found
    if not isinstance(key, (Unknown, UnionValue)):
        return found
    state.escaped |= reachable(state, (found,))  # whichever it is, it can be changed through this value
    return UNKNOWN
