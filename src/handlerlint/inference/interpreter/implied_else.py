"""What happens where none of the branches is taken that were written: paths that need not happen.

`if method == "GET": return …` with nothing after it says nothing of other methods, and which there are is decided by
configuration that is not known, as is what an unknown function answers. What a client sends is open: there the path
happens. Asked by statements where `doubts_the_unwritten` is set; a path less is never a false finding.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from types import BuiltinFunctionType
from typing import cast

import libcst as cst

from handlerlint.inference.core.context import Frame, names_of
from handlerlint.inference.core.dispatch import evaluate
from handlerlint.inference.domain import terms
from handlerlint.inference.domain.heap import LOST, Container, State
from handlerlint.inference.domain.join import WIDENED
from handlerlint.inference.domain.terms import ENVIRONMENT
from handlerlint.inference.domain.unions import members
from handlerlint.inference.domain.values import (
    UNBOUND,
    UNKNOWN,
    BuiltinMethod,
    Constant,
    EnumMember,
    Instance,
    Json,
    Reference,
    Site,
    Term,
    TupleValue,
    Unknown,
    Value,
    is_sent,
)
from handlerlint.inference.objects import sets
from handlerlint.inference.objects.truth import truth
from handlerlint.inference.syntax.scopes import children_of, names_bound_in
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Unwritten:
    """An end of a choice that no code was written for: what it bound otherwise, and whether the function ends there."""

    names: frozenset[str]
    is_end: bool


def happening(
    frame: Frame, node: cst.Match | cst.For | cst.While, asked: cst.BaseExpression, paths: list[State]
) -> list[State]:
    """The paths past a statement that takes none of its branches, or ends a loop, but for those that are in doubt."""
    return [path for path in paths if is_certain(frame, node, path, asks_openly(frame, node, asked, path))]


def asks_openly(
    frame: Frame, node: cst.If | cst.Match | cst.For | cst.While, asked: cst.BaseExpression, path: State
) -> bool:
    """Whether it is open to who sends events that none of the branches is taken; asked before a test narrows values."""
    if _unwritten_at(frame, node) is None:
        return True
    if isinstance(node, cst.Match):  # compares the subject with its patterns
        return _are_known(frame, path, _inside(path, _values(frame, path, asked)))
    return _is_open(frame, path, asked)


def is_certain(
    frame: Frame, node: cst.If | cst.Match | cst.For | cst.While, path: State, is_open: bool
) -> bool:
    """Whether a path on which none of the branches was taken happens, or does not matter.

    Of one that stands for several it is not known: what was asked before may have left none that comes here.
    """
    unwritten = _unwritten_at(frame, node)
    is_certain = is_open and WIDENED not in path.heap and not path.forgotten.terms
    return is_certain or unwritten is None or not _matters(frame, path, unwritten)


def _unwritten_at(frame: Frame, node: cst.CSTNode) -> Unwritten | None:
    if not frame.interpreter.doubts_the_unwritten or frame.function is None:
        return None
    return _unwritten(frame.function.node).get(node)


def may_not_return(frame: Frame, node: cst.Expr, value: Value) -> bool:
    """Whether a branch ends with a call of something unknown: it may be one that raises or exits."""
    if not frame.interpreter.doubts_the_unwritten or frame.function is None:
        return False
    match node.value:
        case cst.Call(func=cst.Name(value=name)) if isinstance(
            getattr(builtins, name, None), BuiltinFunctionType
        ):
            return False  # also where a star import might have replaced it
    return value is UNKNOWN and node in _last_calls(frame.function.node)


def may_be_one_of(frame: Frame, path: State, get: BuiltinMethod, key: Value) -> bool:
    """Whether `TABLE.get(key)` may always find something, since configuration decides which keys there are."""
    record = path.object_of(get.receiver)
    if not (frame.interpreter.doubts_the_unwritten and isinstance(record, Container)):
        return False
    return (
        record.is_mapping
        and record.truth is not False
        and not _are_known(frame, path, _inside(path, members(key)))
    )


def _matters(frame: Frame, path: State, unwritten: Unwritten) -> bool:
    """Whether the function ends there, or goes on with what was bound before the choice as nothing."""
    if unwritten.is_end:
        return True
    bound = names_of(path, frame.scope).names
    return any(
        value is UNBOUND or truth(frame, path, value) is False
        for name in unwritten.names
        for value in members(bound.get(name, UNBOUND))
    )


def doubt(frame: Frame, asked: cst.BaseExpression, asked_of: State, paths: Iterable[State]) -> None:
    """Let no unwritten end count on paths where `x or {}` took what stands in for a part of configuration."""
    if frame.interpreter.doubts_the_unwritten and not _is_open(frame, asked_of, asked):
        for path in paths:
            path.heap[WIDENED] = LOST


# --- what a test asks ------------------------------------------------------------------------------------


def _is_open(frame: Frame, path: State, test: cst.BaseExpression) -> bool:
    """Whether a test is about what clients send, and about values that are known, and may come out false."""
    match test:
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            return _is_open(frame, path, inner)
        case cst.BooleanOperation(left=left, right=right):
            return _is_open(frame, path, left) and _is_open(frame, path, right)
        case cst.Comparison(left=left, comparisons=comparisons):
            asked = _inside(path, _values(frame, path, left))
            values = [asked]
            for one in comparisons:
                is_membership = isinstance(one.operator, (cst.In, cst.NotIn))
                found = _values(frame, path, one.comparator)
                parts = [part for whole in found for part in _parts_named(path, whole, asked)]
                values.append(
                    tuple(parts)
                    if is_membership and parts
                    else _inside(path, found, keys_alone=is_membership)
                )
            if any(isinstance(comparison.operator, _ORDERS) for comparison in comparisons):
                # Which of several values it is, an order does not remember.
                values = [
                    found if len(found) == 1 or all(map(_is_constant, found)) else (UNKNOWN,)
                    for found in values
                ]
            return all(_are_known(frame, path, found) for found in values)
        case _:
            whole = _value(frame, path, test)
            if _is_configured(terms.own_term(whole)):
                return False
            found = members(whole)
            return _are_known(frame, path, found) or any(truth(frame, path, one) is False for one in found)


def _is_configured(term: object) -> bool:
    """Whether a name is that of a part of the event, or of the environment, that configuration decides."""
    return isinstance(term, tuple) and (
        term == ENVIRONMENT or term[:1] == ("event",) or any(map(_is_configured, term))
    )


@lru_cache(maxsize=1 << 12)  # of the same few, at each test on each path
def _is_about_configuration(site: Site) -> bool:
    return _is_configured(terms.term_at(site))


def _values(frame: Frame, path: State, node: cst.BaseExpression) -> tuple[Value, ...]:
    return members(_value(frame, path, node))


def _value(frame: Frame, path: State, node: cst.BaseExpression) -> Value:
    """The value of an expression, where nothing has been asked of configuration: which path it is, is no matter."""
    raised, frame.raised = frame.raised, []
    before = path.copy()
    for site, _ in path.heap.changed():
        if _is_about_configuration(site):
            before.heap.remove(site)
    try:
        return evaluate(frame, before, node)
    finally:
        frame.raised = raised


def _parts_named(path: State, whole: Value, keys: Iterable[Value]) -> Iterator[Value]:
    """Parts of an event that may be missing: whether they are there, who decides what stands there decides."""
    record, wanted = path.object_of(whole), frozenset(keys)
    if isinstance(record, Container) and isinstance(whole, Reference) and whole.site[0] == "event":
        yield from (part for key, part, maybe in record.items_by_key() if maybe and key in wanted)


def _inside(path: State, found: Iterable[Value], *, keys_alone: bool = False) -> tuple[Value, ...]:
    """What values are compared by: of tuples and of containers what they hold, of a dict perhaps its keys alone."""
    parts: list[Value] = []
    seen: set[Site] = set()
    waiting = list(found)
    while waiting:
        value = waiting.pop()
        if keys_alone:
            value = sets.keys_behind(path, value) or value
        record = path.object_of(value)
        inside: Iterable[Value] = ()
        match value:
            case TupleValue(items=items, rest=rest):
                inside = (*items, *([] if rest is None else [rest]))
            case Reference(site=site) if isinstance(record, Container):
                keys = (key for key, _, _ in record.items_by_key() if key is not None)
                inside = () if site in seen else keys if keys_alone and record.is_mapping else record.parts()
                seen.add(site)
            case _:
                parts.append(value)
        waiting += [member for part in inside for member in members(part)]
    return tuple(parts)


def _are_known(frame: Frame, path: State, found: tuple[Value, ...]) -> bool:
    sent = frame.interpreter.sent
    if len(found) == 1 and isinstance(found[0], (Json, Instance, Unknown)):
        return _is_of_sent(path, found[0], sent)
    return all(isinstance(one, _KNOWN) or is_sent(one, sent) for one in found)


def _is_of_sent(path: State, value: Value, decoded: Collection[object]) -> bool:
    """Whether a value is sent, or comes of that and constants by functions that only look: `params["id"].strip()`.

    Where something else that comes of the same was asked before, nothing tells how the two depend on each other.
    """
    term = terms.own_term(value)
    leaves = None if term is None else _leaves(term, decoded)
    if term is None or not leaves:
        return is_sent(value, decoded)  # one of several elements has no name
    for site, _ in path.heap.changed():
        other = terms.term_at(site)
        if other is not None and _measured(other) != _measured(term):
            others = _leaves(other, decoded) if other[0] != "json" else None
            if others and not leaves.isdisjoint(others):
                return False
    return True


def _measured(term: Term) -> Term:
    """What a length is the length of, a predicate is about; any other term itself."""
    while (term[0] == "len" or terms.is_predicate(term)) and isinstance(term[1], tuple):
        term = term[1]
    return term


def _leaves(term: Term, decoded: Collection[object]) -> frozenset[Term] | None:
    """The parts of what is sent that a value comes of; None where it comes of something else."""
    match term:
        case ("constant", _):
            return frozenset()
        case ("json", *_):
            return frozenset((term,)) if is_sent(Json(term), decoded) else None
        case ("method", tuple() as receiver, _, _, *given):
            parts = (receiver, *given)
        case (str() as name, *given) if name == "len" or name.startswith("builtins."):
            parts = tuple(given)
        case _:
            return None
    found = [_leaves(cast("Term", part), decoded) for part in parts]
    return None if None in found else frozenset().union(*(one for one in found if one is not None))


_ORDERS = (cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)


def _is_constant(value: Value) -> bool:
    return isinstance(value, Constant)


_KNOWN = (Constant, EnumMember, Reference, TupleValue)


# --- where no code was written ---------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _unwritten(function: cst.FunctionDef | cst.Lambda) -> dict[cst.CSTNode, Unwritten]:
    """The choices of a function without a branch for all else, and its loops that return from inside.

    Only what gives a value somewhere ends without one: `if not valid: raise` is a whole function.
    """
    if isinstance(function, cst.Lambda):
        return {}
    gives = any(isinstance(node, cst.Return) and node.value is not None for node in _own_nodes(function.body))
    ends = frozenset(_with_rounds(_ends(function.body))) if gives else frozenset()
    found: dict[cst.CSTNode, Unwritten] = {}
    for node in _own_nodes(function.body):
        match node:
            case cst.If(orelse=None) | cst.Match():
                found.setdefault(node, Unwritten(names_bound_in(node), node in ends))
            case cst.If(orelse=cst.If()):
                last = _following(node)[-1]
                if last.orelse is None:
                    known = found.get(last)
                    names = names_bound_in(node) | (known.names if known is not None else frozenset())
                    found[last] = Unwritten(names, last in ends)
            case cst.For() | cst.While() if node in ends and _returns_inside(node):
                found[node] = Unwritten(frozenset(), is_end=True)
    return found


def _ends(block: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The statements after which a block is over, those inside choices too, and the choices of loops that end it."""
    body = getattr(block, "body", ())
    if not isinstance(body, (list, tuple)) or not body:
        return
    yield from ends_of(body[-1])


