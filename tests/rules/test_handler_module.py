"""HL101, HL102, HL104, HL105 and HL107 as users meet them; HL107 also in the real program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint.cli import main
from handlerlint.findings import Finding
from handlerlint.runtime.shadowing import CLIENT_NEEDS, NEEDED_BY
from handlerlint.text import Location

from .examples import lint_files

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: {handler}
      Runtime: python3.13
"""
HANDLER = "def handler(event, context):\n    return 1\n"


def findings(folder: Path, handler: str, files: dict[str, str], code: str = "HL102") -> list[Finding]:
    return lint_files({"template.yaml": TEMPLATE.format(handler=handler), **files}, code, folder)


@pytest.mark.parametrize(
    ("handler", "files", "code", "message", "error"),
    [
        (
            "app",
            {},
            "HL101",
            "the handler string `app` is not valid: it has no dot between module and function",
            "Runtime.MalformedHandlerName: Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "./app.handler",
            {},
            "HL101",
            "the handler string `./app.handler` is not valid: its module, './app', is a relative path",
            "TypeError: the 'package' argument is required to perform a relative import for '..app'",
        ),
        (
            "src/app.handler",
            {"app.py": HANDLER},
            "HL102",
            "there is no module `src.app` in the code root (no `src`); did you mean `app.handler`?",
            "Runtime.ImportModuleError: Unable to import module 'src/app': No module named 'src'",
        ),
        (
            "app.handler.handler",
            {"app.py": HANDLER},
            "HL102",
            "there is no module `app.handler` in the code root; did you mean `app.handler`?",
            "Runtime.ImportModuleError: Unable to import module 'app.handler': No module named 'app.handler'; "
            "'app' is not a package",
        ),
        (
            "orders.handler",
            {"zzz.py": HANDLER},
            "HL102",
            "there is no module `orders` in the code root; did you mean `zzz.handler`?",
            "Runtime.ImportModuleError: Unable to import module 'orders': No module named 'orders'",
        ),
        (
            "api/order/app.handler",
            {"src/api/orders/app.py": HANDLER, "app.py": ""},
            "HL102",
            "there is no module `api.order.app` in the code root (no `api`); "
            "did you mean `src/api/orders/app.handler`?",
            "Runtime.ImportModuleError: Unable to import module 'api/order/app': No module named 'api'",
        ),
        (
            "src/app.handlers",
            {"src/app.py": f"handler_ = 1\n{HANDLER}"},
            "HL103",
            "there is no `handlers` in `src.app`; did you mean `src/app.handler`?",
            "Runtime.HandlerNotFound: Handler 'handlers' missing on module 'src/app'",
        ),
        (
            "app.handler",
            {"app.py": "handlers = {}\n", "main.py": HANDLER},
            "HL103",
            "there is no `handler` in `app`; did you mean `main.handler`?",
            "Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'",
        ),
        (
            "time.handler",
            {"time.py": HANDLER},
            "HL104",
            "`time` is a built-in module of Python: it cannot hold a handler",
            "Runtime.BuiltInModuleConflict: Cannot use built-in module time as a handler module",
        ),
        (
            "app.handler",
            {"App.py": HANDLER},
            "HL105",
            "the module is `App`, not `app`: Lambda's file names are case-sensitive",
            "Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'",
        ),
    ],
)
def test_words_and_place(
    tmp_path: Path, handler: str, files: dict[str, str], code: str, message: str, error: str
) -> None:
    (finding,) = findings(tmp_path, handler, files)
    assert (finding.code, finding.message, finding.runtime_error) == (code, message, error)
    assert (finding.filename, finding.span.start) == ("template.yaml", Location(6, 16))
    assert finding.span.end == Location(6, 16 + len(handler))
    assert (finding.functions, finding.handler) == (("Orders",), handler)


def test_a_missing_folder_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    handlers = [
        "src.a.handler",
        "src.b.handler",
        "lib.c.handler",
        "src.d.handler  # noqa: HL102",
        "src.e.handler",
    ]
    functions = "".join(f"  F{row}:\n    handler: {text}\n" for row, text in enumerate(handlers))
    (tmp_path / "serverless.yml").write_text(
        f"service: s\nprovider: {{name: aws, runtime: python3.13}}\nfunctions:\n{functions}"
    )
    (tmp_path / "other.py").write_text("")
    for _ in ("found", "kept"):
        assert main(["--output-format=json"]) == 1
        first, alone = json.loads(capsys.readouterr().out)
        assert first["message"] == (
            "there is no module `src.a` in the code root (no `src`) (2 other handlers fail for the same reason)"
        )
        assert (first["functions"], first["location"]["row"]) == (["F0", "F1", "F4"], 5)
        assert [place["location"]["row"] for place in first["related"]] == [7, 13]
        assert (alone["functions"], alone["related"]) == (["F2"], [])


