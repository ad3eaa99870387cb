"""Tests that may depend on the type of a value but are not understood: the value becomes Unknown on both paths.

`if looks_like_a_date(v): v = str(v)` converts a date. If the test cannot be decided, both outcomes are followed, one of
which is infeasible: a date does not fail that test. Tests that do not depend on the type (`v > start`, `len(v)`,
`v["state"] == "open"`) leave the value unchanged. Used by `narrowing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import libcst as cst

from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import peek
from handlerlint.inference.domain.heap import (
    ClassObject,
    DictObject,
    Entry,
    InstanceObject,
    ListObject,
    Namespace,
    SetObject,
    State,
    parts,
    reachable,
)
from handlerlint.inference.domain.values import (
    UNKNOWN,
    BoundMethod,
    Constant,
    FunctionValue,
    Instance,
    Json,
    Reference,
    Site,
    StubValue,
    TupleValue,
    UnionValue,
    Value,
    is_harmless,
    join_all,
    members,
)
from handlerlint.inference.stubs.types import ClassObjectType
from handlerlint.inference.syntax.scopes import children_of, nodes_in, parameters

#: Functions that say the same of a date and of the text for it, or nothing that anyone would tell them apart by.
_TELL_NOTHING = frozenset(
    {
        "len",
        "bool",
        "int",
        "float",
        "sum",
        "min",
        "max",
        "abs",
        "round",
        "any",
        "all",
        "sorted",
        "print",
        "next",
    }
)
_PAIRS = frozenset({"items", "values", "keys"})


def doubt(frame: Frame, node: cst.BaseExpression, yes: Sequence[State], no: Sequence[State]) -> None:
    """After a test that may be true and false: what it asked about, and did not tell apart, may be anything."""
    for test in (node, *_answers(frame, node)):
        for place, call in asked(test):
            shared = _undecided(frame, yes, no, place)
            if shared and not (call is not None and _is_indifferent(frame, yes[0], test, call, place)):
                _forget_on_all(frame, (*yes, *no), place, shared)
        for place in _reached_by(frame, yes[0], test):
            shared = _undecided(frame, yes, no, place)
            if shared:
                _forget_on_all(frame, (*yes, *no), place, shared)


def _forget_on_all(
    frame: Frame, paths: Sequence[State], place: cst.BaseExpression, doubtful: set[Value]
) -> None:
    for path in paths:
        _forget(frame, path, place, doubtful)


def _undecided(
    frame: Frame, yes: Sequence[State], no: Sequence[State], place: cst.BaseExpression
) -> set[Value]:
    """What a place may hold, that is not harmless, whether the test is true or false."""
    if isinstance(place, cst.Name) and place.value == "self":
        return set()
    found = _bad_members(frame, yes, place)
    return found & _bad_members(frame, no, place) if found else found


def _bad_members(frame: Frame, paths: Sequence[State], place: cst.BaseExpression) -> set[Value]:
    return {
        member
        for path in paths
        for member in members(peek(frame, path, place))
        if not is_harmless(member) and not _is_class(path, member)
    }


def _is_class(state: State, value: Value) -> bool:
    """Whether a value is a class, which nobody converts."""
    return isinstance(value, Reference) and isinstance(state.heap.get(value.site), ClassObject)


# --- what a test asks about ------------------------------------------------------------------------------


def _answers(frame: Frame, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What the names in a test have been asked before: `found = PATTERN.match(key)`, `if found:`; also by others."""
    if frame.function is None:
        return
    left, seen = list(_names(node)), set[str]()
    while left:
        name = left.pop().value
        assigned = _assigned(frame.function.node).get(name, ()) if name not in seen else ()
        seen.add(name)
        if len(assigned) == 1:
            yield assigned[0]
            left += _names(assigned[0])


