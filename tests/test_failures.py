"""Defects of handlerlint itself: each is a line that names the file, and all other findings are shown."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from handlerlint import linter, parallel
from handlerlint.cli import main
from handlerlint.functions.cloudformation import resources
from handlerlint.functions.sources import SOURCES
from handlerlint.source.suppressions import Suppressions

WRONG = "def lambda_handler(event):\n    return {}\n"
SERVICE = "Type: AWS::Serverless::Function"


def template(*names: str) -> str:
    lines = [
        f"  {name}: {{{SERVICE}, Properties: {{CodeUri: ., Handler: {name}.lambda_handler}}}}"
        for name in names
    ]
    return "\n".join(("Transform: AWS::Serverless-2016-10-31", "Resources:", *lines, ""))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "lambda_function.py").write_text(WRONG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], list[str]]:
    """The exit status, the files with findings, and the lines of standard error."""
    status = main(["--no-cache", "-j1", "-q", "--output-format=concise", *arguments])
    shown = capsys.readouterr()
    return status, [line.partition(":")[0] for line in shown.out.splitlines()], shown.err.splitlines()


def refuse(*arguments: Any, **named: Any) -> Any:
    raise RuntimeError("broken on purpose")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.module))
def test_a_source_that_fails(
    source: Any, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = next(iter((*source.names, *(f"a{suffix}" for suffix in source.suffixes))))
    (project / name).write_text("")
    module = import_module(f"handlerlint.functions.{source.module}")
    monkeypatch.setattr(module, "read", refuse)
    status, files, (line,) = checked(capsys)
    assert (status, files) == (2, ["lambda_function.py"])
    assert line.startswith("handlerlint: internal error: ")
    assert "RuntimeError: broken on purpose (at test_failures.py:" in line


def test_one_function_and_one_template_that_fail(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make = resources._function

    def broken(template: Any, resource: Any, *arguments: Any) -> Any:
        return refuse() if resource.name == "bad" else make(template, resource, *arguments)

    def broken_template(template: Any) -> Any:
        return refuse() if template.path.parent.name == "c" else connections(template)

    connections = resources.connections_of
    monkeypatch.setattr(resources, "_function", broken)
    monkeypatch.setattr(resources, "connections_of", broken_template)
    for folder, names in {"a": ("good", "bad", "better"), "b": ("fine",), "c": ("lost",)}.items():
        (project / folder).mkdir()
        (project / folder / "template.yaml").write_text(template(*names))
        for name in names:
            (project / folder / f"{name}.py").write_text(WRONG)
    status, files, lines = checked(capsys)
    assert status == 2
    assert {"a/better.py", "a/good.py", "b/fine.py", "lambda_function.py"} <= set(files)
    assert sorted(line.split(": ")[2] for line in lines) == ["a/template.yaml", "c/template.yaml"]
    assert main(["functions", "--output-format=json"]) == 2
    shown = capsys.readouterr()
    assert "a/template.yaml" in shown.err
    assert '"better"' in shown.out


def test_a_handler_that_fails_is_not_checked(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(linter.Run, "subject", refuse)
    assert main(["--no-cache", "-j1"]) == 2
    assert capsys.readouterr().out == "No function was checked; 1 not analysed (--verbose says why).\n"


@pytest.mark.parametrize("arguments", [(), ("--handler=lambda_function.lambda_handler",)])
def test_what_a_library_lacks_in_a_function_of_any_source(
    arguments: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "lambda_function.py").write_text(
        "from botocore.vendored import requests\n\n\n"
        "def lambda_handler(event, context):\n    return requests.get('https://example.com').text\n"
    )
    assert checked(capsys, *arguments) == (1, ["lambda_function.py"], [])


def test_a_suppression_that_fails(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Suppressions, "hide", refuse)
    status, files, (line,) = checked(capsys)
    assert (status, files) == (2, ["lambda_function.py"])
    assert line.startswith("handlerlint: internal error: lambda_function.py: RuntimeError")


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the processes do not inherit the broken method"
)
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_process_that_raises(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(16):
        (project / f"f{number}").mkdir()
        (project / f"f{number}/lambda_function.py").write_text(WRONG)
    check = linter.Run.check_all

    def broken(run: Any, groups: Any, codes: Any) -> Any:
        if any(group[0].code_root.name == "f3" for group in groups):
            refuse()
        return check(run, groups, codes)

    monkeypatch.setattr(linter.Run, "check_all", broken)
    monkeypatch.setattr(parallel, "_FEWEST_PER_PROCESS", 4)
    status, files, (line,) = checked(capsys, "-j2")
    assert (status, len(files)) == (2, 16)
    assert "f3: handler lambda_function.lambda_handler: RuntimeError: broken on purpose" in line
