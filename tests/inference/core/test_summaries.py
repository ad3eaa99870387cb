"""The same call is interpreted once, which changes no finding; what is too much work is unknown, and no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from handlerlint.inference.analysis import HandlerAnalysis
from handlerlint.inference.core.context import NARROWED, InterpreterContext
from handlerlint.inference.core.summaries import Summaries
from handlerlint.inference.domain.problem import Problem
from handlerlint.inference.entry import analyse
from handlerlint.inference.interpreter import loading
from handlerlint.inference.stubs import StubStore
from handlerlint.source.files import SourceFile, SourceFiles
from handlerlint.source.modules import FoundModule, ModuleFinder

STUBS = StubStore((3, 13))
FIXTURES = Path(__file__).parents[2] / "fixtures" / "returns"
Interpret = Callable[..., tuple[HandlerAnalysis, InterpreterContext]]


@pytest.fixture
def interpret(monkeypatch: pytest.MonkeyPatch) -> Interpret:
    """Interpret a handler, with or without the summaries; gives the interpreter, too."""

    def run(
        module: FoundModule, finder: ModuleFinder, *, summaries: bool = True
    ) -> tuple[HandlerAnalysis, InterpreterContext]:
        interpreters: list[InterpreterContext] = []
        copy = InterpreterContext.copy

        def make(*arguments: object) -> InterpreterContext:
            return InterpreterContext(*arguments, summaries=Summaries(enabled=summaries))  # type: ignore[arg-type, misc]

        def copied(loaded: InterpreterContext) -> InterpreterContext:
            interpreters.append(copy(loaded))
            return interpreters[-1]

        monkeypatch.setattr(loading, "InterpreterContext", make)
        with monkeypatch.context() as patch:
            patch.setattr(InterpreterContext, "copy", copied)
            return analyse(module, "lambda_handler", finder, STUBS, (3, 13)), interpreters[-1]

    return run


def program(tmp_path: Path, text: str) -> tuple[FoundModule, ModuleFinder]:
    """A module `app` with this text."""
    file = SourceFile(tmp_path / "app.py", text)
    return FoundModule("app", file), ModuleFinder((tmp_path,), SourceFiles())


def described(analysis: HandlerAnalysis) -> list[object]:
    """All that a rule could say of what the handler returns and dumps."""

    def shown(problem: Problem) -> tuple[object, ...]:
        way = [(step.what, step.file.path, step.file.span(step.node)) for step in problem.steps]
        return problem.kind, problem.path, problem.class_name, problem.short_name, way

    returned = [
        (item.file.path, item.file.span(item.node), shown(item.problem)) for item in analysis.returned
    ]
    dumps = [
        (call.file.path, call.file.span(call.node), list(map(shown, call.problems)))
        for call in analysis.dumps
    ]
    return [analysis.complete, analysis.names, *returned, *dumps]


@pytest.mark.parametrize("category", ["calls", "classes", "flow", "json_dumps", "mutation", "several_files"])
def test_summaries_change_nothing_that_is_found(category: str, interpret: Interpret) -> None:
    for case in sorted((FIXTURES / category).iterdir()):
        root, name = (case, "app") if case.is_dir() else (case.parent, case.stem)
        finder = ModuleFinder((root,), SourceFiles())
        module = finder.find(name)
        if isinstance(module, FoundModule) and not name.startswith("_"):
            with_summaries, _ = interpret(module, finder)
            without, interpreter = interpret(module, finder, summaries=False)
            if interpreter.work < NARROWED:  # beyond, fewer paths are kept apart
                assert described(with_summaries) == described(without), case


BRANCHES = """\
from datetime import date, datetime
{globals}

def helper({parameters}):
{body}


def lambda_handler(event, context):
    rows = []
    {first}
    try:
        if event["a"]:
            kind = "a"
        elif event["b"]:
            kind = "b"
        else:
            kind = "c"
        {second}
        found = helper({arguments})
    except ValueError:
        return {{}}
    return {{"kind": kind, "found": found, "rows": rows}}
