"""Operations on values: items, iteration, operators, awaiting. Attributes are in `attributes.py`."""

from __future__ import annotations

import operator
from collections.abc import Callable

import libcst as cst

from handlerlint.inference import attributes, bridge, calls, containers, sdk_values
from handlerlint.inference.allocation import is_known_key, new_dict, new_list, new_set
from handlerlint.inference.arguments import Arguments
from handlerlint.inference.heap import (
    ClassObject,
    DictObject,
    Entry,
    InstanceObject,
    JsonChange,
    ListObject,
    Lost,
    Namespace,
    SetObject,
    State,
    lose,
    reachable,
)
from handlerlint.inference.machine import Frame, may_raise, names_of
from handlerlint.inference.values import (
    JSON,
    NEVER,
    NONE,
    UNKNOWN,
    BuiltinMethod,
    Constant,
    Coroutine,
    EnumMember,
    Instance,
    Json,
    Lazy,
    Native,
    Reference,
    Site,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    constant,
    is_harmless,
    join,
    join_all,
    json_part,
    members,
    with_step,
)
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Iteration:
    """What a loop over a value sees: all items where they are known, else what each may be.

    `source` is the container whose elements these are; `certain` when there is at least one.
    """

    items: tuple[Value, ...] | None
    element: Value
    source: Site | None = None
    certain: bool = False


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


# --- items -----------------------------------------------------------------------------------------------


