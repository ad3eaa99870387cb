"""Functions of container images."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.linter import lint
from handlerlint.records import replace
from handlerlint.source.files import SourceFiles
from handlerlint.source.resolution import MalformedHandler, Unresolved, resolve
from handlerlint.text import Span

from ..conftest import Discover

BASE = "FROM public.ecr.aws/lambda/python:3.12\n"
HANDLER = "def handler(event, context):\n    pass\n"


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.12\nCOPY . /app\nCMD app.handler\n",
        'FROM public.ecr.aws/lambda/nodejs:22\nCOPY app.py ./\nCMD ["app.handler"]\n',
        BASE + "COPY app.py ./\n",
        BASE + 'CMD ["bash"]\n',
        BASE + 'CMD ["app.handler"]\nFROM scratch\n',
        BASE + 'COPY app.py ./\nENTRYPOINT ["python", "app.py"]\n',
        BASE[:-1] + ' AS base\nCMD ["app.handler"]\nFROM base\nENTRYPOINT ["python", "app.py"]\n',
        'FROM public.ecr.aws/lambda/python:3.12 AS build\nCMD ["app.handler"]\nFROM scratch\n',
        "",
        "# lambda\n",
    ],
)
def test_what_is_no_function_image(discovery: Discover, text: str) -> None:
    files = {"Dockerfile": text, "app.py": HANDLER}
    assert discovery(files, disabled=frozenset({"convention"})).functions == ()


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (BASE + 'COPY app.py ${LAMBDA_TASK_ROOT}\nCMD [ "app.handler" ]\n', ""),
        (BASE + 'COPY src/app.py requirements.txt ./\nCMD ["app.handler"]\n', "src"),
        (BASE + 'COPY src/ $LAMBDA_TASK_ROOT/\nCMD ["app.handler"]\n', "src"),
        (BASE + 'COPY src/*.py /var/task/\nCMD ["app.handler"]\n', "src"),
        (BASE + 'ADD src ${LAMBDA_TASK_ROOT}\nCMD ["app.handler"]\n', "src"),
        (BASE + 'COPY src /var/task/src\nCMD ["src.app.handler"]\n', ""),
        (BASE + 'COPY . .\nCMD ["src.app.handler"]\n', ""),
        (
            'ARG V=3.12\nFROM public.ecr.aws/lambda/python:${V}\nCOPY src .\nCMD [ \\\n  "app.handler" ]\n',
            "src",
        ),
        (BASE[:-1] + ' AS base\nCOPY src .\nFROM base\nCMD ["app.handler"]\n', "src"),
        (BASE + 'WORKDIR /app\nCOPY ./src ./\nCMD ["app.handler"]\n', "src"),
        (
            BASE + 'COPY src /opt/code/\nENV PYTHONPATH="${PYTHONPATH}:/opt/code"\nCMD ["app.handler"]\n',
            "src",
        ),
        (
            "FROM python:3.12-slim\nARG FUNCTION_DIR=/function\nWORKDIR ${FUNCTION_DIR}\nCOPY src ${FUNCTION_DIR}\n"
            'ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\nCMD ["app.handler"]\n',
            "src",
        ),
        (BASE + 'COPY src .\nENTRYPOINT ["python", "-m", "awslambdaric", "app.handler"]\n', "src"),
        (BASE + 'COPY src .\nENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.handler", "x"]\n', "src"),
        (BASE + 'COPY src .\nENTRYPOINT python -m awslambdaric app.handler\nCMD ["other.x"]\n', "src"),
        (BASE + "COPY src .\nENTRYPOINT []\nCMD python -m awslambdaric app.handler\n", "src"),
        (BASE + 'COPY src .\nCMD ["app.handler"]\nENTRYPOINT ["/lambda-entrypoint.sh"]\n', "src"),
        (
            "FROM python:3.12\nWORKDIR /f\nCOPY src .\nCMD exec aws-lambda-rie python -m awslambdaric app.handler\n",
            "src",
        ),
    ],
)
def test_images(discovery: Discover, tmp_path: Path, text: str, root: str) -> None:
    files = {"Dockerfile": text, "src/app.py": HANDLER, "app.py": HANDLER}
    (function,) = discovery(files, disabled=frozenset({"convention"})).functions
    assert (function.code_root, function.unresolved) == (tmp_path / root, None)
    assert (function.runtime, function.source.kind, function.build) == (
        "python3.12",
        "container",
        "container image",
    )


def test_the_place_of_a_command(discovery: Discover) -> None:
    (function,) = discovery(
        {"Dockerfile": BASE + 'COPY app.py ./\nCMD [ "app.handler" ]\n', "app.py": HANDLER}
    ).functions
    assert function.source.span == Span(3, 8, 3, 19)


@pytest.mark.parametrize(
    ("text", "handler"),
    [
        ('ENTRYPOINT ["python"]\nCMD ["app.py"]\n', "app.py"),
        ('CMD ["/bin/my app.sh"]\nENTRYPOINT ["bash"]\n', "/bin/my app.sh"),
        ('ENTRYPOINT []\nCMD ["python", "app.py"]\n', "app.py"),
        ('ENTRYPOINT ["./run.sh"]\nCMD ["app.absent"]\n', "app.absent"),
    ],
)
def test_another_entry_point_decides_what_the_command_means(
    discovery: Discover, text: str, handler: str
) -> None:
    files = {"Dockerfile": BASE + "COPY app.py ./\n" + text, "app.py": HANDLER}
    (function,) = discovery(files, disabled=frozenset({"convention"})).functions
    assert (function.handler, function.code_root, function.runtime_given) == (handler, None, False)
    assert isinstance(resolve(function, SourceFiles()), Unresolved)


def test_behind_a_script_the_handler_is_linted_where_it_is_certain(
    discovery: Discover, tmp_path: Path
) -> None:
    text = BASE + 'COPY app.py ./\nENTRYPOINT ["/entry_script.sh"]\nCMD ["app.handler"]\n'
    (function,) = discovery({"Dockerfile": text, "app.py": HANDLER}).functions
    assert (function.code_root, function.is_inferred) == (tmp_path, True)


@pytest.mark.parametrize(
    ("command", "handler"),
    [
        ("app.handler", "/bin/sh -c app.handler"),
        ("['app.handler']", "/bin/sh -c ['app.handler']"),
        ('["python", "app.py"]', "python app.py"),
        ('["python", "-m", "awslambdaric", "app.handler"]', "python -m awslambdaric app.handler"),
    ],
)
def test_the_base_image_takes_one_word(discovery: Discover, command: str, handler: str) -> None:
    files = {"Dockerfile": f"{BASE}COPY app.py ./\nCMD {command}\n", "app.py": HANDLER}
    (function,) = discovery(files, disabled=frozenset({"convention"})).functions
    assert function.handler == handler
    found = resolve(function, SourceFiles())
    assert isinstance(found, MalformedHandler)
    assert found.malformed.error.startswith("Runtime.ExitError: exit status 142")


NOT_COPIED = "no `COPY` of the project contains the handler's module"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('COPY --from=build /x .\nCMD ["app.handler"]\n', NOT_COPIED),
        ('COPY src/requirements.txt ./\nCOPY other/app.py ./\nCMD ["app.handler"]\n', NOT_COPIED),
        ('COPY src/*.txt ./\nCMD ["app.handler"]\n', NOT_COPIED),
        ('COPY src /opt/code/\nCMD ["app.handler"]\n', NOT_COPIED),
        ('COPY src/ "${LAMBDA_TASK_ROOT}/geff/"\nCMD ["geff.app.handler"]\n', "`src/` is copied as `geff`"),
    ],
)
def test_code_that_no_copy_brings(discovery: Discover, text: str, reason: str) -> None:
    files = {"Dockerfile": BASE + text, "src/app.py": HANDLER, "src/requirements.txt": ""}
    (function,) = discovery(files, disabled=frozenset({"convention"})).functions
    known = (function.code_root, function.unresolved)
    assert known == (None, reason) or (function.is_inferred and function.unknown_content == reason)


SAM = """\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
      IMAGE_CONFIG
    Metadata: {Dockerfile: Dockerfile, DockerContext: ./fn}
