"""What certainly raises: noting it while a program is interpreted, and telling which of it ends the load.

While modules are loaded, a failure counts where it ends every path of a statement that each load executes. In the
handler it counts where all paths that come to the same place fail there.
"""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.inference.core.context import Frame, InterpreterContext
from handlerlint.inference.core.dispatch import may_raise
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import State

#: The exceptions by whose name an `except` takes each of those that are noted.
_TAKEN_BY = {
    "TypeError": frozenset({"TypeError"}),
    "NameError": frozenset({"NameError"}),
    "UnboundLocalError": frozenset({"NameError", "UnboundLocalError"}),
    "AttributeError": frozenset({"AttributeError"}),
    "ImportError": frozenset({"ImportError", "ModuleNotFoundError"}),
}


def fail(frame: Frame, state: State, failure: Failure) -> None:
    """The program certainly raises here: the path ends, and the failure is noted unless the program expects it."""
    may_raise(frame, state)
    state.dead = True
    interpreter = frame.interpreter
    if interpreter.peeking:
        return
    if interpreter.loading:
        if not interpreter.trying:
            interpreter.uncaught.append(failure)
    elif not interpreter.running and not _is_expected(interpreter, failure):
        interpreter.failures.setdefault(failure.node, failure)


def _is_expected(interpreter: InterpreterContext, failure: Failure) -> bool:
    if interpreter.trying and failure.is_question:
        return True
    return any(not _TAKEN_BY[failure.error].isdisjoint(names) for names in interpreter.expected)


def certain_failures(interpreter: InterpreterContext) -> Iterator[Failure]:
    """The failures of the handler at whose place no path goes on."""
    for node, failure in interpreter.failures.items():
        if node not in interpreter.passed:
            yield failure