@lru_cache(maxsize=256)
def _assigned(function: cst.CSTNode) -> Mapping[str, tuple[cst.BaseExpression, ...]]:
    """What is assigned to each name in a function."""
    found: dict[str, tuple[cst.BaseExpression, ...]] = {}
    for node in nodes_in(function):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=value):
                found[name] = (*found.get(name, ()), value)
    return found


def _is_indifferent(
    frame: Frame, state: State, test: cst.BaseExpression, call: cst.Call, place: cst.BaseExpression
) -> bool:
    """Whether a called function is known not to ask what its argument is."""
    match call.func:
        case cst.Name(value="isinstance" | "type" | "issubclass"):
            return False
        case cst.Name(value="str" | "dumps") | cst.Attribute(attr=cst.Name(value="dumps")):
            return _depends_on_the_event(frame, state, test)
    function = peek(frame, state, call.func)
    if isinstance(function, BoundMethod):
        function = function.function
    match function:
        case FunctionValue(node=definition):
            positions = [i for i, argument in enumerate(call.args) if argument.value is place]
            return bool(positions) and not _asks(definition, positions[0], call.args[positions[0]].keyword)
        case StubValue(type=ClassObjectType()):
            return True
        case _:
            return False


@lru_cache(maxsize=512)
def _asks(function: cst.FunctionDef | cst.Lambda, position: int, keyword: cst.Name | None) -> bool:
    """Whether a function of the project asks what one of its parameters is."""
    names = [parameter.name.value for parameter in parameters(function.params)]
    if keyword is not None:
        name = keyword.value
    else:
        if names[:1] in (["self"], ["cls"]):
            position += 1
        if position >= len(names):
            return True
        name = names[position]
    return any(isinstance(place, cst.Name) and place.value == name for place, _ in asked(function.body))


@lru_cache(maxsize=2048)
def asked(node: cst.CSTNode) -> tuple[tuple[cst.BaseExpression, cst.Call | None], ...]:
    """The names, attributes and items that a piece of code asks about, each with the call that is given it."""
    return tuple(_asked(node, None))


def _asked(node: cst.CSTNode, call: cst.Call | None) -> Iterator[tuple[cst.BaseExpression, cst.Call | None]]:
    """The expressions that a test asks about: what it is given, what it indexes, whose methods it calls."""
    match node:
        case cst.Call(func=function, args=args):
            if isinstance(function, cst.Attribute):
                yield from _asked(function.value, call if isinstance(function.value, cst.Call) else None)
            elif isinstance(function, cst.Call):
                yield from _asked(function, node)
            silent = isinstance(function, cst.Name) and function.value in _TELL_NOTHING
            inner = call if silent else node
            for argument in (
                args[:1] if isinstance(function, cst.Name) and function.value == "isinstance" else args
            ):
                yield from _asked(argument.value, inner)
        case cst.Attribute(value=value, attr=cst.Name(value=name)) if name.startswith("__"):
            if is_place(value) and not _is_special(value):
                yield value, None
            else:
                yield from _asked(value, call)
        case cst.Comparison():
            for part in (node.left, *(target.comparator for target in node.comparisons)):
                if not _is_text_of_a_place(part) or _is_compared_with_text(node):
                    yield from _asked(part, call)
        case cst.Name() | cst.Attribute() | cst.Subscript() if is_place(node):
            if call is not None:
                yield node, call
        case cst.ListComp() | cst.SetComp() | cst.GeneratorExp():
            if any(True for part in (node.elt, *node.for_in.ifs) for _ in asked(part)):
                yield _container(node.for_in.iter), None
        case cst.FunctionDef() | cst.ClassDef() | cst.Lambda():
            return
        case _:
            for child in children_of(node):
                yield from _asked(child, call)