"""


def test_an_image_of_sam_is_one_function_with_two_origins(discovery: Discover, tmp_path: Path) -> None:
    files = {"template.yaml": SAM.replace("IMAGE_CONFIG", "Timeout: 3"), "fn/app.py": HANDLER}
    files["fn/Dockerfile"] = BASE + 'COPY app.py ./\nCMD ["app.handler"]\n'
    (function,) = discovery(files).functions
    assert (function.name, function.handler, function.code_root) == ("F", "app.handler", tmp_path / "fn")
    assert (function.runtime, function.runtime_given) == ("python3.12", True)
    assert [origin.kind for origin in function.origins] == ["sam", "container"]


def test_entry_point_of_sam_wins(discovery: Discover, tmp_path: Path) -> None:
    files = {
        "template.yaml": SAM.replace("IMAGE_CONFIG", "ImageConfig: {EntryPoint: [/lambda-entrypoint.sh]}"),
        "fn/app.py": HANDLER,
        "fn/Dockerfile": BASE + 'COPY app.py ./\nENTRYPOINT ["python"]\nCMD ["app.handler"]\n',
    }
    (function,) = discovery(files, disabled=frozenset({"container"})).functions
    assert (function.code_root, function.is_inferred) == (tmp_path / "fn", False)


def test_image_config_of_sam_wins(discovery: Discover) -> None:
    files = {
        "template.yaml": SAM.replace("IMAGE_CONFIG", "ImageConfig: {Command: [app.other]}"),
        "fn/app.py": HANDLER,
    }
    files["fn/Dockerfile"] = BASE + 'COPY app.py ./\nCMD ["app.handler"]\n'
    functions = discovery(files, disabled=frozenset({"container"})).functions
    assert [function.handler for function in functions] == ["app.other"]


def test_an_image_of_sam_that_is_not_for_python(discovery: Discover) -> None:
    files = {"template.yaml": SAM.replace("IMAGE_CONFIG", "Timeout: 3")}
    files["fn/Dockerfile"] = 'FROM public.ecr.aws/lambda/nodejs:22\nCMD ["app.handler"]\n'
    assert discovery(files).functions == ()


TERRAFORM = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "r"
  package_type  = "Image"
  image_uri     = "1.dkr.ecr.eu-west-1.amazonaws.com/f:1"
  %s
}
"""
DYNAMIC = """dynamic "image_config" {
    for_each = ["app.other"]
    content {
      command = [image_config.value]
    }
  }"""
