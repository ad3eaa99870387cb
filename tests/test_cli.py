"""The program itself: usage, what is said about mistakes, exit statuses, and where output goes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlerlint import __version__
from handlerlint.cli import main
from handlerlint.findings import Finding
from handlerlint.reporters.report import NO_FUNCTIONS
from handlerlint.rules.base import Subject
from handlerlint.rules.signature import TooFewParameters

from .program import run


def run_apart(
    *arguments: str, folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, in a process of its own."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "handlerlint", *arguments],
        cwd=folder,
        env=plain | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(tmp_path: Path, option: str) -> None:
    done = run_apart(option, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"handlerlint {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["functions", "-h"], ["rule", "-h"]])
def test_help(tmp_path: Path, arguments: list[str]) -> None:
    done = run_apart(*arguments, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: handlerlint")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--selct", "HL3"],
            "unknown option '--selct'; did you mean '--select'? (see 'handlerlint --help')",
        ),
        (
            ["check", "--frobnicate=3"],
            "unknown option '--frobnicate' (see 'handlerlint check --help')",
        ),
        (
            ["--fromat"],
            "unknown option '--fromat'; did you mean '--output-format'? (see 'handlerlint --help')",
        ),
        (
            ["--unsafe"],
            "unknown option '--unsafe'; did you mean '--unsafe-fixes'? (see 'handlerlint --help')",
        ),
        (["--wibble"], "unknown option '--wibble' (see 'handlerlint --help')"),
        (["srcs"], "no such file or folder: 'srcs'; did you mean 'src'?"),
        (["chekc"], "no such file or folder: 'chekc'; did you mean the command 'check'?"),
        (["src/ap.py"], "no such file or folder: 'src/ap.py'; did you mean 'app.py'?"),
        (["src/app.py/x"], "'src/app.py/x' cannot be read: Not a directory"),
        (
            ["--output-format", "jsn", "src"],
            "argument --output-format: unknown format 'jsn'; did you mean 'json'? (see 'handlerlint --help')",
        ),
        (
            ["--output-format", "xml", "src"],
            "argument --output-format: unknown format 'xml'; expected one of full, concise, json, sarif, "
            "github, gitlab, junit, html (see 'handlerlint --help')",
        ),
        (
            ["--sources", "sam,terafrom"],
            "argument --sources: unknown source 'terafrom'; did you mean 'terraform'? "
            "(see 'handlerlint --help')",
        ),
        (
            ["--per-file-ignores", "tests"],
            "argument --per-file-ignores: expected PATTERN:CODE,... such as 'tests/*:HL3', found 'tests' "
            "(see 'handlerlint --help')",
        ),
        (
            ["--runtime", "3.12"],
            "argument --runtime: expected a Python runtime such as 'python3.13', found '3.12' "
            "(see 'handlerlint --help')",
        ),
        (["--python", "nowhere"], "--python: no such virtual environment or interpreter: 'nowhere'"),
        (["--config", "no.toml"], "no.toml: cannot be read: No such file or directory"),
        (["--select", "H8"], "unknown rule code 'H8'"),
        (["--ignore", "E501"], "unknown rule code 'E501'"),
        (["--extend-select", "HL3,HL3O1"], "unknown rule code 'HL3O1'; did you mean 'HL301'?"),
        (["rule"], "the following arguments are required: CODE (see 'handlerlint rule --help')"),
        (["rule", "HL3O1"], "unknown rule 'HL3O1'; did you mean 'HL301'?"),
        (["rule", "async-handle"], "unknown rule 'async-handle'; did you mean 'async-handler'?"),
        (["--output-file", "no/where.json"], "--output-file no/where.json: No such file or directory"),
        (["--output", "json:no/where.json"], "--output json:no/where.json: No such file or directory"),
        (
            ["--output", "jsn:where.json"],
            "argument --output: unknown format 'jsn'; did you mean 'json'? (see 'handlerlint --help')",
        ),
        (
            ["--output", "json:"],
            "argument --output: expected the name of a file after 'json:' (see 'handlerlint --help')",
        ),
        (
            ["--output", "full", "--output-file", "x"],
            "--output and --output-file cannot be combined: write '--output FORMAT:FILE'",
        ),
        (
            ["--output", "full", "--output", "sarif:x", "--output", "json"],
            "'--output full' and '--output json' both print: name a file for one, as in '--output json:FILE'",
        ),
        (
            ["--output", "sarif:x", "--output", "json:src/../x"],
            "'--output sarif:x' and '--output json:src/../x' write the same file",
        ),
        (
            ["--output", "json:x", "--diff"],
            "--output and --diff cannot be combined: what that prints has one format only",
        ),
        (
            ["--statistics", "--output-format", "sarif"],
            "--statistics has no format 'sarif'; expected one of full, concise, json",
        ),
        (
            ["functions", "--output", "sarif:x"],
            "argument --output: unknown format 'sarif'; expected one of text, json "
            "(see 'handlerlint functions --help')",
        ),
    ],
)
def test_mistakes_are_explained_in_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").touch()
    done = run(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"handlerlint: error: {message}\n"


def test_wrong_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.handlerlint]\nselct = ["HL3"]\n')
    done = run(folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "handlerlint: error: pyproject.toml: [tool.handlerlint]: unknown key 'selct'; "
        "did you mean 'select'?\n"
    )
    assert run("--isolated", folder=tmp_path).returncode == 0


def test_rules(tmp_path: Path) -> None:
    lines = run("rules", folder=tmp_path).stdout.splitlines()
    assert [line[:5] for line in lines[1:]] == sorted(line[:5] for line in lines[1:])
    (line,) = (line for line in lines if line.startswith("HL204"))
    assert line.split(maxsplit=3) == [
        "HL204",
        "async-handler",
        "error",
        "Checks that the handler is not an `async def`.",
    ]
    (line,) = (line for line in lines if line.startswith("HL207"))
    assert "(off unless selected)" in line
    assert all(len(line.split(maxsplit=3)) == 4 for line in lines), "every rule says what it finds"
    objects = json.loads(run("rules", "--output-format=json", folder=tmp_path).stdout)
    assert [item["code"] for item in objects] == [line[:5] for line in lines[1:]]
    assert objects[0] == {
        "code": "HL001",
        "name": "syntax-error",
        "severity": "error",
        "on_by_default": True,
        "url": "https://handlerlint.readthedocs.io/rules/syntax-error/",
    }


@pytest.mark.parametrize("name", ["HL204", "hl204", "async-handler"])
def test_rule(tmp_path: Path, name: str) -> None:
    done = run("rule", name, folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("# async-handler (HL204)\n\nLevel: error.\n\n## What it does\n")
    for heading in ("## Why it is bad", "## Example", "## Use instead"):
        assert f"\n{heading}\n" in done.stdout


def test_pages_and_table_of_the_rules_are_up_to_date() -> None:
    script = Path(__file__).parent.parent / "tools" / "rule_pages.py"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


# --- a run over a project ------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "lambda_function.py").write_text("def lambda_handler(event):\n    return {}\n")
    return tmp_path


CONCISE = (
    "lambda_function.py:1:5: HL201 [error] `lambda_handler` takes 1 argument from the runtime, "
    "which passes two: the event and the context [fixable]\n"
)


def test_exit_status(project: Path) -> None:
    assert run_apart(folder=project).returncode == 1
    assert run("--exit-zero", folder=project).returncode == 0
    assert run("--ignore=HL2", folder=project).returncode == 0
    (project / "lambda_function.py").write_text("def lambda_handler(event, context):\n    return {}\n")
    assert run(folder=project).returncode == 0


def test_default_command_and_paths(project: Path) -> None:
    (project / "check").mkdir()
    (project / "check" / "lambda_function.py").write_text("def lambda_handler(event, context):\n    pass\n")
    assert run(".", folder=project).stdout == run("check", folder=project).stdout
    assert run("check", "check", folder=project).stdout == "No problems in 1 function.\n"
    assert run("check/", folder=project).stdout == "No problems in 1 function.\n"
    done = run("check", "--output-format=concise", "-q", "--select", "HL2", ".", folder=project)
    assert done.stdout == CONCISE, "options may stand between paths"


def test_quiet_and_summary(project: Path) -> None:
    done = run("--output-format=concise", folder=project)
    assert done.stdout == f"{CONCISE}1 error in 1 function; 1 fixable.\n"
    assert run("--output-format=concise", "--quiet", folder=project).stdout == CONCISE
    (project / "lambda_function.py").unlink()
    assert run(folder=project).stdout == f"{NO_FUNCTIONS}\n"
    assert run("-q", folder=project).stdout == ""


def test_statistics(project: Path) -> None:
    assert run("--statistics", folder=project).stdout == "1  HL201  too-few-parameters (1 fixable)\n"
    (item,) = json.loads(run("--statistics", "--output-format=json", folder=project).stdout)
    assert (item["code"], item["count"]) == ("HL201", 1)


def test_output_file(project: Path) -> None:
    done = run("--output-format=json", "--output-file=report.json", folder=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads((project / "report.json").read_text())[0]["code"] == "HL201"
    environment = {"FORCE_COLOR": "1"}
    run("--output-file=report.txt", folder=project, environment=environment)
    assert "\x1b" not in (project / "report.txt").read_text()


def test_several_reports_of_one_run(project: Path) -> None:
    outputs = (
        "--output=json:a.json",
        "--output=concise",
        f"--output=full:{project}/b.txt",
        "--output=sarif:no/where",
    )
    done = run(*outputs, folder=project, environment={"FORCE_COLOR": "1"})
    assert re.sub(r"\x1b\[[\d;]*m", "", done.stdout) == f"{CONCISE}1 error in 1 function; 1 fixable.\n"
    assert "\x1b[" in done.stdout
    assert json.loads((project / "a.json").read_text())[0]["code"] == "HL201"
    assert (project / "b.txt").read_text().startswith("HL201 error: ")
    assert done.stderr == "handlerlint: error: --output sarif:no/where: No such file or directory\n"
    assert (done.returncode, run(*outputs[:3], folder=project).returncode) == (2, 1)


@pytest.mark.parametrize(
    ("environment", "colored"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": ""}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
    ],
)
def test_colors_of_a_pipe(project: Path, environment: dict[str, str], colored: bool) -> None:
    assert ("\x1b[" in run(folder=project, environment=environment).stdout) is colored


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
@pytest.mark.parametrize(
    ("environment", "colored"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_colors_of_a_terminal(project: Path, environment: dict[str, str], colored: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "handlerlint", "-q"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "HOME": str(project), **environment},
        stdout=theirs,
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000)
    os.close(ours)
    assert b"HL201" in shown
    assert (b"\x1b[" in shown) is colored


def test_terminal_that_is_not_utf8(project: Path) -> None:
    (project / "lambda_function.py").write_text("def lambda_handler(event): return 'é日'\n", "utf-8")
    done = run_apart(folder=project, environment={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (1, "")
    assert "return '\\xe9\\u65e5'" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["--output-format=json"], ["--help"], ["--version"], ["rules"]])
def test_reader_that_leaves_early(project: Path, arguments: list[str]) -> None:
    """As `handlerlint | head -1` does."""
    process = subprocess.Popen(
        [sys.executable, "-m", "handlerlint", *arguments],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate()
    assert errors == b""
    assert process.returncode == (1 if arguments in ([], ["--output-format=json"]) else 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_disk_that_is_full(project: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "handlerlint"],
            cwd=project,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == ("handlerlint: error: standard output cannot be written: No space left on device\n")


def test_interruption(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(project)
    monkeypatch.setattr("handlerlint.linter.lint", interrupted)
    assert main([]) == 130
    assert capsys.readouterr() == ("", "handlerlint: interrupted\n")


def test_defect_of_ours_stops_only_its_own_file(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check = TooFewParameters.check

    def broken(rule: TooFewParameters, subject: Subject) -> Iterator[Finding]:
        if "other" in str(subject.function.code_root):
            raise RuntimeError("broken on purpose")
        yield from check(rule, subject)

    (project / "other").mkdir()
    shutil.copy(project / "lambda_function.py", project / "other")
    monkeypatch.chdir(project)
    monkeypatch.setattr(TooFewParameters, "check", broken)
    assert main(["--output-format=concise", "-q"]) == 2
    output, errors = capsys.readouterr()
    assert output == CONCISE
    (line,) = errors.splitlines()
    assert line.startswith("handlerlint: internal error: other: handler lambda_function.lambda_handler: ")
    assert "RuntimeError: broken on purpose" in line


def test_options_replace_and_extend_the_configuration(project: Path) -> None:
    (project / "handlerlint.toml").write_text('ignore = ["HL201"]\n[per-file-ignores]\n"*.py" = ["HL1"]\n')
    assert run(folder=project).returncode == 0
    assert run("--ignore=HL3", folder=project).returncode == 1
    assert run("--isolated", folder=project).returncode == 1
    assert run("--isolated", "--per-file-ignores=*.py:HL2", folder=project).returncode == 0
    assert run("--extend-ignore=HL3", folder=project).returncode == 0
    (project / "other.toml").write_text("")
    assert run("--config=other.toml", folder=project).returncode == 1


def test_handler_option(project: Path) -> None:
    (project / "jobs.py").write_text("def run(event): ...\n\ndef other(event, context): ...\n")
    done = run("--handler=jobs.run", "--output-format=concise", "-q", "jobs.py", folder=project)
    assert "jobs.py:1:5: HL201" in done.stdout
    done = run("--handler=jobs.other", "--sources=sam", folder=project)
    assert done.stdout == "No problems in 1 function.\n"


# --- handlerlint functions -----------------------------------------------------------------------------------


TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Good:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.good
      Runtime: python3.12
      Events:
        Queue:
          Type: SQS
          Properties: {Queue: q}
  Wrong:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src/, Handler: app.god, Runtime: python3.12}
  Elsewhere:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: s3://bucket/code.zip, Handler: app.good, Runtime: python3.12}
"""


