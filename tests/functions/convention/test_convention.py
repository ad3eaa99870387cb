"""Handlers that only their name makes a handler: what must not count first."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import DEFAULT_RUNTIME

from ..conftest import Discover

SAM = """\
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: app.main, CodeUri: CODE}
"""


@pytest.mark.parametrize(
    "source",
    [
        "",
        "def handle(event, context): ...",
        "class A:\n    def handler(event, context): ...",
        "if True:\n    def handler(event, context): ...",
        "def handler(event): ...",
        "def handler(event, context, more): ...",
        "def handler(event, context, *rest): ...",
        "def handler(event, context, *, more): ...",
        "def handler(*arguments): ...",
        "def handler(signum, frame): ...",
        "async def handler(websocket, path): ...",
        "def handler(request, exception): ...",
        "def handler(request, context): ...",
        "def handler(sender, event): ...",
        "handler = logging.StreamHandler()",
        "handler(event, context)",
        "def lambda_handler(event): ...",
        "def lambda_handler(event, context, more, *rest): ...",
        "def lambda_handler_factory(event, context): ...",
        "lambda_handler == 1",
        "lambda_handler = 'main.handler'",
        "lambda_handler: str | None = None",
        "# def handler(event, context):",
        "def handler(event, context",
        "def handler(event, context=)): ...",
    ],
)
def test_what_does_not_count(discovery: Discover, source: str) -> None:
    assert discovery({"app.py": source + "\n"}).functions == ()


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context): ...",
        "def handler(context, event): ...",
        "def handler(event, _context): ...",
        "def handler(event, _): ...",
        "def lambda_handler(*args, **kwargs): ...",
        "def lambda_handler(event, *rest): ...",
        "def handler(evt, ctx=None, *, option=1): ...",
        "def handler(event: dict[str, Any], context: 'x)'): ...",
        "def handler(\n    event,  # one (\n    context,\n    /,\n): ...",
        "async def handler(event, context): ...",
        "def lambda_handler(a, b): ...",
        "def lambda_handler(event, context, *, pattern='\\d'): ...",
        "def lambda_handler(event, context): print 'Python 2'",
        "lambda_handler = app.handler",
        "lambda_handler: Handler = app.handler",
        "def lambda_handler(event): ...\ndef lambda_handler(event, context): ...",
        "\xef\xbb\xbfdef handler(event, context): ...".encode("latin-1"),
        "def handler(event, context): ...\r\n",
    ],
)
def test_what_counts(discovery: Discover, tmp_path: Path, source: str | bytes) -> None:
    functions = discovery({"app.py": source}).functions
    assert len(functions) == 1
    assert functions[0].code_root == tmp_path
    assert functions[0].handler in ("app.handler", "app.lambda_handler")
    assert functions[0].source.kind == "convention"


@pytest.mark.parametrize(
    "source", ["def lambda_handler(): ...", "lambda_handler = 1", "def lambda_handler(event): ..."]
)
def test_the_default_of_the_console_counts_whatever_it_is(discovery: Discover, source: str) -> None:
    assert [f.handler for f in discovery({"a/lambda_function.py": source}).functions] == [
        "lambda_function.lambda_handler"
    ]


def test_other_names(discovery: Discover) -> None:
    files = {"app.py": "def main(a, b): ...\ndef handler(event, context): ...\n"}
    assert [f.handler for f in discovery(files, handler_names=("main",)).functions] == ["app.main"]
    assert discovery(files, handler_names=()).functions == ()
    assert discovery(files, disabled=frozenset({"convention"})).functions == ()


def test_a_module_in_packages_is_named_from_the_first_folder_that_is_none(
    discovery: Discover, tmp_path: Path
) -> None:
    files = {
        "src/pkg/__init__.py": "",
        "src/pkg/api/__init__.py": "",
        "src/pkg/api/app.py": "def handler(event, context): ...",
    }
    function = discovery(files).functions[0]
    assert (function.code_root, function.handler) == (tmp_path / "src", "pkg.api.app.handler")


def test_a_code_root_is_never_outside_of_the_repository(discovery: Discover, tmp_path: Path) -> None:
    function = discovery({"__init__.py": "", "app.py": "def handler(event, context): ..."}).functions[0]
    assert (function.code_root, function.handler) == (tmp_path, "app.handler")


HELPER = "def handler(event, context): ...\n"
CONSOLE = "def lambda_handler(event, context): ...\n"


def test_in_a_configured_code_root_nothing_counts(discovery: Discover) -> None:
    files = {
        "template.yaml": SAM.replace("CODE", "src"),
        "src/app.py": "def main(event, context): ...",
        "src/helper.py": HELPER + CONSOLE,
        "src/deep/lambda_function.py": CONSOLE,
        "elsewhere/lambda_function.py": CONSOLE,
        "elsewhere/other.py": HELPER,
    }
    assert [function.handler for function in discovery(files).functions] == [
        "app.main",
        "lambda_function.lambda_handler",
        "other.handler",
    ]
    assert [function.handler for function in discovery(files, "src").functions] == ["app.main"]


@pytest.mark.parametrize(
    ("named", "source", "others", "handlers"),
    [
        ("src/app.py", "def main(event, context): ...\n" + CONSOLE, {}, []),
        ("src/second.py", "def load(event, context): ...\n", {}, []),
        ("src/second.py", HELPER, {"src/third.py": "import second\n"}, []),
        ("src/second.py", HELPER, {"src/third.py": "from second import handler\n"}, []),
        ("src/second.py", HELPER, {"src/third.py": "from . import (first,\n    second)\n"}, []),
        ("src/pkg/second.py", HELPER, {"src/third.py": "import pkg.second as second\n"}, []),
        ("src/second.py", HELPER, {"src/third.py": "importlib.import_module(name)\n"}, []),
        ("src/second.py", HELPER, {"src/third.py": "# second is there, too\n"}, ["second.handler"]),
        ("src/second.py", HELPER, {"elsewhere/third.py": "import second\n"}, ["second.handler"]),
        ("src/pkg/second.py", HELPER, {}, ["pkg.second.handler"]),
        ("src/second.py", CONSOLE, {"src/third.py": "import second\n"}, ["second.lambda_handler"]),
        ("src/second.py", HELPER + CONSOLE, {}, ["second.handler", "second.lambda_handler"]),
    ],
)
def test_in_a_configured_code_root_a_file_counts_that_the_user_names(
    discovery: Discover, tmp_path: Path, named: str, source: str, others: dict[str, str], handlers: list[str]
) -> None:
    files = {"template.yaml": SAM.replace("CODE", "src"), "src/app.py": "def main(a, b): ...\n", **others}
    found = discovery({**files, named: source}, named).functions
    assert [function.handler for function in found] == ["app.main", *handlers]
    assert {function.code_root for function in found} == {tmp_path / "src"}


def test_beside_code_out_of_reach_only_lambda_handler_counts(discovery: Discover) -> None:
    files = {
        "stack/template.yaml": SAM.replace("CODE", "made"),
        "stack/app.py": HELPER + CONSOLE,
        "far.py": HELPER,
    }
    found = [function.handler for function in discovery(files).functions]
    assert found == ["app.main", "far.handler", "app.lambda_handler"]


@pytest.mark.parametrize(
    ("runtimes", "expected"),
    [
        ({"stack": "python2.7"}, "python2.7"),
        ({"stack": "python3.9", "stack/deep": "python3.9"}, "python3.9"),
        ({"stack": "python3.9", "stack/deep": "python3.10"}, DEFAULT_RUNTIME),
        ({"elsewhere": "python2.7"}, DEFAULT_RUNTIME),
        ({}, DEFAULT_RUNTIME),
    ],
)
def test_the_runtime_is_that_of_what_is_configured_above(
    discovery: Discover, runtimes: dict[str, str], expected: str
) -> None:
    template = SAM.replace("CODE", "made")
    files = {
        f"{folder}/template.yaml": template.replace("python3.13", name) for folder, name in runtimes.items()
    }
    found = discovery({**files, "stack/deep/app.py": CONSOLE}, "stack/deep/app.py").functions
    [function] = [function for function in found if function.source.kind == "convention"]
    assert (function.runtime, function.runtime_given) == (expected, False)


@pytest.mark.parametrize(
    "name", ["tests/app.py", "test_app.py", "conftest.py", "tests/unit/app.py", "app_test.py"]
)
def test_tests_hold_no_handlers(discovery: Discover, name: str) -> None:
    assert discovery({name: HELPER}).functions == ()
    assert len(discovery({name: HELPER}, name).functions) == 1, "unless the user names the file"


def test_only_files_among_the_paths_count(discovery: Discover) -> None:
    files = {"a/app.py": HELPER, "b/app.py": HELPER}
    assert len(discovery(files, "a").functions) == 1
    assert len(discovery(files, "a/app.py").functions) == 1