"""

# What the helper takes, does and is given; what tells the three paths that lead there apart; whether it is
# interpreted once for all.
CALLS = {
    "no argument": ("", "    return date.today()", "", "", "", "", True),
    "the same text": ("text", "    return text.upper()", "'x'", "", "", "", True),
    "the event": ("event", "    return event['at']", "event", "", "", "", True),
    "a global that stays": ("", "    return LIMIT", "", "LIMIT = 3", "", "", True),
    "the same object": ("rows", "    rows.append(1)\n    return 1", "rows", "", "", "", True),
    "an argument that differs": ("kind", "    return kind", "kind", "", "", "", False),
    "an object that differs": ("rows", "    return len(rows)", "rows", "", "", "rows.append(kind)", False),
    "a global that differs": (
        "", "    return LAST['kind']", "", "LAST = {}", "", "LAST['kind'] = kind", False,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "body", "arguments", "globals_", "first", "second", "once"),
    CALLS.values(),
    ids=list(CALLS),
)
def test_a_call_is_interpreted_once_if_nothing_that_it_sees_differs(
    tmp_path: Path,
    interpret: Interpret,
    parameters: str,
    body: str,
    arguments: str,
    globals_: str,
    first: str,
    second: str,
    once: bool,
) -> None:
    text = BRANCHES.format(
        parameters=parameters, body=body, arguments=arguments, globals=globals_, first=first, second=second
    )
    module, finder = program(tmp_path, text)
    found, interpreter = interpret(module, finder)
    without, _ = interpret(module, finder, summaries=False)
    assert described(found) == described(without)
    assert interpreter.summaries.misses == (1 if once else 3)
    assert (interpreter.summaries.hits == 2) is once  # what the first invocation changes, a second one meets


TWO_CALLERS = """\
from datetime import datetime


def load():
    return {"at": datetime.now()}


def lambda_handler(event, context):
    if event["first"]:
        return load()
    return load()
"""


def test_each_caller_of_a_function_is_named_in_its_own_finding(tmp_path: Path, interpret: Interpret) -> None:
    found, _ = interpret(*program(tmp_path, TWO_CALLERS))
    rows = {
        item.file.span(item.node)[0]: [step.file.span(step.node)[0] for step in item.problem.steps]
        for item in found.returned
    }
    assert rows == {10: [5, 10], 11: [5, 11]}


# What one call finds must not be taken for what another one does, though function and arguments are the same.
NOT_THE_SAME = {
    "each call makes an object of its own": """\
import boto3
client = boto3.client("s3")

def load():
    return client.list_buckets()

def lambda_handler(event, context):
    has_run = False
    for _ in event["rows"]:
        load()
        has_run = True
    if not has_run:
        return {}
    one = load()
    other = load()
    other["Buckets"] = []
    return one
""",
    "recursion is followed to a certain depth from each caller": """\
from datetime import date

def outer(n):
    return inner(n - 1)

def inner(n):
    if n > 3:
        return outer(n)
    return date.today()

def lambda_handler(event, context):
    if event["a"]:
        return outer(6)
    return outer(5)
""",
    "far down, calls are not followed, nor those that were before": """\
from datetime import date
A = {}
B = {}
def leaf(): return date.today()
def middle(): return leaf()
def outer(kind): return middle()
def f10(kind): return outer(kind)
def f9(kind): return f10(kind)
def f8(kind): return f9(kind)
def f7(kind): return f8(kind)
def f6(kind): return f7(kind)
def f5(kind): return f6(kind)
def f4(kind): return f5(kind)
def f3(kind): return f4(kind)
def f2(kind): return f3(kind)
def f1(kind): return f2(kind)
def f0(kind): return f1(kind)

def lambda_handler(event, context):
    kind = A if event["a"] else B
    if kind is A:
        A["a"] = 1
    found = f0(kind)
    return outer(B)
""",
    "an application has more routes by then": """\
import json
from datetime import date
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
app = APIGatewayRestResolver()

def today():
    return json.dumps({"at": date.today()})

def serve():
    app.resolve({}, None)

def register():
    app.get("/today")(today)

def lambda_handler(event, context):
    for _ in event["rows"]:
        serve()
        register()
    return {}
""",
    "only one of the two is expected to fail": """\
import json
from datetime import date

def text():
    return json.dumps({"at": date.today()})

def lambda_handler(event, context):
    try:
        text()
    except TypeError:
        pass
    try:
        return text()
    except ValueError:
        return ""
""",
    "whatever a decorator passes, the same call fails in the body": """\
