"""A project that is linted again and again: what a change makes look at anew, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.configuration import load_settings
from handlerlint.workspace import Workspace

HANDLER = "def handler(event, context):\n    return {}\n"
STACK = """\
from aws_cdk import App, Stack, aws_lambda

app = App()
stack = Stack(app, "Stack")
aws_lambda.Function(
    stack, "Orders", runtime=aws_lambda.Runtime.PYTHON_3_13, handler="app.handler",
    code=aws_lambda.Code.from_asset("."),
)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / ".git").mkdir()
    (tmp_path / "handlerlint.toml").write_text('[[functions]]\nhandler = "app.handler"\n')
    (tmp_path / "cdk.json").write_text('{"app": "python3 stack.py"}')
    (tmp_path / "app.py").write_text(HANDLER)
    return Workspace(load_settings([tmp_path], working_folder=tmp_path))


def test_a_change_of_a_handler_configures_nothing(workspace: Workspace, tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    workspace.lint()
    found = workspace.discovery
    for number in range(3):
        workspace.lint({app: f"{HANDLER}# {number}\n"})
        assert workspace.discovery is found
    app.write_text(f"{HANDLER}# saved\n")
    workspace.lint()
    assert workspace.discovery is found


def test_text_that_comes_to_configure_functions_is_seen(workspace: Workspace, tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    workspace.lint({app: HANDLER})

    def names(text: str) -> list[str]:
        return [function.name for function in workspace.lint({app: text}).functions]

    assert names(HANDLER) == ["app.handler"]
    assert "Orders" in names(STACK)
    assert "Orders" in names(STACK + "# more\n")
    assert names(HANDLER) == ["app.handler"]
