"""Functions of Pulumi programs in Python; a whole project is in tests/fixtures/projects/pulumi."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import LambdaFunction

from ..conftest import Discover

PROGRAM = """\
import pulumi
import pulumi_aws as aws
from pulumi_aws import lambda_
import pulumi_aws_native as native

lambda_.Function("f", handler="app.handler", ARGUMENTS)
"""
PYTHON = 'runtime="python3.12"'


def functions(discovery: Discover, arguments: str, **files: str) -> tuple[LambdaFunction, ...]:
    program = PROGRAM.replace("ARGUMENTS", arguments)
    project = {"Pulumi.yaml": "name: x\nruntime: python\n", "__main__.py": program, "src/app.py": ""}
    found = discovery({**project, **files}, disabled=frozenset({"convention"}))
    assert found.problems == ()
    return found.functions


@pytest.mark.parametrize(
    "files",
    [
        {"Pulumi.yaml": "name: x\nruntime: nodejs\n"},
        {"Pulumi.yaml": "name: x\nruntime: {name: yaml}\n"},
        {"Pulumi.yaml": "- x\n"},
        {"Pulumi.yaml": ""},
        {"__main__.py": "print('x')\n"},
        {
            "__main__.py": "import pulumi_aws\nclass lambda_: ...\nlambda_.Function('f', runtime='python3.12')\n"
        },
        {"__main__.py": "import pulumi_aws, lambda_\nimport (\n"},
        {"__main__.py": "import pulumi_aws as aws\naws.lambda_.Function.get('f', 'id')\n"},
    ],
)
def test_nothing_is_found(discovery: Discover, files: dict[str, str]) -> None:
    assert functions(discovery, f'{PYTHON}, code=pulumi.FileArchive("src")', **files) == ()


@pytest.mark.parametrize(
    "arguments",
    [
        'runtime="nodejs20.x", code=pulumi.FileArchive("src")',
        'runtime=lambda_.Runtime.NODE_JS20D_X, code=pulumi.FileArchive("src")',
        'package_type="Image", image_uri=image.uri',
        'runtime=config.get("runtime"), code=pulumi.FileArchive("elsewhere")',
    ],
)
def test_what_is_not_certainly_python_is_left_out(discovery: Discover, arguments: str) -> None:
    assert functions(discovery, arguments) == ()


@pytest.mark.parametrize(
    ("code", "root"),
    [
        ('pulumi.FileArchive("src")', "src"),
        ('pulumi.FileArchive(path="./src")', "src"),
        ('pulumi.asset.FileArchive(os.path.join(os.path.dirname(__file__), "src"))', "src"),
        ('pulumi.AssetArchive({".": pulumi.FileArchive("src")})', "src"),
        ('pulumi.AssetArchive(assets={".": pulumi.FileArchive("src"), "x": pulumi.FileArchive("y")})', "src"),
        ('pulumi.AssetArchive({"app.py": pulumi.FileAsset("src/app.py")})', "src"),
        ('pulumi.AssetArchive({"app.py": pulumi.FileAsset("src/other.py")})', None),
        ('pulumi.AssetArchive({"app.py": pulumi.StringAsset("x = 1")})', None),
        ('pulumi.AssetArchive({".": pulumi.FileArchive("y"), "app.py": pulumi.FileAsset("z.py")})', None),
        ('pulumi.FileArchive("made.zip")', None),
        ('pulumi.RemoteArchive("https://example.org/x.zip")', None),
        ("build()", None),
    ],
)
def test_code(discovery: Discover, tmp_path: Path, code: str, root: str | None) -> None:
    program = f"import os\n{PROGRAM.replace('ARGUMENTS', f'{PYTHON}, code={code}')}"
    (function,) = functions(discovery, "", **{"__main__.py": program})
    assert function.code_root == (None if root is None else tmp_path / root)
    assert (function.unresolved is None) is (root is not None)


def test_code_in_the_program_itself(discovery: Discover) -> None:
    program = PROGRAM.replace('lambda_.Function("f", handler="app.handler"', 'native.lambda_.Function("f"')
    arguments = (
        f'{PYTHON}, handler="index.h", code=native.lambda_.FunctionCodeArgs(zip_file="def h(e, c): ...")'
    )
    (function,) = functions(discovery, "", **{"__main__.py": program.replace("ARGUMENTS", arguments)})
    assert function.inline_code is not None
    assert function.inline_code.text == "def h(e, c): ..."


@pytest.mark.parametrize(
    ("runtime", "version"),
    [
        ("lambda_.Runtime.PYTHON3D12", "python3.12"),
        ("aws.lambda_.Runtime.PYTHON3D9", "python3.9"),
        ('"python3.13"', "python3.13"),
        ('config.get("runtime")', None),
    ],
)
def test_runtimes(discovery: Discover, runtime: str, version: str | None) -> None:
    (function,) = functions(discovery, f'runtime={runtime}, code=pulumi.FileArchive("src")')
    assert (function.runtime if function.runtime_given else None) == version


def test_paths_start_where_the_program_is_run(discovery: Discover, tmp_path: Path) -> None:
    files = {
        "Pulumi.yaml": "name: x\nruntime: {name: python}\nmain: infra/\n",
        "__main__.py": "",
        "infra/__main__.py": PROGRAM.replace("ARGUMENTS", f'{PYTHON}, code=pulumi.FileArchive("../src")'),
    }
    (function,) = functions(discovery, "", **files)
    assert (function.code_root, function.source.kind) == (tmp_path / "src", "pulumi")


@pytest.mark.parametrize(
    "before", ["from pulumi_command import local\nlocal.Command('x')\n", "import subprocess\n"]
)
def test_a_program_that_runs_others_may_make_the_code(discovery: Discover, before: str) -> None:
    program = before + PROGRAM.replace("ARGUMENTS", f'{PYTHON}, code=pulumi.FileArchive("src")')
    (function,) = functions(discovery, "", **{"__main__.py": program})
    assert function.build is not None


def test_a_broken_project_file_is_reported(discovery: Discover) -> None:
    found = discovery({"Pulumi.yaml": "name: [\n", "__main__.py": PROGRAM})
    assert [problem.path.name for problem in found.problems] == ["Pulumi.yaml"]


def test_the_source_can_be_turned_off(discovery: Discover) -> None:
    files = {"Pulumi.yaml": "runtime: python\n", "__main__.py": PROGRAM.replace("ARGUMENTS", PYTHON)}
    assert discovery(files, disabled=frozenset({"pulumi"})).functions == ()
