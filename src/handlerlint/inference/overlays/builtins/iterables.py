"""Builtin functions over iterables: `map`, `zip`, `sorted`, `any`, `max`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import libcst as cst

from handlerlint.inference.core import allocation, dispatch
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.core.registry import Call, forking, overlay
from handlerlint.inference.domain import naming, terms
from handlerlint.inference.domain.arguments import Arguments
from handlerlint.inference.domain.heap import Container, InstanceObject, State, lose, lose_only, reachable
from handlerlint.inference.domain.unions import join, join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    NONE,
    UNKNOWN,
    Constant,
    Instance,
    Lazy,
    Reference,
    Site,
    Term,
    TupleValue,
    Unknown,
    Value,
    constant,
    is_harmless,
)
from handlerlint.inference.effects import deferred, suspended
from handlerlint.inference.interpreter import narrowing
from handlerlint.inference.objects import emptiness, iterating, lists, operators, truth
from handlerlint.inference.objects.folding import MOST_FOLDED, fold_all, fold_some
from handlerlint.inference.objects.iterating import Iteration
from handlerlint.inference.stubs.types import NamedType

#: Known items are filtered one by one where there are at most so many.
LONGEST_FILTER = 16


@overlay("builtins.any")
def _any(call: Call) -> Value | None:
    return _quantified(call, decides=True)


@overlay("builtins.all")
def _all(call: Call) -> Value | None:
    return _quantified(call, decides=False)


def _quantified(call: Call, *, decides: bool) -> Value:
    """`any` is true as soon as one element is; `all` is false as soon as one element is not."""
    iterable = call.required("iterable")
    iteration = iterating.iterate(call.frame, call.state, iterable, call.node)
    if iteration.items is None:
        if truth.truth(call.frame, call.state, iteration.element) is not decides:
            return narrowing.BOOL
        has_one = naming.name_of(call.state, iterable)  # each element decides: it asks if there is one
        asked = None if has_one is None else terms.is_true(has_one)
        return terms.named(narrowing.BOOL, terms.negation(asked) if asked and not decides else asked)
    verdicts: list[bool | None] = []
    for item in iteration.items:
        verdicts.append(narrowing.settled(call.frame, call.state, item, not decides))
        if verdicts[-1] is decides:
            return constant(decides)
    return narrowing.BOOL if None in verdicts else constant(not decides)


@overlay("builtins.range")
def _range(call: Call) -> Value | None:
    bounds = [
        value.value
        for value in call.arguments.positional
        if isinstance(value, Constant) and isinstance(value.value, int)
    ]
    if len(bounds) != len(call.arguments.positional) or not bounds or (len(bounds) == 3 and not bounds[2]):
        source = _measured(call.state, call.arguments.positional)
        record = None if source is None else call.state.heap.get(source)
        is_filled = isinstance(record, Container) and record.truth is True
        element = Instance("builtins.int", term=None if source is None else ("index", ("object", source)))
        return Lazy("builtins.range", None, element, source, call.frame.step(call.node), is_filled)
    numbers = range(*bounds[:3])
    items = tuple(constant(number) for number in numbers) if len(numbers) <= 24 else None
    return Lazy(
        "builtins.range", items, Instance("builtins.int"), None, call.frame.step(call.node), len(numbers) > 0
    )


def _measured(state: State, bounds: Sequence[Value]) -> Site | None:
    """The container whose indexes a range has, forwards or backwards: the range is empty when the container is."""
    match bounds:
        case [length] | [Constant(value=0), length] | [Constant(value=0), length, Constant(value=1)]:
            term = terms.own_term(length)
        case [last, Constant(value=-1), Constant(value=-1)]:
            term = _one_less(terms.own_term(last))
        case _:
            return None
    return None if term is None else naming.measured(state, term)


@overlay("builtins.enumerate")
def _enumerate(call: Call) -> Value | None:
    """The elements with their positions: in a list, with the indexes that they can be put back at."""
    iteration = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    start = call.argument("start") or constant(0)
    items: tuple[Value, ...] | None = None
    if iteration.items is not None and isinstance(start, Constant) and isinstance(start.value, int):
        first = int(start.value)
        items = tuple(
            TupleValue((constant(first + position), item)) for position, item in enumerate(iteration.items)
        )
    is_index = iteration.source is not None and start == constant(0)
    is_true = isinstance(start, Constant) and isinstance(start.value, int) and start.value > 0
    index: Term | None = ("index", ("object", iteration.source)) if is_index else None
    position = Instance("builtins.int", is_true=is_true, term=index)
    element = TupleValue((position, iteration.element))
    return Lazy(
        "builtins.enumerate",
        items,
        element,
        iteration.source,
        call.frame.step(call.node),
        iteration.certain,
        selects=iteration.selects,
    )


def _one_less(term: Term | None) -> Term | None:
    """The term that another one is by one less than."""
    match term:
        case ("operator", "Subtract", whole, ("constant", Constant(value=1))):
            return cast("Term", whole)
        case _:
            return None


@overlay("builtins.zip")
def _zip(call: Call) -> Value | None:
    if not call.arguments.complete:
        return None
    columns = [
        iterating.iterate(call.frame, call.state, value, call.node) for value in call.arguments.positional
    ]
    items: tuple[Value, ...] | None = None
    known = [column.items for column in columns if column.items is not None]
    if len(known) == len(columns):
        items = tuple(TupleValue(row) for row in zip(*known, strict=False))
    element = TupleValue(tuple(column.element for column in columns))
    source = columns[0].source if columns else None
    made = Lazy("builtins.zip", items, element, source, call.frame.step(call.node), selects=True)
    return suspended.going_through(call.state, made, call.arguments.positional)


@overlay("builtins.map")
def _map(call: Call) -> Value | None:
    if not call.arguments.complete:
        return None
    return suspended.lazily(call.state, lambda: _mapped(call.frame, call.state, call.arguments, call.node))


def _mapped(frame: Frame, state: State, arguments: Arguments, node: cst.CSTNode) -> Value:
    """An iterator over the function's results: one by one where the items are known, else one for each."""
    function, *iterables = arguments.positional
    columns = [iterating.choose(frame, state, value, node) for value in iterables]
    known = [column.items for column in columns if column.items is not None]
    if len(known) == len(columns):
        rows = list(zip(*known, strict=False))
        if len(rows) <= deferred.MOST_CALLS:
            results = deferred.call_each(frame, state, function, rows, node)
            return (
                NEVER
                if state.dead
                else Lazy("builtins.map", results, join_all(results), None, frame.step(node))
            )
    given = Arguments(tuple(column.element for column in columns))
    if any(value is NEVER for value in given.positional):
        return Lazy("builtins.map", (), NEVER, None, frame.step(node))
    element = dispatch.call(frame, state, function, given, node)
    if state.dead:
        state.dead = False  # the function may never be called at all
        element = NEVER
    selects = columns[0].selects or len(columns) > 1
    return Lazy("builtins.map", None, element, columns[0].source, frame.step(node), selects=selects)


