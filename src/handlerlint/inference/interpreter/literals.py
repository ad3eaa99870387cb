"""Literals and displays: texts, numbers, and the tuples, lists, sets and dicts that are written with their elements."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import libcst as cst

from handlerlint.inference.core.allocation import new_dict, new_list, new_set
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import evaluate, evaluates
from handlerlint.inference.core.failing import fails
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.unions import join_all, tuple_of
from handlerlint.inference.domain.values import (
    LONGEST_CONSTANT,
    NEVER,
    Constant,
    Instance,
    Reference,
    Value,
    constant,
    folded,
    with_step,
)
from handlerlint.inference.effects import dependences
from handlerlint.inference.interpreter import certain_errors
from handlerlint.inference.objects import (
    dict_updates,
    hashing,
    iterating,
    subscripts,
)


@evaluates(cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString)
def _literal(
    frame: Frame, state: State, node: cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString
) -> Value:
    known = frame.interpreter.constants
    value = known.get(node)
    if value is None:
        make = _string if isinstance(node, cst.SimpleString) else _number
        value = known[node] = make(frame, state, node)  # type: ignore[arg-type]
    return value


@lru_cache(maxsize=4096)
def _evaluated(text: str) -> Any:
    """What a literal stands for: the same few are written in every file."""
    return ast.literal_eval(text)


def _number(frame: Frame, state: State, node: cst.Integer | cst.Float | cst.Imaginary) -> Value:
    try:
        return folded(_evaluated(node.value), frame.step(node))
    except (ValueError, SyntaxError):
        kinds = {cst.Integer: "builtins.int", cst.Float: "builtins.float", cst.Imaginary: "builtins.complex"}
        return Instance(kinds[type(node)], origin=frame.step(node))


def _string(frame: Frame, state: State, node: cst.SimpleString) -> Value:
    if len(node.value) <= LONGEST_CONSTANT:
        try:
            return constant(_evaluated(node.value), frame.step(node))
        except (ValueError, SyntaxError):
            pass
    kind = "builtins.bytes" if "b" in node.prefix else "builtins.str"
    return Instance(kind, origin=frame.step(node))


@evaluates(cst.ConcatenatedString)
def _concatenated(frame: Frame, state: State, node: cst.ConcatenatedString) -> Value:
    left, right = evaluate(frame, state, node.left), evaluate(frame, state, node.right)
    match left, right:
        case Constant(value=a, kind="str"), Constant(value=b, kind="str"):
            return folded(str(a) + str(b), frame.step(node))
        case Constant(value=bytes() as first), Constant(value=bytes() as second):
            return folded(first + second, frame.step(node))
        case ((Constant(kind="bytes") | Instance(class_name="builtins.bytes")), _):
            return Instance("builtins.bytes", origin=frame.step(node))
        case _:
            return Instance("builtins.str", origin=frame.step(node))


@evaluates(cst.FormattedString)
def _formatted(frame: Frame, state: State, node: cst.FormattedString) -> Value:
    """The text of an f-string where all its parts are known; else that it is a text, and whether it can be empty."""
    text: list[str] | None = []
    put_in: list[Value] = []
    shape: list[object] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            shape.append(part.value)
            if text is not None:
                text.append(part.value.replace("{{", "{").replace("}}", "}"))
            continue
        if not isinstance(part, cst.FormattedStringExpression):
            continue
        value = evaluate(frame, state, part.expression)
        if state.dead or fails(frame, state, certain_errors.of_format_spec(frame, state, value, part), part):
            return NEVER
        put_in.append(value)
        plain = part.format_spec is None and part.conversion is None and part.equal is None
        shape.append(None if plain else id(part))
        if (
            text is not None
            and plain
            and isinstance(value, Constant)
            and value.kind in ("str", "int", "bool")
        ):
            text.append(str(value.value))
        else:
            text = None
    if text is not None and "\\" not in "".join(text):
        return folded("".join(text), frame.step(node))
    has_text = any(isinstance(part, cst.FormattedStringText) for part in node.parts)
    return dependences.text(frame, state, node, tuple(shape), put_in, is_true=has_text)


@evaluates(cst.Ellipsis)
def _ellipsis(frame: Frame, state: State, node: cst.Ellipsis) -> Value:
    return constant(..., frame.step(node))


def _elements(
    frame: Frame, state: State, nodes: Sequence[cst.BaseElement], where: str
) -> tuple[list[Value], Value | None]:
    """The values of a display's elements: those known one by one, and what any further ones are."""
    items: list[Value] = []
    rest: list[Value] = []
    for element in nodes:
        value = evaluate(frame, state, element.value)
        if isinstance(element, cst.StarredElement):
            failure = certain_errors.of_iteration(frame, state, value, element.value)
            if state.dead or fails(frame, state, failure, element):
                break
            known, further = iterating.unpack(frame, state, value, element)
            (rest if rest else items).extend(known)
            if further is not None:
                rest.append(further)
        else:
            stored = with_step(value, where, frame.module.file, element.value)
            (rest if rest else items).append(stored)
    return items, join_all(rest) if rest else None