@pytest.fixture
def templated(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "src" / "app.py").write_text("import os\n\ndef good(event, context):\n    return {}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "line"),
    [("decorated", 5), ("imported", 8), ("alias", 10), ("listed", 12), ("instance", 13), ("defined", 14)],
)
def test_functions_say_where_the_named_module_binds_the_handler(tmp_path: Path, name: str, line: int) -> None:
    wrapper = "def wrap(f):\n    def inner(event, context):\n        return f(event)\n    return inner\n"
    (tmp_path / "tools.py").write_text(f"{wrapper}def imported(event, context):\n    return None\n")
    (tmp_path / "app.py").write_text(
        """\
from tools import wrap


@wrap
def decorated(request):
    return {}

from tools import imported
try:
    alias = decorated
finally:
    [listed] = [imported]
instance: object = imported
from tools import imported as defined
"""
    )
    done = run("functions", "--output-format=json", "--handler", f"app.{name}", ".", folder=tmp_path)
    (found,) = json.loads(done.stdout)
    assert (found["status"], found["module_path"], found["function_line"]) == ("ok", "app.py", line)


@pytest.mark.parametrize(
    ("arguments", "output"),
    [
        (("functions",), f"{NO_FUNCTIONS}\n"),
        (("functions", "--output=json"), "[]\n"),
        (("check",), f"{NO_FUNCTIONS}\n"),
        (("check", "--no-cache"), f"{NO_FUNCTIONS}\n"),
        (("functions", "--no-cache"), f"{NO_FUNCTIONS}\n"),
    ],
)
def test_what_cannot_be_seen_yet_is_hinted_at(
    tmp_path: Path, arguments: tuple[str, ...], output: str
) -> None:
    (tmp_path / "cdk.json").write_text('{"app": "npx ts-node bin/app.ts"}')
    hint = "cdk.json: the application is not in Python: run `cdk synth` to have its functions found"
    for _ in range(2):  # the second time from what is kept
        done = run(*arguments, folder=tmp_path)
        assert (done.returncode, done.stdout) == (0, output)
        assert done.stderr == f"handlerlint: hint: {hint}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no file of Windows has such a name")
