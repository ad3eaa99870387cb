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

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.13, CodeUri: .}
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


def test_a_file_is_the_same_by_the_name_of_a_link(
    workspace: Workspace, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A template and a module are read through links: their unsaved texts count, whichever name the editor knows."""
    (tmp_path / "handlerlint.toml").unlink()
    (tmp_path / "cdk.json").unlink()
    real = tmp_path_factory.mktemp("elsewhere")
    (real / "stack.yaml").write_text(TEMPLATE)
    (real / "shared.py").write_text("VALUE = 1\n")
    (tmp_path / "template.yaml").symlink_to(real / "stack.yaml")
    (tmp_path / "shared.py").symlink_to(real / "shared.py")
    (tmp_path / "app.py").write_text(
        "import shared\n\n\ndef handler(event, context):\n    return {'value': shared.VALUE}\n"
    )
    wrong = TEMPLATE.replace("app.handler", "app.handlr")
    for name in (real / "stack.yaml", tmp_path / "template.yaml"):
        assert workspace.lint().findings == ()
        assert [finding.code for finding in workspace.lint({name: wrong}).findings] == ["HL103"]
    for name in (real / "shared.py", tmp_path / "shared.py"):
        assert workspace.lint().findings == ()
        assert [finding.code for finding in workspace.lint({name: "VALUE = {1}\n"}).findings] == ["HL301"]
