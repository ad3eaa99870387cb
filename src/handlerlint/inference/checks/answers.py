"""Where in the source an answer breaks a contract: where its author has to act. Used by `entry`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from handlerlint.inference.checks.contracts import KnownValue
from handlerlint.inference.core import registry
from handlerlint.inference.core.context import Frame
from handlerlint.inference.core.dispatch import peek
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Constant, Step, Value
from handlerlint.inference.interpreter import implied_else
from handlerlint.inference.syntax.scopes import nodes_in
from handlerlint.records import dataclass, replace
from handlerlint.runtime.contracts import Contract, Flaw, flaws_of
from handlerlint.runtime.contracts import model as contracts
from handlerlint.source.files import SourceFile

Outcome = tuple[Frame, State, Value, cst.CSTNode]


@dataclass(frozen=True, slots=True)
class Answer:
    """The part of an answer that is refused: where it stands, in which `return`, and how it came there.

    `is_end` where the handler comes to its end instead of returning anything, `is_swallowed` where a failure is lost.
    """

    file: SourceFile
    node: cst.CSTNode
    statement: cst.CSTNode
    way: tuple[Step, ...] = ()
    is_end: bool = False
    is_swallowed: bool = False


def broken_clauses(
    handler: cst.FunctionDef | cst.Lambda, clauses: tuple[Contract, ...], outcomes: Sequence[Outcome]
) -> Iterator[tuple[Answer, Contract, Flaw]]:
    """What one of the contracts, of which one holds, refuses at each `return`, whichever path leads there."""
    for frame, state, value, node in outcomes:
        whole = KnownValue(frame, state, value, is_whole=True)
        for alternative in whole.alternatives():
            found = flaws_of(clauses, alternative, None)
            for flaw in found[1] if found is not None else ():
                assert found is not None and isinstance(alternative, KnownValue)
                yield _answer(handler, alternative, node, flaw), found[0], flaw


def lost_failures(
    handler: cst.FunctionDef | cst.Lambda, clauses: tuple[Contract, ...], outcomes: Sequence[Outcome]
) -> Iterator[tuple[Answer, Contract, Flaw]]:
    """Where the handler swallows what fails for one record, and none of its answers reports a failure."""
    contract = clauses[0]
    if contract.unreported is None or not outcomes:
        return
    for frame, state, value, _ in outcomes:
        for alternative in KnownValue(frame, state, value, is_whole=True).alternatives():
            if not any(contract.unreported.broken_at(alternative, None)):
                return
    frame, state, *_ = outcomes[0]
    for node in nodes_in(handler.body):
        if isinstance(node, (cst.For, cst.While)):
            for part in nodes_in(node.body):
                if isinstance(part, cst.ExceptHandler) and _swallows(frame, state, part):
                    shown = part.type or part.body
                    answer = Answer(frame.module.file, shown, part, is_swallowed=True)
                    yield answer, contract, Flaw(contract.unreported, (), "no failure is ever reported")


def _swallows(frame: Frame, state: State, handler: cst.ExceptHandler) -> bool:
    """Whether an `except` takes whatever fails, and does nothing with it but to write about it."""
    if handler.type is not None and registry.name_of(peek(frame, state, handler.type)) not in _WHATEVER_FAILS:
        return False
    for node in nodes_in(handler.body):
        match node:
            case cst.Raise() | cst.Return() | cst.Assign() | cst.AugAssign():
                return False
            case cst.Call(func=called) if not registry.name_of(peek(frame, state, called)).startswith(
                _WRITES
            ):
                return False
    return True


_WHATEVER_FAILS = ("builtins.Exception", "builtins.BaseException")
_WRITES = (
    *("logging.", "traceback.", "aws_lambda_powertools.logging.", "builtins.print", "builtins.type"),
    *("builtins.str", "builtins.repr"),
)


def _answer(
    handler: cst.FunctionDef | cst.Lambda, value: KnownValue, node: cst.CSTNode, flaw: Flaw
) -> Answer:
    if node is handler:
        return Answer(value.frame.module.file, _end_of(handler), handler, is_end=True)
    expression = node.value if isinstance(node, cst.Return) and node.value is not None else node
    above = _values(value, flaw)
    part = above[-1] or above[max(len(above) - 2, 0)] or value.value
    file = value.frame.module.file
    written = _written(expression, flaw.steps, is_missing=above[-1] is None)
    if written is None:
        written = _set_to(handler, above[-1], flaw.steps)
    if written is None:
        written, file = _made(handler, above, flaw.steps) or (expression, file)
    return Answer(file, written, node, _way(part))


def _values(value: KnownValue, flaw: Flaw) -> list[Value | None]:
    """The answer and what each step of a flaw leads to: the values that the clause has looked at, as far as it did."""
    known = [one.value for one in flaw.values if isinstance(one, KnownValue)] or [value.value]
    last = replace(value, value=known[-1])
    below = range(1, len(flaw.steps) - len(known) + 2)
    return [*known, *(last.at(flaw.steps[len(known) - 1 :][:depth]) for depth in below)]


def _way(value: Value) -> tuple[Step, ...]:
    origin = getattr(value, "origin", None)
    return () if origin is None else tuple(origin.steps())


def _made(
    handler: cst.FunctionDef | cst.Lambda, values: list[Value | None], steps: tuple[contracts.Step, ...]
) -> tuple[cst.CSTNode, SourceFile] | None:
    """Where the refused part is written if not in the `return`: put into the answer, or in what it is made of.

    What a helper is given and passes on is not its mistake.
    """
    inside = frozenset(nodes_in(handler.body))
    is_missing = values[-1] is None
    for depth in range(len(steps), -1, -1):
        above, rest = values[depth], steps[depth:]
        way = () if above is None else _way(above)
        if not way:
            continue
        put = way[-1]
        if depth and put.node in inside and _is_put(handler, put):
            return _written(put.node, rest, is_missing=is_missing) or put.node, put.file
        part = _written(way[0].node, rest, is_missing=is_missing) if rest else None
        if part is not None and (part in inside or isinstance(part, (cst.Dict, cst.List, cst.SimpleString))):
            return part, way[0].file
    return None


def _is_put(handler: cst.FunctionDef | cst.Lambda, step: Step) -> bool:
    """Whether it is the right side of `response["body"] = …`, or `failures.append(…)`."""
    is_call = isinstance(step.node, cst.Call) and step.what.startswith("put into")
    return is_call or any(value is step.node for _, value in _items_set(handler))


def _items_set(handler: cst.FunctionDef | cst.Lambda) -> Iterator[tuple[cst.Subscript, cst.BaseExpression]]:
    """The targets of assignments to items, and what is assigned to them."""
    for node in nodes_in(handler.body):
        for target in node.targets if isinstance(node, cst.Assign) else ():
            if isinstance(node, cst.Assign) and isinstance(target.target, cst.Subscript):
                yield target.target, node.value


def _set_to(
    handler: cst.FunctionDef | cst.Lambda, value: Value | None, steps: tuple[contracts.Step, ...]
) -> cst.CSTNode | None:
    """Where a constant is put into the answer: the one place that is like it, since it does not tell its way."""
    if not (isinstance(value, Constant) and steps):
        return None
    found = [
        node
        for target, node in _items_set(handler)
        if _literal(target.slice[0].slice) == (steps[-1],) and _literal(node) == (value.value,)
    ]
    return found[0] if len(found) == 1 else None


def _literal(node: cst.CSTNode) -> tuple[object, ...]:
    """The constant that is written somewhere; nothing for other expressions."""
    match node:
        case cst.Index(value=inner):
            return _literal(inner)
        case cst.SimpleString() | cst.Integer():
            return (node.evaluated_value,)
        case cst.Name(value="None" | "True" | "False" as name):
            return ({"None": None, "True": True, "False": False}[name],)
        case _:
            return ()


def _written(
    expression: cst.CSTNode, steps: tuple[contracts.Step, ...], *, is_missing: bool
) -> cst.CSTNode | None:
    """The part of a display of dicts and lists that stands at a place; where a key is missing, what lacks it."""
    part = expression
    for position, step in enumerate(steps):
        found: cst.CSTNode | None = None
        match part, step:
            case cst.Dict(elements=elements), str():
                found = next(
                    (
                        element.value
                        for element in elements
                        if isinstance(element, cst.DictElement)
                        and isinstance(element.key, cst.SimpleString)
                        and element.key.evaluated_value == step
                    ),
                    None,
                )
            case ((cst.List(elements=elements) | cst.Tuple(elements=elements)), int()) if step < len(
                elements
            ):
                found = elements[step].value
        if found is None:
            is_last = isinstance(part, cst.Dict) and position == len(steps) - 1
            return part if is_missing and is_last else None
        part = found
    return part


def _end_of(handler: cst.FunctionDef | cst.Lambda) -> cst.CSTNode:
    """The last statement after which the function is over, for a choice what it asks."""
    block = handler.body
    last = block.body[-1] if isinstance(block, (cst.IndentedBlock, cst.SimpleStatementSuite)) else block
    ends = list(implied_else.ends_of(last))
    match ends[-1] if ends else last:
        case cst.If(test=asked) | cst.While(test=asked) | cst.Match(subject=asked) | cst.For(iter=asked):
            return asked
        case end:
            return end
