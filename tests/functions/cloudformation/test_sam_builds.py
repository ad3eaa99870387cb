"""What `sam build` and `sam deploy` do to a template: parent packages, configuration files, stack sets, images."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.text import Span

from ..conftest import Discover, MakeProject

PARENTS = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: python3.13, BuildProperties: PROPERTIES}
    Properties: {Runtime: python3.13, Handler: HANDLER, CodeUri: CODE}
"""


@pytest.mark.parametrize(
    ("properties", "handler", "code", "root", "build"),
    [
        ("{}", "shop.orders.app.h", "src/shop/orders", "src/shop/orders", None),
        ("{ParentPackageMode: no}", "shop.orders.app.h", "src/shop/orders", "src/shop/orders", None),
        ("{ParentPackageMode: auto}", "shop.orders.app.h", "src/shop/orders", "src", "ParentPackageMode"),
        ("{ParentPackageMode: auto}", "shop.orders.app.h", "src/shop", "src", "ParentPackageMode"),
        ("{ParentPackageMode: auto}", "app.h", "src/shop/orders", "src/shop/orders", "ParentPackageMode"),
        ("{ParentPackageMode: auto}", "other.app.h", "src/shop", "src/shop", "ParentPackageMode"),
        (
            "{ParentPackageMode: explicit, ParentPackages: shop.orders}",
            "shop.orders.app.h",
            "src/shop/orders",
            "src",
            "ParentPackageMode",
        ),
        (
            "{ParentPackageMode: explicit, ParentPackages: made.up}",
            "made.up.app.h",
            "src/shop/orders",
            "src/shop/orders",
            "ParentPackageMode",
        ),
    ],
)
def test_parent_packages(
    discovery: Discover,
    tmp_path: Path,
    properties: str,
    handler: str,
    code: str,
    root: str,
    build: str | None,
) -> None:
    template = PARENTS.replace("PROPERTIES", properties).replace("HANDLER", handler).replace("CODE", code)
    found = discovery({"template.yaml": template, "src/shop/orders/app.py": ""}).functions[0]
    assert (found.code_root, found.build) == (tmp_path / root, build)


TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Name: {Type: String, Default: first}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: !Sub '${Name}.h', CodeUri: .}
"""
YAML = "version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: "


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({}, "first.h"),
        ({"samconfig.yaml": "- 1\n"}, "first.h"),
        ({"samconfig.yaml": "default: [\n"}, "first.h"),
        ({"samconfig.yaml": YAML + "Other=second\n"}, "first.h"),
        ({"samconfig.yaml": YAML + "file://absent.yaml\n"}, "first.h"),
        ({"samconfig.yaml": YAML + "file://samconfig.yaml\n"}, "first.h"),
        (
            {"samconfig.json": '{"default": {"deploy": {"parameters": {"parameter_overrides": "Name=x"}}}}'},
            "first.h",
        ),
        ({"samconfig.yaml": YAML + "Name=second\n"}, "second.h"),
        ({"samconfig.yml": YAML + "\n      - Name=second\n      - X=1\n"}, "second.h"),
        ({"samconfig.yaml": YAML + "{Name: second}\n"}, "second.h"),
        ({"samconfig.yaml": YAML + "\n      - [{Name: third}, Name=second]\n"}, "second.h"),
        ({"samconfig.yaml": YAML + "file://values/a.yaml\n", "values/a.yaml": "Name: second\n"}, "second.h"),
        (
            {
                "samconfig.toml": '[default.deploy.parameters]\nparameter_overrides = ["file://a.toml"]\n',
                "a.toml": '"$include" = "file://b.yaml"\n',
                "b.yaml": "[Name=second]\n",
            },
            "second.h",
        ),
        (
            {
                "samconfig.toml": "[default.deploy.parameters]\nparameter_overrides = {Name = 'second'}\n",
                "samconfig.yaml": YAML + "Name=third\n",
            },
            "second.h",
        ),
    ],
)
def test_values_of_sam_configuration(discovery: Discover, files: dict[str, str], handler: str) -> None:
    found = discovery({"template.yaml": TEMPLATE, "app.py": "", **files})
    assert [function.handler for function in found.functions] == [handler]


STACK_SET = """\
Resources:
  Everywhere:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: everywhere
      PermissionModel: SELF_MANAGED
      Parameters:
        - ParameterKey: Name
          ParameterValue: lambda_handler
      TEMPLATE
"""
BODY = """\
TemplateBody: |
        Parameters:
          Name: {Type: String}
        Resources:
          F:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: python3.12
              Handler: !Sub index.${Name}
              Code:
                ZipFile: |
                  def lambda_handler(event, context):
                    return 1
"""


def test_a_stack_set_with_a_template_in_it(discovery: Discover) -> None:
    found = discovery({"template.yaml": STACK_SET.replace("TEMPLATE", BODY)})
    assert found.problems == ()
    (function,) = found.functions
    assert (function.name, function.handler) == ("F", "index.lambda_handler")
    assert function.inline_code is not None
    assert function.inline_code.lines[:2] == ((21, 19), (22, 19))
    assert function.source.span == Span(18, 24, 18, 42)


SUBSTITUTED = """\
Parameters: {Region: {Type: String, Default: eu-west-1}, Bucket: {Type: String}}
Resources:
  Everywhere:
    Type: AWS::CloudFormation::StackSet
    Properties:
      TemplateBody: OPENING
          Parameters:
            Name: {Type: String, Default: lambda_handler}
            Bucket: {Type: String, Default: inner}
          Resources:
            F:
              Type: AWS::Lambda::Function
              Properties:
                Runtime: python3.12
                Handler: !Sub index.${!Name}
                Environment: {Variables: {A: "${Region}-1", B: "${Bucket}", C: !Ref Bucket}}
                Code:
                  ZipFile: |
                    def lambda_handler(event, context):
                      return 1
            G:
              Type: AWS::Lambda::Function
              Properties:
                Runtime: python3.12
                Handler: app.${Region}
                Code: {S3Bucket: "${Bucket}", S3Key: k}