@overlay("builtins.filter")
def _filter(call: Call) -> Value | None:
    function = call.required("function")
    return suspended.lazily(call.state, lambda: _filtered(call, function, True))


@overlay("itertools.filterfalse")
def _filterfalse(call: Call) -> Value | None:
    function = call.required("function")
    return suspended.lazily(call.state, lambda: _filtered(call, function, False))


def _filtered(call: Call, function: Value, taken: bool) -> Value:
    """The iterator over those elements of which a function is true, or false; Unknown for one of which that is open."""
    frame, state, node = call.frame, call.state, call.node
    iteration = iterating.iterate(frame, state, call.required("iterable"), node)
    chosen = _chosen(call, function, iteration.items, taken)
    if chosen is not None:
        return Lazy(call.name, chosen, join_all(chosen), iteration.source, frame.step(node), selects=True)
    if function == NONE:
        kept = [narrowing.only(frame, state, member, taken) for member in members(iteration.element)]
        return Lazy(call.name, None, join_all(kept), iteration.source, frame.step(node), selects=True)
    kept = []
    for member in members(iteration.element):
        verdict = dispatch.call(frame, state, function, Arguments((member,)), node)
        if state.dead:
            state.dead = False
            continue
        if truth.truth(frame, state, verdict) is not (not taken):
            certain = is_decided(frame, state, verdict) or len(members(iteration.element)) == 1
            kept.append(member if certain else UNKNOWN)
    element = join_all(kept)
    if isinstance(element, Unknown):
        lose(state, (iteration.element,))  # what is done to the elements is not seen
    return Lazy(call.name, None, element, iteration.source, frame.step(node), selects=True)


def _chosen(
    call: Call, function: Value, items: tuple[Value, ...] | None, taken: bool
) -> tuple[Value, ...] | None:
    """Those of some constants that are taken, on the path whose turn it is; None where that is not known."""
    if items is None or not all(isinstance(item, Constant) for item in items):
        return None
    kept: list[Value] = []
    for item in items if len(items) <= LONGEST_FILTER else ():
        answer = item
        if function != NONE:
            answer = dispatch.call(call.frame, call.state, function, Arguments((item,)), call.node)
        verdict = None if call.state.dead else narrowing.settled(call.frame, call.state, answer, False)
        if verdict is None:
            return None
        kept += [item] if verdict is taken else []
    return tuple(kept)


