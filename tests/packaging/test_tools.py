"""HL108 for each tool: what is packed with the code is silent, what certainly is not is found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from handlerlint.findings import Finding

from ..rules.examples import lint_files

APP = "import requests\n\n\ndef handler(event, context):\n    return requests.__name__\n"
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: src/
"""
LAYER = """\
      Layers:
        - !Ref Libraries
  Libraries:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layer/
"""
CLOUDFORMATION = """\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      Code: src/
"""
INLINE = """\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Handler: index.handler
      Runtime: python3.12
      Code:
        ZipFile: |
          import {}
          def handler(event, context):
              return 1
"""
SERVERLESS = """\
service: orders
provider:
  name: aws
  runtime: python3.12
functions:
  orders:
    handler: app.handler
"""
BELOW = SERVERLESS.replace("functions:", "  plugins:\n    - serverless-python-requirements\nfunctions:")
PLUGIN = "plugins:\n  - serverless-python-requirements\n"
TERRAFORM = """\
data "archive_file" "code" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "orders.zip"
}
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.code.output_path
}
"""
REGISTRY = """\
module "orders" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = "orders"
  handler       = "app.handler"
  runtime       = "python3.12"
  source_path   = %s
}
"""
CDK = """\
from aws_cdk import App, Stack, aws_lambda as lambda_
from aws_cdk.aws_lambda_python_alpha import PythonFunction

app = App()
stack = Stack(app, "Orders")
function = {}
{}
"""
ASSET = (
    'lambda_.Function(stack, "Orders", runtime=lambda_.Runtime.PYTHON_3_12, handler="app.handler", '
    'code=lambda_.Code.from_asset("src"{}))'
)
PYTHON_FUNCTION = (
    'PythonFunction(stack, "Orders", runtime=lambda_.Runtime.PYTHON_3_12, entry="src", index="app.py", '
    'handler="handler"{})'
)
CHALICE = """\
from chalice import Chalice
import requests
app = Chalice(app_name="orders")


@app.lambda_function()
def handler(event, context):
    return requests.__name__
"""
CHALICE_FILES = {".chalice/config.json": '{"version": "2.0", "app_name": "orders"}'}


def findings(folder: Path, files: dict[str, str]) -> list[Finding]:
    (folder / ".git").mkdir()
    return [finding for finding in lint_files(files, "HL108", folder) if finding.code == "HL108"]


def sam(app: str = APP, template: str = SAM, **files: str) -> dict[str, str]:
    """A SAM project; `__` in the names of further files is a slash."""
    named = {re.sub("__", "/", name).replace("_dot_", "."): text for name, text in files.items()}
    return {"template.yaml": template, "src/app.py": app, **named}


def cdk(function: str, more: str = "", **files: str) -> dict[str, str]:
    return {
        "cdk.json": '{"app": "python3 infra.py"}',
        "infra.py": CDK.format(function, more),
        "src/app.py": APP,
        **{re.sub("__", "/", name).replace("_dot_", "."): text for name, text in files.items()},
    }


LOCKED_POETRY = '[[package]]\nname = "%s"\nversion = "1"\n'
LOCKED_PIPENV = '{"_meta": {}, "default": {"%s": {"version": "==1"}}, "develop": {}}'
HASHED = "%s==1 \\\n    --hash=sha256:abc\n"

