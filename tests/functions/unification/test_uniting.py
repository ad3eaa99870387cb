"""A function that is seen through two sources is one function with two origins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handlerlint.functions import DiscoveryRequest, LambdaFunction, discover
from handlerlint.settings import ConfiguredEvent, ConfiguredFunction

from ..conftest import Discover, MakeProject

HANDLER = "def handler(event, context):\n    return None\n"
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  NAME:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.handler, CodeUri: CODE}
"""
PACKAGED = SAM.replace("CODE", "s3://bucket/0123456789abcdef")
SERVERLESS = """\
service: shop
provider: {name: aws, runtime: python3.13}
functions:
  load: {handler: app.handler}
"""
SERVERLESS_OUTPUT = {
    "Resources": {
        "LoadLambdaFunction": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "app.handler",
                "Code": {"S3Bucket": {"Ref": "B"}, "S3Key": "x.zip"},
            },
        }
    }
}
CDK_JSON = '{"app": "python3 app.py"}'
CDK_APP = """\
from aws_cdk import App, Stack, aws_lambda as lambda_
stack = Stack(App(), "Stack")
lambda_.Function(stack, "Load", runtime=lambda_.Runtime.PYTHON_3_13, handler="app.handler",
    code=lambda_.Code.from_asset("src"))
"""
CDK_OUTPUT = {
    "Resources": {
        "LoadABCDEF01": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "app.handler",
                "Code": {"S3Bucket": "b", "S3Key": "one.zip"},
            },
            "Metadata": {"aws:cdk:path": "Stack/Load/Resource", "aws:asset:path": "asset.one"},
        }
    }
}
SYNTHESIZED = {
    "cdk.out/Stack.template.json": json.dumps(CDK_OUTPUT),
    "cdk.out/asset.one/app.py": HANDLER,
}
IMAGE = 'FROM public.ecr.aws/lambda/python:3.13\nCOPY src/ ${LAMBDA_TASK_ROOT}/\nCMD ["app.handler"]\n'
CHALICE = {
    "shop/.chalice/config.json": '{"version": "2.0"}',
    "shop/app.py": "from chalice import Chalice\napp = Chalice('shop')\n@app.route('/')\ndef index(): ...\n",
}
CHALICE_PACKAGE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  APIHandler:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.app, CodeUri: ./deployment.zip}
"""
IMAGE_FUNCTION = """\
Resources:
  Load:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image}
    Metadata: {DockerContext: ., Dockerfile: Dockerfile}
