"""A module is loaded once for all its handlers, and none of them sees what another one did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from handlerlint.findings import to_plain
from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.inference.interpreter import loading
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules, known_codes
from handlerlint.settings import Settings

MODULE = """\
import contextlib
import json
from datetime import datetime

KEPT = {"calls": 0}
ROWS = []


def answer(**more):
    return {"statusCode": 200, **KEPT, **more}


FIRST = answer(at=datetime.now())


@contextlib.contextmanager
def unit():
    yield KEPT
    KEPT["left"] = datetime.now()


manager = unit()


def clean(event, context):
    return answer(rows=ROWS)


def keeps_a_date(event, context):
    KEPT["at"] = datetime.now()
    ROWS.append(datetime.now())
    return answer(rows=ROWS)


def leaves(event, context):
    with manager:
        pass
    return answer()


def returns_what_the_load_made(event, context):
    return FIRST


def dumps(event, context):
    return {"body": json.dumps(answer(at=datetime.now()))}


def patches(event, context):
    json.JSONEncoder.default = lambda encoder, value: str(value)
    return {"body": json.dumps(answer(at=datetime.now()))}


def one_parameter(event):
    return answer()
"""
HANDLERS = (
    *("clean", "keeps_a_date", "leaves", "returns_what_the_load_made"),
    *("dumps", "patches", "one_parameter", "absent"),
)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The modules that are loaded."""
    names: list[str] = []
    load = loading.load

    def noted(interpreter: loading.InterpreterContext, module: loading.FoundModule) -> loading.Load:
        names.append(module.name)
        return load(interpreter, module)

    monkeypatch.setattr(loading, "load", noted)
    return names


def findings(folder: Path, handlers: Sequence[str]) -> dict[str, list[object]]:
    """What one run says of these handlers, in this order."""
    run = Run(Settings(working_folder=folder, project_root=folder, paths=(folder,)), View())
    rules = [rule() for rule in all_rules(known_codes())]
    found = {}
    for name in handlers:
        source = ConfigurationSource("argument", None)
        function = LambdaFunction(
            "f", f"app.{name}", folder, source, runtime="python3.13", runtime_given=True
        )
        found[name] = [to_plain(finding) for finding in run.check((function,), rules)]
    assert run.failures == []
    return found


def test_each_handler_gets_the_module_as_it_was_loaded(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(MODULE)
    alone = {name: findings(tmp_path, [name])[name] for name in HANDLERS}
    assert findings(tmp_path, HANDLERS) == alone
    assert findings(tmp_path, HANDLERS[::-1]) == alone
    assert [name for name, found in alone.items() if not found] == ["clean", "patches"]


def test_one_load_is_enough(tmp_path: Path, loads: list[str]) -> None:
    wrong = "def handler_{0}(event, context):\n    return {{'at': datetime.now()}}\n"
    text = "from datetime import datetime\n" + "".join(map(wrong.format, range(5)))
    (tmp_path / "app.py").write_text(text)
    found = findings(tmp_path, [f"handler_{number}" for number in range(5)])
    assert [len(each) for each in found.values()] == [1] * 5
    assert loads == ["app"]
