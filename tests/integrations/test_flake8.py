"""The flake8 plugin, in flake8 run as a program."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
WRONG = "def lambda_handler(event):\n    return {}\n"
TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: orders.handle
      Runtime: python3.13
"""


def flake8(*arguments: str, folder: Path, text: str | None = None) -> list[str]:
    """The lines that flake8 prints for codes of ours."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--select=HL", *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert done.returncode == (1 if lines else 0)
    return [line.replace("\\", "/").removeprefix("./") for line in lines]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "src" / "orders.py").write_text("def handle(event):\n    return {}\n")
    (tmp_path / "src" / "helpers.py").write_text(WRONG)
    return tmp_path


def test_it_is_registered(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--version"], capture_output=True, text=True, check=True
    )
    assert "handlerlint: " in done.stdout.replace("\n", " ")


def test_example(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(EXAMPLES, shop, ignore=shutil.ignore_patterns("__pycache__"))
    places = [line.split("`")[0].split(" the handler")[0].strip() for line in sorted(flake8(folder=shop))]
    assert places == [
        "src/jobs/prices.py:11:11: HL204",
        "src/jobs/report.py:10:41: HL301",
        "src/orders/browse.py:7:5: HL201",
        "src/orders/change.py:19:9: HL401",
        "src/orders/fulfil.py:32:16: HL301",
    ]


def test_only_files_with_a_handler_are_linted(project: Path) -> None:
    """`helpers.lambda_handler` is in the code root of a function, and is not its handler."""
    (line,) = flake8(folder=project)
    assert line.startswith("src/orders.py:1:5: HL201 ")


def test_unsaved_text_on_standard_input(project: Path) -> None:
    def findings(text: str, name: str) -> list[str]:
        return flake8("--stdin-display-name", name, "-", folder=project, text=text)

    assert findings("def handle(event, context):\n    return {}\n", "src/orders.py") == []
    (line,) = findings("# é\n\ndef handle(event, context):\n    return {1, 2}\n", "src/orders.py")
    assert line.startswith("src/orders.py:4:12: HL301 ")
    (line,) = findings("def handle(event, context, more): ...\n", str(project / "src" / "orders.py"))
    assert ":1:5: HL202 " in line
    assert findings(WRONG, "src/helpers.py") == []
    assert flake8("-", folder=project, text=WRONG) == [], "nobody says where this file is"


def test_new_file_that_is_not_on_disk(tmp_path: Path) -> None:
    text = "def lambda_handler(event, context):\n    return {1, 2}\n"
    (line,) = flake8("--stdin-display-name=lambda_function.py", "-", folder=tmp_path, text=text)
    assert line.startswith("lambda_function.py:2:12: HL301 ")


def test_columns_count_code_points(project: Path) -> None:
    text = 'def handle(event, context):\n    return ["日本", {1}]\n'
    (line,) = flake8("--stdin-display-name=src/orders.py", "-", folder=project, text=text)
    assert line.startswith("src/orders.py:2:19: HL301 ")


def test_noqa(project: Path) -> None:
    for comment in ("# noqa", "# noqa: HL201", "# noqa: E501,HL2"):
        text = f"def handle(event):  {comment}\n    return {{}}\n"
        assert flake8("--stdin-display-name=src/orders.py", "-", folder=project, text=text) == []
    text = "def handle(event):  # noqa: HL301\n    return {}\n"
    assert flake8("--stdin-display-name=src/orders.py", "-", folder=project, text=text) != []


def test_configuration_is_honoured(project: Path) -> None:
    configuration = project / "pyproject.toml"
    configuration.write_text('[tool.handlerlint]\nignore = ["HL201"]\n')
    assert flake8(folder=project) == []
    configuration.write_text('[tool.handlerlint.per-file-ignores]\n"src/orders.py" = ["HL2"]\n')
    assert flake8(folder=project) == []
    configuration.write_text(
        "[tool.handlerlint]\nsources = []\n[[tool.handlerlint.functions]]\n"
        'handler = "helpers.lambda_handler"\ncode-root = "src"\n'
    )
    (line,) = flake8(folder=project)
    assert line.startswith("src/helpers.py:1:5: HL201 ")


def test_wrong_configuration_is_said_once(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.handlerlint]\nselct = []\n")
    (line,) = flake8("--jobs=1", folder=project)
    assert line.endswith(
        "HL002 pyproject.toml: [tool.handlerlint]: unknown key 'selct'; did you mean 'select'?"
    )


@pytest.mark.parametrize(("name", "holds_handler"), [("src/helpers.py", False), ("src/orders.py", True)])
def test_nothing_that_costs_is_imported_for_a_file_without_handler(
    project: Path, name: str, holds_handler: bool
) -> None:
    script = (
        "import sys; sys.argv = ['flake8', '--isolated', '--jobs=1', *sys.argv[1:]]\n"
        "from flake8.main.cli import main; main()\n"
        "print(*sorted({'libcst', 'rich', 'typeshed_client', 'handlerlint.linter'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, name], cwd=project, capture_output=True, text=True, check=True
    )
    imported = done.stdout.splitlines()[-1].split()
    assert ("libcst" in imported) is holds_handler
    assert holds_handler or imported == []


def modules_of(project: Path, *options: str) -> list[str]:
    """What flake8 imports of us and of what costs, for a file with a handler."""
    script = (
        "import sys; sys.argv = ['flake8', '--isolated', '--jobs=1', *sys.argv[1:]]\n"
        "from flake8.main.cli import main; main()\n"
        "print(*sorted({'libcst', 'handlerlint.configuration', 'handlerlint.linter'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, *options, "src/orders.py"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_nothing_is_done_where_none_of_our_codes_is_selected(project: Path) -> None:
    assert modules_of(project, "--select=E,F") == []
    assert modules_of(project, "--extend-ignore=HL") == []
    assert "libcst" in modules_of(project, "--select=HL2", "--ignore=E")


def test_results_of_saved_files_are_kept(project: Path) -> None:
    first = flake8("src/orders.py", folder=project)
    assert len(first) == 1
    assert "libcst" in modules_of(project, "--select=HL"), "another way to start Python"
    assert modules_of(project, "--select=HL") == ["handlerlint.configuration"]
    assert flake8("src/orders.py", folder=project) == first
    (project / "template.yaml").write_text(TEMPLATE.replace("orders.handle", "orders.other"))
    assert flake8("src/orders.py", folder=project) == []
    assert flake8("src/orders.py", folder=project) == []
    (project / "template.yaml").write_text(TEMPLATE)
    assert flake8("src/orders.py", folder=project) == first
    good = "def handle(event, context):\n    return {}\n"
    assert flake8("--stdin-display-name", "src/orders.py", "-", folder=project, text=good) == []
    (project / "src" / "orders.py").write_text(good)
    assert flake8("src/orders.py", folder=project) == []


def test_a_run_over_many_files_keeps_results(project: Path) -> None:
    """Also of files after the first ones, of which it is discovered first whether they hold a handler."""
    for number in range(25):
        (project / "src" / f"a{number}.py").write_text("x = 1\n")
    (project / "src" / "zebra.py").write_text("def lambda_handler(event):\n    return {}\n")
    (project / "template.yaml").write_text(
        TEMPLATE
        + TEMPLATE.partition("Resources:\n")[2]
        .replace("orders.handle", "zebra.lambda_handler")
        .replace("Orders", "Zebra")
    )
    first = flake8(folder=project)
    assert any(line.startswith("src/zebra.py") for line in first)
    assert flake8(folder=project) == first
    (project / "src" / "zebra.py").write_text("def lambda_handler(event, context):\n    return {}\n")
    assert flake8(folder=project) == [line for line in first if "zebra" not in line]


def test_what_lies_in_a_shared_module_is_shown_at_the_call(project: Path) -> None:
    (project / "src" / "orders.py").write_text(
        "from helpers import text\n\n\ndef handle(event, context):\n    return text({1})\n"
    )
    (project / "src" / "helpers.py").write_text(
        "import json\n\n\ndef text(value):\n    return json.dumps(value)\n"
    )
    for _ in ("found", "kept"):
        (line,) = flake8(folder=project)
        assert line.startswith("src/orders.py:5:12: HL311 ")
        assert line.endswith(" (in src/helpers.py, line 5)")
