"""What stubs say of an expression, held against the value that Python really gives it.

A line of `expressions/*.txt` reads `expression -> type`, optionally with the Python that it takes (`@3.11`). The
type must be what the store answers, and the real value must be of that type, down to the elements of containers.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from handlerlint.inference.stubs import StubStore
from handlerlint.inference.stubs.finder import SHIPPED_STUBS
from handlerlint.inference.stubs.types import describe

from .evaluation import TypeEvaluator, conforms, real_value

TABLES = Path(__file__).with_name("expressions")
RUNNING = sys.version_info[:2]


@dataclass(frozen=True)
class Case:
    expression: str
    expected: str
    first_version: tuple[int, ...]


def cases(table: str) -> list[Case]:
    found = []
    for line in (TABLES / f"{table}.txt").read_text(encoding="utf-8").splitlines():
        text, _, version = line.partition(" @")
        expression, _, expected = text.rpartition(" -> ")
        found.append(Case(expression, expected, tuple(int(part) for part in version.split(".") if part)))
    return found


def parameters() -> Iterator[ParameterSet]:
    for table in sorted(TABLES.glob("*.txt")):
        for case in cases(table.stem):
            too_old = pytest.mark.skipif(case.first_version > RUNNING, reason="needs a newer Python")
            yield pytest.param(case, id=f"{table.stem}:{case.expression}", marks=too_old)


@pytest.fixture(scope="module")
def store() -> StubStore:
    return StubStore(RUNNING)


# Files and processes are left to be collected here: what matters is what they are.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("case", list(parameters()))
def test_answer_is_what_python_gives(case: Case, store: StubStore) -> None:
    skip_without_libraries(case.expression)
    answer = TypeEvaluator(store).evaluate(case.expression)
    assert describe(answer) == case.expected
    value = real_value(case.expression)
    assert conforms(store, answer, value), f"is a {type(value)}"


def skip_without_libraries(expression: str) -> None:
    names = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    for name in names - sys.stdlib_module_names:
        if (Path(SHIPPED_STUBS) / name).is_dir():
            pytest.importorskip(name)
