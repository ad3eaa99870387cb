"""Reading the configuration: where it is found, what it says, and what is said about it when it is wrong."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint.cli import main
from handlerlint.configuration import load_settings
from handlerlint.errors import UserError
from handlerlint.functions.cloudformation.events import KINDS
from handlerlint.settings import EVENT_KINDS, ConfiguredEvent, ConfiguredFunction


def write(root: Path, **files: str) -> None:
    """Files by name; `__` in a name is a folder, and the ending is `.toml`."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def error_of(root: Path, text: str, name: str = "handlerlint.toml") -> str:
    (root / name).write_text(text, "utf-8")
    with pytest.raises(UserError) as caught:
        load_settings([root], working_folder=root)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_configuration(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    settings = load_settings(["src"], working_folder=tmp_path)
    assert settings.paths == (tmp_path / "src",)
    assert settings.project_root == tmp_path
    assert settings.configuration_file is None
    assert settings.select is None
    assert settings.source_is_on("sam")


def test_every_key(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "stubs").mkdir()
    (tmp_path / ".venv").mkdir()
    write(
        tmp_path,
        pyproject="""
            [project]
            name = "shop"
            [tool.handlerlint]
            select = ["HL1", "hl3"]
            ignore = ["HL306"]
            extend-select = ["HL207"]
            extend-ignore = ["HL307"]
            exclude = ["legacy/"]
            handler-names = ["main"]
            runtime = "python3.12"
            python = ".venv"
            stubs = ["stubs"]
            events = ["events/*.json"]
            sources = ["sam", "convention"]
            [tool.handlerlint.per-file-ignores]
            "tests/**" = ["HL3"]
            [[tool.handlerlint.functions]]
            handler = "app.main"
            [[tool.handlerlint.functions]]
            handler = "jobs.nightly"
            code-root = "code"
            runtime = "python3.10"
            name = "Nightly"
            events = ["sqs", { kind = "http-api", payload-format-version = "1.0" }]
        """,
    )
    settings = load_settings(["code"], working_folder=tmp_path)
    assert settings.configuration_file == tmp_path / "pyproject.toml"
    assert settings.select == ("HL1", "HL3")
    assert settings.ignore == ("HL306",)
    assert settings.extend_select == ("HL207",)
    assert settings.extend_ignore == ("HL307",)
    assert settings.exclude == ("legacy/",)
    assert settings.handler_names == ("main",)
    assert settings.runtime == "python3.12"
    assert settings.python == tmp_path / ".venv"
    assert settings.stubs == (tmp_path / "stubs",)
    assert settings.events == ("events/*.json",)
    assert settings.source_is_on("sam")
    assert not settings.source_is_on("cdk")
    assert [(item.pattern, item.codes) for item in settings.per_file_ignores] == [("tests/**", ("HL3",))]
    assert settings.functions == (
        ConfiguredFunction("app.main", row=18),
        ConfiguredFunction(
            "jobs.nightly",
            tmp_path / "code",
            "python3.10",
            "Nightly",
            (ConfiguredEvent("sqs"), ConfiguredEvent("http-api", {"payload_format_version": "1.0"})),
            row=20,
        ),
    )


def test_nearest_file_wins_and_handlerlint_toml_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    write(tmp_path, pyproject='[tool.handlerlint]\nhandler-names = ["top"]')
    write(tmp_path, a__pyproject='[project]\nname = "handlerlint-user"')
    names = load_settings([tmp_path / "a" / "b"]).handler_names
    assert names == ("top",), "a pyproject.toml without our table is none of ours"
    write(tmp_path, a__handlerlint='handler-names = ["own"]', a__pyproject="[tool.handlerlint]")
    assert load_settings([tmp_path / "a" / "b"]).handler_names == ("own",)
    assert load_settings([tmp_path / "a" / "b", tmp_path]).handler_names == ("top",), "their common folder"


def test_search_ends_at_the_repository(tmp_path: Path) -> None:
    write(tmp_path, handlerlint='handler-names = ["outside"]')
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert load_settings([tmp_path / "repository"]).handler_names == ("lambda_handler", "handler")


def test_given_file_and_isolation(tmp_path: Path) -> None:
    write(tmp_path, handlerlint='handler-names = ["near"]', other='handler-names = ["given"]')
    given = load_settings([tmp_path], configuration_file=tmp_path / "other.toml")
    assert given.handler_names == ("given",)
    assert load_settings([tmp_path], isolated=True).handler_names == ("lambda_handler", "handler")


def test_bom_and_crlf(tmp_path: Path) -> None:
    (tmp_path / "handlerlint.toml").write_bytes(b'\xef\xbb\xbfselect = ["HL1"]\r\nignore = []\r\n')
    assert load_settings([tmp_path]).select == ("HL1",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'selct = ["HL3"]',
            "handlerlint.toml: unknown key 'selct'; did you mean 'select'?",
        ),
        ("frobnicate = 1", "handlerlint.toml: unknown key 'frobnicate'"),
        ('select = "HL3"', "handlerlint.toml: select: expected a list of strings, found 'HL3'"),
        ("select = [3]", "handlerlint.toml: select: expected a list of strings, found [3]"),
        (
            'ignore = ["HL-3"]',
            "handlerlint.toml: ignore: expected a list of rule codes or prefixes such as 'HL3' or 'HL301', "
            "found ['HL-3']",
        ),
        (
            "per-file-ignores = []",
            "handlerlint.toml: per-file-ignores: expected a table of patterns and lists of rule codes, "
            "found []",
        ),
        (
            'per-file-ignores = {"a.py" = "HL3"}',
            "handlerlint.toml: per-file-ignores.\"a.py\": expected a list of strings, found 'HL3'",
        ),
        (
            'runtime = "3.12"',
            "handlerlint.toml: runtime: expected a Python runtime such as 'python3.13', found '3.12'",
        ),
        ("runtime = 3.12", "handlerlint.toml: runtime: expected a string, found 3.12"),
        (
            'sources = ["sma"]',
            "handlerlint.toml: sources: expected a list of sam, cloudformation, serverless, terraform, cdk, "
            "pulumi, chalice, zappa, container, convention, found ['sma']; did you mean 'sam'?",
        ),
        (
            'stubs = ["nowhere"]',
            "handlerlint.toml: stubs[0]: expected a folder that exists, found 'nowhere'",
        ),
        (
            'python = "nowhere"',
            "handlerlint.toml: python: expected a virtual environment or an interpreter that exists, "
            "found 'nowhere'",
        ),
        ("functions = {}", "handlerlint.toml: functions: expected an array of tables, found {}"),
        ("functions = [1]", "handlerlint.toml: functions[0]: expected a table, found 1"),
        (
            '[[functions]]\nname = "A"',
            "handlerlint.toml: functions[0]: expected a key 'handler' such as 'app.lambda_handler'",
        ),
        (
            '[[functions]]\nhandler = "a.b"\ncode_root = "x"',
            "handlerlint.toml: [functions[0]]: unknown key 'code_root'; did you mean 'code-root'?",
        ),
        (
            '[[functions]]\nhandler = "a.b"\nevents = [{}]',
            "handlerlint.toml: functions[0].events[0]: expected an event source such as 'sqs' or a table "
            "with 'kind', found {}",
        ),
        (
            '[[functions]]\nhandler = "a.b"\nevents = ["sqss"]',
            "handlerlint.toml: functions[0].events[0]: expected an event source such as 'sqs', found 'sqss'; "
            "did you mean 'sqs'?",
        ),
        (
            '[[functions]]\nhandler = "a.b"\nevents = [{ kind = "http-api", payload-format = "2.0" }]',
            "handlerlint.toml: functions[0].events[0]: unknown key 'payload-format' of 'http-api'; "
            "did you mean 'payload-format-version'?",
        ),
        (
            '[[functions]]\nhandler = "a.b"\nevents = [{ kind = "s3", proxy = true }]',
            "handlerlint.toml: functions[0].events[0]: unknown key 'proxy' of 's3'",
        ),
        ("x = " + "[" * 5000 + "]" * 5000, "handlerlint.toml: not valid TOML: nested too deeply"),
        (
            "select = [",
            "handlerlint.toml: not valid TOML: Invalid value (at end of document)",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    assert error_of(tmp_path, text) == message


def test_wrong_pyproject(tmp_path: Path) -> None:
    text = '[tool.handlerlint]\nselct = ["HL3"]'
    assert error_of(tmp_path, text, "pyproject.toml") == (
        "pyproject.toml: [tool.handlerlint]: unknown key 'selct'; did you mean 'select'?"
    )
    text = "[tool]\nhandlerlint = 3"
    assert error_of(tmp_path, text, "pyproject.toml") == (
        "pyproject.toml: tool.handlerlint: expected a table, found 3"
    )
    assert error_of(tmp_path, "[tool.handlerlint]\nselect =", "pyproject.toml").startswith(
        "pyproject.toml: not valid TOML: "
    )


def test_broken_pyproject_of_somebody_else_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[project\nkeywords = ['handlerlint'] \xff")
    assert load_settings([tmp_path]).configuration_file is None


def test_configuration_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "handlerlint.toml").write_bytes(b'select = ["\xff"]')
    with pytest.raises(UserError, match=r"handlerlint\.toml: cannot be read: it is not UTF-8"):
        load_settings([tmp_path], working_folder=tmp_path)
    with pytest.raises(UserError, match=r"missing\.toml: cannot be read: No such file"):
        load_settings([tmp_path], configuration_file=tmp_path / "missing.toml")


def test_every_event_source_that_is_documented_may_be_configured() -> None:
    text = (Path(__file__).parents[1] / "docs/discovery.md").read_text("utf-8")
    table = text.partition("| kind | properties |")[2].partition("\n\n")[0]
    documented: dict[str, set[str]] = {}
    for row in table.splitlines()[2:]:
        kinds, properties = row.split("|")[1:3]
        names = re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", properties))
        documented |= {kind: set(names) for kind in re.findall(r"`([\w-]+)`", kinds)}
    assert documented == {kind: set(properties) for kind, properties in EVENT_KINDS.items()}
    assert set(KINDS.values()) <= set(EVENT_KINDS)


def test_a_broken_pyproject_that_is_nested_very_deep(tmp_path: Path) -> None:
    deep = "x = " + "[" * 5000 + "]" * 5000
    write(tmp_path, pyproject=f"[project]\n{deep}\n# handlerlint")
    assert load_settings([tmp_path]).configuration_file is None
    assert error_of(tmp_path, f"[tool.handlerlint]\n{deep}", "pyproject.toml") == (
        "pyproject.toml: not valid TOML: nested too deeply"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there, a working folder cannot be removed")
def test_working_folder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    line = "handlerlint: error: the working folder cannot be found: No such file or directory\n"
    for command in ([], ["check", "x.py"], ["functions"], ["invoke"]):
        assert main(command) == 2
        assert capsys.readouterr().err == line
    assert subprocess.run([sys.executable, "-m", "handlerlint", "--version"], check=False).returncode == 0
