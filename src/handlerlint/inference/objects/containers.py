"""Lists, dicts and sets: making them, and what their methods do. Called for methods of builtin containers."""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import dispatch
from handlerlint.inference.core.allocation import is_known_key, new_dict, new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import set_elements
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    LARGEST_DICT,
    USUALLY_ABSENT,
    DictObject,
    Entry,
    ListObject,
    SetObject,
    State,
    reachable,
)
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    BuiltinMethod,
    Constant,
    Instance,
    Json,
    Lazy,
    Reference,
    Site,
    Step,
    TupleValue,
    UnionValue,
    Unknown,
    Value,
    is_harmless,
    join,
    join_all,
    members,
    with_step,
)
from handlerlint.inference.objects import (
    attributes,
    class_facts,
    decoded_json,
    hashing,
    iterating,
    lists,
    sdk_responses,
    subscripts,
)
from handlerlint.inference.types import queries
from handlerlint.records import replace

_EQUAL_TEXT = ("builtins.str", "collections.UserString")
LIST_LIKE = ("builtins.list", "collections.deque")


# --- dicts -----------------------------------------------------------------------------------------------


def dict_load(
    frame: Frame, state: State, record: DictObject, key: Value, node: cst.CSTNode, site: Site | None = None
) -> Value:
    """`d[key]`; Never where the key is certainly absent. With its `site`, a defaultdict keeps what it makes."""
    if site is not None and record.default is not None and record.default != NONE:
        return _load_or_make(frame, state, record, key, node, site)
    if is_known_key(key):
        entry = record.entries.get(key)
        if entry is not None:
            if entry.maybe:
                raise_without(frame, state, record, key, site)
            return entry.value
        if record.rest_value is not None:
            may_raise(frame, state)
            return record.rest_value
        may_raise(frame, state)
        return _missing(frame, state, record, node)
    may_raise(frame, state)
    values = [entry.value for entry in record.entries.values()]
    if record.rest_value is not None:
        values.append(record.rest_value)
    if record.default is not None or record.class_name == "collections.Counter":
        values.append(_missing(frame, state, record, node))
    return one_of_many(state, join_all(values), key)


def raise_without(frame: Frame, state: State, record: DictObject, key: Value, site: Site | None) -> None:
    """The `KeyError` of an entry that may be absent: on that path, it is."""
    if not frame.machine.trying or site is None:
        may_raise(frame, state)
        return
    absent = state.copy()
    entries = {other: entry for other, entry in record.entries.items() if other != key}
    absent.heap[site] = replace(record, entries=entries)
    may_raise(frame, absent, Instance("builtins.KeyError", origin=None))


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


def _load_or_make(
    frame: Frame, state: State, record: DictObject, key: Value, node: cst.CSTNode, site: Site
) -> Value:
    """`d[key]` of a defaultdict: a missing entry is made and kept."""
    entry = record.entries.get(key) if is_known_key(key) else None
    if entry is not None and not entry.maybe:
        return entry.value
    made = _missing(frame, state, record, node)
    if made is NEVER:
        return NEVER
    current = state.heap.get(site)
    if not isinstance(current, DictObject):
        return UNKNOWN
    known = [entry.value] if entry is not None else []
    if entry is None and record.rest_value is not None:
        known.append(record.rest_value)
    if not is_known_key(key):
        known += [other.value for other in record.entries.values()]
    value = join_all([*known, made])
    if is_known_key(key):
        dict_store(frame, state, site, current, key, value)
    else:
        rest = made if record.rest_value is None else join(record.rest_value, made)
        rest_key = key if record.rest_key is None else join(record.rest_key, key)
        state.heap[site] = DictObject(record.class_name, current.entries, rest_key, rest, record.default)
    return value


def _missing(frame: Frame, state: State, record: DictObject, node: cst.CSTNode) -> Value:
    if record.class_name == "collections.Counter":
        return Constant(0, "int")
    if record.default is None or record.default == NONE:
        return NEVER if record.class_name in ("builtins.dict", "collections.OrderedDict") else UNKNOWN
    return dispatch.call(frame, state, record.default, Arguments(), node)


def dict_store(frame: Frame, state: State, site: Site, record: DictObject, key: Value, value: Value) -> None:
    """`d[key] = value`."""
    if is_known_key(key) and len(record.entries) < LARGEST_DICT:
        state.heap[site] = DictObject(
            record.class_name,
            {**record.entries, key: Entry(value)},
            record.rest_key,
            record.rest_value,
            record.default,
        )
        return
    # Some entry is replaced, which one is not known: what was bad may have been mended.
    is_no_text = not _may_equal_text(frame, state, key)
    entries = {
        known: entry
        if is_harmless(entry.value) or (is_no_text and isinstance(known, Constant) and known.kind == "str")
        else Entry(UNKNOWN, entry.maybe)
        for known, entry in record.entries.items()
    }
    rest_value = record.rest_value
    if rest_value is None or not is_harmless(rest_value):
        rest_value = value
    else:
        rest_value = join(rest_value, value)
    rest_key = key if record.rest_key is None else join(record.rest_key, key)
    state.heap[site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)


