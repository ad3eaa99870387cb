"""Functions of Chalice, Zappa and container images."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import EventSource, Position
from handlerlint.source.files import SourceFiles
from handlerlint.source.resolution import MalformedHandler, Unresolved, resolve

from .conftest import Discover

CHALICE = """\
from chalice import Chalice
app = Chalice(app_name="x")

@app.route("/")
def index():
    return "\\d"  # Python warns of it, and handlerlint does not

@app.lambda_function(name="other")
def second(event, context):
    return {}

@app.on_sqs_message(queue="q", batch_size=1)
def third(event):
    pass

@blueprint.unheard()
def fourth(): ...
"""


def test_chalice(discovery: Discover, tmp_path: Path) -> None:
    config = '{"version": "2.0", "lambda_python_version": "3.11"}'
    found = discovery({".chalice/config.json": config, "app.py": CHALICE}).functions
    assert [(f.handler, f.code_root, f.runtime) for f in found] == [
        ("app.second", tmp_path, "python3.11"),
        ("app.third", tmp_path, "python3.11"),
        ("app.app", tmp_path, "python3.11"),
    ]
    assert found[2].events == (EventSource("api", {"proxy": True}),)
    assert found[0].source.kind == "chalice"
    assert found[0].source.path == tmp_path / "app.py"
    assert found[0].source.position == Position(8, 1, 8, 21)


BLUEPRINT = """\
from chalice import Blueprint
orders = Blueprint(__name__)
other = Blueprint("chalicelib.elsewhere")
@orders.route("/")
def index(): ...
@orders.on_sqs_message(queue="q")
def work(event): ...
@other.lambda_function()
def sweep(event, context): ...
"""
FLASK = """\
from flask import Blueprint
pages = Blueprint(__name__)
@pages.lambda_function()
def page(event, context): ...
"""


@pytest.mark.parametrize(
    ("application", "handlers"),
    [
        ('app = Chalice(app_name="x")\n', []),
        ("from chalicelib.orders import orders\n", []),
        ("app.register_blueprint(somebody_elses)\n", []),
        ("from chalicelib.orders import orders\n# app.register_blueprint(orders)\n", []),
        (
            "from chalicelib.orders import orders\napp = Api()\nif STAGE == 'x':\n    app.register_blueprint(orders)\n",
            ["chalicelib.orders.work", "chalicelib.elsewhere.sweep", "app.app"],
        ),
        (
            "from chalicelib import orders\napp.register_blueprint(orders.orders, url_prefix='/o')\n"
            "@app.schedule('rate(1 hour)')\ndef tick(event): ...\n",
            ["app.tick", "chalicelib.orders.work", "chalicelib.elsewhere.sweep", "app.app"],
        ),
    ],
)
def test_chalice_blueprints(
    discovery: Discover, tmp_path: Path, application: str, handlers: list[str]
) -> None:
    files = {
        ".chalice/config.json": '{"app_name": "x"}',
        "app.py": application,
        "chalicelib/orders.py": BLUEPRINT,
        "chalicelib/pages.py": FLASK,
    }
    found = discovery(files).functions
    assert [function.handler for function in found] == handlers
    assert {function.code_root for function in found} <= {tmp_path}
    paths = {function.handler: function.source.path for function in found}
    assert paths.get("chalicelib.orders.work", tmp_path / "chalicelib/orders.py").name == "orders.py"  # type: ignore[union-attr]


MAIN = """\
from chalicelib import routes
class Custom(Chalice): ...
app = Custom(app_name="x")
other = Flask(__name__)
app.route("/forms", methods=["GET"])(routes.form_list)
for stage in ("a", "b"):
    @app.schedule("rate(1 hour)", name=stage)
    def tick(event): ...
def later():
    @app.on_sqs_message(queue="q")
    def never(event): ...