SILENT: dict[str, dict[str, str]] = {
    # what brings it
    "sam, required": sam(src__requirements_dot_txt="requests\n"),
    "sam, required with extras and a marker": sam(
        src__requirements_dot_txt="Requests[socks] >= 2 ; python_version > '3'\n"
    ),
    "sam, required by what is followed": sam(
        src__requirements_dot_txt="-r ../common.txt\n", common_dot_txt="requests\n"
    ),
    "sam, may be required by what is required": sam(src__requirements_dot_txt="boto3\nsome-sdk\n"),
    "sam, a folder of that name without Python": sam(
        "import docker\n", docker__Dockerfile="FROM scratch\n", src__requirements_dot_txt="some-sdk\n"
    ),
    "sam, the project itself required": sam(
        "import orders\n", orders__prices_dot_py="", src__requirements_dot_txt="some-sdk\n-e ..\n"
    ),
    "sam, a requirement that is a folder": sam(src__requirements_dot_txt="boto3\n./wheels/mine.whl\n"),
    "sam, a requirement from a repository": sam(
        src__requirements_dot_txt="mine @ git+https://example.com/mine\n"
    ),
    "sam, required above, where a script may take it from": sam(requirements_dot_txt="requests\n"),
    "sam, required by Poetry above": sam(pyproject_dot_toml='[tool.poetry.dependencies]\nrequests = "^2"\n'),
    "sam, required above a pyproject.toml without requirements": sam(
        requirements_dot_txt="requests\n", src__pyproject_dot_toml='[project]\nname = "orders"\n'
    ),
    "sam, locked": sam(src__uv_dot_lock=LOCKED_POETRY % "requests"),
    "sam, another distribution brings the module": sam(
        "import yaml\n" + APP.partition("\n")[2], src__requirements_dot_txt="PyYAML\n"
    ),
    "sam, vendored": sam(src__requests____init___dot_py="") | {"src/requests/__init__.py": ""},
    "sam, in a layer": sam(template=SAM + LAYER) | {"layer/python/requests/__init__.py": ""},
    "sam, required by a layer": sam(template=SAM + LAYER, layer__python__readme_dot_txt="x")
    | {"layer/requirements.txt": "requests\n"},
    "sam, a layer that is still to be made": sam(template=SAM + LAYER) | {"layer/README": "x"},
    "sam, a layer that holds another module": sam(template=SAM + LAYER) | {"layer/orders/__init__.py": ""},
    "sam, a layer that something builds": sam(template=SAM + LAYER)
    | {"layer/requests/__init__.py": "", "layer/Makefile": "all:\n"},
    "sam, a layer that SAM builds": sam(
        template=SAM + LAYER.rstrip() + "\n    Metadata:\n      BuildMethod: python3.12\n"
    )
    | {"layer/requests/__init__.py": ""},
    "sam, a bare layer beside one from elsewhere": sam(
        template=SAM
        + LAYER.replace(
            "- !Ref Libraries", "- arn:aws:lambda:us-east-1:1:layer:x:1\n        - !Ref Libraries"
        )
    )
    | {"layer/requests/__init__.py": ""},
    "sam, a layer from elsewhere": sam(
        template=SAM + "      Layers:\n        - arn:aws:lambda:us-east-1:1:layer:requests:1\n"
    ),
    "sam, built by a Makefile": sam(template=SAM + "    Metadata:\n      BuildMethod: makefile\n"),
    "sam, parent packages": sam(
        "from src import orders\n",
        SAM + "    Metadata:\n      BuildProperties:\n        ParentPackageMode: auto\n",
        src__orders_dot_py="",
    ),
    "sam, another manifest": sam(samconfig_dot_toml='[default.build.parameters]\nmanifest = "more.txt"\n'),
    "sam, a macro": sam(template=SAM.replace("Transform: A", "Transform:\n  - DatadogServerless\n  - A")),
    "sam, PYTHONPATH": sam(
        template=SAM + "      Environment:\n        Variables:\n          PYTHONPATH: /mnt/efs\n"
    ),
    "sam, image": sam(template=SAM + "      PackageType: Image\n"),
    # signs of a build
    "a script installs": sam(Makefile="build:\n\tpip install \\\n\t\trequests -t src\n"),
    "a README says to install": sam(README_dot_md="Run `pip3 install requests --target src/`.\n"),
    "a workflow makes a zip with it": sam()
    | {".github/workflows/deploy.yml": "run: zip -r a.zip src requests\n"},
    "a script copies it": sam("import shared\n", build_dot_sh="cp -r ../shared src/\n"),
    "a script exports requirements": sam() | {"scripts/build.sh": "poetry export -o src/requirements.txt\n"},
    "a pipeline installs": sam(pipeline_dot_yaml="BuildSpec: |\n  pip install -r x.txt -t src\n"),
    "the CDK application installs": cdk(ASSET.format(""), "run('pip install -r x.txt -t src')"),
    "another Terraform module runs a script": {
        "main.tf": 'module "a" {\n  source = "./modules/a"\n}\nmodule "b" {\n  source = "./modules/b"\n}\n',
        "modules/a/main.tf": TERRAFORM,
        "modules/a/src/app.py": APP,
        "modules/b/main.tf": 'resource "null_resource" "x" {}\n',
    },
    "git ignores it": sam("import config\n", _dot_gitignore="config.py\n"),
    "git ignores what is installed": sam(src___dot_gitignore="*\n!app.py\n"),
    "generated": sam("import orders.orders_pb2, _version\n") | {"src/orders/__init__.py": ""},
    "a tool builds": sam() | {"pants.toml": "[GLOBAL]\n"},
    # imports that do not count
    "try": sam(
        "try:\n    import requests\nexcept ImportError:\n    requests = None\n" + APP.partition("\n")[2]
    ),
    "try with any exception": sam("try:\n    import requests\nexcept Exception:\n    pass\n"),
    "suppressed": sam("from contextlib import suppress\nwith suppress(ImportError):\n    import requests\n"),
    "TYPE_CHECKING": sam(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests\ndef handler(event, context): ...\n"
    ),
    "a condition": sam("import os\nif os.environ.get('X'):\n    import requests\n"),
    "a function": sam("def other():\n    import requests\ndef handler(event, context): ...\n"),
    "the handler, after a condition": sam(
        "def handler(event, context):\n    if event:\n        return 1\n    import requests\n"
    ),
    "the handler, in a condition": sam(
        "def handler(event, context):\n    if event:\n        import requests\n"
    ),
    "a module that nobody imports": sam(
        "def handler(event, context): ...\n", src__unused_dot_py="import requests\n"
    ),
    "sys.path is changed": sam("import sys\nsys.path.insert(0, 'lib')\n" + APP),
    "sys.path is changed elsewhere": sam(
        "import paths\n" + APP, src__paths_dot_py="import sys\nsys.path.append('/opt/x')\n"
    ),
    "a .pth file": sam(src__more_dot_pth="vendor\n"),
    "it installs for itself": sam(
        "import subprocess\nsubprocess.run(['pip', 'install', 'requests'])\n" + APP
    ),
    "the module before the missing one catches": sam(
        "try:\n    import helper\nexcept ImportError:\n    pass\n", src__helper_dot_py="import requests\n"
    ),
    # what the runtime brings
    "the SDK": sam("import boto3, botocore.config, dateutil.parser, jmespath, s3transfer, six, urllib3\n"),
    "the standard library": sam("import zoneinfo, tomllib, asyncio, xml.etree.ElementTree, _thread\n"),
    "pip": sam("import pip\n"),
    "distutils of 3.11": sam("import distutils.util\n", SAM.replace("3.12", "3.11")),
    "distutils of setuptools": sam("import distutils.util\n", src__requirements_dot_txt="setuptools\n"),
    "cgi of 3.12": sam("import cgi\n"),
    "an older runtime, where none is named": sam(
        "import imp\n", SAM.replace("      Runtime: python3.12\n", "")
    ),
    "durable functions": sam(
        "import aws_durable_execution_sdk_python\n", SAM.replace("python3.12", "python3.14")
    ),
    "cfnresponse in inline code": {"template.yaml": INLINE.format("cfnresponse")},
    "a wrapper of a layer": sam("import datadog_lambda\n"),
    # other tools
    "cloudformation, required": sam(template=CLOUDFORMATION, src__requirements_dot_txt="requests\n"),
    "serverless, required": {
        "serverless.yml": SERVERLESS + PLUGIN,
        "app.py": APP,
        "requirements.txt": "requests",
    },
    "serverless, Pipfile": {
        "serverless.yml": SERVERLESS + PLUGIN,
        "app.py": APP,
        "Pipfile": '[packages]\nrequests = "*"\n',
    },
    "serverless, Pipfile.lock": {
        "serverless.yml": SERVERLESS + PLUGIN,
        "app.py": APP,
        "Pipfile": "[packages]\n",
        "Pipfile.lock": LOCKED_PIPENV % "requests",
    },
    "serverless, an unknown plugin": {
        "serverless.yml": SERVERLESS + "plugins:\n  - serverless-of-mine\n",
        "app.py": APP,
    },
    "serverless, plugins from a file": {
        "serverless.yml": SERVERLESS + "plugins: ${file(plugins.yml)}\n",
        "app.py": APP,
    },
    "serverless, a plugin below the provider, and one at the top": {
        "serverless.yml": BELOW + PLUGIN,
        "app.py": APP,
        "requirements.txt": "requests\n",
    },
    "serverless, another plugin below the provider": {
        "serverless.yml": BELOW.replace("python-requirements", "offline"),
        "app.py": APP,
        "requirements.txt": "requests\n",
    },
    "serverless, below the provider, and a script": {
        "serverless.yml": BELOW,
        "app.py": APP,
        "deploy.sh": "pip install -r requirements.txt -t .\n",
    },
    "serverless, required without a plugin": {
        "serverless.yml": SERVERLESS,
        "app.py": APP,
        "requirements.txt": "requests\n",
    },
    "serverless, vendored by the plugin": {
        "serverless.yml": SERVERLESS + PLUGIN + "custom:\n  pythonRequirements:\n    vendor: ./vendored\n",
        "app.py": APP,
    },
    "serverless, another requirements file": {
        "serverless.yml": SERVERLESS
        + PLUGIN
        + "custom:\n  pythonRequirements:\n    fileName: deps/prod.in\n",
        "app.py": APP,
    },
    "serverless, layers of a variable": {
        "serverless.yml": SERVERLESS + "    layers: ${file(layers.yml):layers}\n",
        "app.py": APP,
    },
    "serverless, the plugin's layer": {
        "serverless.yml": SERVERLESS + "    layers:\n      - {Ref: PythonRequirementsLambdaLayer}\n" + PLUGIN,
        "app.py": APP,
    },
    "terraform, required": {"main.tf": TERRAFORM, "src/app.py": APP, "src/requirements.txt": "requests\n"},
    "terraform, a script of Terraform's": {
        "main.tf": TERRAFORM
        + 'resource "null_resource" "x" {\n  provisioner "local-exec" { command = "true" }\n}\n',
        "src/app.py": APP,
    },
    "terraform module, required": {
        "main.tf": REGISTRY % '"src"',
        "src/app.py": APP,
        "src/requirements.txt": "requests\n",
    },
    "terraform module, requirements from elsewhere": {
        "main.tf": REGISTRY % '{ path = "src", pip_requirements = "more/required.txt" }',
        "src/app.py": APP,
    },
    "terraform module, commands": {
        "main.tf": REGISTRY % '{ path = "src", commands = ["pip install requests", ":zip"] }',
        "src/app.py": APP,
    },
    "cdk, required": cdk(PYTHON_FUNCTION.format(""), src__requirements_dot_txt="requests\n"),
    "cdk, poetry.lock": cdk(PYTHON_FUNCTION.format(""), src__poetry_dot_lock=LOCKED_POETRY % "requests"),
    "cdk, bundling of a PythonFunction": cdk(PYTHON_FUNCTION.format(", bundling=options")),
    "cdk, bundling": cdk(ASSET.format(", bundling=options")),
    "cdk, layers": cdk(ASSET.format("").replace(', handler="', ', layers=[layer], handler="')),
    "cdk, layers that are added": cdk(ASSET.format(""), "function.add_layers(layer)"),
    "chalice itself": {**CHALICE_FILES, "app.py": CHALICE.replace("import requests\n", "")},
    "chalice, required": {**CHALICE_FILES, "app.py": CHALICE, "requirements.txt": "requests\n"},
    "chalice, vendored": {**CHALICE_FILES, "app.py": CHALICE, "vendor/requests.py": ""},
    "chalice, layers": {
        ".chalice/config.json": '{"version": "2.0", "app_name": "x", "stages": {"dev": {"layers": ["arn:x"]}}}',
        "app.py": CHALICE,
    },
    "a Dockerfile": {
        "Dockerfile": 'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py ${LAMBDA_TASK_ROOT}\nCMD ["app.handler"]\n',
        "app.py": APP,
    },
    "configured by hand": {
        "handlerlint.toml": '[[functions]]\nhandler = "app.handler"\ncode-root = "."\n',
        "app.py": APP,
    },
    "found by its name": {"lambda_function.py": "import requests\ndef lambda_handler(event, context): ...\n"}
    | {"template.yaml": "Resources: {}\n"},
}