def _may_equal_text(frame: Frame, state: State, key: Value) -> bool:
    """Whether a key may be one that is text: no object of another class equals that."""
    for member in members(key):
        order, complete = class_facts.class_of(frame, state, member)
        is_certain = not isinstance(member, Instance) or class_facts.is_certain_class(
            frame, member.class_name
        )
        of_library = all(isinstance(cls, str) and cls not in _EQUAL_TEXT for cls in order)
        if not (order and complete and is_certain and of_library):
            return True
    return False


def dict_remove(state: State, site: Site, record: DictObject, key: Value) -> None:
    """`del d[key]`, whether the key is there or not."""
    if is_known_key(key):
        entries = {known: entry for known, entry in record.entries.items() if known != key}
    else:
        entries = {
            known: Entry(entry.value if is_harmless(entry.value) else UNKNOWN, True)
            for known, entry in record.entries.items()
        }
    # What is taken out of a DynamoDB item may have been its only number; of others, it may have been what is bad.
    known = is_known_key(key) and not sdk_responses.is_item(record)
    rest_key, rest_value = record.rest_key, record.rest_value
    if not known:
        rest_key = rest_key if rest_key is None or is_harmless(rest_key) else UNKNOWN
        rest_value = rest_value if rest_value is None or is_harmless(rest_value) else UNKNOWN
    state.heap[site] = DictObject(record.class_name, entries, rest_key, rest_value, record.default)


def dict_view(record: DictObject, kind: str, site: Site, origin: Step) -> Value:
    """`keys()`, `values()` or `items()` of a dict."""

    def pick(key: Value, value: Value) -> Value:
        return {"keys": key, "values": value}.get(kind) or TupleValue((key, value))

    known = [(pick(key, entry.value), entry.maybe) for key, entry in record.entries.items()]
    items: tuple[Value, ...] | None = None
    if record.rest_value is None and not any(maybe for _, maybe in known):
        items = tuple(value for value, _ in known)
    every = [value for value, maybe in known if maybe != USUALLY_ABSENT]
    if record.rest_value is not None:
        every.append(pick(record.rest_key or UNKNOWN, record.rest_value))
    element = join_all(every)
    certain = any(not maybe for _, maybe in known)
    source = None if items is not None else site
    return Lazy(f"_collections_abc.dict_{kind}", items, element, source, origin, certain)


def _dict_get(
    frame: Frame,
    state: State,
    reference: Reference,
    record: DictObject,
    arguments: Arguments,
    node: cst.CSTNode,
) -> Value:
    key = arguments.get(0, "key") or UNKNOWN
    default = arguments.get(1, "default") or NONE
    if not is_known_key(key):
        return join(dict_load(frame, state, record, key, node), default)
    entry = record.entries.get(key)
    if entry is not None:
        # What does not serialize is followed where it is there: on the path without it, the dict lacks it, too.
        is_bad = entry.maybe != USUALLY_ABSENT and not is_harmless(entry.value)
        return join(entry.value, default) if entry.maybe and not is_bad else entry.value
    return default if record.rest_value is None else join(record.rest_value, default)


def _dict_setdefault(
    frame: Frame,
    state: State,
    reference: Reference,
    record: DictObject,
    arguments: Arguments,
    node: cst.CSTNode,
) -> Value:
    key = arguments.get(0, "key") or UNKNOWN
    default = with_step(
        arguments.get(1, "default") or NONE, "put into the dict here", frame.module.file, node
    )
    if not is_known_key(key):
        found = dict_load(frame, state, record, key, node)
        if found is NEVER or is_harmless(found) or found == default:
            dict_store(frame, state, reference.site, record, key, default)
            return join(found, default)
        return found
    entry = record.entries.get(key)
    if entry is not None and not entry.maybe:
        return entry.value
    known = [entry.value] if entry is not None else []
    if record.rest_value is not None:
        known.append(record.rest_value)
    value = join_all([*known, default])
    dict_store(frame, state, reference.site, record, key, value)
    return value


def _dict_pop(
    frame: Frame,
    state: State,
    reference: Reference,
    record: DictObject,
    arguments: Arguments,
    node: cst.CSTNode,
) -> Value:
    key = arguments.get(0, "key") or UNKNOWN
    default = arguments.get(1, "default")
    if default is None:
        value = dict_load(frame, state, record, key, node)
    else:
        value = _dict_get(frame, state, reference, record, Arguments((key, default)), node)
    record = _current(state, reference, record)
    dict_remove(state, reference.site, record, key)
    return value


def _current(state: State, reference: Reference, record: DictObject) -> DictObject:
    now = state.heap.get(reference.site)
    return now if isinstance(now, DictObject) else record