"""


def summary(functions: tuple[LambdaFunction, ...], root: Path) -> list[tuple[str, list[str]]]:
    return [
        (
            function.name,
            [
                origin.kind
                if origin.path is None
                else f"{origin.kind} {origin.path.relative_to(root).as_posix()}"
                for origin in function.origins or (function.source,)
            ],
        )
        for function in functions
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"template.yaml": SAM, "cdk.json": '{"app": "npx x"}', **SYNTHESIZED},
            [("Load", ["sam template.yaml", "cdk cdk.out/Stack.template.json"])],
        ),
        (
            {"app.py": CDK_APP, "cdk.json": CDK_JSON, **SYNTHESIZED},
            [("Load", ["cdk app.py", "cdk cdk.out/Stack.template.json"])],
        ),
        (
            {"template.yaml": SAM, "app.py": CDK_APP, "cdk.json": CDK_JSON, **SYNTHESIZED},
            [("Load", ["sam template.yaml", "cdk app.py", "cdk cdk.out/Stack.template.json"])],
        ),
        (
            {"template.yaml": json.dumps(CDK_OUTPUT), "app.py": CDK_APP, "cdk.json": CDK_JSON},
            [("Load", ["cdk app.py", "cloudformation template.yaml"])],
        ),
        (
            {"template.yaml": SAM, "packaged.yaml": PACKAGED},
            [("Load", ["sam template.yaml", "sam packaged.yaml"])],
        ),
        (
            {"template.yaml": SAM, "template-dev.yaml": SAM},
            [("Load", ["sam template-dev.yaml", "sam template.yaml"])],
        ),
        (
            {"template.yaml": IMAGE_FUNCTION, "Dockerfile": IMAGE},
            [("Load", ["sam template.yaml", "container Dockerfile"])],
        ),
        ({"template.yaml": SAM, "build/template.yaml": SAM}, [("Load", ["sam template.yaml"])]),
        (
            {
                **CHALICE,
                "shop/out/sam.yaml": CHALICE_PACKAGE,
                "shop/out/packaged/packaged.yaml": CHALICE_PACKAGE,
            },
            [
                (
                    "api_handler",
                    [
                        "chalice shop/app.py",
                        "sam shop/out/sam.yaml",
                        "sam shop/out/packaged/packaged.yaml",
                    ],
                )
            ],
        ),
        # Near misses: two functions.
        (
            {**CHALICE, "other/sam.yaml": CHALICE_PACKAGE},
            [("APIHandler", ["sam other/sam.yaml"]), ("api_handler", ["chalice shop/app.py"])],
        ),
        (
            {**CHALICE, "shop/out/sam.yaml": CHALICE_PACKAGE.replace("APIHandler", "Else")},
            [("Else", ["sam shop/out/sam.yaml"]), ("api_handler", ["chalice shop/app.py"])],
        ),
        (
            {"a/template.yaml": PACKAGED, "b/template.yaml": PACKAGED},
            [("Load", ["sam a/template.yaml"]), ("Load", ["sam b/template.yaml"])],
        ),
        (
            {"a/template.yaml": PACKAGED, "a/other.yaml": PACKAGED.replace("NAME", "Save")},
            [("Save", ["sam a/other.yaml"]), ("Load", ["sam a/template.yaml"])],
        ),
        ({"a/one.yaml": PACKAGED, "a/two.yaml": PACKAGED}, [("Load", ["sam a/one.yaml", "sam a/two.yaml"])]),
        (
            {"template.yaml": SAM, "b/packaged.yaml": PACKAGED},
            [("Load", ["sam template.yaml"]), ("Load", ["sam b/packaged.yaml"])],
        ),
        (
            {"template.yaml": SAM, "packaged.yaml": PACKAGED.replace("app.handler", "app.other")},
            [("Load", ["sam packaged.yaml"]), ("Load", ["sam template.yaml"])],
        ),
        (
            {"template.yaml": SAM, "packaged.yaml": PACKAGED.replace("NAME", "Save")},
            [("Save", ["sam packaged.yaml"]), ("Load", ["sam template.yaml"])],
        ),
        (
            {"template.yaml": SAM.replace("NAME", "Save"), "cdk.json": '{"app": "npx x"}', **SYNTHESIZED},
            [("Save", ["sam template.yaml"]), ("Load", ["cdk cdk.out/Stack.template.json"])],
        ),
    ],
)
def test_origins(
    discovery: Discover, tmp_path: Path, files: dict[str, str], expected: list[tuple[str, list[str]]]
) -> None:
    named = {name: text.replace("NAME", "Load").replace("CODE", "src") for name, text in files.items()}
    found = discovery({"src/app.py": HANDLER, **named}, disabled=frozenset({"convention"}))
    assert found.problems == ()
    assert summary(found.functions, tmp_path) == expected


@pytest.mark.parametrize("paths", [(), (".serverless", ".")])
def test_what_the_serverless_framework_has_made(
    discovery: Discover, tmp_path: Path, paths: tuple[str, ...]
) -> None:
    name = ".serverless/cloudformation-template-update-stack.json"
    files = {"serverless.yml": SERVERLESS, "app.py": HANDLER, name: json.dumps(SERVERLESS_OUTPUT)}
    origins = ["serverless serverless.yml", *([f"cloudformation {name}"] if paths else [])]
    assert summary(discovery(files, *paths).functions, tmp_path) == [("load", origins)]


def test_what_the_user_names_and_a_template_configures(project: MakeProject) -> None:
    root = project(
        {"template.yaml": SAM.replace("CODE", "src").replace("NAME", "Load"), "src/app.py": HANDLER}
    )
    request = DiscoveryRequest(paths=(root / "src",), handlers=("app.handler",))
    assert summary(discover(request).functions, root) == [("Load", ["sam template.yaml", "argument"])]
    other = DiscoveryRequest(paths=(root / "src",), handlers=("app.other",))
    assert [name for name, _ in summary(discover(other).functions, root)] == ["app.other", "Load"]


def test_what_the_configuration_names_and_a_template_configures(project: MakeProject) -> None:
    root = project(
        {"template.yaml": SAM.replace("CODE", "src").replace("NAME", "Load"), "src/app.py": HANDLER}
    )
    entry = ConfiguredFunction(
        handler="app.handler",
        code_root=root / "src",
        runtime="python3.11",
        events=(ConfiguredEvent("sqs", {"report_batch_item_failures": True}),),
    )
    configuration = root / "pyproject.toml"
    request = DiscoveryRequest(paths=(root,), configured=(entry,), configuration_file=configuration)
    (function,) = discover(request).functions
    assert summary((function,), root) == [("Load", ["sam template.yaml", "configuration pyproject.toml"])]
    assert (function.runtime, [event.kind for event in function.events]) == ("python3.11", ["sqs"])