FOUND: dict[str, tuple[dict[str, str], str]] = {
    "sam, nothing required": (sam(), "requests"),
    "sam, only the SDK required": (sam(src__requirements_dot_txt="boto3>=1.34\npytz\n"), "requests"),
    "sam, required for the tests above": (
        sam(src__requirements_dot_txt="boto3\n", requirements_dot_txt="requests\n"),
        "requests",
    ),
    "sam, hashes": (sam(src__requirements_dot_txt=HASHED % "polars"), "requests"),
    "sam, compiled": (
        sam(src__requirements_dot_txt="# autogenerated by pip-compile\npolars==1\n    # via -r x.in\n"),
        "requests",
    ),
    "sam, built by SAM": (sam(template=SAM + "    Metadata:\n      BuildMethod: python3.12\n"), "requests"),
    "sam, a layer without it": (
        sam(template=SAM + LAYER) | {"layer/python/orders/__init__.py": ""},
        "requests",
    ),
    "sam, a layer without its folder": (
        sam(template=SAM + LAYER) | {"layer/requests/__init__.py": "", "layer/orders.py": ""},
        "requests",
    ),
    "sam, distutils": (sam("from distutils.util import strtobool\n"), "distutils"),
    "sam, telnetlib": (sam("import telnetlib\n", SAM.replace("3.12", "3.13")), "telnetlib"),
    "sam, cfnresponse outside a template": (sam("import cfnresponse\n"), "cfnresponse"),
    "sam, the code root's own name": (sam("from src.orders import x\n", src__orders_dot_py="x = 1\n"), "src"),
    "sam, the code root's own name beside a requirement": (
        sam(
            "from src.orders import x\n", src__orders_dot_py="x = 1\n", src__requirements_dot_txt="some-sdk\n"
        ),
        "src",
    ),
    "sam, a module of the project above a requirement": (
        sam("import orders\n", orders__prices_dot_py="", src__requirements_dot_txt="some-sdk\n"),
        "orders",
    ),
    "sam, a part of a package that is not there": (
        sam("import orders.prices\n") | {"src/orders/__init__.py": ""},
        "orders.prices",
    ),
    "sam, a part of a module": (sam("import orders.prices\n", src__orders_dot_py=""), "orders.prices"),
    "sam, in a class": (sam("class A:\n    import requests\ndef handler(event, context): ...\n"), "requests"),
    "sam, in try with finally": (sam("try:\n    import requests\nfinally:\n    pass\n"), "requests"),
    "sam, in the handler": (
        sam('def handler(event, context):\n    "Orders."\n    from requests import get\n    return 1\n'),
        "requests",
    ),
    "sam, in a module of the project": (
        sam("from orders import prices\n")
        | {"src/orders/__init__.py": "", "src/orders/prices.py": "from .http import x\n"}
        | {"src/orders/http.py": "import requests\nx = 1\n"},
        "requests",
    ),
    "sam, in a package that is imported on the way": (
        sam("import orders.prices\n")
        | {"src/orders/__init__.py": "import requests\n", "src/orders/prices.py": ""},
        "requests",
    ),
    "a workflow makes a zip of the code as it is": (
        sam() | {".github/workflows/deploy.yml": "run: zip -r a.zip src\n"},
        "requests",
    ),
    "a README says how to install for the tests": (
        sam(README_dot_md="`pip install -r tests/requirements.txt`, then `sam build`\n"),
        "requests",
    ),
    "cloudformation": (sam(template=CLOUDFORMATION), "requests"),
    "inline, required by the project": (
        {
            "template.yaml": INLINE.format("requests"),
            "requirements.txt": "requests\n",
            "build.sh": "pip install -t x y",
        },
        "requests",
    ),
    "inline": ({"template.yaml": INLINE.format("requests")}, "requests"),
    "serverless": ({"serverless.yml": SERVERLESS, "app.py": APP}, "requests"),
    "serverless, the plugin below the provider": (
        {"serverless.yml": BELOW, "app.py": APP, "requirements.txt": "requests\n"},
        "requests",
    ),
    "serverless, not required": (
        {"serverless.yml": SERVERLESS + PLUGIN, "app.py": APP, "requirements.txt": "boto3\n"},
        "requests",
    ),
    "serverless, not locked": (
        {
            "serverless.yml": SERVERLESS + PLUGIN,
            "app.py": APP,
            "Pipfile": '[packages]\npolars = "*"\n',
            "Pipfile.lock": LOCKED_PIPENV % "polars",
        },
        "requests",
    ),
    "terraform": ({"main.tf": TERRAFORM, "src/app.py": APP}, "requests"),
    "terraform module": ({"main.tf": REGISTRY % '"src"', "src/app.py": APP}, "requests"),
    "cdk, a plain copy": (cdk(ASSET.format("")), "requests"),
    "cdk, not locked": (
        cdk(PYTHON_FUNCTION.format(""), src__uv_dot_lock=LOCKED_POETRY % "polars"),
        "requests",
    ),
    "cdk, required for the application": (
        cdk(ASSET.format(""), requirements_dot_txt="boto3\n"),
        "requests",
    ),
    "chalice": ({**CHALICE_FILES, "app.py": CHALICE, "requirements.txt": "boto3\n"}, "requests"),
}


