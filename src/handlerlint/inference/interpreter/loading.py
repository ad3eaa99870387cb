"""The load of a handler's module, interpreted once for all handlers of the module. Used by `entry`.

A load is never changed: each handler gets copies of the interpreter context and of the state, which share with the
load whatever the handler does not change.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from handlerlint.inference.core.context import BudgetExceeded, InterpreterContext, ModuleRecord
from handlerlint.inference.domain import constraints, terms
from handlerlint.inference.domain.heap import State
from handlerlint.inference.domain.terms import ENVIRONMENT
from handlerlint.inference.domain.values import Term, constant
from handlerlint.inference.interpreter.imports import run_module
from handlerlint.inference.stubs.store import StubStore
from handlerlint.inference.syntax.scopes import children_of, nodes_in
from handlerlint.project.view import looking, uses_again
from handlerlint.records import dataclass
from handlerlint.runtime.environment import ALWAYS_SET
from handlerlint.source.modules import FoundModule, ModuleFinder


@dataclass(slots=True, eq=False)
class Load:
    """The interpreter and the state after the load of a module.

    `record` is None where there is no source to look at, or too much of it. `looks` is what was looked at on the way.
    """

    interpreter: InterpreterContext
    state: State
    record: ModuleRecord | None
    looks: frozenset[str]
    not_called: frozenset[cst.CSTNode] | None = None

    def copies(self) -> tuple[InterpreterContext, State]:
        """An interpreter and a state as the load has left them."""
        return self.interpreter.copy(), self.state.apart()

    def has_evaluated(self, nodes: frozenset[cst.CSTNode]) -> bool:
        """Whether the load may have evaluated one of these: not what stands in functions that it has not called."""
        if self.not_called is None:
            self.not_called = frozenset(_inside_functions_not_called(self.interpreter))
        return not nodes <= self.not_called


class Loads:
    """The loads of one run; they keep the trees of their modules alive."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Load] = {}

    def forget(self) -> None:
        """Drop them all."""
        self._known.clear()

    def of(
        self,
        module: FoundModule,
        finder: ModuleFinder,
        stubs: StubStore,
        python_version: tuple[int, int],
        version_is_known: bool,
    ) -> Load:
        """The load of a module by this version of Python, which finds modules as `finder` does."""
        key = (module.name, module.file, module.is_package, finder.places, stubs, version_is_known)
        known = self._known.get(key)
        if known is None:
            interpreter = InterpreterContext(finder, stubs, python_version, version_is_known)
            known = self._known[key] = load(interpreter, module)
        else:
            uses_again(known.looks)
        return known


def load(interpreter: InterpreterContext, module: FoundModule) -> Load:
    """Execute a module, and before it the packages that it is in."""
    state = State()
    _assume_environment(state)
    record = None
    interpreter.loading = True
    with looking() as looks:
        try:
            _import_parents(interpreter, state, module.name)
            record = run_module(interpreter, state, module)
        except (BudgetExceeded, RecursionError) as error:
            interpreter.note_giving_up(module.name, error)
    interpreter.loading = False
    state.heap = state.heap.settled()
    return Load(interpreter, state, record, frozenset(looks))


def _assume_environment(state: State) -> None:
    """What is true of the environment in Lambda, however it is asked."""
    for name in ALWAYS_SET:
        variable: Term = ("constant", constant(name))
        constraints.assume(state, ("has", ENVIRONMENT, variable), True)
        for value in (("method", ENVIRONMENT, ("get",), 0, variable), ("item", ENVIRONMENT, variable, 0)):
            constraints.assume(state, terms.is_true(value), True)


def _import_parents(interpreter: InterpreterContext, state: State, name: str) -> None:
    parts = name.split(".")
    for length in range(1, len(parts)):
        found = interpreter.finder.find(".".join(parts[:length]))
        if isinstance(found, FoundModule):
            run_module(interpreter, state, found)


def _inside_functions_not_called(interpreter: InterpreterContext) -> Iterator[cst.CSTNode]:
    trees = (record.file.tree for record in interpreter.by_site.values())
    waiting: list[cst.CSTNode] = [tree for tree in trees if tree is not None]
    while waiting:
        node = waiting.pop()
        if isinstance(node, cst.FunctionDef) and id(node) not in interpreter.scope_names:
            yield from nodes_in(node.body)
        else:
            waiting.extend(children_of(node))