import json
from datetime import date
from somewhere import decorated

def text():
    return json.dumps({"at": date.today()})

@decorated
def lambda_handler(event, context=None, verbose=False):
    return text()
""",
    "a function behind a decorator is called where routes are served": """\
import json
from datetime import date
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from somewhere import decorated
app = APIGatewayRestResolver()

@decorated
def shown(verbose=False):
    return json.dumps({"at": date.today()})

@app.get("/")
def index(page=1, size=2):
    return shown()

def lambda_handler(event, context):
    if event["a"]:
        kind = []
    else:
        kind = {}
    return app.resolve(event, context)
""",
    "a callback may have run by then": """\
import threading
from datetime import date
LAST = date.today()

def work():
    global LAST
    LAST = "today"

def start():
    threading.Thread(target=work).start()

def lambda_handler(event, context):
    kind = [] if event["a"] else {}
    if event["b"]:
        kind = date.today()
    start()
    return {"last": LAST, "kind": kind}
""",
    "a function of a library was replaced": """\
import uuid

def made():
    return uuid.uuid4()

def lambda_handler(event, context):
    before = made()
    uuid.uuid4 = lambda: "1"
    return {"before": before, "now": made()}
""",
}


@pytest.mark.parametrize("text", NOT_THE_SAME.values(), ids=list(NOT_THE_SAME))
def test_calls_that_differ_in_something_else_are_kept_apart(
    text: str, tmp_path: Path, interpret: Interpret
) -> None:
    module, finder = program(tmp_path, text)
    without, _ = interpret(module, finder, summaries=False)
    assert without.returned or without.dumps
    assert described(interpret(module, finder)[0]) == described(without)


HEAVY = """\
from datetime import date
LAST = date.today()
SEEN = {{"at": date.today()}}


def heavy(given):
    global LAST
{lines}
    LAST = str(LAST)
    SEEN["at"] = "today"
    given[0] = "today"


def lambda_handler(event, context):
    rows = [date.today()]
    heavy(rows)
    if event["last"]:
        return {{"last": LAST, "seen": SEEN, "rows": rows}}
    return {{"now": date.today()}}
"""


@pytest.mark.parametrize("lines", [2, 700])
def test_what_is_too_much_work_is_unknown_and_the_rest_of_the_handler_is_judged(
    lines: int, tmp_path: Path, interpret: Interpret
) -> None:
    text = HEAVY.format(
        lines="    x = (given, given, given, given, given, given, given, given)\n" * lines * 2
    )
    found, interpreter = interpret(*program(tmp_path, text))
    assert bool(interpreter.unfollowed) == (lines > 2)
    assert found.complete
    assert [item.problem.path for item in found.returned] == ['["now"]']


OTHER_MODULE = """\
from datetime import date
import settings


def heavy(given):
{lines}
    settings.LAST = str(settings.LAST)


def lambda_handler(event, context):
    heavy(event)
    return {{"last": settings.LAST, "first": settings.FIRST}}
"""


@pytest.mark.parametrize("lines", [2, 1400])
def test_what_is_not_followed_may_bind_names_of_other_modules(
    lines: int, tmp_path: Path, interpret: Interpret
) -> None:
    (tmp_path / "settings.py").write_text("from datetime import date\nFIRST = LAST = date.today()\n")
    text = OTHER_MODULE.format(
        lines="    x = (given, given, given, given, given, given, given, given)\n" * lines
    )
    found, interpreter = interpret(*program(tmp_path, text))
    assert bool(interpreter.unfollowed) == (lines > 2)
    assert [item.problem.path for item in found.returned] == ['["first"]']


def test_work_grows_with_the_length_of_the_code_and_not_with_its_paths(
    tmp_path: Path, interpret: Interpret
) -> None:
    """A dozen calls in one `try`, each of which may raise and gives one of two things."""

    def work(calls: int) -> int:
        lines = "".join(f"        found{n} = helper(event['{n}'])\n" for n in range(calls))
        text = (
            "def helper(given):\n    if given:\n        return given\n    return None\n\n\n"
            f"def lambda_handler(event, context):\n    try:\n{lines}    except KeyError:\n        return {{}}\n"
            "    return {'found': found0}\n"
        )
        return interpret(*program(tmp_path, text))[1].work

    assert work(32) < 3 * work(16)