def _ends_of_try(statement: cst.Try | cst.TryStar) -> Iterator[cst.CSTNode]:
    """Like `ends_of`; none if its `finally` always leaves the block."""
    if statement.finalbody is None or list(_ends(statement.finalbody.body)):
        yield from _ends((statement.orelse or statement).body)
        for handler in statement.handlers:
            yield from _ends(handler.body)


def ends_of(statement: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The simple statements, choices without an `else`, and loops after which a statement is over."""
    match statement:
        case cst.SimpleStatementLine():
            yield from ends_of(statement.body[-1])
        case cst.Return() | cst.Raise() | cst.Break() | cst.Continue():
            return
        case cst.If():
            yield from _ends(statement.body)
            if statement.orelse is None:
                yield statement
            else:
                yield from ends_of(statement.orelse)
        case cst.Else() | cst.Finally() | cst.With():
            yield from _ends(statement.body)
        case cst.Try() | cst.TryStar():
            yield from _ends_of_try(statement)
        case cst.Match():
            for case in statement.cases:
                yield from _ends(case.body)
            yield statement
        case _:
            yield statement


def _with_rounds(ends: Iterable[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    """For a loop that returns from inside the choices in it, too: after the last round the function ends."""
    for node in ends:
        yield node
        if isinstance(node, (cst.For, cst.While)) and _returns_inside(node):
            yield from (part for part in _own_nodes(node.body) if isinstance(part, (cst.If, cst.Match)))


def _returns_inside(loop: cst.For | cst.While) -> bool:
    return any(isinstance(node, cst.Return) for node in _own_nodes(loop.body))


def _own_nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all below it, but for functions and classes inside."""
    yield node
    for child in children_of(node):
        if not isinstance(child, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            yield from _own_nodes(child)


@lru_cache(maxsize=256)
def _last_calls(function: cst.FunctionDef | cst.Lambda) -> frozenset[cst.CSTNode]:
    """The calls that stand alone at the end of a branch, unless every branch ends so and the function goes on."""
    ends = frozenset(_ends(function.body))
    found: set[cst.CSTNode] = set()
    later: set[cst.CSTNode] = set()  # the `elif` of a choice that was looked at
    for part in _own_nodes(function.body):
        if part in later:
            continue
        blocks, is_all = _branches(part)
        later.update(_following(part))
        calls = [call for block in blocks if (call := _last_call(block)) is not None]
        found.update(calls if len(calls) < len(blocks) or not is_all else ends.intersection(calls))
    return frozenset(found)


def _branches(part: cst.CSTNode) -> tuple[list[cst.BaseSuite], bool]:
    """The blocks of which one is run, and whether it is certainly one of them."""
    match part:
        case cst.If():
            choices = [part, *_following(part)]
            last = choices[-1].orelse
            blocks = [choice.body for choice in choices]
            return ([*blocks, last.body], True) if isinstance(last, cst.Else) else (blocks, False)
        case cst.Match():
            return [case.body for case in part.cases], False
        case cst.Try() | cst.TryStar():
            return [handler.body for handler in part.handlers], False
    return [], False


def _following(part: cst.CSTNode) -> list[cst.If]:
    """The `elif` parts of a choice."""
    found: list[cst.If] = []
    while isinstance(part, cst.If) and isinstance(part.orelse, cst.If):
        part = part.orelse
        found.append(part)
    return found


def _last_call(block: cst.BaseSuite) -> cst.CSTNode | None:
    line = block.body[-1] if isinstance(block, cst.IndentedBlock) and block.body else None
    last = line.body[-1] if isinstance(line, cst.SimpleStatementLine) else None
    return last if isinstance(last, cst.Expr) else None