def is_decided(frame: Frame, state: State, verdict: Value) -> bool:
    """Whether a condition's value is certain."""
    return truth.truth(frame, state, verdict) is not None


@overlay("builtins.reversed")
def _reversed(call: Call) -> Value | None:
    iteration = iterating.iterate(call.frame, call.state, call.required("sequence"), call.node)
    items = None if iteration.items is None else iteration.items[::-1]
    origin = call.frame.step(call.node)
    made = Lazy(
        *("builtins.reversed", items, iteration.element, iteration.source, origin, iteration.certain),
        selects=iteration.selects,
    )
    return suspended.going_through(call.state, made, call.arguments.positional)


@overlay("builtins.iter")
def _iter(call: Call) -> Value | None:
    iterable = call.required("object")
    if call.passed != {"object"} or isinstance(iterable, Unknown):
        return None
    stubs = call.frame.interpreter.stubs
    class_ = NamedType(iterable.class_name) if isinstance(iterable, Lazy) else None
    if class_ is not None and stubs.attribute(class_, "__next__") is not None:
        return iterable
    iteration = iterating.iterate(call.frame, call.state, iterable, call.node)
    made = Lazy(
        "collections.abc.Iterator",
        iteration.items,
        iteration.element,
        iteration.source,
        call.frame.step(call.node),
        iteration.certain,
        selects=iteration.selects,
    )
    return suspended.going_through(call.state, made, (iterable,))


@overlay("builtins.next")
def _next(call: Call) -> Value | None:
    frame, state = call.frame, call.state
    source, default = call.required("i"), call.argument("default")
    if isinstance(source, Unknown):
        return None
    ended, iteration = _ended(call, source)
    following = iterating.advance(state, source) if isinstance(source, Lazy) else None
    if default is None and ended is not None and following in (None, NEVER):
        may_raise(frame, ended, Instance("builtins.StopIteration", origin=frame.step(call.node)))
    if following is not None:
        return default if following is NEVER and default is not None else following
    if default is not None and ended is not None:
        return join(iteration.element, default)
    emptiness.has_run(state, iteration.source)
    return iteration.element


def _ended(call: Call, source: Value) -> tuple[State | None, iterating.Iteration]:
    """The path on which an iterator has nothing to give: if nothing has been taken of it, there was nothing in it."""
    iteration = iterating.iterate(call.frame, call.state, source, call.node)
    if not isinstance(source, Lazy) or iterating.left_of(call.state, source) is not None:
        return call.state, iteration
    return None if iteration.certain else emptiness.not_run(call.state, iteration), iteration


@forking("builtins.next")
def _next_or_default(call: Call, is_joined: bool) -> list[tuple[State, Value]] | None:
    """`next(iterator, default)` of objects that can change: one path with an object, one with the default.

    Where there is none (any more), what the others have become by now is not known. None if there is one path only.
    """
    source, default = call.required("i"), call.argument("default")
    if default is None or isinstance(source, Unknown) or (is_joined and isinstance(default, Constant)):
        return None
    if isinstance(source, Lazy) and iterating.advance(call.state.copy(), source) is not None:
        return None
    ended, iteration = _ended(call, source)
    if ended is None or all(site[:1] == ("json",) for site in reachable(call.state, (iteration.element,))):
        return None
    if isinstance(source, Lazy):
        iterating.advance(call.state, source)
    emptiness.has_run(call.state, iteration.source)
    return [(call.state, iteration.element), (ended, default)]


@overlay("builtins.sorted")
def _sorted(call: Call) -> Value | None:
    iteration = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    _call_key(call, iteration)
    in_order = None if call.arguments.keywords else _in_order(iteration.items)
    if in_order is not None:
        return allocation.new_list(call.frame, call.state, call.node, in_order)
    return lists.in_unknown_order(call.frame, call.state, iteration, call.node)


def _call_key(call: Call, iteration: Iteration) -> None:
    key, items = call.argument("key"), iteration.items
    deferred.call_key(call.frame, call.state, key, items, iteration.element, call.node)


def _in_order(items: tuple[Value, ...] | None) -> list[Value] | None:
    """Constants that are all known, sorted; None for anything else."""
    constants = [item for item in items or () if isinstance(item, Constant)]
    if items is None or len(constants) < len(items):
        return None
    try:
        return [*sorted(constants, key=_python_value)]
    except TypeError:  # of several classes: the call itself fails, or one tells its own order
        return None


