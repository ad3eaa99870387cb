"""Functions of Chalice applications."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import EventSource
from handlerlint.text import Span

from ..conftest import Discover

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
    assert found[0].source.span == Span(8, 1, 8, 21)


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
    assert served.source.span == Span(5, 1, 5, 10)


def test_chalice_for_another_version_of_python(discovery: Discover, tmp_path: Path) -> None:
    text = "from chalice import Chalice\napp = Chalice()\n@app.route('/')\ndef index():\n    print 'x'\n"
    (found,) = discovery({".chalice/config.json": "{}", "app.py": text}).functions
    assert (found.handler, found.source.span) == ("app.app", Span(3, 1, 3, 11))


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