"""


@pytest.mark.parametrize(
    "opening", ["!Sub |", "\n        !Sub |", "\n        Fn::Sub: |", "!Sub\n        - |"]
)
def test_a_template_in_a_stack_set_with_values_of_the_outer_one(discovery: Discover, opening: str) -> None:
    found = discovery({"template.yaml": SUBSTITUTED.replace("OPENING", opening)})
    assert found.problems == ()
    first, second = found.functions
    below = opening.count("\n")
    assert first.handler == "index.lambda_handler"
    assert first.environment == {"A": "eu-west-1-1", "B": None, "C": "inner"}
    assert first.inline_code is not None
    assert first.inline_code.lines == ((19 + below, 21), (20 + below, 21))
    assert (second.handler, second.unresolved) == ("app.eu-west-1", "the code is in an S3 bucket")
    assert second.source.span == Span(25 + below, 26, 25 + below, 39)


@pytest.mark.parametrize(
    "template",
    [
        "TemplateBody: |\n        just text\n",
        "TemplateBody: !Sub |\n        just ${Name}\n",
        "TemplateBody: !Sub |\n        Resources: {F: ${Name}, G: {Type: AWS::Lambda::Function}}\n",
        "TemplateBody: !Sub 'Resources: {F: {Type: AWS::Lambda::Function}}'\n",
        "TemplateBody: !Join ['', [a, b]]\n",
        "TemplateBody: |\n        Resources: [\n",
        "TemplateBody: 'Resources: {F: {Type: AWS::Lambda::Function}}'\n",
        "TemplateURL: https://example.org/stack.yaml\n",
        "TemplateURL: absent.yaml\n",
    ],
)
def test_a_stack_set_without_functions(discovery: Discover, template: str) -> None:
    found = discovery({"template.yaml": STACK_SET.replace("TEMPLATE", template)})
    assert (found.functions, found.problems) == ((), ())


def test_a_stack_set_of_a_local_template(discovery: Discover) -> None:
    files = {
        "template.yaml": STACK_SET.replace("TEMPLATE", "TemplateURL: inner/stack.yaml"),
        "inner/stack.yaml": TEMPLATE,
        "inner/app.py": "",
    }
    assert [function.handler for function in discovery(files).functions] == ["lambda_handler.h"]


IN_A_TEMPLATE = """\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image}
    METADATA
"""
BASE = "FROM public.ecr.aws/lambda/python:3.12\n"


@pytest.mark.parametrize(
    ("metadata", "dockerfile", "reason"),
    [
        ("", "", "the code is in a container image"),
        ("Metadata: {DockerContext: ./src}", None, "`Dockerfile` does not exist in `src`"),
        (
            "Metadata: {DockerContext: ./src, Dockerfile: a.dockerfile}",
            "",
            "`a.dockerfile` does not exist in `src`",
        ),
        (
            "Metadata: {DockerContext: ./src}",
            "FROM our/python\nCMD app.handler\n",
            "`Dockerfile` has no handler in `CMD`, or no image that is known to start one",
        ),
        (
            "Metadata: {DockerContext: ./src}",
            f'{BASE}COPY consumer_lambda.py ./\nCMD ["consumer.handler"]\n',
            "`Dockerfile`: no `COPY` of the project contains the handler's module",
        ),
        (
            "Metadata: {DockerContext: ./src}",
            f'{BASE}COPY code/ ./geff/\nCMD ["geff.app.handler"]\n',
            "`Dockerfile`: `code/` is copied as `geff`",
        ),
    ],
)
def test_why_an_image_is_out_of_reach(
    discovery: Discover, metadata: str, dockerfile: str | None, reason: str
) -> None:
    files = {"template.yaml": IN_A_TEMPLATE.replace("METADATA", metadata), "src/consumer_lambda.py": ""}
    if dockerfile is not None:
        files["src/Dockerfile"] = dockerfile
    function = next(one for one in discovery(files).functions if one.source.kind == "sam")
    assert (function.code_root, function.unresolved) == (None, reason)


SYNTHESIZED = """\
{"Resources": {"F": {
  "Type": "AWS::Lambda::Function",
  "Properties": {"PackageType": "Image", "Code": {"ImageUri": {"Fn::Sub": "${AWS::AccountId}.dkr/x"}}},
  "Metadata": {
    "aws:cdk:path": "Stack/F/Resource", "aws:asset:path": "asset.1", "aws:asset:dockerfile-path": "Dockerfile",
    "aws:asset:property": "Code.ImageUri"
  }
}}}
"""
DOCKERFILE = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py ${LAMBDA_TASK_ROOT}\nCMD ["app.handler"]\n'


def test_a_synthesized_image_is_read_from_its_asset(project: MakeProject, discovery: Discover) -> None:
    root = project({"cdk.out/asset.1/Dockerfile": DOCKERFILE, "cdk.out/asset.1/app.py": "x = 1\n"})
    files = {
        "cdk.json": '{"app": "npx ts-node app.ts"}',
        "cdk.out/Stack.template.json": SYNTHESIZED,
        "image/app.py": "x = 1\n",
    }
    (function,) = discovery(files).functions
    assert (function.name, function.handler, function.code_root) == ("F", "app.handler", root / "image")
    assert (function.runtime, function.build) == ("python3.12", "container image")