@pytest.mark.parametrize("name", SILENT)
def test_silent(tmp_path: Path, name: str) -> None:
    assert findings(tmp_path, SILENT[name]) == []


@pytest.mark.parametrize("name", FOUND)
def test_found(tmp_path: Path, name: str) -> None:
    files, module = FOUND[name]
    (finding,) = findings(tmp_path, files)
    assert f"`{module}`" in finding.message
    assert f"No module named '{module}'" in (finding.runtime_error or "")


def test_a_zip_that_holds_it(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("requests/__init__.py", "")
    assert findings(tmp_path, sam()) == []


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("app.py", "")
    assert len(findings(tmp_path, sam())) == 1


def test_signs_count_up_to_the_root_of_a_project_that_is_no_repository(tmp_path: Path) -> None:
    files = {f"services/orders/{name}": text for name, text in sam().items()}
    files |= {"scripts/build.sh": "poetry export -o requirements.txt\n"}
    assert [f.code for f in lint_files(files, "HL108", tmp_path)] == ["HL108"]
    assert lint_files({**files, "pyproject.toml": ""}, "HL108", tmp_path) == []


def test_words_and_places(tmp_path: Path) -> None:
    files = sam("import prices\n\n\ndef handler(event, context): ...\n", src__prices_dot_py="\nimport yaml\n")
    (finding,) = findings(tmp_path, files)
    assert finding.message == "`yaml` is not in the code root, its requirements, its layers or the runtime"
    assert finding.help == "add `pyyaml` to `src/requirements.txt`"
    assert (finding.filename, finding.span.start.row, finding.span.start.column) == ("src/prices.py", 2, 8)
    (related,) = finding.related
    assert (related.message, related.filename) == ("`prices` is imported here", "src/app.py")
    assert (related.span.start.row, related.span.start.column) == (1, 8)


@pytest.mark.parametrize(
    ("files", "message", "help"),
    [
        (
            sam("from distutils.util import strtobool\n"),
            "Python 3.12 has no module `distutils` any more, and nothing packaged with the code provides it",
            "add `setuptools` to `src/requirements.txt`",
        ),
        (
            sam("import imp\n"),
            "Python 3.12 has no module `imp` any more, and nothing packaged with the code provides it",
            None,
        ),
        (
            sam("from src.orders import x\n", src__orders_dot_py="x = 1\n"),
            "`src` is not in the code root, its requirements, its layers or the runtime",
            "modules are imported from the code root, `src/`, itself: leave `src.` out",
        ),
        (
            sam("from shared.orders import x\n", shared__orders_dot_py="x = 1\n"),
            "`shared` is not in the code root, its requirements, its layers or the runtime",
            "`shared` lies outside of the code root, `src`, and is not packed: set the code root to hold both",
        ),
        (
            sam(template=SAM + LAYER) | {"layer/requests.py": ""},
            "`requests` lies in the layer's folder, `layer/`, but not below `python/`",
            "move it to `layer/python/`: layers are imported from there",
        ),
        (
            sam("import returen_type\n", src__return_type_dot_py="x = 1\n"),
            "`returen_type` is not in the code root, its requirements, its layers or the runtime",
            "did you mean `return_type`?",
        ),
        (
            {
                **sam("from tools.ordrs import x\n", src__tools__orders_dot_py="x = 1\n"),
                "src/tools/__init__.py": "",
            },
            "there is no module `tools.ordrs` in the code root",
            "did you mean `tools.orders`?",
        ),
        (
            sam("import requests\n", src__request_dot_py="x = 1\n"),
            "`requests` is not in the code root, its requirements, its layers or the runtime",
            "add `requests` to `src/requirements.txt`",
        ),
        (
            {"template.yaml": INLINE.format("requests")},
            "inline code cannot import `requests`: neither the runtime nor a layer provides it",
            "put `requests` into a layer, or the code into a folder with its requirements",
        ),
        (
            sam("import unheard_of\n"),
            "`unheard_of` is not in the code root, its requirements, its layers or the runtime",
            "add the package that provides `unheard_of` to `src/requirements.txt`",
        ),
        (
            sam("from google.cloud import storage\n"),
            "`google` is not in the code root, its requirements, its layers or the runtime",
            "add the package that provides `google.cloud` to `src/requirements.txt`",
        ),
        (
            {"main.tf": TERRAFORM, "src/app.py": APP},
            "`requests` is not in the code root, its requirements, its layers or the runtime",
            "install `requests` into the code root before it is packed, or put it into a layer",
        ),
    ],
)
def test_help(tmp_path: Path, files: dict[str, str], message: str, help: str | None) -> None:
    (finding,) = findings(tmp_path, files)
    assert (finding.message, finding.help) == (message, help)


def test_the_same_import_for_two_functions_is_one_finding(tmp_path: Path) -> None:
    second = (
        SAM.partition("Resources:\n")[2].replace("Orders", "Prices").replace("app.handler", "prices.handler")
    )
    files = sam("import shared\n", SAM + second) | {
        "src/prices.py": "import shared\n",
        "src/shared.py": "import requests\n",
    }
    (finding,) = findings(tmp_path, files)
    assert finding.functions == ("Orders", "Prices")


@pytest.mark.parametrize(
    "source",
    [
        "import not_there\n",
        "import inner.not_there\n",
        "import outer.not_there\n",
        "def handler(event, context):\n    import not_there\n",
    ],
)
def test_the_real_program_says_so(tmp_path: Path, source: str) -> None:
    """awslambdaric, with the code root as its folder, and the finding's error text."""
    pytest.importorskip("awslambdaric")
    files = sam(source) | {"src/inner.py": "", "src/outer/__init__.py": ""}
    (finding,) = findings(tmp_path, files)
    if "def handler" in source:
        assert finding.runtime_error == "ModuleNotFoundError: No module named 'not_there'"
        return
    program = (
        "from awslambdaric import bootstrap\n"
        "try:\n    bootstrap._get_handler('app.handler')(None, None)\n"
        "except Exception as error:\n    print(*error.args, sep=': ')\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=tmp_path / "src",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert finding.runtime_error == done.stdout.strip()


ONE_FILE = """\
data "archive_file" "code" {{
  type        = "zip"
  {}
  output_path = "code.zip"
}}
resource "aws_lambda_function" "orders" {{
  function_name = "orders"
  role          = "r"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.code.output_path
}}
"""


@pytest.mark.parametrize(
    ("source", "imported", "expected"),
    [
        ('source_dir = "src"', "helpers", []),
        ('source_file = "src/app.py"', "json", []),
        ('source_file = "src/app.py"', "app", []),
        ('source_file = "src/app.py"', "helpers", ["HL108"]),
        ('source_file = "src/app.py"', "helpers.dates", ["HL108"]),
    ],
)
def test_a_file_that_is_packed_alone_has_no_neighbours(
    tmp_path: Path, source: str, imported: str, expected: list[str]
) -> None:
    files = {
        "main.tf": ONE_FILE.format(source),
        "src/app.py": f"import {imported}\n\n\ndef handler(event, context):\n    return 1\n",
        "src/helpers/__init__.py": "",
        "src/helpers/dates.py": "",
    }
    found = lint_files(files, "HL108", tmp_path)
    assert [finding.code for finding in found] == expected
    for finding in found:
        assert finding.help == "only `app.py` is packed: pack the folder, in which `helpers` lies beside it"
