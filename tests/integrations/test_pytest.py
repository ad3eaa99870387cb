"""The pytest plugin, as a project's own tests use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = """\
import os

import pytest

HANDLER = {"code_root": "src", "variables": {"TABLE": "orders"}}


def test_response(lambda_invoke):
    invocation = lambda_invoke("app.handler", {"id": 1}, **HANDLER)
    assert invocation.succeeded
    assert invocation.response.value == {"id": 1, "table": "orders", "count": 1}


def test_process_stays_warm_within_a_test(lambda_invoke):
    counts = [lambda_invoke("app.handler", {}, **HANDLER).response.value["count"] for _ in range(3)]
    assert counts == [1, 2, 3]


def test_error(lambda_invoke):
    error = lambda_invoke("app.broken", {}, code_root="src").error
    assert (error.error_type, error.error_message) == ("ValueError", "no")


def test_failure(lambda_invoke):
    invocation = lambda_invoke("app.broken", {}, code_root="src")
    assert repr(invocation) == "<function: ValueError: no>"
    with pytest.raises(AssertionError) as caught:
        invocation.value
    assert str(caught.value).startswith("function failed: ValueError: no\\n")
    assert "in broken" in str(caught.value)
    assert "--- log ---\\nabout to fail\\n" in str(caught.value)
    assert str(caught.value).count("line 14, in broken") == 1


def test_short(lambda_invoke):
    assert repr(lambda_invoke("app.handler", {"a": "b" * 500}, **HANDLER)).endswith("bbb…>")


def test_configured_function(lambda_invoke):
    invocation = lambda_invoke("Orders", {}, template="template.yaml")
    assert invocation.function == "Orders"
    assert invocation.response.value["table"] == "from-the-template"


def test_unknown_function(lambda_invoke):
    with pytest.raises(Exception, match="there is no function 'Order' in .*; did you mean 'Orders'"):
        lambda_invoke("Order", {}, template="template.yaml")
"""

APP = """\
import os

COUNT = 0


def handler(event, context):
    global COUNT
    COUNT += 1
    return {**event, "table": os.environ["TABLE"], "count": COUNT}


def broken(event, context):
    print("about to fail")
    raise ValueError("no")
"""

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      CodeUri: src
      Handler: app.handler
      Environment: {Variables: {TABLE: from-the-template}}
"""


def test_fixture(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text(APP)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "test_orders.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout.splitlines()[-1].startswith("7 passed"), run.stdout


def test_a_failing_test_shows_lambdas_error_and_the_log(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "test_orders.py").write_text(
        "def test_it(lambda_invoke):\n    assert lambda_invoke('app.broken', {}).value == 1\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "LambdaError: function failed: ValueError: no" in run.stdout
    assert "about to fail" in run.stdout
    assert "integrations/pytest.py" not in run.stdout, "our own frames are hidden"


def test_plugin_costs_nothing_until_it_is_used() -> None:
    program = "import handlerlint.integrations.pytest, sys; print('http.server' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