@pytest.mark.parametrize("command", ["check", "functions"])
def test_names_on_standard_error_are_one_line_without_effect(tmp_path: Path, command: str) -> None:
    name = "a\x1b[2J\u202e\n::error::b"
    (tmp_path / name).mkdir()
    (tmp_path / name / "cdk.json").write_text('{"app": "npx ts-node bin/app.ts"}')
    hint = "handlerlint: hint: a\ufffd[2J\ufffd ::error::b/cdk.json: the application is not in Python: "
    done = run(command, folder=tmp_path)
    assert done.stderr == f"{hint}run `cdk synth` to have its functions found\n"
    done = run(command, "\x1b[2J\n::nowhere", folder=tmp_path)
    assert done.stderr == "handlerlint: error: no such file or folder: '\ufffd[2J ::nowhere'\n"


def test_quiet_gives_no_hints(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text('{"app": "npx ts-node bin/app.ts"}')
    assert run("--quiet", folder=tmp_path).stderr == ""


def test_functions_as_json(templated: Path) -> None:
    done = run("functions", "--output-format=json", folder=templated)
    assert (done.returncode, done.stderr) == (0, "")
    good, wrong, elsewhere = json.loads(done.stdout)
    assert good.pop("events")[0]["kind"] == "sqs"
    assert good == {
        "name": "Good",
        "handler": "app.good",
        "code_root": "src",
        "module_path": "src/app.py",
        "function_line": 3,
        "runtime": "python3.12",
        "status": "ok",
        "reason": None,
        "source": {"kind": "sam", "path": "template.yaml", "line": 7},
        "origins": [{"kind": "sam", "path": "template.yaml", "line": 7}],
    }
    assert list(wrong) == list(elsewhere)
    assert (wrong["status"], wrong["module_path"], wrong["function_line"]) == ("error", "src/app.py", None)
    assert wrong["reason"] == "there is no `god` in `app`; did you mean `app.good`?"
    assert (elsewhere["status"], elsewhere["code_root"], elsewhere["module_path"]) == (
        "unresolved",
        None,
        None,
    )
    assert elsewhere["reason"]


def test_functions_with_two_origins_and_with_code_in_a_bucket(templated: Path) -> None:
    template = TEMPLATE.partition("  Wrong:")[0]
    (templated / "packaged.yaml").write_text(template.replace("src/", "s3://bucket/key"))
    good = json.loads(run("functions", "--output-format=json", folder=templated).stdout)[0]
    places = [{"kind": "sam", "path": path, "line": 7} for path in ("template.yaml", "packaged.yaml")]
    assert (good["source"], good["origins"]) == (places[0], places)
    lines = run("functions", "--output-format=text", folder=templated).stdout.splitlines()
    assert lines[2] == "  also in packaged.yaml:7"
    (templated / "template.yaml").unlink()
    good = json.loads(run("functions", "--output-format=json", folder=templated).stdout)[0]
    assert (good["status"], good["code_root"], good["module_path"]) == ("ok", "src", "src/app.py")
    guess = "the code is in an S3 bucket; `src/app.py` is the only file nearby that matches the handler"
    assert good["reason"] == guess


def test_the_closing_line_says_what_was_not_checked(
    templated: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(templated)
    monkeypatch.setenv("XDG_CACHE_HOME", str(templated / ".cache"))
    counts = "1 error in 2 functions; 1 fixable; 1 not resolved"
    for _ in ("found", "kept"):
        main(["--output-format=concise"])
        shown = capsys.readouterr()
        assert (shown.out.splitlines()[-1], shown.err) == (f"{counts} (--verbose says why).", "")
        main(["--output-format=concise", "--verbose"])
        shown = capsys.readouterr()
        assert shown.out.splitlines()[-1] == f"{counts}."
        assert re.search(
            r"^handlerlint: not resolved: Elsewhere \(.*\), template.yaml:\d+: the code is in an S3 bucket\n\Z",
            shown.err,
            re.MULTILINE,
        )
    main(["-q", "--output-format=concise"])
    assert "not resolved" not in capsys.readouterr().out


def test_a_handler_that_is_too_much_work_is_not_analysed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    deep = f"x = {'1 + ' * 500}1\n"
    (tmp_path / "app.py").write_text(f"{deep}def handler(event, context):\n    return {{1}}\n")
    assert main(["--handler", "app.handler", "--no-cache"]) == 0
    assert capsys.readouterr().out == "No function was checked; 1 not analysed (--verbose says why).\n"


def test_functions_as_table(templated: Path) -> None:
    lines = run("functions", folder=templated).stdout.splitlines()
    heading, first = (re.split(r"  +", line) for line in lines[:2])
    assert heading == ["function", "handler", "where it is", "runtime", "invoked by", "configured in"]
    assert first == ["Good", "app.good", "src/app.py:3", "python3.12", "sqs", "template.yaml:7"]
    assert lines[3] == "  error: there is no `god` in `app`; did you mean `app.good`?"
    assert lines[5].startswith("  unresolved: ")
    lines = run("functions", "--unresolved", "--output-format=text", folder=templated).stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["Elsewhere", "unresolved:"]
    (templated / "template.yaml").write_text(TEMPLATE.replace("s3://bucket/code.zip", "src/"))
    done = run("functions", "--unresolved", "--output-format=text", folder=templated)
    assert done.stdout == "3 functions, none unresolved.\n"
    (templated / "template.yaml").unlink()
    (templated / "src" / "app.py").unlink()
    done = run("functions", "--output-format=text", folder=templated)
    assert done.stdout == f"{NO_FUNCTIONS}\n"
    assert "`--handler" in NO_FUNCTIONS
    assert "`handler-names`" in NO_FUNCTIONS
