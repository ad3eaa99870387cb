"""The constructors of containers: list, set, dict, tuple, and those of collections."""

from __future__ import annotations

import functools

import libcst as cst

from handlerlint.inference.core import allocation
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.registry import native
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    Instance,
    TupleValue,
    Value,
    constant,
    join_all,
    members,
    with_step,
)
from handlerlint.inference.objects import attributes, hashing, iterating, subscripts
from handlerlint.inference.overlays.builtins import iterables


def _list_of(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    if not arguments.positional:
        return allocation.new_list(frame, state, node, class_name=class_name)
    iteration = iterating.iterate(frame, state, arguments.positional[0], node)
    if iteration.items is not None:
        return allocation.new_list(frame, state, node, iteration.items, None, class_name)
    return iterables.copied_list(
        state, iteration, allocation.new_list(frame, state, node, (), iteration.element, class_name)
    )


def _set_of(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    element: Value = NEVER
    if arguments.positional:
        iteration = iterating.iterate(frame, state, arguments.positional[0], node)
        items = iteration.items if iteration.items is not None else (iteration.element,)
        certain = iteration.items is not None
        element = join_all(hashing.hashed(frame, state, item, node, certain=certain) for item in items)
        if state.dead:
            return NEVER
    return allocation.new_set(frame, state, node, element, class_name)


def _dict_of(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    positional = list(arguments.positional)
    default: Value | None = None
    if class_name == "collections.defaultdict":
        default = positional.pop(0) if positional else NONE
    reference = allocation.new_dict(frame, state, node, class_name=class_name, default=default)
    for value in positional[:1]:
        subscripts.update_dict(frame, state, reference, value, node)
        if state.dead:
            return NEVER
    for key, value in arguments.keywords.items():
        stored = with_step(value, "put into the dict here", frame.module.file, node)
        subscripts.store_item(frame, state, reference, constant(key), stored, node)
    if arguments.further_keywords is not None:
        subscripts.store_item(
            frame, state, reference, Instance("builtins.str"), arguments.further_keywords, node
        )
    return reference


def _counter(
    frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode, class_name: str
) -> Value | None:
    element: Value = NEVER
    if arguments.positional:
        element = iterating.iterate(frame, state, arguments.positional[0], node).element
    if element is NEVER:
        return allocation.new_dict(frame, state, node, class_name=class_name)
    return allocation.new_dict(frame, state, node, None, element, Instance("builtins.int"), class_name)


def _register_containers() -> None:
    makers = {
        "builtins.list": _list_of,
        "collections.deque": _list_of,
        "builtins.set": _set_of,
        "builtins.frozenset": _set_of,
        "builtins.dict": _dict_of,
        "collections.OrderedDict": _dict_of,
        "collections.defaultdict": _dict_of,
        "collections.Counter": _counter,
    }
    for name, maker in makers.items():
        native(name)(functools.partial(maker, class_name=name))


@native("builtins.tuple")
def _tuple(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    if not arguments.positional:
        return TupleValue((), None, frame.step(node))
    known, rest = iterating.unpack(frame, state, arguments.positional[0], node)
    return TupleValue(known, None if rest is NEVER else rest, frame.step(node))


@native("builtins.dict.fromkeys")
def _fromkeys(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value | None:
    positional = [value for value in arguments.positional if not attributes.is_class(state, value)]
    if not positional:
        return None
    known, rest = iterating.unpack(frame, state, positional[0], node)
    value = positional[1] if len(positional) > 1 else NONE
    reference = allocation.new_dict(frame, state, node)
    further = NEVER if rest is None else hashing.hashed(frame, state, rest, node, certain=False)
    for key in (*known, *members(further)):
        subscripts.store_item(frame, state, reference, key, value, node)
    return NEVER if state.dead else reference


_register_containers()
