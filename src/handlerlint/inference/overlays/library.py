"""What functions of the standard library mean beyond their types: json, copy, functools, dataclasses, contextlib …"""

from __future__ import annotations

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import (
    ClassObject,
    DictObject,
    Entry,
    InstanceObject,
    ListObject,
    SetObject,
    State,
    lose,
)
from handlerlint.inference.domain.values import (
    FALSE,
    NEVER,
    NONE,
    UNKNOWN,
    Constant,
    Coroutine,
    Instance,
    Json,
    Native,
    Partial,
    Reference,
    Site,
    TupleValue,
    Value,
    Wrapped,
    constant,
    join,
    join_all,
    members,
)
from handlerlint.inference.effects import suspended
from handlerlint.inference.interpreter import calls, classes
from handlerlint.inference.interpreter.imports import import_module
from handlerlint.inference.objects import attribute_changes, iterating, subscripts
from handlerlint.inference.overlays import json
from handlerlint.inference.types import queries

# --- json ------------------------------------------------------------------------------------------------


@native("json.loads", "json.load")
def _loads(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    may_raise(frame, state)
    if arguments.keywords.keys() - {"s", "fp", "encoding"} or not arguments.complete:
        return UNKNOWN  # object_hook, parse_float, cls: what these make is not JSON any more
    return Json(("json", id(node), frame.context), frame.step(node))


@native("json.dumps", "json.dump")
def _dumps(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    value = arguments.get(0, "obj")
    is_dump = isinstance(node, cst.Call) and _name_of(node).endswith("dump")
    result: Value = NONE if is_dump else Instance("builtins.str", origin=frame.step(node))
    if value is None or not arguments.complete:
        return result
    outcome = json.dump(frame, state, value, arguments, node, "json.dump" if is_dump else "json.dumps")
    if outcome.fails:
        may_raise(frame, state, Instance(outcome.error, origin=frame.step(node)))
        return NEVER
    if outcome.may_fail and frame.machine.trying:
        # Somebody may catch it: who comes past here has something that serializes.
        may_raise(frame, state, Instance(outcome.error, origin=frame.step(node)))
        lose(state, (value,))
    return result


def _name_of(node: cst.Call) -> str:
    match node.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
        case _:
            return ""


# --- copies ----------------------------------------------------------------------------------------------


@native("copy.copy")
def _copy(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    found = [
        subscripts.shallow_copy(frame, state, m, node) for m in members(arguments.get(0, "x") or UNKNOWN)
    ]
    return join_all(found)


@native("copy.deepcopy")
def _deepcopy(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return deep_copy(frame, state, arguments.get(0, "x") or UNKNOWN, node, {})


def deep_copy(
    frame: Frame, state: State, value: Value, node: cst.CSTNode, done: dict[Site, Reference]
) -> Value:
    """A copy of a value and of everything that can be reached from it."""
    match value:
        case TupleValue(items=items, rest=rest):
            return TupleValue(
                tuple(deep_copy(frame, state, item, node, done) for item in items),
                None if rest is None else deep_copy(frame, state, rest, node, done),
                value.origin,
            )
        case Json():
            return subscripts.shallow_copy(frame, state, value, node)
        case Reference(site=site):
            known = done.get(site)
            if known is not None:
                return known
            record = state.heap.get(site)
            copied = frame.site(node, f"deep{len(done)}")
            reference = done[site] = Reference(copied, value.origin)

            def again(part: Value) -> Value:
                return join_all(deep_copy(frame, state, member, node, done) for member in members(part))

            match record:
                case ListObject():
                    rest = None if record.rest is None else again(record.rest)
                    state.heap[copied] = ListObject(record.class_name, tuple(map(again, record.items)), rest)
                case DictObject():
                    state.heap[copied] = DictObject(
                        record.class_name,
                        {
                            key: Entry(again(entry.value), entry.maybe)
                            for key, entry in record.entries.items()
                        },
                        record.rest_key,
                        None if record.rest_value is None else again(record.rest_value),
                        record.default,
                    )
                case SetObject():
                    state.heap[copied] = record
                case InstanceObject():
                    fields = {name: again(item) for name, item in record.attributes.items()}
                    content = None if record.content is None else again(record.content)
                    state.heap[copied] = InstanceObject(record.cls, fields, content, record.open)
                case _:
                    return value
            return reference
        case _:
            return value


# --- functools -------------------------------------------------------------------------------------------


@native("functools.partial")
def _partial(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional or not arguments.complete:
        return UNKNOWN
    function, *rest = arguments.positional
    return Partial(function, tuple(rest), tuple(arguments.keywords.items()), frame.step(node))


@native("functools.wraps", "functools.total_ordering")
def _wraps(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if isinstance(node, cst.Decorator) and arguments.positional:
        return arguments.positional[0]  # @total_ordering
    return Native("identity")


@native("identity")
def _identity(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return arguments.get(1) or UNKNOWN


@native("functools.lru_cache", "functools.cache")
def _cache(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    function = arguments.get(0)
    if function is None or isinstance(function, Constant):
        return Native("identity")
    return function


@native("functools.reduce")
def _reduce(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    function, iterable, start = arguments.get(0), arguments.get(1), arguments.get(2)
    if function is None or iterable is None:
        return None
    iteration = iterating.iterate(frame, state, iterable, node)
    if iteration.items is not None and len(iteration.items) <= 16:
        items = list(iteration.items)
        if start is None:
            if not items:
                return NEVER
            start = items.pop(0)
        for item in items:
            start = dispatch.call(frame, state, function, Arguments((start, item)), node)
            if state.dead:
                return NEVER
        return start
    first = start if start is not None else iteration.element
    if iteration.element is NEVER:
        return first
    once = dispatch.call(frame, state, function, Arguments((first, iteration.element)), node)
    return first if state.dead else join(first, once)


# --- dataclasses and named tuples ------------------------------------------------------------------------


@native("dataclasses.dataclass")
def _dataclass(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    cls = arguments.get(0)
    if cls is None:
        return Native("dataclasses.decorator")
    return classes.mark_dataclass(state, cls)


@native("dataclasses.decorator")
def _dataclass_decorator(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return classes.mark_dataclass(state, arguments.get(1) or UNKNOWN)


@native("dataclasses.field")
def _field(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Native("dataclasses.field", (classes.FieldArguments(arguments),))


@native("dataclasses.asdict", "dataclasses.astuple")
def _asdict(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    as_tuple = isinstance(node, cst.Call) and _name_of(node) == "astuple"
    if arguments.keywords:
        return UNKNOWN  # dict_factory decides
    found = [as_plain(frame, state, m, node, as_tuple, 0) for m in members(arguments.get(0) or UNKNOWN)]
    return join_all(found)


def as_plain(
    frame: Frame, state: State, value: Value, node: cst.CSTNode, as_tuple: bool, depth: int
) -> Value:
    """What `dataclasses.asdict` makes of a value: dataclasses become dicts, containers are copied."""
    if depth > 6:
        return UNKNOWN
    if len(members(value)) > 1:
        return join_all(as_plain(frame, state, m, node, as_tuple, depth) for m in members(value))

    def inner(part: Value) -> Value:
        return as_plain(frame, state, part, node, as_tuple, depth + 1)

    record = state.heap.get(value.site) if isinstance(value, Reference) else None
    match record:
        case InstanceObject():
            cls = state.heap.get(record.cls)
            if not isinstance(cls, ClassObject) or cls.kind != "dataclass":
                return value if depth else UNKNOWN
            if record.open and not all(name in record.attributes for name, _ in cls.fields):
                return UNKNOWN
            fields = {name: inner(record.attributes.get(name, UNKNOWN)) for name, _ in cls.fields}
            if as_tuple:
                return TupleValue(tuple(fields.values()), None, frame.step(node))
            entries: dict[Value, Entry] = {constant(name): Entry(part) for name, part in fields.items()}
            assert isinstance(value, Reference)
            return allocation.new_dict(frame, state, node, entries, tag=f"asdict{hash(value.site)}")
        case ListObject():
            rest = None if record.rest is None else inner(record.rest)
            assert isinstance(value, Reference)
            return allocation.new_list(
                frame, state, node, tuple(map(inner, record.items)), rest, record.class_name,
                tag=f"aslist{hash(value.site)}",
            )  # fmt: skip
        case DictObject():
            assert isinstance(value, Reference)
            return allocation.new_dict(
                frame, state, node,
                {key: Entry(inner(entry.value), entry.maybe) for key, entry in record.entries.items()},
                record.rest_key, None if record.rest_value is None else inner(record.rest_value),
                record.class_name, record.default, tag=f"asdict{hash(value.site)}",
            )  # fmt: skip
        case _:
            if isinstance(value, TupleValue):
                rest = None if value.rest is None else inner(value.rest)
                return TupleValue(tuple(map(inner, value.items)), rest, value.origin)
            return value


@native("dataclasses.replace", "copy.replace")
def _replace(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    value = arguments.get(0) or UNKNOWN
    record = state.heap.get(value.site) if isinstance(value, Reference) else None
    if not isinstance(record, InstanceObject) or not arguments.complete:
        return UNKNOWN
    site = frame.site(node, "replace")
    fields = {**record.attributes, **arguments.keywords}
    content = TupleValue(tuple(fields.values())) if isinstance(record.content, TupleValue) else record.content
    state.heap[site] = InstanceObject(record.cls, fields, content, record.open)
    return Reference(site, frame.step(node))


@native("collections.namedtuple")
def _namedtuple(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    name, fields = arguments.get(0, "typename"), arguments.get(1, "field_names")
    names: list[str] | None = None
    if isinstance(fields, Constant) and isinstance(fields.value, str):
        names = fields.value.replace(",", " ").split()
    elif fields is not None:
        iteration = iterating.iterate(frame, state, fields, node)
        if iteration.items is not None and all(isinstance(item, Constant) for item in iteration.items):
            names = [str(item.value) for item in iteration.items if isinstance(item, Constant)]
    if names is None or not isinstance(name, Constant):
        return UNKNOWN
    defaults: list[Value | None] = [None] * len(names)
    given = arguments.keywords.get("defaults")
    if given is not None:
        iteration = iterating.iterate(frame, state, given, node)
        if iteration.items is None or len(iteration.items) > len(names):
            return UNKNOWN
        defaults[len(names) - len(iteration.items) :] = iteration.items
    site = frame.site(node, "namedtuple")
    state.heap[site] = ClassObject(
        str(name.value), str(name.value), (), {}, "named-tuple", tuple(zip(names, defaults, strict=True))
    )
    return Reference(site, frame.step(node))


# --- context managers and others -------------------------------------------------------------------------


@native("contextlib.closing", "contextlib.nullcontext")
def _closing(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Native("contextmanager.entered", (arguments.get(0) or NONE,))


@native("builtins.delattr", "builtins.object.__delattr__")
def _delattr(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    target, name = (arguments.get(position) or UNKNOWN for position in range(2))
    if isinstance(name, Constant) and isinstance(name.value, str):
        attribute_changes.delete_attribute(state, target, name.value)
        return NONE
    return calls.call_unknown(frame, state, UNKNOWN, Arguments((target,)))


@native("typing.cast", "typing_extensions.cast")
def _cast(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return arguments.get(1, "val") or UNKNOWN


@native("importlib.import_module")
def _import_module(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    name = arguments.get(0, "name")
    if isinstance(name, Constant) and isinstance(name.value, str) and not name.value.startswith("."):
        return import_module(frame, state, name.value)
    may_raise(frame, state)
    return UNKNOWN


@native("asyncio.runners.run", "asyncio.run", "asyncio.events.AbstractEventLoop.run_until_complete")
def _run(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    found: list[Value] = []
    for member in members(arguments.get(0, "main") or UNKNOWN):
        if isinstance(member, Coroutine):
            found.append(suspended.result_of(state, member))
        else:
            found.append(queries.await_value(frame, state, member, node))
    return join_all(found)


@native("asyncio.tasks.gather", "asyncio.gather")
def _gather(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    failed = arguments.keywords.get("return_exceptions", FALSE)
    if failed != FALSE:
        return _gather_all(frame, state, arguments, node)
    results = [_awaited(state, member) for member in arguments.positional]
    rest: Value | None = None
    if arguments.further is not None:
        rest = join_all(_awaited(state, member) for member in members(arguments.further))
    return Coroutine(allocation.new_list(frame, state, node, results, rest), "gather", frame.step(node))


def _awaited(state: State, value: Value) -> Value:
    return suspended.result_of(state, value) if isinstance(value, Coroutine) else UNKNOWN


def _gather_all(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`return_exceptions=True`: what fails is among the results."""
    given = [*arguments.positional, *([arguments.further] if arguments.further is not None else [])]
    results = [_awaited(state, member) for value in given for member in members(value)]
    element = join_all([*results, Instance("builtins.Exception", origin=frame.step(node))])
    return Coroutine(allocation.new_list(frame, state, node, (), element), "gather", frame.step(node))


@native("property.setter", "property.deleter")
def _property_setter(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    this = arguments.get(0)
    if isinstance(this, Native) and this.data:
        return Wrapped("property", this.data[0])  # type: ignore[arg-type]
    return UNKNOWN


@native("decimal.Decimal")
def _decimal(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    return Instance("decimal.Decimal", origin=frame.step(node))