def _python_value(constant: Constant) -> Any:
    return constant.value


def _decided(name: str, values: tuple[Value, ...]) -> Value | None:
    """`min` or `max` of numbers that are all known."""
    numbers = [
        value.value
        for value in values
        if isinstance(value, Constant) and isinstance(value.value, (int, float))
    ]
    if len(numbers) < len(values):
        return None
    return values[numbers.index(min(numbers) if name == "min" else max(numbers))]


@overlay("builtins.min")
def _smallest(call: Call) -> Value | None:
    return _extreme("min", call)


@overlay("builtins.max")
def _largest(call: Call) -> Value | None:
    return _extreme("max", call)


@forking("builtins.min", "builtins.max")
def _extreme_or_default(call: Call, is_joined: bool) -> list[tuple[State, Value]] | None:
    """`max(rows, default=None)`: one path with an element, one with the default. None if there is one path only."""
    default, given = call.arguments.keywords.get("default"), call.arguments.positional
    if default is None or len(given) != 1 or (is_joined and isinstance(default, Constant)):
        return None
    iteration = iterating.iterate(call.frame, call.state, given[0], call.node)
    if iteration.items is not None or iteration.certain or is_harmless(iteration.element):
        return None
    without = emptiness.not_run(call.state, iteration)
    emptiness.has_run(call.state, iteration.source)
    found = _extreme(call.name.rpartition(".")[2], call)
    return None if found is None else [(call.state, found), (without, default)]


def _extreme(name: str, call: Call) -> Value | None:
    frame, state, arguments = call.frame, call.state, call.arguments
    if not arguments.complete:
        return None
    if not arguments.keywords:
        decided = _decided(name, arguments.positional)
        if decided is not None and len(arguments.positional) > 1:
            return decided
    if len(arguments.positional) == 1:
        iteration = iterating.iterate(frame, state, call.required("iterable"), call.node)
        may_raise(frame, state)
    else:
        iteration = Iteration(arguments.positional, join_all(arguments.positional))
    element = iteration.element
    if element is NEVER:
        return call.argument("default") or NEVER
    _call_key(call, iteration)
    # Where a default is given, the path on which there are elements is the one that is followed.
    return element


@overlay("builtins.sum")
def _sum(call: Call) -> Value | None:
    iteration = iterating.iterate(call.frame, call.state, call.required("iterable"), call.node)
    element = iteration.element
    start = call.argument("start") or constant(0)
    if element is NEVER:
        return start
    if any(isinstance(call.state.object_of(one), InstanceObject) for one in (start, *members(element))):
        return _sum_by_class(call, iteration, start)
    if isinstance(start, Reference):
        lose_only(
            call.state, (element,)
        )  # the rows of all lists are in the sum, too, and may be changed there
    total = operators.binary(call.frame, call.state, "Add", _loose(start), _loose(element), call.node)
    may_be_empty = isinstance(start, Constant) and not iteration.certain
    return join(_loose(start), total) if may_be_empty else total


def _sum_by_class(call: Call, iteration: Iteration, start: Value) -> Value:
    """The sum of instances of a class of the project: `__radd__` may know the 0 that it starts with."""

    def add(state: State, made: Value, item: Value) -> Value:
        return operators.binary(call.frame, state, "Add", made, item, call.node)

    items = iteration.items
    if items is not None and len(items) <= MOST_FOLDED:
        return fold_all(call.frame, call.state, start, items, add, call.node)
    made = fold_some(call.state, start, iteration.element, add)
    return made if iteration.certain else join(start, made)


def _loose(value: Value) -> Value:
    """A constant number as any number of its class."""
    return join_all(
        Instance("builtins.int" if m.kind == "bool" else "builtins." + m.kind, origin=m.origin)
        if isinstance(m, Constant) and m.kind in ("int", "float", "bool")
        else m
        for m in members(value)
    )


@overlay("builtins.str.split", "builtins.str.rsplit")
def _split(call: Call) -> Value | None:
    """A text that is split at something is one part at least, maybe an empty one; split at blanks, perhaps none."""
    separator = call.argument("sep")
    receiver = getattr(call.function, "receiver", None)
    if all(isinstance(value, Constant) for value in (receiver, *call.arguments.values)):
        return None  # it is computed
    if not isinstance(separator, Constant) or not separator.value:
        return None
    part = Instance("builtins.str", origin=call.frame.step(call.node))
    return allocation.new_list(call.frame, call.state, call.node, (part,), part)