@other.on_sns_message("x")
def nothing(event): ...
"""


@pytest.mark.parametrize(
    "application",
    [
        "from chalicelib.main import app\n",
        "from chalicelib.main import *\n",
        "import os\nfrom chalicelib.web import app as app\nfrom chalicelib.views import *\n",
    ],
)
def test_chalice_applications_from_other_modules(
    discovery: Discover, tmp_path: Path, application: str
) -> None:
    files = {
        ".gitignore": ".chalice/\n",
        ".chalice/config.json": "{}",
        "app.py": application,
        "chalicelib/main.py": MAIN,
        "chalicelib/routes.py": "def form_list(): ...\n",
        "chalicelib/web/__init__.py": "from ..main import app\n",
        "chalicelib/views.py": "from chalicelib.web import app\n@app.authorizer()\ndef allow(request): ...\n",
        "chalicelib/unused.py": "from chalicelib.main import app\n@app.schedule('x')\ndef unused(event): ...\n",
    }
    found = discovery(files, disabled=frozenset({"convention"})).functions
    views = ["app.allow"] if "views" in application else []
    assert sorted(f.handler or "" for f in found) == sorted([*views, "app.app", "app.tick"])
    (served,) = [function for function in found if function.handler == "app.app"]
    assert (served.source.path, served.code_root) == (tmp_path / "chalicelib/main.py", tmp_path)
    assert served.source.position == Position(5, 1, 5, 10)


def test_chalice_for_another_version_of_python(discovery: Discover, tmp_path: Path) -> None:
    text = "from chalice import Chalice\napp = Chalice()\n@app.route('/')\ndef index():\n    print 'x'\n"
    (found,) = discovery({".chalice/config.json": "{}", "app.py": text}).functions
    assert (found.handler, found.source.position) == ("app.app", Position(3, 1, 3, 11))


def test_chalice_web_sockets(discovery: Discover) -> None:
    source = "@app.on_ws_connect()\ndef connect(event): ...\n@app.on_ws_message()\ndef message(event): ...\n"
    found = discovery({".chalice/config.json": "{}", "app.py": "from lib import app\n" + source}).functions
    assert [(function.handler, function.events[0].kind) for function in found] == [
        ("app.connect", "web-socket"),
        ("app.message", "web-socket"),
    ]


def test_chalice_that_is_broken_or_incomplete(discovery: Discover) -> None:
    assert discovery({".chalice/config.json": "{}"}).functions == ()
    found = discovery({".chalice/config.json": "{", "app.py": CHALICE})
    assert [problem.path.name for problem in found.problems] == ["config.json"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "zappa_settings.json",
            '{"dev": {"app_function": "app.app", "runtime": "python3.12", "timeout_seconds": 9}}',
        ),
        (
            "zappa_settings.toml",
            '[dev]\napp_function = "app.app"\nruntime = "python3.12"\ntimeout_seconds = 9\n',
        ),
        (
            "zappa_settings.yaml",
            "dev:\n  app_function: app.app\n  runtime: python3.12\n  timeout_seconds: 9\n",
        ),
    ],
)
def test_zappa(discovery: Discover, name: str, text: str) -> None:
    (function,) = discovery({name: text}).functions
    assert (function.name, function.handler, function.runtime) == (
        "dev",
        "handler.lambda_handler",
        "python3.12",
    )
    assert function.timeout == 9
    assert function.unresolved == "`handler.lambda_handler` is Zappa's own"
    assert function.events == (EventSource("api", {"proxy": True}),)


def test_zappa_stages_extend_each_other(discovery: Discover) -> None:
    text = '{"base": {"runtime": "python3.11", "apigateway_enabled": false}, "dev": {"extends": "base"}}'
    found = discovery({"zappa_settings.json": text}).functions
    assert [(f.name, f.runtime, f.events) for f in found] == [
        ("base", "python3.11", ()),
        ("dev", "python3.11", ()),
    ]


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [("zappa_settings.json", "{\n,}", 2), ("zappa_settings.toml", "[dev]\na = \n", 2)],
)
def test_zappa_that_is_broken(discovery: Discover, name: str, text: str, row: int) -> None:
    (problem,) = discovery({name: text}).problems
    assert problem.position is not None
    assert problem.position.row == row


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
    assert function.source.position == Position(3, 8, 3, 19)


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


NOT_COPIED = "no `COPY` of the project brings the handler's module"


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