def _dict_method(
    frame: Frame,
    state: State,
    reference: Reference,
    record: DictObject,
    name: str,
    arguments: Arguments,
    node: cst.CSTNode,
) -> Value | None:
    match name:
        case "get":
            return _dict_get(frame, state, reference, record, arguments, node)
        case "setdefault":
            return _dict_setdefault(frame, state, reference, record, arguments, node)
        case "pop":
            return _dict_pop(frame, state, reference, record, arguments, node)
        case "keys" | "values" | "items":
            return dict_view(record, name, reference.site, frame.step(node))
        case "copy" | "__copy__":
            return new_dict(
                frame, state, node, dict(record.entries), record.rest_key, record.rest_value,
                record.class_name, record.default,
            )  # fmt: skip
        case "clear":
            state.heap[reference.site] = DictObject(record.class_name, {}, default=record.default)
            return NONE
        case "popitem":
            view = dict_view(record, "items", reference.site, frame.step(node))
            dict_remove(state, reference.site, record, UNKNOWN)
            return view.element if isinstance(view, Lazy) and is_harmless(view.element) else UNKNOWN
        case "update":
            for value in arguments.positional:
                if record.class_name == "collections.Counter":
                    dict_store(frame, state, reference.site, record, UNKNOWN, Instance("builtins.int"))
                else:
                    subscripts.update_dict(frame, state, reference, value, node)
            for key, value in arguments.keywords.items():
                stored = with_step(value, "put into the dict here", frame.module.file, node)
                subscripts.store_item(frame, state, reference, Constant(key, "str"), stored, node)
            return NONE
        case "move_to_end":
            return NONE
        case "__getitem__":
            return dict_load(frame, state, record, arguments.get(0) or UNKNOWN, node)
        case "__setitem__":
            dict_store(
                frame, state, reference.site, record, arguments.get(0) or UNKNOWN, arguments.get(1) or UNKNOWN
            )
            return NONE
        case _:
            return None


# --- sets ------------------------------------------------------------------------------------------------


def _set_method(
    frame: Frame,
    state: State,
    reference: Reference,
    record: SetObject,
    name: str,
    arguments: Arguments,
    node: cst.CSTNode,
) -> Value | None:
    match name:
        case "add":
            added = hashing.hashed(frame, state, arguments.get(0) or UNKNOWN, node)
            if state.dead:
                return NEVER
            state.heap[reference.site] = SetObject(record.class_name, join(record.element, added))
            return NONE
        case "update":
            elements = [
                iterating.iterate(frame, state, value, node).element for value in arguments.positional
            ]
            state.heap[reference.site] = SetObject(record.class_name, join_all([record.element, *elements]))
            return NONE
        case "discard" | "remove":
            if name == "remove":
                may_raise(frame, state)
            left = set_elements.without(record.element, arguments.get(0) or UNKNOWN)
            state.heap[reference.site] = SetObject(record.class_name, left)
            return NONE
        case "intersection_update" | "difference_update" | "intersection" | "difference":
            others = [iterating.iterate(frame, state, value, node).element for value in arguments.positional]
            left = record.element
            for other in others:
                left = (set_elements.common if "inter" in name else set_elements.without)(left, other)
            if not name.endswith("_update"):
                return new_set(frame, state, node, left, record.class_name)
            state.heap[reference.site] = SetObject(record.class_name, left)
            return NONE
        case "symmetric_difference_update":
            return NONE
        case "clear":
            state.heap[reference.site] = SetObject(record.class_name, NEVER)
            return NONE
        case "pop":
            may_raise(frame, state)
            return record.element
        case "copy":
            return new_set(frame, state, node, record.element, record.class_name)
        case "union" | "symmetric_difference":
            elements = [
                iterating.iterate(frame, state, value, node).element for value in arguments.positional
            ]
            return new_set(frame, state, node, join_all([record.element, *elements]), record.class_name)
        case _:
            return None


# --- the one entry ---------------------------------------------------------------------------------------


def call_method(
    frame: Frame, state: State, method: BuiltinMethod, arguments: Arguments, node: cst.CSTNode
) -> Value:
    """Call a method of a container or of JSON; what is not known here, the stubs answer."""
    receiver = method.receiver
    value: Value | None = None
    match receiver:
        case Reference(site=site):
            record = state.heap.get(site)
            match record:
                case DictObject():
                    value = _dict_method(frame, state, receiver, record, method.name, arguments, node)
                    attributes.mirror(state, site)
                case ListObject():
                    value = lists.list_method(frame, state, receiver, record, method.name, arguments, node)
                case SetObject():
                    value = _set_method(frame, state, receiver, record, method.name, arguments, node)
                case _:
                    return UNKNOWN
        case Json():
            value = decoded_json.json_method(frame, state, receiver, method.name, arguments, node)
        case _:
            pass
    if value is None:
        value = queries.call_stub_method(frame, state, receiver, method.name, arguments, node)
    return value