NAMED = {
    "terraform": ("main.tf", TERRAFORM % 'image_config {\n    command = ["app.other"]\n  }'),
    "terraform, dynamic": ("main.tf", TERRAFORM % DYNAMIC),
    "serverless": (
        "serverless.yml",
        "service: x\nprovider: {name: aws}\nfunctions:\n  f: {image: {name: one, command: [app.other]}}\n",
    ),
    "sam": (
        "template.yaml",
        SAM.replace("IMAGE_CONFIG", "ImageUri: x:1\n      ImageConfig: {Command: [app.other]}").partition(
            "    Meta"
        )[0],
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_the_command_of_an_image_that_one_dockerfile_makes(
    discovery: Discover, tmp_path: Path, name: str
) -> None:
    file, text = NAMED[name]
    files = {file: text, "fn/app.py": HANDLER.replace("handler", "other")}
    files["fn/Dockerfile"] = BASE + 'COPY app.py ./\nCMD ["app.other"]\n'
    (function,) = discovery(files).functions
    assert (function.handler, function.code_root) == ("app.other", tmp_path / "fn")
    assert (function.runtime, function.is_inferred) == ("python3.12", True)
    assert function.source.kind != "container"


def test_the_only_dockerfile_names_the_handler_of_the_only_image(discovery: Discover, tmp_path: Path) -> None:
    files = {"main.tf": TERRAFORM % "", "fn/app.py": HANDLER}
    files["fn/Dockerfile"] = BASE + 'COPY app.py ./\nCMD ["app.handler"]\n'
    (function,) = discovery(files).functions
    assert (function.name, function.handler, function.code_root) == ("f", "app.handler", tmp_path / "fn")


def test_of_several_dockerfiles_the_one_that_copies_the_module(discovery: Discover, tmp_path: Path) -> None:
    files = {"main.tf": TERRAFORM % 'image_config {\n    command = ["two.handler"]\n  }'}
    for name in ("one", "two"):
        files[f"{name}/{name}.py"] = HANDLER
        files[f"{name}/Dockerfile"] = BASE + f'COPY {name}.py ./\nCMD ["{name}.handler"]\n'
    found = {function.name: function for function in discovery(files).functions}
    assert found["f"].code_root == tmp_path / "two"
    assert set(found) == {"f", "one"}


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": TERRAFORM % ""},  # which of the two is not said
        {"main.tf": TERRAFORM % 'image_config {\n    command = ["app.handler"]\n  }'},  # both have it
        {"main.tf": TERRAFORM % 'image_config {\n    command = ["other.handler"]\n  }'},
        {"main.tf": TERRAFORM % 'image_config {\n    command = ["python", "app.py"]\n  }'},
    ],
)
def test_an_image_that_several_dockerfiles_may_make(discovery: Discover, files: dict[str, str]) -> None:
    files = dict(files)
    for name in ("one", "two"):
        files |= {
            f"{name}/app.py": HANDLER,
            f"{name}/Dockerfile": BASE + 'COPY app.py ./\nCMD ["app.handler"]\n',
        }
    found = {function.name: function for function in discovery(files).functions}
    assert found["f"].code_root is None


COPIED = "COPY src/ ${LAMBDA_TASK_ROOT}/\n"
BELOW = "COPY src/ ${LAMBDA_TASK_ROOT}/src/\n"