def _is_special(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value.startswith("__")


def _is_text_of_a_place(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Call(func=cst.Name(value="str"), args=[cst.Arg(value=value)]):
            return is_place(value)
        case _:
            return False


def _is_compared_with_text(node: cst.Comparison) -> bool:
    """`"T" in str(v)`; `str(v) == wanted` compares two values, as people do with identifiers."""
    return isinstance(node.left, cst.SimpleString) and isinstance(
        node.comparisons[0].operator, cst.In | cst.NotIn
    )


def is_place(node: cst.CSTNode) -> bool:
    """Whether an expression names a value that is there already: evaluating it once more does nothing."""
    match node:
        case cst.Name():
            return True
        case cst.Attribute(value=value):
            return is_place(value)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return is_place(value) and (is_place(index) or isinstance(index, (cst.SimpleString, cst.Integer)))
        case _:
            return False


def _container(node: cst.BaseExpression) -> cst.BaseExpression:
    """What is gone through by `d.items()`, `list(d)`, `enumerate(rows)`."""
    match node:
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name))) if name in _PAIRS:
            return _container(value)
        case cst.Call(func=cst.Name(), args=[cst.Arg(value=value, star="")]):
            return _container(value)
        case _:
            return node


# --- values reached by a key -----------------------------------------------------------------------------


