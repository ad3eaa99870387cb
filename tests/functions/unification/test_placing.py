"""A function whose code is out of reach is where the project has the one module that its handler string can mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from handlerlint.functions import LambdaFunction
from handlerlint.linter import lint
from handlerlint.settings import Settings

from ..conftest import Discover, MakeProject

BODY = "def handler(event, context):\n    return {'at': 1}\n"
OTHER = "def other(event, context):\n    return None\n"


def template(*names: str, handler: str = "pkg.app.handler", code: str = "s3://bucket/key") -> str:
    """A SAM template whose functions all have the same handler."""
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Runtime": "python3.9",
            "Handler": handler,
            "CodeUri": code,
            "Events": {"Q": {"Type": "SQS", "Properties": {"Queue": "arn:aws:sqs:us-east-1:1:q"}}},
        },
    }
    return json.dumps({"Resources": dict.fromkeys(names or ("Load",), function)})


def rows(functions: tuple[LambdaFunction, ...], root: Path) -> list[tuple[str, str | None, str]]:
    """Name, code root and kind of each function."""
    return [
        (
            function.name,
            None if function.code_root is None else function.code_root.relative_to(root).as_posix(),
            function.source.kind,
        )
        for function in functions
    ]


OUT_OF_REACH = ("Load", None, "sam")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        # Which of two is meant, nobody knows.
        ({"template.yaml": template(), "a/pkg/app.py": BODY, "b/pkg/app.py": BODY}, [OUT_OF_REACH]),
        (
            {"template.yaml": template(), "src/pkg/app.py": BODY, "src/pkg/app/__init__.py": BODY},
            [OUT_OF_REACH],
        ),
        # No such function in it, or no such module.
        ({"template.yaml": template(), "src/pkg/app.py": OTHER}, [OUT_OF_REACH]),
        ({"template.yaml": template(), "src/pkg/app.py": "# def handler(event, context)"}, [OUT_OF_REACH]),
        ({"template.yaml": template(), "src/app.py": OTHER}, [OUT_OF_REACH]),
        ({"template.yaml": template(), "src/notpkg/app.py": OTHER}, [OUT_OF_REACH]),
        ({"template.yaml": template(), "tests/pkg/app.py": BODY}, [OUT_OF_REACH]),
        # Too far away: beside the folder around the template's.
        ({"deep/infra/template.yaml": template(), "src/pkg/app.py": BODY}, [OUT_OF_REACH]),
        # Another configuration is nearer to it, or has it.
        (
            {
                "template.yaml": template(),
                "one/template.yaml": template("Save", handler="x.y"),
                "one/pkg/app.py": BODY,
            },
            [OUT_OF_REACH, ("Save", None, "sam")],
        ),
        (
            {"template.yaml": template(), "b.yaml": template("Save", code="src"), "src/pkg/app.py": BODY},
            [("Save", "src", "sam"), OUT_OF_REACH],
        ),
        # Each of the two may have code of its own.
        (
            {"template.yaml": template("Load", "Save"), "src/pkg/app.py": BODY},
            [("Load", None, "sam"), ("Save", None, "sam")],
        ),
        # Found: by a bucket, by a folder that a build makes, in a package, above, and for several of one build.
        ({"template.yaml": template(), "src/pkg/app.py": BODY}, [("Load", "src", "sam")]),
        ({"template.yaml": template(code="made/"), "src/pkg/app.py": BODY}, [("Load", "src", "sam")]),
        ({"template.yaml": template(), "src/pkg/app/__init__.py": BODY}, [("Load", "src", "sam")]),
        ({"template.yaml": template(), "pkg/app.py": "handler = load()\n"}, [("Load", ".", "sam")]),
        ({"template.yaml": template(), "pkg/app.py": "from x import handler\n"}, [("Load", ".", "sam")]),
        ({"infra/template.yaml": template(), "src/pkg/app.py": BODY}, [("Load", "src", "sam")]),
        (
            {"template.yaml": template(), "src/pkg/app.py": BODY, "tests/pkg/app.py": BODY},
            [("Load", "src", "sam")],
        ),
        (
            {"template.yaml": template(), "src/pkg/app.py": BODY, "b/pkg/app.py": OTHER},
            [("Load", "src", "sam")],
        ),
        (
            {"template.yaml": template("Load", "Save", code="made/"), "src/pkg/app.py": BODY},
            [("Load", "src", "sam"), ("Save", "src", "sam")],
        ),
        # The nearest folder that has any decides, and of two templates each has its own.
        (
            {"one/template.yaml": template(), "one/pkg/app.py": BODY, "two/pkg/app.py": BODY},
            [("Load", "one", "sam")],
        ),
        (
            {
                "one/template.yaml": template(),
                "one/pkg/app.py": BODY,
                "two/template.yaml": template(),
                "two/pkg/app.py": BODY,
            },
            [("Load", "one", "sam"), ("Load", "two", "sam")],
        ),
    ],
)
def test_where_the_code_is(
    discovery: Discover, tmp_path: Path, files: Mapping[str, str], expected: list[tuple[str, str | None, str]]
) -> None:
    found = rows(discovery(files).functions, tmp_path)
    assert [row for row in found if row[2] != "convention"] == expected


def test_what_is_known_of_it(discovery: Discover, tmp_path: Path) -> None:
    """One entry, with what the template says; the other handler of the file is still found by its name."""
    body = BODY + "def lambda_handler(event, context):\n    return None\n"
    first, second = discovery({"template.yaml": template(), "src/pkg/app.py": body}).functions
    assert (first.name, first.handler, first.code_root) == ("Load", "pkg.app.handler", tmp_path / "src")
    assert (first.runtime, first.unresolved, first.is_inferred) == ("python3.9", None, True)
    assert first.unknown_content == "the code is in an S3 bucket"
    assert [event.kind for event in first.events] == ["sqs"]
    assert (second.handler, second.source.kind) == ("app.lambda_handler", "convention")


def test_a_module_in_a_package_has_the_project_beside_it(discovery: Discover, tmp_path: Path) -> None:
    files = {
        "template.yaml": template(handler="app.handler"),
        "src/pkg/__init__.py": "",
        "src/pkg/app.py": BODY,
    }
    (function,) = discovery(files).functions
    assert (function.code_root, function.import_path) == (tmp_path / "src/pkg", (tmp_path / "src",))


CDK_STACK = """\
from aws_cdk import Stack, aws_lambda as lambda_
class Api(Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        lambda_.Function(self, "Load", runtime=lambda_.Runtime.PYTHON_3_12, handler="service.app.handler",
            code=lambda_.Code.from_asset(".build/lambdas/"))
"""


@pytest.mark.parametrize(("application", "code_root"), [("cdk.json", "."), ("sub/cdk.json", None)])
def test_files_of_a_cdk_application_may_be_deep_in_its_folder(
    discovery: Discover, tmp_path: Path, application: str, code_root: str | None
) -> None:
    files = {
        application: '{"app": "python3 app.py"}',
        "app.py": "from sub.cdk.stacks.api import Api\nfrom aws_cdk import App\nApi(App(), 'Api')\n",
        "sub/app.py": "from cdk.stacks.api import Api\nfrom aws_cdk import App\nApi(App(), 'Api')\n",
        "sub/cdk/stacks/api.py": CDK_STACK,
        "service/app.py": BODY,
    }
    (function,) = [one for one in discovery(files).functions if one.source.kind == "cdk"]
    assert function.code_root == (None if code_root is None else tmp_path / code_root)


def test_a_wrapper_may_take_the_handler_string_for_anything(discovery: Discover) -> None:
    wrapped = template().replace(
        '"CodeUri"', '"Environment": {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap"}}, "CodeUri"'
    )
    found = discovery({"template.yaml": wrapped, "src/pkg/app.py": BODY}).functions
    assert found[0].code_root is None


def codes(root: Path) -> list[str]:
    return [
        finding.code
        for finding in lint(Settings(working_folder=root, project_root=root, paths=(root,))).findings
    ]


def test_nothing_is_said_of_the_place(project: MakeProject) -> None:
    """Modules that are missing or hidden, or a name that is no function, are so in the deployed code, or not."""
    beside = {"template.yaml": template(), "src/json.py": "", "src/requirements.txt": ""}
    assert codes(project({**beside, "src/pkg/app.py": "import missing_module\n" + BODY})) == []
    assert codes(project({**beside, "src/pkg/app.py": "handler = {}\n"})) == []
    assert codes(project({**beside, "src/pkg/app.py": BODY + "del handler\n"})) == []
    assert codes(
        project({**beside, "src/pkg/app.py": "def handler(event, context):\n    return {1, 2}\n"})
    ) == ["HL301"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def handler(event, context):\n    match event:\n        case _:\n            return 1\n", []),
        ("def handler(event, context):\n    print 'x'\n", []),
        ("def handler(event, context):\n    return (\n", ["HL001"]),
    ],
)
def test_only_what_no_runtime_takes_is_a_syntax_error(
    project: MakeProject, source: str, expected: list[str]
) -> None:
    assert codes(project({"template.yaml": template(), "src/pkg/app.py": source})) == expected


@pytest.mark.parametrize("named", ["src", "src/pkg/app.py", "template.yaml", "."])
def test_it_concerns_the_paths_of_both(discovery: Discover, named: str) -> None:
    (function,) = discovery({"template.yaml": template(), "src/pkg/app.py": BODY}, named).functions
    assert function.source.kind == "sam"