@pytest.mark.parametrize(
    "text",
    [
        COPIED + 'CMD ["app.handler"]\n',
        COPIED + 'RUN python build.py\nCMD ["src.app.handler"]\n',
        COPIED + 'RUN pip install -r requirements.txt -t .\nCMD ["src.app.handler"]\n',
        COPIED + 'RUN pip install datadog-lambda\nCMD ["datadog_lambda.handler.handler"]\n',
        COPIED + 'COPY --from=build /x .\nCMD ["src.app.handler"]\n',
        COPIED + 'ADD code.tar.gz ./\nCMD ["src.app.handler"]\n',
        COPIED + 'COPY gone ./\nCMD ["src.app.handler"]\n',
        COPIED + 'COPY app.py ./\nCMD ["src.app.handler"]\n',  # of two folders
        COPIED + 'ENV PYTHONPATH=/opt\nCMD ["src.app.handler"]\n',
        COPIED + 'WORKDIR /app\nCMD ["src.app.handler"]\n',
        COPIED + 'CMD ["bash"]\n',
        COPIED + 'ENTRYPOINT ["python"]\nCMD ["app"]\n',
        BELOW + 'CMD ["src.app.handler"]\n',
        BELOW + 'RUN python build.py\nCMD ["app.handler"]\n',
        BELOW + 'RUN pip install app\nCMD ["app.handler"]\n',
        BELOW + 'COPY app.py ./\nCMD ["app.handler"]\n',
        'COPY src /opt/python/\nCMD ["app.handler"]\n',
        'COPY src /app\nENV PYTHONPATH=/app\nCMD ["app.handler"]\n',
        'COPY src /app\nWORKDIR /app\nCMD ["app.handler"]\n',
        'COPY src /app\nRUN ln -s /app/app.py .\nCMD ["app.handler"]\n',
        'COPY . /var\nCMD ["app.handler"]\n',
    ],
)
def test_what_an_image_may_have_besides(tmp_path: Path, text: str) -> None:
    assert codes(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (COPIED + 'CMD ["src.app.handler"]\n', "HL102"),
        (BELOW + 'CMD ["app.handler"]\n', "HL102"),
        ('COPY src /app\nCMD ["app.app.handler"]\n', "HL102"),
        ('COPY app.py /app/\nCMD ["app.handler"]\n', "HL102"),
        ("COPY app.py ./\n" + 'CMD ["app.py.handler"]\n', "HL102"),
        (
            "COPY app.py ./\nRUN pip install requests && dnf install -y git\n" + 'CMD ["app.py.handler"]\n',
            "HL102",
        ),
        (COPIED + 'CMD ["app.missing"]\n', "HL103"),
        (COPIED + 'CMD ["app"]\n', "HL101"),
    ],
)
def test_an_image_that_certainly_lacks_it(tmp_path: Path, text: str, code: str) -> None:
    assert codes(tmp_path, text) == [code]


def codes(folder: Path, text: str) -> list[str]:
    """The codes of what is found of an image with a module in two folders."""
    (folder / "src").mkdir()
    for name in ("app.py", "src/app.py"):
        (folder / name).write_text(HANDLER)
    (folder / "Dockerfile").write_text(BASE + text)
    settings = load_settings([folder], working_folder=folder, isolated=True)
    result = lint(replace(settings, use_cache=False, select=("HL1",), sources=("container",)))
    assert result.failures == ()
    return [finding.code for finding in result.findings]


DOCKERFILE = (
    "FROM public.ecr.aws/lambda/python:3.12\nCOPY . ${LAMBDA_TASK_ROOT}/\nCMD ['app.nobody']\n".replace(
        "'", '"'
    )
)
OVERRIDING = {
    "template.yaml": """\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image, ImageConfig: {Command: [app.handler]}}
    Metadata: {Dockerfile: Dockerfile, DockerContext: ./backend}
""",
    "main.tf": """\
resource "aws_lambda_function" "f" {
  function_name = "f"
  package_type  = "Image"
  image_uri     = "${aws_ecr_repository.r.repository_url}:latest"
  image_config { command = ["app.handler"] }
}
""",
    "stack.ts": """\
new lambda.DockerImageFunction(this, 'F', {
  code: lambda.DockerImageCode.fromImageAsset('backend', { cmd: ['app.handler'] }),
});
""",
}


@pytest.mark.parametrize("name", OVERRIDING)
def test_a_command_that_the_configuration_overrides(tmp_path: Path, name: str) -> None:
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "Dockerfile").write_text(DOCKERFILE, "utf-8")
    (tmp_path / "backend" / "app.py").write_text("def handler(event, context):\n    return 1\n", "utf-8")
    (tmp_path / name).write_text(OVERRIDING[name], "utf-8")
    assert not lint(load_settings([tmp_path], working_folder=tmp_path)).findings