def load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]`."""
    if isinstance(index, UnionValue) and len(index.members) <= 4:
        found = [load_item(frame, state, value, member, node) for member in index.members]
        return join_all(found)
    return each(frame, state, value, lambda member: _load_item(frame, state, member, index, node))


def _is_slice(index: Value) -> bool:
    return isinstance(index, BuiltinMethod) and index.name == "slice"


def _load_item(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    if _is_slice(index):
        return _load_slice(frame, state, value, index, node)
    match value:
        case Unknown():
            may_raise(frame, state)
            return UNKNOWN
        case Json():
            return containers.json_load(frame, state, value, index)
        case TupleValue(items=items, rest=rest):
            return containers.list_load(state, ListObject("builtins.tuple", items, rest), index)
        case Reference(site=site):
            return _load_from_object(frame, state, site, value, index, node)
        case Constant(value=str() as text) if isinstance(index, Constant) and isinstance(index.value, int):
            may_raise(frame, state)
            return constant(text[index.value]) if -len(text) <= index.value < len(text) else NEVER
        case _:
            may_raise(frame, state)
            return bridge.subscript(frame, state, value, index, node)


def _load_from_object(
    frame: Frame, state: State, site: Site, value: Reference, index: Value, node: cst.CSTNode
) -> Value:
    match state.heap.get(site):
        case DictObject() as record:
            return containers.dict_load(frame, state, record, index, node, site)
        case ListObject() as record:
            may_raise(frame, state)
            return containers.list_load(state, record, index)
        case InstanceObject() as record:
            special = attributes.call_special(frame, state, value, "__getitem__", (index,), node)
            if special is not None:
                return special
            content = record.content
            return UNKNOWN if content is None else load_item(frame, state, content, index, node)
        case ClassObject(kind="enum") as record if isinstance(index, Constant):
            member = record.names.get(str(index.value))
            return member if isinstance(member, EnumMember) else UNKNOWN
        case ClassObject(kind="enum") as record:
            may_raise(frame, state)
            return join_all(member for member in record.names.values() if isinstance(member, EnumMember))
        case ClassObject():
            return value  # Generic[…]: the class itself
        case _:
            return UNKNOWN


def _load_slice(frame: Frame, state: State, value: Value, index: Value, node: cst.CSTNode) -> Value:
    assert isinstance(index, BuiltinMethod) and isinstance(index.receiver, TupleValue)
    bounds = [
        bound.value for bound in index.receiver.items
        if isinstance(bound, Constant) and (bound.value is None or isinstance(bound.value, int))
    ]  # fmt: skip
    known = slice(*bounds) if len(bounds) == 3 else None
    match value:
        case Json():
            return json_part(value, None) if value.path is None else Json((*value.path, "[:]"), value.origin)
        case TupleValue(items=items, rest=rest):
            if known is not None and rest is None:
                return TupleValue(items[known], None, frame.step(node))
            return TupleValue((), join_all([*items, rest or NEVER]), frame.step(node))
        case Constant(value=str() | bytes() as text) if known is not None:
            return constant(text[known], frame.step(node))
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, ListObject):
                if known is not None and record.rest is None:
                    return new_list(frame, state, node, record.items[known], None, record.class_name)
                rest = join_all([*record.items, record.rest or NEVER])
                return new_list(frame, state, node, (), rest, record.class_name)
            return UNKNOWN
        case Constant(kind=kind) if kind in ("str", "bytes"):
            return Instance("builtins." + kind, origin=frame.step(node))
        case Instance(class_name="builtins.str" | "builtins.bytes" | "builtins.bytearray" as name):
            return Instance(name, origin=frame.step(node))
        case _:
            return UNKNOWN


def store_item(
    frame: Frame, state: State, target: Value, index: Value, value: Value, node: cst.CSTNode
) -> None:
    """`target[index] = value`."""
    alternatives = members(target)
    for member in alternatives:
        if len(alternatives) > 1 and isinstance(member, Reference):
            # Which object is changed is not known: each of them may have been, or not.
            _store_weakly(state, member.site, index, value)
            continue
        match member:
            case Json():
                containers.json_store(state, member, index, value)
            case Reference(site=site):
                _store_into_object(frame, state, member, site, index, value, node)
            case Unknown():
                escape(state, value)
                lose(state, ())  # it may be any object that unknown code has seen
            case _:
                may_raise(frame, state)


def _store_into_object(
    frame: Frame, state: State, target: Reference, site: Site, index: Value, value: Value, node: cst.CSTNode
) -> None:
    match state.heap.get(site):
        case DictObject() as record:
            containers.dict_store(state, site, record, index, value)
            attributes.mirror(state, site)
        case ListObject() as record if not _is_slice(index):
            containers.list_store(state, site, record, index, value)
        case ListObject() as record if _keeps_head(record, index):
            known, rest = unpack(frame, state, value, node)
            head = _head(record, index)
            state.heap[site] = ListObject(record.class_name, (*head, *known), rest)
        case ListObject() as record:
            known, rest = unpack(frame, state, value, node)
            everything = join_all([*record.items, record.rest or NEVER, *known, rest or NEVER])
            element = everything if is_harmless(everything) else UNKNOWN
            state.heap[site] = ListObject(record.class_name, (), element)
        case InstanceObject() as record:
            if attributes.call_special(frame, state, target, "__setitem__", (index, value), node) is None:
                content = record.content
                if content is not None:
                    store_item(frame, state, content, index, value, node)
        case _:
            escape(state, value)


def _keeps_head(record: ListObject, index: Value) -> bool:
    """Whether `l[n:] = …` replaces the end of a list whose beginning is known."""
    match index:
        case BuiltinMethod(receiver=TupleValue(items=(Constant(value=int(start)), upper, step))):
            return 0 <= start <= 8 and upper == NONE and step == NONE
        case _:
            return False


def _head(record: ListObject, index: Value) -> tuple[Value, ...]:
    assert isinstance(index, BuiltinMethod) and isinstance(index.receiver, TupleValue)
    start = index.receiver.items[0]
    assert isinstance(start, Constant) and isinstance(start.value, int)
    further = () if record.rest is None else (record.rest,) * max(start.value - len(record.items), 0)
    return (*record.items[: start.value], *further)


def _store_weakly(state: State, site: Site, index: Value, value: Value) -> None:
    record = state.heap.get(site)
    if isinstance(record, DictObject) and is_known_key(index):
        before = record.entries.get(index)
        kept = value if before is None else join(before.value, value)
        if not is_harmless(kept) and before is not None:
            kept = UNKNOWN
        entries = {**record.entries, index: Entry(kept, before is None or before.maybe)}
        state.heap[site] = DictObject(
            record.class_name, entries, record.rest_key, record.rest_value, record.default
        )
    elif record is not None and not isinstance(record, (Namespace, ClassObject)):
        state.heap[site] = Lost()


def delete_item(frame: Frame, state: State, target: Value, index: Value) -> None:
    """`del target[index]`."""
    may_raise(frame, state)
    for member in members(target):
        match member:
            case Json():
                containers.json_remove(state, member, index)
            case Reference(site=site):
                record = state.heap.get(site)
                if isinstance(record, InstanceObject) and isinstance(record.content, Reference):
                    delete_item(frame, state, record.content, index)
                elif isinstance(record, DictObject):
                    containers.dict_remove(state, site, record, index)
                    attributes.mirror(state, site)
                elif isinstance(record, ListObject):
                    _delete_from_list(state, site, record, index)
            case _:
                continue


def _delete_from_list(state: State, site: Site, record: ListObject, index: Value) -> None:
    if record.rest is None and isinstance(index, Constant) and isinstance(index.value, int):
        items = list(record.items)
        if -len(items) <= index.value < len(items):
            del items[index.value]
        state.heap[site] = ListObject(record.class_name, tuple(items))
        return
    everything = join_all([*record.items, record.rest or NEVER])
    state.heap[site] = ListObject(
        record.class_name, (), everything if is_harmless(everything) or not record.items else UNKNOWN
    )


def escape(state: State, *values: Value) -> None:
    """Unknown code keeps a reference to these values, and may change them whenever it runs."""
    state.escaped |= reachable(state, values)


def update_dict(frame: Frame, state: State, target: Value, value: Value, node: cst.CSTNode) -> None:
    """`target.update(value)`, and `{**value}` into a new dict."""
    if not isinstance(target, Reference):
        return
    for member in members(value):
        record = state.heap.get(target.site)
        if not isinstance(record, DictObject):
            return
        _update_from(frame, state, target, record, member, node)


def _update_from(
    frame: Frame, state: State, target: Reference, record: DictObject, value: Value, node: cst.CSTNode
) -> None:
    source = state.heap.get(value.site) if isinstance(value, Reference) else None
    if isinstance(source, InstanceObject) and isinstance(source.content, Reference):
        source = state.heap.get(source.content.site)
    if isinstance(source, DictObject):
        entries = dict(record.entries)
        for key, entry in source.entries.items():
            before = entries.get(key)
            if entry.maybe and before is not None:
                entries[key] = Entry(join(before.value, entry.value), before.maybe)
            else:
                entries[key] = entry
        rest_key, rest_value = record.rest_key, record.rest_value
        if source.rest_value is not None:
            rest_value = source.rest_value if rest_value is None else join(rest_value, source.rest_value)
            rest_key = join_all([record.rest_key or NEVER, source.rest_key or NEVER])
            entries = {
                key: entry
                if key in source.entries or is_harmless(entry.value)
                else Entry(UNKNOWN, entry.maybe)
                for key, entry in entries.items()
            }
        state.heap[target.site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)
        return
    if isinstance(value, Json):
        _update_from_json(state, target, record, value)
        return
    iteration = None if isinstance(value, Unknown) or (source is not None and not isinstance(
        source, ListObject
    )) else iterate(frame, state, value, node)  # fmt: skip
    if iteration is not None and iteration.items is not None:
        for pair in iteration.items:
            if isinstance(pair, TupleValue) and len(pair.items) == 2:
                store_item(frame, state, target, pair.items[0], pair.items[1], node)
        return
    if (
        iteration is not None
        and isinstance(iteration.element, TupleValue)
        and len(iteration.element.items) == 2
    ):
        key, item = iteration.element.items
        containers.dict_store(state, target.site, record, join(key, Instance("builtins.str")), item)
        return
    entries = {
        key: Entry(entry.value if is_harmless(entry.value) else UNKNOWN, entry.maybe)
        for key, entry in record.entries.items()
    }
    state.heap[target.site] = DictObject(record.class_name, entries, UNKNOWN, UNKNOWN, record.default)


def _update_from_json(state: State, target: Reference, record: DictObject, value: Json) -> None:
    from_event = value.path is not None and value.path[:2] == ("json", "event")
    entries = {
        # What the event holds is open, so there is an event that leaves the entry as it is. Other JSON may
        # well be the entry itself, converted.
        key: entry if from_event or is_harmless(entry.value) else Entry(UNKNOWN, entry.maybe)
        for key, entry in record.entries.items()
    }
    change = state.heap.get(value.path) if value.path is not None else None
    if isinstance(change, JsonChange):
        entries.update(change.entries)
    element = UNKNOWN if isinstance(change, Lost) else json_part(value, None)
    rest_value = element if record.rest_value is None else join(record.rest_value, element)
    rest_key = join_all([record.rest_key or NEVER, Instance("builtins.str")])
    state.heap[target.site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)


def shallow_copy(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """`copy.copy(value)`, `dict.copy`, `list.copy`: a new container with the same elements."""
    match value:
        case Json():
            change = state.heap.get(value.path) if value.path is not None else None
            if change is None:
                return Json(
                    None if value.path is None else ("json", "copy", id(node), frame.context, value.path)
                )
            if isinstance(change, Lost):
                return UNKNOWN
            reference = new_dict(frame, state, node)
            update_dict(frame, state, reference, value, node)
            return reference
        case Reference(site=site):
            record = state.heap.get(site)
            if isinstance(record, (ListObject, DictObject, SetObject, InstanceObject)):
                copied = frame.site(node, "copy")
                state.heap[copied] = record
                return Reference(copied, frame.step(node))
            return value
        case _:
            return value


# --- iteration -------------------------------------------------------------------------------------------


def iterate(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Iteration:
    """What iterating over a value gives."""
    if isinstance(value, UnionValue):
        several = [iterate(frame, state, member, node) for member in value.members]
        return Iteration(None, join_all(iteration.element for iteration in several))
    match value:
        case Json():
            element = containers.json_element(state, value)
            return Iteration(None, element, value.path)
        case TupleValue(items=items, rest=None):
            return Iteration(items, join_all(items), None, bool(items))
        case TupleValue(items=items, rest=rest):
            return Iteration(None, join_all([*items, rest or NEVER]), None, bool(items))
        case Lazy(items=items, element=element, source=source):
            return Iteration(items, element, source, value.nonempty)
        case Constant(value=str() as text):
            if len(text) <= 16:
                return Iteration(tuple(constant(letter) for letter in text), Instance("builtins.str"))
            return Iteration(None, Instance("builtins.str"), None, True)
        case Reference(site=site):
            return _iterate_object(frame, state, value, site, node)
        case Unknown():
            may_raise(frame, state)
            return Iteration(None, UNKNOWN)
        case Instance() if (named := bridge.items_of(frame, state, value, node)) is not None:
            return Iteration(named, join_all(named), None, bool(named))
        case Instance() if (each_one := sdk_values.iterate(frame, state, value, node)) is not None:
            return Iteration(None, each_one)
        case _:
            return Iteration(None, bridge.iterate(frame, state, value, node))


def _iterate_object(frame: Frame, state: State, value: Reference, site: Site, node: cst.CSTNode) -> Iteration:
    match state.heap.get(site):
        case ListObject(items=items, rest=None):
            return Iteration(items, join_all(items), site, bool(items))
        case ListObject(items=items, rest=rest):
            return Iteration(None, join_all([*items, rest or NEVER]), site, bool(items))
        case DictObject() as record:
            view = containers.dict_view(record, "keys", site, frame.step(node))
            assert isinstance(view, Lazy)
            return Iteration(view.items, view.element, view.source, bool(view.items))
        case SetObject(element=element):
            return Iteration(() if element is NEVER else None, element, None)
        case ClassObject(kind="enum", names=names):
            found = tuple(member for member in names.values() if isinstance(member, EnumMember))
            return Iteration(found, join_all(found), None, bool(found))
        case InstanceObject() as record:
            iterator = attributes.call_special(frame, state, value, "__iter__", (), node)
            if iterator is not None:
                if iterator == value:
                    item = attributes.call_special(frame, state, value, "__next__", (), node)
                    return Iteration(None, UNKNOWN if item is None else item)
                return (
                    iterate(frame, state, iterator, node)
                    if iterator is not NEVER
                    else Iteration(None, UNKNOWN)
                )
            if record.content is not None:
                return iterate(frame, state, record.content, node)
            return Iteration(None, UNKNOWN)
        case _:
            return Iteration(None, UNKNOWN)


def unpack(
    frame: Frame, state: State, value: Value, node: cst.CSTNode
) -> tuple[tuple[Value, ...], Value | None]:
    """The elements of an iterable: those known in order, and what any further ones are (None: none)."""
    iteration = iterate(frame, state, value, node)
    if iteration.items is not None:
        return iteration.items, None
    return (), iteration.element


# --- operators -------------------------------------------------------------------------------------------

_FOLDED: dict[str, Callable[[object, object], object]] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": operator.mul,
    "Divide": operator.truediv,
    "FloorDivide": operator.floordiv,
    "Modulo": operator.mod,
    "BitOr": operator.or_,
    "BitAnd": operator.and_,
}

SPECIAL_METHODS = {
    "Add": "__add__",
    "Subtract": "__sub__",
    "Multiply": "__mul__",
    "Divide": "__truediv__",
    "FloorDivide": "__floordiv__",
    "Modulo": "__mod__",
    "Power": "__pow__",
    "MatrixMultiply": "__matmul__",
    "BitOr": "__or__",
    "BitAnd": "__and__",
    "BitXor": "__xor__",
    "LeftShift": "__lshift__",
    "RightShift": "__rshift__",
}

_SMALL = 1 << 64


def _fold(name: str, left: Constant, right: Constant) -> object | None:
    function = _FOLDED.get(name)
    a, b = left.value, right.value
    for value in (a, b):
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return None
        if isinstance(value, (int, float)) and not -_SMALL < value < _SMALL:
            return None
    if function is None or (name == "Multiply" and isinstance(a, str) != isinstance(b, str)):
        return None
    if name == "Modulo" and isinstance(a, str):
        return None
    try:
        return function(a, b)
    except (ArithmeticError, TypeError, ValueError):
        return None


def binary(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left <operator> right`; `name` is libcst's class of the operator."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        folded = _fold(name, left, right)
        if folded is not None:
            return constant(folded, frame.step(node))
    if isinstance(left, UnionValue) or isinstance(right, UnionValue):
        pairs = [(a, b) for a in members(left) for b in members(right)]
        if len(pairs) > 16:
            return UNKNOWN
        return join_all(_binary(frame, state, name, a, b, node) for a, b in pairs)
    return _binary(frame, state, name, left, right, node)