@evaluates(cst.Tuple)
def _tuple(frame: Frame, state: State, node: cst.Tuple) -> Value:
    items, rest = _elements(frame, state, node.elements, "put into the tuple here")
    return NEVER if state.dead else tuple_of(tuple(items), rest, frame.step(node))


@evaluates(cst.List)
def _list(frame: Frame, state: State, node: cst.List) -> Value:
    items, rest = _elements(frame, state, node.elements, "put into the list here")
    return NEVER if state.dead else new_list(frame, state, node, items, rest)


@evaluates(cst.Set)
def _set(frame: Frame, state: State, node: cst.Set) -> Value:
    items, rest = _elements(frame, state, node.elements, "put into the set here")
    is_plain = len(items) == len(node.elements)
    nodes = node.elements if is_plain else [node] * len(items)
    found = list[Value]()
    for item, element in zip(items, nodes, strict=True):
        if not state.dead:
            found.append(hashing.hashed(frame, state, item, element))
    found.append(hashing.hashed(frame, state, rest or NEVER, node, certain=False))
    return NEVER if state.dead else new_set(frame, state, node, join_all(found), is_filled=bool(items))


@evaluates(cst.Dict)
def _dict(frame: Frame, state: State, node: cst.Dict) -> Value:
    # The dict is there once its parts are: an exception of one of them leaves none behind that lacks the rest.
    made: Reference | None = None
    entries: list[tuple[cst.CSTNode, Value, Value]] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            entries.append(_entry(frame, state, element))
        elif isinstance(element, cst.StarredDictElement):
            made, entries = _with_entries(frame, state, node, made, entries), []
            value = evaluate(frame, state, element.value)
            if value is not NEVER:
                dict_updates.update_dict(frame, state, made, value, element)
        if state.dead:
            return NEVER
    made = _with_entries(frame, state, node, made, entries)
    return NEVER if state.dead else made


def _with_entries(
    frame: Frame,
    state: State,
    node: cst.Dict,
    made: Reference | None,
    entries: list[tuple[cst.CSTNode, Value, Value]],
) -> Reference:
    """The dict with further entries, made now if it is not there yet."""
    reference = new_dict(frame, state, node) if made is None else made
    for place, key, value in entries:
        subscripts.store_item(frame, state, reference, key, value, place)
    return reference


def _entry(frame: Frame, state: State, element: cst.DictElement) -> tuple[cst.CSTNode, Value, Value]:
    key = evaluate(frame, state, element.key)
    value = evaluate(frame, state, element.value)
    file, what = frame.module.file, "put into the dict here"
    key = with_step(key, what, file, element.key)
    return element.key, key, with_step(value, what, file, element.value)
