"""Every attribute and every method without arguments of the standard library's classes: is what is said of it true?

The receivers are expressions in `fixtures/standard_library/receivers.txt`. Each of their attributes, and what each
of these gives when it is called, is returned by a handler and evaluated for real: nothing that the runtime client
takes may be an error. `--sweep` tries all receivers and prints what is missed; otherwise there are a few.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.linter import Run
from handlerlint.project.view import View
from handlerlint.rules import all_rules
from handlerlint.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "standard_library"
PRELUDE = (FIXTURES / "prelude.py").read_text("utf-8")
RECEIVERS = (FIXTURES / "receivers.txt").read_text("utf-8").splitlines()
FEW = 40  # every so many receivers are tried without `--sweep`
LONGEST = 150  # expressions in one handler
ERRORS = {"HL301", "HL302", "HL304", "HL305"}
# They end, stop or change the process, or wait for somebody.
NEVER_CALLED = {
    *("abort", "_exit", "breakpoint", "exit", "quit", "fork", "forkpty", "kill", "killpg", "pause", "sync"),
    *("input", "help", "interact", "setsid", "settrace", "setprofile", "breakpointhook", "serve_forever"),
    *(
        "unlink",
        "remove",
        "removedirs",
        "rmdir",
        "rmtree",
        "rename",
        "replace",
        "closerange",
        "close",
        "clear",
    ),
}
DUNDERS = {
    *("__name__", "__qualname__", "__module__", "__doc__", "__dict__", "__class__", "__hash__", "__len__"),
    *("__iter__", "__next__", "__enter__", "__self__", "__func__", "__wrapped__", "__members__", "__slots__"),
    *("__annotations__", "__dataclass_fields__", "__match_args__", "__cause__", "__context__", "__notes__"),
}


def expressions(receiver: str, names: dict[str, Any]) -> list[str]:
    """What a handler may take from the receiver."""
    value = eval(receiver, names)
    found = [receiver]
    for name in sorted({*dir(value), *DUNDERS, "no_such_name"}):
        if name in NEVER_CALLED or (name.startswith("_") and name not in DUNDERS):
            continue
        found.append(f"({receiver}).{name}")
        with contextlib.suppress(Exception):  # a property may raise what it likes
            if callable(getattr(value, name)):
                found.append(f"({receiver}).{name}()")
    return found


def errors(folder: Path, all_groups: list[list[str]]) -> dict[str, str]:
    """The expressions that are errors when a handler returns them, each with what is said."""
    parts = [group[at : at + LONGEST] for group in all_groups for at in range(0, len(group), LONGEST)]
    first_row = PRELUDE.count("\n") + 2
    for number, part in enumerate(parts):
        body = "".join(
            f"    if event['n'] == {n}:\n        return {{'x': {text}}}\n" for n, text in enumerate(part)
        )
        (folder / f"part{number}.py").write_text(f"{PRELUDE}def handler(event, context):\n{body}", "utf-8")
    run = Run(Settings(working_folder=folder, project_root=folder, paths=(folder,)), View())
    rules = [rule() for rule in all_rules(ERRORS)]
    found: dict[str, str] = {}
    for number, part in enumerate(parts):
        source = ConfigurationSource("argument", None)
        runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
        function = LambdaFunction("f", f"part{number}.handler", folder, source, runtime=runtime)
        for finding in run.check((function,), rules):
            found[part[(finding.span.start.row - first_row) // 2]] = finding.message
        assert run.failures == []
    return found


def verdicts(folder: Path, groups: list[list[str]]) -> dict[str, list[str]]:
    """What the runtime client makes of each expression."""
    child = Path(__file__).with_name("standard_library_child.py")
    answer = subprocess.run(
        [sys.executable, str(child), str(FIXTURES / "prelude.py")],
        input=json.dumps(groups),
        capture_output=True,
        text=True,
        cwd=folder,
        check=True,
    ).stdout
    found = json.loads(answer)
    return {
        text: item
        for group, items in zip(groups, found, strict=True)
        for text, item in zip(group, items, strict=True)
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.skipif(sys.version_info < (3, 11), reason="some receivers are newer")
def test_no_error_is_false(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    receivers = RECEIVERS if request.config.getoption("--sweep") else RECEIVERS[::FEW]
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(PRELUDE, names)
        groups = [expressions(receiver, names) for receiver in receivers]
    code, elsewhere = tmp_path / "code", tmp_path / "elsewhere"
    code.mkdir()
    elsewhere.mkdir()
    real, said = verdicts(elsewhere, groups), errors(code, groups)
    missed = [(text, item[1]) for text, item in real.items() if item[0] == "marshal" and text not in said]
    print(f"{len(real)} expressions, {len(said)} errors, {len(missed)} missed", *missed, sep="\n")
    assert len(said) > 5 * len(receivers)
    assert [(text, message) for text, message in said.items() if real[text] == ["ok"]] == []