def _binary(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    container = _container_operator(frame, state, name, left, right, node)
    if container is not None:
        return container
    if name == "Modulo" and _is_class(left, "builtins.str"):
        return Instance("builtins.str", origin=frame.step(node))
    for operand, other, special in (
        (left, right, SPECIAL_METHODS.get(name, "")),
        (right, left, SPECIAL_METHODS.get(name, "").replace("__", "__r", 1)),
    ):
        if isinstance(operand, Reference) and isinstance(state.heap.get(operand.site), InstanceObject):
            result = attributes.call_special(frame, state, operand, special, (other,), node)
            return UNKNOWN if result is None else result
    match left, right:
        case (Unknown(), _) | (_, Unknown()):
            may_raise(frame, state)
            return UNKNOWN
        case Json(), Json():
            may_raise(frame, state)
            return JSON
        case Json(), _:
            may_raise(frame, state)
            return _with_json(frame, state, name, right, node, json_left=True)
        case _, Json():
            may_raise(frame, state)
            return _with_json(frame, state, name, left, node, json_left=False)
        case _:
            return bridge.binary(frame, state, name, left, right, node)


def _with_json(
    frame: Frame, state: State, name: str, other: Value, node: cst.CSTNode, *, json_left: bool
) -> Value:
    if name == "Add" and _is_class(other, "builtins.str"):
        return Instance("builtins.str", origin=frame.step(node))
    if _is_class(other, "builtins.str", "builtins.int", "builtins.float", "builtins.bool"):
        return JSON
    return bridge.binary_with_json(frame, state, name, other, node, json_left)


def _is_class(value: Value, *names: str) -> bool:
    match value:
        case Constant(kind=kind):
            return "builtins." + kind in names
        case Instance(class_name=name):
            return name in names
        case _:
            return False


def _container_operator(
    frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode
) -> Value | None:
    match name, left, right:
        case "Add", TupleValue(items=a, rest=None), TupleValue(items=b, rest=rest):
            return TupleValue((*a, *b), rest, frame.step(node))
        case "Add", TupleValue(items=a, rest=more), TupleValue(items=b, rest=rest):
            return TupleValue(a, join_all([more or NEVER, *b, rest or NEVER]), frame.step(node))
        case "Multiply", TupleValue(items=a, rest=rest), _:
            return TupleValue((), join_all([*a, rest or NEVER]), frame.step(node))
        case _:
            pass
    first = state.heap.get(left.site) if isinstance(left, Reference) else None
    second = state.heap.get(right.site) if isinstance(right, Reference) else None
    match name, first, second:
        case "Add", ListObject(), ListObject():
            if first.rest is None:
                return new_list(frame, state, node, (*first.items, *second.items), second.rest)
            rest = join_all([first.rest, *second.items, second.rest or NEVER])
            return new_list(frame, state, node, first.items, rest)
        case "Add", ListObject(), _ if isinstance(right, Json):
            rest = join_all([first.rest or NEVER, containers.json_element(state, right)])
            return new_list(frame, state, node, first.items, rest)
        case "Add", _, ListObject() if isinstance(left, Json):
            rest = join_all([containers.json_element(state, left), *second.items, second.rest or NEVER])
            return new_list(frame, state, node, (), rest)
        case "Multiply", ListObject(), _:
            if isinstance(right, Constant) and isinstance(right.value, int) and 0 < right.value <= 16:
                return new_list(frame, state, node, first.items * right.value, first.rest)
            return new_list(frame, state, node, (), join_all([*first.items, first.rest or NEVER]))
        case "BitOr", DictObject(), _:
            merged = new_dict(frame, state, node)
            update_dict(frame, state, merged, left, node)
            update_dict(frame, state, merged, right, node)
            return merged
        case (("BitOr" | "BitXor"), SetObject(), SetObject()):
            return new_set(frame, state, node, join(first.element, second.element), first.class_name)
        case (("Subtract" | "BitAnd" | "BitOr" | "BitXor"), SetObject(), _):
            return new_set(frame, state, node, first.element, first.class_name)
        case _:
            return None


def augmented(frame: Frame, state: State, name: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left <operator>= right`: containers change in place, everything else gives a new value."""
    if isinstance(left, Reference):
        record = state.heap.get(left.site)
        match name, record:
            case "Add", ListObject():
                method = BuiltinMethod(left, "extend")
                containers.call_method(frame, state, method, Arguments((right,)), node)
                return left
            case "BitOr", DictObject():
                update_dict(frame, state, left, right, node)
                return left
            case (("BitOr" | "Subtract" | "BitAnd" | "BitXor"), SetObject()):
                if name == "BitOr":
                    method = BuiltinMethod(left, "update")
                    containers.call_method(frame, state, method, Arguments((right,)), node)
                return left
            case _:
                pass
    return binary(frame, state, name, left, right, node)


def unary(frame: Frame, state: State, name: str, value: Value, node: cst.CSTNode) -> Value:
    """`-value`, `+value`, `~value`."""
    match name, value:
        case "Minus", Constant(value=int() | float() as number):
            return constant(-number, frame.step(node))
        case "Plus", Constant(value=int() | float()):
            return value
        case _, Json():
            return JSON
        case _:
            special = {"Minus": "__neg__", "Plus": "__pos__", "BitInvert": "__invert__"}[name]
            method = attributes.attribute(frame, state, value, special, node)
            if method is NEVER or isinstance(method, Unknown):
                return UNKNOWN
            return calls.call(frame, state, method, Arguments(), node)


def await_value(frame: Frame, state: State, value: Value, node: cst.CSTNode) -> Value:
    """`await value`."""
    may_raise(frame, state)

    def one(member: Value) -> Value:
        match member:
            case Coroutine(result=result):
                return result
            case Unknown() | Json():
                return UNKNOWN
            case _:
                return bridge.await_value(frame, state, member, node)

    return each(frame, state, value, one)


def stored(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """A value on its way into a container."""
    return with_step(value, "put in here", frame.module.file, node)


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
            case Native(name="contextmanager.entered", data=(value,)):
                return value  # type: ignore[return-value]
            case Unknown() | Json():
                return UNKNOWN
            case _:
                return bridge.enter(frame, state, member, node, is_async)

    return each(frame, state, manager, one)


def suppresses(frame: Frame, state: State, manager: Value) -> bool:
    """Whether a context manager may swallow exceptions raised in the body of its `with`."""
    return any(
        isinstance(member, Instance) and member.class_name == "contextlib.suppress"
        for member in members(manager)
    )


__all__ = [
    "Iteration",
    "augmented",
    "await_value",
    "binary",
    "bind_name",
    "delete_item",
    "each",
    "enter",
    "escape",
    "iterate",
    "load_item",
    "shallow_copy",
    "store_item",
    "stored",
    "suppresses",
    "unary",
    "unpack",
    "update_dict",
]
