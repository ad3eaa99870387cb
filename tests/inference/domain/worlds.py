"""Concrete values and heaps, which of them an abstract one stands for, and strategies for both.

`stands_for` and its sisters say in code what the docstrings of `values` and `heap` say in words; the property tests
of this folder are about them. They know nothing of how values and states are joined.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import hypothesis
from hypothesis import strategies as st

from handlerlint.inference.domain import terms
from handlerlint.inference.domain.constraints import assume, decide, facts_of
from handlerlint.inference.domain.facts import JSON_KINDS
from handlerlint.inference.domain.heap import (
    LOST,
    USUALLY_ABSENT,
    ClassObject,
    DictObject,
    Entry,
    Facts,
    Heap,
    HeapObject,
    InstanceObject,
    JsonChange,
    ListObject,
    Lost,
    Namespace,
    SetObject,
    State,
)
from handlerlint.inference.domain.unions import join, members
from handlerlint.inference.domain.values import (
    JSON,
    UNBOUND,
    UNKNOWN,
    Constant,
    Instance,
    Json,
    Never,
    Reference,
    Site,
    Term,
    TupleValue,
    Unbound,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
)


@dataclass(frozen=True)
class Object:
    """A concrete object that can change: where it lives."""

    site: Site


#: What a name has that is not bound, and a member of decoded JSON that was taken out.
ABSENT = "absent", object()

LIST: Site = ("list", 1, 0)
OTHER_LIST: Site = ("list", 2, 0)
DICT: Site = ("dict", 3, 0)
SET: Site = ("set", 4, 0)
INSTANCE: Site = ("instance", 5, 0)
MODULE: Site = ("module", "app")
SCOPE: Site = ("scope", 6, 0)
EVENT: Site = ("json", "event")
CLASS: Site = ("class", 7, 0)
SITES = (LIST, OTHER_LIST, DICT, SET, INSTANCE, MODULE, SCOPE, EVENT, CLASS)

_MOMENT = datetime.datetime(2024, 1, 1)
_SCALARS: tuple[object, ...] = (
    *(None, True, False, 0, 1, -7, 0.0, 1.5, math.nan, math.inf, "", "a", "b", "long text", b"", b"x", 1j),
    *(_MOMENT, decimal.Decimal(0), decimal.Decimal("1.5")),
)
_OBJECTS = tuple(Object(site) for site in SITES if site[0] not in ("scope", "json"))
_TUPLES: tuple[object, ...] = ((), ("a",), ("a", 1), ("a", 1, _MOMENT), (_MOMENT, Object(LIST)))
#: Concrete values, one or more of each kind.
UNIVERSE: tuple[object, ...] = (*_SCALARS, *_TUPLES, *_OBJECTS)

_CLASSES = ("str", "int", "float", "bool", "bytes")


def _same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    return type(left) is type(right) and left == right


def stands_for(value: Value, concrete: object) -> bool:
    """Whether an abstract value stands for a concrete one."""
    match value:
        case Unknown():
            return True
        case Never():
            return False
        case Unbound():
            return concrete is ABSENT
        case Json():
            return concrete is None or isinstance(concrete, (bool, int, float, str))
        case Constant(value=known):
            return _same(known, concrete)
        case Instance(class_name=name, is_true=is_true):
            cls = type(concrete)
            return f"{cls.__module__}.{cls.__qualname__}" == name and (not is_true or bool(concrete))
        case TupleValue(items=items, rest=rest):
            if not isinstance(concrete, tuple) or concrete is ABSENT:
                return False
            return _stand_for(items, rest, concrete)
        case Reference(site=site):
            return concrete == Object(site)
        case UnionValue(members=alternatives):
            return any(stands_for(member, concrete) for member in alternatives)
        case _:
            raise AssertionError(value)


def _stand_for(items: tuple[Value, ...], rest: Value | None, concrete: tuple[object, ...]) -> bool:
    first, further = concrete[: len(items)], concrete[len(items) :]
    return (
        len(first) == len(items)
        and all(map(stands_for, items, first))
        and (not further or (rest is not None and all(stands_for(rest, item) for item in further)))
    )


def meant(value: Value) -> frozenset[int]:
    """Which values of the universe an abstract value stands for, by their places there."""
    return frozenset(place for place, concrete in enumerate(UNIVERSE) if stands_for(value, concrete))


def bad(value: Value) -> set[Value]:
    """What of a value may be reported."""
    return {member for member in members(value) if not is_harmless(member)}


Concrete = tuple[object, ...] | Mapping[object, object]


def object_stands_for(record: HeapObject | None, concrete: Concrete) -> bool:
    """Whether an abstract object stands for the content of a concrete one.

    Content is a tuple for lists and sets, a dict for all others: of decoded JSON what the program has put in, or
    taken out (ABSENT).
    """
    match record:
        case Lost():
            return True
        case None:
            return concrete == {}  # decoded JSON, unchanged
        case ListObject(items=items, rest=rest):
            return isinstance(concrete, tuple) and _stand_for(items, rest, concrete)
        case SetObject(element=element):
            return all(stands_for(element, item) for item in concrete)
        case DictObject(entries=entries, rest_key=rest_key, rest_value=rest_value, default=default):
            assert isinstance(concrete, Mapping)
            content = dict(concrete)
            factory = content.pop("default factory", None)
            if not (factory is None if default is None else stands_for(default, factory)):
                return False
            return _entries_stand_for(entries, rest_key, rest_value, content)
        case InstanceObject(attributes=names, open=is_open) | Namespace(names=names, open=is_open):
            assert isinstance(concrete, Mapping)
            return all(stands_for(value, concrete.get(name, ABSENT)) for name, value in names.items()) and (
                is_open or concrete.keys() <= names.keys()
            )
        case ClassObject(names=names, known=known):
            assert isinstance(concrete, Mapping)
            return not known or object_stands_for(Namespace(names), concrete)
        case JsonChange(entries=entries, removed=removed):
            assert isinstance(concrete, Mapping)
            put = {key: value for key, value in concrete.items() if value is not ABSENT}
            return all(concrete.get(_plain(key)) is ABSENT for key in removed) and _entries_stand_for(
                entries, None, None, put
            )
        case _:
            raise AssertionError(record)


def _plain(key: Value) -> object:
    assert isinstance(key, Constant)
    return key.value


def _entries_stand_for(
    entries: Mapping[Value, Entry],
    rest_key: Value | None,
    rest_value: Value | None,
    content: Mapping[object, object],
) -> bool:
    by_key = {_plain(key): entry for key, entry in entries.items()}
    if any(key not in content and not entry.maybe for key, entry in by_key.items()):
        return False
    for key, value in content.items():
        entry = by_key.get(key)
        if entry is not None:
            if not stands_for(entry.value, value):
                return False
        elif (
            rest_key is None
            or rest_value is None
            or not (stands_for(rest_key, key) and stands_for(rest_value, value))
        ):
            return False
    return True


@dataclass(frozen=True)
class World:
    """What one path may have made: objects by site, and what the terms name that it asked about."""

    objects: Mapping[Site, Concrete]
    named: Mapping[Term, object] = field(default_factory=dict)


def state_stands_for(state: State, world: World) -> bool:
    """Whether a state stands for a world; what the world has not made is not referred to in it."""
    return not state.dead and (
        all(object_stands_for(state.heap.peek(site), content) for site, content in world.objects.items())
        and all(facts_hold(facts_of(state, term), value) for term, value in world.named.items())
    )


def facts_hold(facts: Facts, value: object) -> bool:
    """Whether what is assumed of a term is true of a value."""
    found = constant(value)
    kind = "types.NoneType" if value is None else f"builtins.{type(value).__name__}"
    return (
        (facts.among is None or any(_is_equal(found, option) for option in facts.among))
        and not any(_is_equal(found, option) for option in facts.differs)
        and facts.truth in (None, bool(value))
        and (facts.kinds is None or kind in facts.kinds)
        and (facts.lower is None or _is_above(value, *facts.lower))
        and (facts.upper is None or _is_above(facts.upper[0], value, facts.upper[1]))
    )


def _is_equal(value: Constant, option: Value) -> bool:
    return isinstance(option, Constant) and option.value == value.value


def _is_above(value: object, bound: object, excluded: bool) -> bool:
    return value > bound or (not excluded and value == bound)  # type: ignore[operator]


def holds(predicate: Term, named: Mapping[Term, object]) -> bool:
    """Whether a predicate about a named value is true."""
    kind, term, *more = predicate
    if kind == "not":
        return not holds(term, named)  # type: ignore[arg-type]
    value = named[term]  # type: ignore[index]
    match kind:
        case "true":
            return bool(value)
        case "among":
            return any(_is_equal(constant(value), option) for option in more[0])
        case "kind":
            return ("types.NoneType" if value is None else f"builtins.{type(value).__name__}") in more[0]
        case "below":
            (_, bound), strictly = more
            return value < bound.value or (not strictly and value == bound.value)  # type: ignore[operator]
        case _:
            raise AssertionError(predicate)


# --- strategies ------------------------------------------------------------------------------------------

scalars = st.one_of(
    st.sampled_from(
        [value for value in _SCALARS if type(value) not in (datetime.datetime, decimal.Decimal)]
    ).map(constant),
    st.sampled_from([f"builtins.{name}" for name in _CLASSES]).map(Instance),
    st.just(Instance("builtins.str", is_true=True)),
    st.sampled_from(["datetime.datetime", "decimal.Decimal"]).map(Instance),
    st.sampled_from([JSON, Json(EVENT), Json((*EVENT, ("str", "a")))]),
)
references = st.sampled_from([Reference(known.site) for known in _OBJECTS])
_texts = st.sampled_from(
    [constant(""), constant("a"), Instance("builtins.str"), Instance("builtins.str", is_true=True), JSON]
)
simple_values = st.one_of(scalars, scalars, _texts, references, st.just(UNKNOWN))
values = st.one_of(
    simple_values,
    st.builds(TupleValue, st.lists(simple_values, max_size=3).map(tuple), st.none() | simple_values),
    st.lists(simple_values, min_size=2, max_size=4).map(lambda several: join(*several)),
)
keys = st.sampled_from([constant("a"), constant("b"), constant(1)])
names = st.sampled_from(["a", "b", "c"])
entries = st.dictionaries(
    keys, st.builds(Entry, values, st.sampled_from([False, False, True, USUALLY_ABSENT])), max_size=3
)
_bound = st.one_of(values, values, values.map(lambda value: join(value, UNBOUND)))
_rests = st.none() | st.tuples(st.sampled_from([Instance("builtins.str"), JSON, UNKNOWN]), values)
_kinds: dict[str, st.SearchStrategy[HeapObject]] = {
    "list": st.builds(
        ListObject, st.just("builtins.list"), st.lists(values, max_size=3).map(tuple), st.none() | values
    ),
    "dict": st.builds(
        lambda known, rest, default: DictObject("builtins.dict", known, *(rest or (None, None)), default),
        entries,
        _rests,
        st.none() | st.just(Instance("datetime.datetime")),
    ),
    "set": st.builds(SetObject, st.just("builtins.set"), scalars),
    "instance": st.builds(
        lambda known, is_open: InstanceObject(CLASS, known, open=is_open),
        st.dictionaries(names, _bound, max_size=3),
        st.booleans(),
    ),
    "module": st.builds(Namespace, st.dictionaries(names, _bound, max_size=3), st.booleans()),
    "scope": st.builds(Namespace, st.dictionaries(names, _bound, max_size=3)),
    "class": st.builds(
        lambda known: ClassObject("Order", "app.Order", (), known), st.dictionaries(names, _bound, max_size=3)
    ),
    "json": st.builds(
        lambda known, gone: JsonChange(known, frozenset(gone - known.keys())),
        entries,
        st.sets(keys, max_size=2),
    ),
}


def objects_at(site: Site) -> st.SearchStrategy[HeapObject]:
    """Objects of the kind that lives at a site."""
    return st.one_of(*([_kinds[str(site[0])]] * 4), st.just(LOST))


@st.composite
def contents(draw: st.DrawFn, some: tuple[Site, ...] = SITES) -> dict[Site, HeapObject]:
    """Objects at some of the sites; mostly one where it is a single one."""
    if len(some) == 1:
        chosen = set(some) if draw(st.sampled_from([True, True, True, False])) else set()
    else:
        chosen = draw(st.sets(st.sampled_from(some)))
    return {site: draw(objects_at(site)) for site in sorted(chosen, key=str)}


#: Terms, each with values that it may name: any of decoded JSON, and numbers, which can be ordered.
NAMED: dict[Term, tuple[object, ...]] = {
    ("call", 1): (None, True, False, 0, 1, -7, 1.5, "", "a", "b"),
    ("call", 2): (None, True, False, 0, 1, -7, 1.5, "", "a", "b"),
    ("call", 3): (0, 1, 2, 3, -7, 1.5, 2.5),
}
NUMBER: Term = ("call", 3)
_JSON_KINDS = sorted(JSON_KINDS)
predicates = st.one_of(
    st.sampled_from(list(NAMED)).map(terms.is_true),
    st.builds(
        terms.is_among,
        st.sampled_from(list(NAMED)),
        st.sets(st.sampled_from(NAMED["call", 1]).map(constant), min_size=1, max_size=3),
    ),
    st.builds(
        lambda term, kinds: ("kind", term, frozenset(kinds)),
        st.sampled_from([("call", 1), ("call", 2)]),
        st.sets(st.sampled_from(_JSON_KINDS), min_size=1, max_size=4),
    ),
    st.builds(
        lambda bound, strictly, is_left: terms.is_below(
            *((NUMBER, bound) if is_left else (bound, NUMBER)), strictly=strictly
        ),
        st.sampled_from(NAMED[NUMBER]).map(lambda number: ("constant", constant(number))),
        st.booleans(),
        st.booleans(),
    ),
)
assumptions = st.lists(st.tuples(predicates, st.booleans()), max_size=4)


def assuming(state: State, known: Iterable[tuple[Term, bool]]) -> State:
    """The path on which the predicates that are open have these outcomes."""
    for predicate, outcome in known:
        if decide(state, predicate) is None:
            assume(state, predicate, outcome)
    return state


@st.composite
def paths(draw: st.DrawFn, most: int = 4, some: tuple[Site, ...] | None = None) -> list[State]:
    """Several paths from one point: they share the base of their heaps, and mostly change the same objects."""
    if some is None:
        some = draw(st.sampled_from([SITES, *[(site,) for site in SITES]]))
    first = Heap(draw(contents(some)))
    found = []
    for _ in range(draw(st.sampled_from([most, 2, 1]))):
        heap = first.copy()
        heap.update(draw(contents(some)))
        state = State(heap, draw(st.sets(st.sampled_from(SITES)).map(frozenset)))
        found.append(assuming(state, draw(assumptions)))
    return found


def concretes(value: Value) -> st.SearchStrategy[object]:
    """Concrete values that an abstract one stands for."""
    if isinstance(value, TupleValue):
        rests = [] if value.rest is None else st.lists(concretes(value.rest), max_size=2)
        first = st.tuples(*map(concretes, value.items))
        return first if value.rest is None else st.builds(lambda a, b: (*a, *b), first, rests)
    if isinstance(value, UnionValue):
        return st.one_of(*map(concretes, value.members))
    if isinstance(value, Constant):
        return st.just(value.value)
    fitting = [concrete for concrete in UNIVERSE if stands_for(value, concrete)]
    return st.sampled_from(fitting) if fitting else st.just(ABSENT)


@st.composite
def _content(draw: st.DrawFn, record: HeapObject) -> Concrete:
    match record:
        case ListObject(items=items, rest=rest):
            return draw(concretes(TupleValue(items, rest)))
        case SetObject(element=element):
            return tuple(draw(st.lists(concretes(element), max_size=3)))
        case DictObject(entries=known, rest_key=rest_key, rest_value=rest_value, default=default):
            content = draw(_put(known))
            if rest_key is not None and rest_value is not None and draw(st.booleans()):
                content.setdefault("long text", draw(concretes(rest_value)))
            if default is not None:
                content["default factory"] = draw(concretes(default))
            return content
        case InstanceObject(attributes=known, open=is_open) | Namespace(names=known, open=is_open):
            content = {name: draw(concretes(value)) for name, value in sorted(known.items())}
            if is_open and draw(st.booleans()):
                content.setdefault("further", draw(st.sampled_from(UNIVERSE)))
            return {name: value for name, value in content.items() if value is not ABSENT}
        case ClassObject(names=known):
            return draw(_content(Namespace(known)))
        case JsonChange(entries=known, removed=removed):
            return draw(_put(known)) | {_plain(key): ABSENT for key in removed}
        case _:
            return ()


@st.composite
def _put(draw: st.DrawFn, known: Mapping[Value, Entry]) -> dict[object, object]:
    return {
        _plain(key): draw(concretes(entry.value))
        for key, entry in known.items()
        if not entry.maybe or draw(st.booleans())
    }


@st.composite
def worlds(draw: st.DrawFn, state: State) -> World:
    """A world that a state stands for."""
    objects = {
        site: draw(_content(record))
        for site, record in state.heap.items()
        if record is not LOST and not isinstance(record, Facts)
    }
    if EVENT not in dict(state.heap.items()):
        objects[EVENT] = {}
    named: dict[Term, object] = {}
    for term, candidates in NAMED.items():
        fitting = [value for value in candidates if facts_hold(facts_of(state, term), value)]
        hypothesis.assume(fitting)
        named[term] = draw(st.sampled_from(fitting))
    return World(objects, named)
