"""What certainly raises: noting it while a program is interpreted, and telling which of it ends the load.

While modules are loaded, a failure counts where it ends every path of a statement that each load executes. In the
handler it counts where all paths that come to the same place fail there.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import libcst as cst

from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain import other_events
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.values import Instance
from handlerlint.records import replace


def fails(frame: Frame, state: State, failure: Failure | None, node: cst.CSTNode) -> bool:
    """Whether the program certainly raises at a node; where it does not, that is remembered of the node."""
    if failure is None:
        frame.interpreter.passed.add(node)
        return False
    fail(frame, state, failure, node)
    return True


def fail(frame: Frame, state: State, failure: Failure, node: cst.CSTNode | None = None) -> None:
    """The program certainly raises here: the path ends, and the failure is noted unless the program expects it.

    `node` is what raises, where that is not what the failure shows.
    """
    is_builtin = isinstance(getattr(builtins, failure.error, None), type)
    raised = Instance(f"builtins.{failure.error}", origin=frame.step(failure.node)) if is_builtin else None
    may_raise(frame, state, raised)
    state.dead = True
    interpreter = frame.interpreter
    if interpreter.peeking:
        return
    if interpreter.loading:
        if not interpreter.trying:
            interpreter.uncaught.append(failure)
    elif not interpreter.running and not _is_expected(frame, failure):
        # Where an exception is handled, something else has come than what the events of the source are known to be.
        is_about_event = interpreter.knows_event or failure.premise == "event"
        is_meant = is_about_event and (_is_handling(frame) or other_events.is_meant_for_others(state))
        if not is_meant:
            interpreter.failures.setdefault(node or failure.node, failure)
            interpreter.noted.append(failure)


def _is_handling(frame: Frame) -> bool:
    """Whether an `except` clause is being executed, here or by a caller."""
    one: Frame | None = frame
    while one is not None:
        if one.handled is not None:
            return True
        one = one.parent
    return False


def _is_expected(frame: Frame, failure: Failure) -> bool:
    """Whether a `try` around stands there for it: names the exception, or asks this very thing.

    What is written as a lambda is given to a function that asks whether it works.
    """
    asked = frame.function if failure.is_question else None
    is_lambda = asked is not None and isinstance(asked.node, cst.Lambda)
    return any(
        not failure.taken_by.isdisjoint(one.names)
        or (asked is not None and one.asking is not None and (is_lambda or one.asking is asked))
        for one in frame.interpreter.expected
    )


def judge_rounds(frame: Frame, node: cst.CSTNode, noted: int, *, goes_on: bool) -> None:
    """Note whether a path gets out of all rounds of a loop, of which `noted` failures were known before.

    If none does, one of the rounds raises, even where others have come past the same place.
    """
    interpreter = frame.interpreter
    if goes_on:
        interpreter.passed.add(node)
    elif len(interpreter.noted) > noted:
        failure = interpreter.noted[-1]
        what = failure.what.replace(" always raises ", " raises in one of the rounds ")
        interpreter.failures.setdefault(node, replace(failure, what=what))


def certain_failures(interpreter: InterpreterContext) -> Iterator[Failure]:
    """The failures of the handler at whose place no path goes on."""
    told = set[cst.CSTNode]()
    for node, failure in interpreter.failures.items():
        if node not in interpreter.passed and failure.node not in told:
            told.add(failure.node)
            yield failure