def test_suppressed_in_the_template(tmp_path: Path) -> None:
    files = {"zzz.py": HANDLER}
    assert findings(tmp_path, "orders.handler  # noqa: HL102", files) == []
    assert findings(tmp_path, "orders.handler  # noqa: HL1", files) == []
    assert len(findings(tmp_path, "orders.handler  # noqa: HL3", files)) == 1


def test_inline_code_becomes_index(tmp_path: Path) -> None:
    template = """\
Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Handler: orders.handler
      Runtime: python3.13
      Code:
        ZipFile: |
          def handler(event, context):
              return 1
"""
    (finding,) = lint_files({"template.yaml": template}, "HL102", tmp_path)
    assert finding.message == "there is no module `orders`: inline code becomes `index.py`"
    assert finding.help == "set the handler to `index.handler`"
    template = template.replace("orders.handler", "index.handler")
    assert lint_files({"template.yaml": template}, "HL102", tmp_path) == []


# Names that nothing but the user's own code imports, and what is no module of that name at all.
HARMLESS = (
    {"code.py": "x = 1\n"},
    {"lambda.py": "x = 1\n"},
    {"test.py": "x = 1\n"},
    {"cmd.py": "x = 1\n"},
    {"calendar.py": "x = 1\n"},
    {"queue.py": "x = 1\n"},
    {"utils/logging.py": "x = 1\n"},
    {"json/orders.json": "{}\n"},
    {"logging/readme.txt": "x\n"},
    {"json.txt": "x\n"},
    {"Logging.py": "x = 1\n"},
    {"app.py": "import queue\n" + HANDLER, "queue.py": "x = 1\n"},
    {"app.py": "import email\n" + HANDLER, "email/__init__.py": "", "select.py": ""},
)
HIDING = (
    ({"logging.py": "x = 1\n"}, "logging.py", "logging", "the runtime client"),
    ({"json/__init__.py": ""}, "json/__init__.py", "json", "the runtime client"),
    ({"types.py": "x = 1\n"}, "types.py", "types", "the runtime client"),
    ({"runtime_client.py": "x = 1\n"}, "runtime_client.py", "runtime_client", "the runtime client"),
    ({"queue.py": "", "app.py": "import boto3\n" + HANDLER}, "queue.py", "queue", "`boto3`"),
    (
        {"random.py": "", "app.py": "from requests import get\n" + HANDLER, "requirements.txt": "requests\n"},
        "random.py",
        "random",
        "`requests`",
    ),
    (
        {"email/__init__.py": "", "app.py": "import boto3\n" + HANDLER},
        "email/__init__.py",
        "email",
        "`boto3`",
    ),
)


@pytest.mark.parametrize("files", HARMLESS)
def test_hides_nothing_that_is_needed(tmp_path: Path, files: dict[str, str]) -> None:
    assert findings(tmp_path, "app.handler", {"app.py": HANDLER, **files}) == []


@pytest.mark.parametrize(("files", "filename", "module", "needed_by"), HIDING)
def test_hides_a_module(
    tmp_path: Path, files: dict[str, str], filename: str, module: str, needed_by: str
) -> None:
    (finding,) = findings(tmp_path, "app.handler", {"app.py": HANDLER, **files})
    assert (finding.code, finding.filename, finding.span.start) == ("HL107", filename, Location(1, 1))
    assert finding.message == f"this hides the module `{module}`, which {needed_by} needs"


def real_program(folder: Path) -> str:
    """What `python -m awslambdaric app.handler` prints in a code root, until it has loaded the handler."""
    source = (folder / "app.py").read_text(encoding="utf-8")
    (folder / "app.py").write_text(
        source + "print('LOADED', flush=True)\nraise SystemExit\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-m", "awslambdaric", "app.handler"],
        cwd=folder,
        env={**os.environ, "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9", "_HANDLER": "app.handler"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize(
    "module", sorted(CLIENT_NEEDS & {"json", "logging", "decimal", "types", "runtime_client"})
)
def test_the_client_really_needs_it(tmp_path: Path, module: str) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    (tmp_path / f"{module}.py").write_text("x = 1\n")
    assert "LOADED" not in real_program(tmp_path)


@pytest.mark.parametrize(
    ("importer", "module"), [("boto3", "queue"), ("urllib3", "email"), ("random", "bisect")]
)
def test_the_import_really_needs_it(tmp_path: Path, importer: str, module: str) -> None:
    assert module in NEEDED_BY[importer]
    (tmp_path / "app.py").write_text(f"import {importer}\n{HANDLER}")
    (tmp_path / f"{module}.py").write_text("x = 1\n")
    assert "LOADED" not in real_program(tmp_path)


def test_nobody_needs_it_really(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    for name in ("code", "lambda", "test", "cmd", "calendar", "queue", "random", "email"):
        (tmp_path / f"{name}.py").write_text("x = 1\n")
    assert "LOADED" in real_program(tmp_path)
