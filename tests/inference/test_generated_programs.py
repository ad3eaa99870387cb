"""Property: what the static pass says of a program without input is what the runtime client does with it.

Programs are drawn from a grammar of containers, conversions, assignments, branches and calls. They take no
decision from the event, so the static pass has no excuse: it must neither miss a failure nor invent one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from awslambdaric.lambda_runtime_marshaller import to_json
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlerlint.inference.entry import analyse
from handlerlint.inference.stubs import StubStore
from handlerlint.source.files import SourceFile, SourceFiles
from handlerlint.source.modules import FoundModule, ModuleFinder

STUBS = StubStore((3, 13))
NAMES = ("a", "b", "c", "d")
#: Up to this many programs are the same in every run; more are drawn afresh.
SHORT_RUN = 200

PLAIN = ("1", "'x'", "None", "2.5", "True", "[]", "{}")
#: A value that does not serialize, with what makes it one that does.
CONVERTIBLE = {
    "datetime(2024, 1, 1)": "{}.isoformat()",
    "date(2024, 1, 2)": "str({})",
    "timedelta(hours=1)": "{}.total_seconds()",
    "{1, 2}": "sorted({})",
    "UUID(int=5)": "str({})",
    "(x for x in [1, 2])": "list({})",
    "range(3)": "list({})",
    "frozenset([1])": "list({})",
    "ValueError('no')": "str({})",
    "Point(1)": "vars({})",
    "{'k': 1}.items()": "list({})",
    "map(str, [1])": "list({})",
    "complex(1, 2)": "{}.real",
}
HEADER = """\
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID


class Point:
    def __init__(self, x):
        self.x = x


def same(value):
    return value


def pair(first, second=None):
    return {"first": first, "second": second}


def mend(value, flag=False):
    if flag:
        return str(value)
    return value


def lambda_handler(event, context):
    a = b = c = d = None
"""

atoms = st.sampled_from([*PLAIN, *CONVERTIBLE, *NAMES, *NAMES])
converted = st.sampled_from([form.format(value) for value, form in CONVERTIBLE.items()])


def _composite(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("({},)".format, inner),
        st.builds('{{"k": {}, "n": {}}}'.format, inner, inner),
        st.builds("[{} for _ in range(2)]".format, inner),
        st.builds("same({})".format, inner),
        st.builds("pair({})".format, inner),
        st.builds("pair({}, second={})".format, inner, inner),
        st.builds("mend({}, True)".format, inner),
        st.builds("mend({})".format, inner),
        st.builds("({} if 1 else {})".format, inner, inner),
        st.builds("({} if 0 else {})".format, inner, inner),
        st.builds("dict(k={})".format, inner),
        st.builds("list(({},))".format, inner),
    )


expressions = st.recursive(st.one_of(atoms, converted), _composite, max_leaves=4)


@st.composite
def statements(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """The lines of one statement."""
    name, other = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
    value = draw(expressions)
    simple = [
        f"{name} = {value}",
        f"{name} = {other}",
        f"{name} = [{value}]; {name}.append({other})",
        f"{name} = {{'k': {value}}}; {name}['k'] = {other}",
        f"{name} = {{'k': {value}}}; {name}.pop('k')",
        f"{name} = {{'k': {value}}}; del {name}['k']",
        f"{name} = {{'k': {value}}}; {name} = {name}['k']",
        f"{name}, {other} = {value}, {other}",
        f"{name} = [{value}, 1][1]",
        f"{name} = [1, {value}][-1]",
        f"{name} = {{**pair({value}), 'first': 1}}",
        f"{name} = [str(x) for x in [{value}, {other}]]",
        f"{name} = [x for x in [{value}, 1] if isinstance(x, (int, str))]",
    ]
    if depth >= 2 or draw(st.integers(0, 3)):
        return [draw(st.sampled_from(simple))]
    body = [line for part in draw(st.lists(statements(depth + 1), min_size=1, max_size=2)) for line in part]
    inside = ["    " + line for line in body]
    head = draw(
        st.sampled_from(
            [
                f"if {name} is None:",
                f"if isinstance({name}, (list, dict)):",
                f"if {name}:",
                "for _ in (1, 2):",
                "with __import__('contextlib').suppress(KeyError):",
            ]
        )
    )
    if head.startswith("if") and draw(st.booleans()):
        return [head, *inside, "else:", f"    {other} = {value}"]
    return [head, *inside]


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of a module with a handler."""
    lines = [line for part in draw(st.lists(statements(), min_size=1, max_size=6)) for line in part]
    returned = draw(st.sampled_from(["a", "[a, b]", "{'a': a, 'b': b, 'c': c}", "pair(a, second=d)"]))
    return HEADER + "".join(f"    {line}\n" for line in lines) + f"    return {returned}\n"


def _fails(text: str) -> bool | None:
    """Whether the runtime client fails on what the program returns; None when the program itself raises."""
    names: dict[str, Any] = {"date": date, "datetime": datetime, "timedelta": timedelta, "UUID": UUID}
    exec(compile(text, "app.py", "exec"), names)
    try:
        value = names["lambda_handler"]({}, None)
    except Exception:
        return None
    try:
        to_json(value)
    except (TypeError, ValueError):
        return True
    return False


def _is_reported(text: str) -> bool:
    file = SourceFile(Path("app.py"), text)
    finder = ModuleFinder((), SourceFiles())
    analysis = analyse(FoundModule("app", file), "lambda_handler", finder, STUBS, (3, 13))
    assert analysis.complete
    return any(item.problem.kind in ("value", "key", "coroutine", "circular") for item in analysis.returned)


def test_static_pass_and_runtime_client_agree(pytestconfig: pytest.Config) -> None:
    @settings(
        max_examples=pytestconfig.getoption("--programs"),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=pytestconfig.getoption("--programs") <= SHORT_RUN,
    )
    @given(programs())
    def agree(text: str) -> None:
        fails = _fails(text)
        if fails is not None:
            assert _is_reported(text) == fails, text

    agree()


def test_the_grammar_makes_programs_of_both_kinds() -> None:
    """A property that only ever sees one side proves nothing."""
    assert _fails(HEADER + "    return datetime(2024, 1, 1)\n") is True
    assert _fails(HEADER + "    return str(Decimal(1))\n") is False
    assert Decimal(1) == 1
