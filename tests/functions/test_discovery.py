"""Which functions concern the paths that the user names, and functions that the user gives."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.functions import discover
from handlerlint.functions.request import DiscoveryRequest, request_from
from handlerlint.settings import ConfiguredEvent, ConfiguredFunction
from handlerlint.text import Span

from .conftest import Discover, MakeProject

HANDLER = "def lambda_handler(event, context):\n    return {}\n"
TEMPLATE = """\
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.one, CodeUri: src/one}
  Two:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.two, CodeUri: src/two}
  Away:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.away, CodeUri: s3://bucket/key}
"""
PROJECT = {
    "infra/stacks/template.yaml": TEMPLATE.replace("src/", "../../src/"),
    "src/one/app.py": HANDLER,
    "src/one/deep/helper.py": "",
    "src/two/app.py": HANDLER,
    "docs/conf.py": "",
}


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["."], ["One", "Two", "Away"]),
        (["src"], ["One", "Two"]),
        (["infra"], ["One", "Two", "Away"]),
        (["infra/stacks/template.yaml"], ["One", "Two", "Away"]),
        (["src/one"], ["One"]),
        (["src/one/app.py"], ["One"]),
        (["src/one/deep/helper.py", "src/two"], ["One", "Two"]),
        (["src/one/deep"], ["One"]),
        (["docs"], []),
        (["docs/conf.py"], []),
    ],
)
def test_functions_that_concern_a_path(discovery: Discover, paths: list[str], names: list[str]) -> None:
    assert [function.name for function in discovery(PROJECT, *paths).functions] == names


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("layer/python/util.py", ["One"]),
        ("layer", ["One"]),
        ("other/python", []),
        (".", ["One", "Two"]),
    ],
)
def test_a_path_in_a_layer_concerns_the_functions_that_import_from_it(
    discovery: Discover, path: str, names: list[str]
) -> None:
    template = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  L: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer/}}
  Other: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: other/}}
  One:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.one, CodeUri: src/one, Layers: [!Ref L]}
  Two:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.two, CodeUri: src/two}
"""
    files = {**PROJECT, "template.yaml": template, "layer/python/util.py": "", "other/python/util.py": ""}
    del files["infra/stacks/template.yaml"]
    assert [function.name for function in discovery(files, path).functions] == names


def test_relative_paths(project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(PROJECT)
    monkeypatch.chdir(root / "docs")
    found = discover(DiscoveryRequest(paths=(Path("../src/one"),)))
    assert [function.code_root for function in found.functions] == [root / "src/one"]


def test_without_a_project_the_template_is_found_above(tmp_path: Path) -> None:
    (tmp_path / "src/one").mkdir(parents=True)
    (tmp_path / "src/one/app.py").write_text(HANDLER)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    found = discover(DiscoveryRequest(paths=(tmp_path / "src",)))
    # Code that is out of reach may belong anywhere below its template.
    assert [function.name for function in found.functions] == ["One", "Two", "Away"]


def test_ignored_and_excluded_templates_are_not_read(discovery: Discover) -> None:
    files = {
        "packaged.yaml": TEMPLATE,
        "old/template.yaml": TEMPLATE,
        ".gitignore": "packaged.yaml\n",
        "src/a.py": "",
    }
    assert discovery(files, "src", exclude=("old",)).functions == ()
    assert len(discovery(files, "packaged.yaml").functions) == 3


def test_a_template_that_the_user_names_may_have_any_name(discovery: Discover) -> None:
    assert len(discovery({"stack.cfn": TEMPLATE}, "stack.cfn").functions) == 3
    assert discovery({"stack.cfn": TEMPLATE}).functions == ()


def test_a_discovery_can_be_kept(discovery: Discover) -> None:
    found = discovery(PROJECT)
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_problem_matters_beside_and_below_its_file(discovery: Discover) -> None:
    files = {"a/template.yaml": "Resources:\n  AWS::Lambda::Function: a: b", "a/src/x.py": "", "b/y.py": ""}
    assert len(discovery(files, "a/src").problems) == 1
    assert discovery(files, "b").problems == ()


def test_a_folder_that_cannot_be_read(
    discovery: Discover, project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project({"closed/x.py": "", "b/lambda_function.py": HANDLER})
    original = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("closed"):
            raise PermissionError(13, "Permission denied", folder)
        return original(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discovery({})
    assert [(problem.path, problem.message) for problem in found.problems] == [
        (tmp_path / "closed", "cannot be read: Permission denied")
    ]
    assert len(found.functions) == 1


def test_handler_of_the_command_line(discovery: Discover, tmp_path: Path) -> None:
    files = {"a/app.py": HANDLER, "b/other.py": ""}
    found = discovery(files, "a", "b", handlers=("app.lambda_handler",), default_runtime="python3.11")
    assert [(function.code_root, function.handler) for function in found.functions] == [
        (tmp_path / "a", "app.lambda_handler")
    ]
    assert (found.functions[0].runtime, found.functions[0].runtime_given) == ("python3.11", True)
    assert found.functions[0].source.kind == "argument"


@pytest.mark.parametrize(
    ("path", "handler", "roots"),
    [("a", "missing.handler", ["a"]), ("a/app.py", "app.nothing", ["a"]), ("", "a.app.nothing", [""])],
)
def test_a_handler_that_is_not_there_is_looked_for_in_the_paths(
    discovery: Discover, tmp_path: Path, path: str, handler: str, roots: list[str]
) -> None:
    found = discovery({"a/app.py": ""}, path, handlers=(handler,))
    assert [function.code_root for function in found.functions] == [tmp_path / root for root in roots]


def test_functions_of_the_configuration(project: MakeProject) -> None:
    root = project(
        {
            "pyproject.toml": """\
                [tool.handlerlint]
                runtime = "python3.12"
                [[tool.handlerlint.functions]]
                handler = "app.handler"
                code-root = "src"
                name = "mine"
                [[tool.handlerlint.functions]]
                handler = "elsewhere.handler"
                code-root = "other"
                runtime = "python3.10"
                """,
            "src/app.py": "",
            "other/elsewhere.py": "",
        }
    )
    found = discover(request_from(load_settings([root / "src"])))
    assert [(function.name, function.code_root) for function in found.functions] == [("mine", root / "src")]
    both = discover(request_from(load_settings([root]))).functions
    assert [function.runtime for function in both] == ["python3.12", "python3.10"]
    assert both[0].source.kind == "configuration"
    assert both[0].source.path == root / "pyproject.toml"


def test_events_of_the_configuration(project: MakeProject) -> None:
    root = project({"app.py": ""})
    entry = ConfiguredFunction(
        "app.handler", events=(ConfiguredEvent("sqs", {"report_batch_item_failures": True}),), row=4
    )
    request = DiscoveryRequest(
        paths=(root,), configured=(entry,), configuration_file=root / "handlerlint.toml", project_root=root
    )
    function = discover(request).functions[0]
    assert function.code_root == root
    assert function.events[0].properties == {"report_batch_item_failures": True}
    assert function.source.span == Span(4, 1, 4, 1)