def _reached_by(frame: Frame, state: State, test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The values that stand under a key that is asked about: `v` of `for k, v in d.items()`, `d[k]`."""
    root = None if frame.function is None else frame.function.node
    if root is None or not any(_companions(root, name.value) for name in _names(test)):
        return
    given = {place.value for place, call in asked(test) if call is not None and isinstance(place, cst.Name)}
    for key in {name.value: name for name in _names(test)}.values():
        companions = _companions(root, key.value)
        if not companions:
            continue
        value = peek(frame, state, key)
        if _depends_on_the_event(frame, state, test, key.value):
            continue
        # Of a key that is known the answer is as certain, only not to us.
        if not (isinstance(value, Constant) or key.value in given) or not _is_text(value):
            continue
        yield from companions


def _depends_on_the_event(frame: Frame, state: State, test: cst.BaseExpression, key: str = "") -> bool:
    """Whether a test looks at what may be different in every invocation."""
    return any(_is_open(state, peek(frame, state, name)) for name in _names(test) if name.value != key)


def _is_open(state: State, value: Value) -> bool:
    if isinstance(value, Reference):
        records = [state.heap.get(site) for site in reachable(state, [value])]
        return any(isinstance(part, Json) for record in records if record for part in parts(record))
    return any(isinstance(member, Json) or _is_any_text(member) for member in members(value))


def _is_any_text(value: Value) -> bool:
    return isinstance(value, Instance) and value.class_name == "builtins.str"


def _is_text(value: Value) -> bool:
    return all(
        (isinstance(member, Constant) and member.kind == "str") or _is_any_text(member)
        for member in members(value)
    )


@lru_cache(maxsize=512)
def _companions(root: cst.CSTNode, name: str) -> tuple[cst.BaseExpression, ...]:
    """The names that are bound together with one, and the items of the containers that it goes through."""
    found: list[cst.BaseExpression] = []
    if isinstance(root, (cst.FunctionDef, cst.Lambda)):
        together = [parameter.name for parameter in parameters(root.params)]
        if any(other.value == name for other in together):
            found += [other for other in together if other.value not in (name, "self")]
    for target, iterated in _loops(root):
        bound = list(_names(target))
        if any(other.value == name for other in bound):
            found += [other for other in bound if other.value != name]
            container = _container(iterated)
            if is_place(container):
                key = cst.SubscriptElement(cst.Index(cst.Name(name)))
                found.append(cst.Subscript(container, [key]))
    return tuple(found)


@lru_cache(maxsize=256)
def _loops(function: cst.CSTNode) -> tuple[tuple[cst.BaseExpression, cst.BaseExpression], ...]:
    """What loops and comprehensions bind, and what they go through."""
    return tuple(
        (node.target, node.iter) for node in nodes_in(function) if isinstance(node, (cst.For, cst.CompFor))
    )


def _names(node: cst.CSTNode) -> Iterator[cst.Name]:
    match node:
        case cst.Name():
            yield node
        case cst.Attribute(value=value):
            yield from _names(value)
        case _:
            for child in children_of(node):
                yield from _names(child)


# --- forgetting ------------------------------------------------------------------------------------------


def _forget(frame: Frame, state: State, place: cst.BaseExpression, doubtful: set[Value]) -> None:
    """Let a path know nothing of some values: at the place that was asked about, and wherever else they are held."""
    whole = {value for value in doubtful if not _is_container(state, value)}
    inside = reachable(state, doubtful - whole)
    sites = {value.site for value in whole if isinstance(value, Reference)}
    made = {_beginning(value) for value in whole if _beginning(value) is not None}
    held = reachable(state, _in_sight(frame, state)) if whole else set()
    for site in inside | held:
        within = site in inside

        def known(value: Value, within: bool = within) -> Value:
            return _without(state, value, whole, sites, made, within)

        match state.heap.get(site):
            case DictObject() as record:
                entries = {
                    key: Entry(known(entry.value), entry.maybe) for key, entry in record.entries.items()
                }
                rest = None if record.rest_value is None else known(record.rest_value)
                if entries != record.entries or rest != record.rest_value:
                    state.heap[site] = DictObject(
                        record.class_name, entries, record.rest_key, rest, record.default
                    )
            case ListObject() as record:
                items = tuple(known(item) for item in record.items)
                rest = None if record.rest is None else known(record.rest)
                if items != record.items or rest != record.rest:
                    state.heap[site] = ListObject(record.class_name, items, rest)
            case InstanceObject() as record if not within:
                attributes = {name: known(value) for name, value in record.attributes.items()}
                if attributes != record.attributes:
                    state.heap[site] = InstanceObject(record.cls, attributes, record.content, record.open)
            case _:
                continue
    if whole:
        _forget_names(frame, state, place, whole, sites, made)


def _forget_names(
    frame: Frame,
    state: State,
    place: cst.BaseExpression,
    whole: set[Value],
    sites: set[Site],
    made: set[object],
) -> None:
    """Make the names Unknown that hold what is in doubt, in this frame and in those around it."""
    for scope in (frame.scope, *frame.scopes):
        namespace = names_of(state, scope)
        names = {
            name: UNKNOWN
            if isinstance(place, cst.Name) and name == place.value and not whole.isdisjoint(members(value))
            else _without(state, value, whole, sites, made, False)
            for name, value in namespace.names.items()
        }
        if names != namespace.names:
            state.heap[scope] = Namespace(names, namespace.open)


def _in_sight(frame: Frame, state: State) -> Iterator[Value]:
    for scope in (frame.scope, *frame.scopes):
        yield from names_of(state, scope).names.values()


def _is_container(state: State, value: Value) -> bool:
    return isinstance(value, Reference) and isinstance(state.heap.get(value.site), (DictObject, ListObject))


def _beginning(value: Value) -> object | None:
    """Where a value was made: what two names of one value have in common."""
    step = getattr(value, "origin", None)
    while step is not None and step.previous is not None:
        step = step.previous
    return None if step is None else step.node


def _without(
    state: State, value: Value, whole: set[Value], sites: set[Site], made: set[object], within: bool
) -> Value:
    """The value, Unknown for what is in doubt of it."""
    if is_harmless(value):
        return value
    if isinstance(value, UnionValue):
        return join_all(_without(state, member, whole, sites, made, within) for member in value.members)
    if isinstance(value, Reference):
        if within and isinstance(state.heap.get(value.site), SetObject | InstanceObject):
            return UNKNOWN
        return UNKNOWN if value.site in sites else value
    if within and not isinstance(value, TupleValue):
        return UNKNOWN
    if value in whole and _beginning(value) in made:
        return UNKNOWN
    return value
