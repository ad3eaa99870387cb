"""The constructors of containers: list, set, dict, tuple, and those of collections."""

from __future__ import annotations

from handlerlint.inference.core import allocation
from handlerlint.inference.core.registry import Call, overlay
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import NEVER, NONE, Instance, TupleValue, Value, constant, with_step
from handlerlint.inference.objects import dict_updates, emptiness, hashing, iterating, sets, subscripts


@overlay("builtins.list", "collections.deque")
def _list_of(call: Call) -> Value | None:
    if "maxlen" in call.passed and call.argument("maxlen") != NONE:
        return None  # which elements it keeps, the stub does not say
    iterable = call.argument("iterable")
    if iterable is None:
        return allocation.new_list(call.frame, call.state, call.node, class_name=call.name)
    iteration = iterating.iterate(call.frame, call.state, iterable, call.node)
    if iteration.items is not None:
        return allocation.new_list(call.frame, call.state, call.node, iteration.items, None, call.name)
    copy = allocation.new_list(call.frame, call.state, call.node, (), iteration.element, call.name)
    emptiness.taken_from(call.frame, call.state, copy, iteration, call.node)
    return sets.with_keys(call.state, copy, iterable)


@overlay("builtins.set", "builtins.frozenset")
def _set_of(call: Call) -> Value | None:
    element: Value = NEVER
    iterable = call.argument("iterable")
    if iterable is not None:
        iteration = iterating.iterate(call.frame, call.state, iterable, call.node)
        items = iteration.items if iteration.items is not None else (iteration.element,)
        certain = iteration.items is not None
        element = join_all(
            hashing.hashed(call.frame, call.state, item, call.node, certain=certain) for item in items
        )
        if call.state.dead:
            return NEVER
    is_filled = iterable is not None and iteration.certain
    made = allocation.new_set(call.frame, call.state, call.node, element, call.name, is_filled=is_filled)
    if iterable is None:
        return made
    emptiness.taken_from(call.frame, call.state, made, iteration, call.node)
    return sets.with_keys(call.state, made, iterable)


@overlay("builtins.dict", "collections.OrderedDict", "collections.defaultdict")
def _dict_of(call: Call) -> Value | None:
    """A dict of the pairs or the mapping, then of the keywords."""
    default: Value | None = None
    if call.name == "collections.defaultdict":
        default = call.argument("default_factory") or NONE
    reference = allocation.new_dict(call.frame, call.state, call.node, class_name=call.name, default=default)
    content = call.argument("map", "iterable")
    if content is not None:
        dict_updates.update_dict(call.frame, call.state, reference, content, call.node)
        if call.state.dead:
            return NEVER
    for key, value in call.arguments.keywords.items():
        stored = with_step(value, "put into the dict here", call.frame.module.file, call.node)
        subscripts.store_item(call.frame, call.state, reference, constant(key), stored, call.node)
    if call.arguments.further_keywords is not None:
        subscripts.store_item(
            call.frame,
            call.state,
            reference,
            Instance("builtins.str"),
            call.arguments.further_keywords,
            call.node,
        )
    return reference


@overlay("collections.Counter")
def _counter(call: Call) -> Value | None:
    element: Value = NEVER
    counted = call.argument("iterable", "mapping")
    if counted is not None:
        element = iterating.iterate(call.frame, call.state, counted, call.node).element
    if element is NEVER:
        return allocation.new_dict(call.frame, call.state, call.node, class_name=call.name)
    return allocation.new_dict(
        call.frame, call.state, call.node, None, element, Instance("builtins.int"), call.name
    )


@overlay("builtins.tuple")
def _tuple(call: Call) -> Value | None:
    iterable = call.argument("iterable")
    if iterable is None:
        return TupleValue((), None, call.frame.step(call.node))
    known, rest = iterating.unpack(call.frame, call.state, iterable, call.node)
    return TupleValue(known, None if rest is NEVER else rest, call.frame.step(call.node))


@overlay("builtins.dict.fromkeys")
def _fromkeys(call: Call) -> Value | None:
    known, rest = iterating.unpack(call.frame, call.state, call.required("iterable"), call.node)
    value = call.argument("value") or NONE
    reference = allocation.new_dict(call.frame, call.state, call.node)
    further = (
        NEVER if rest is None else hashing.hashed(call.frame, call.state, rest, call.node, certain=False)
    )
    for key in (*known, *members(further)):
        subscripts.store_item(call.frame, call.state, reference, key, value, call.node)
    return NEVER if call.state.dead else reference
