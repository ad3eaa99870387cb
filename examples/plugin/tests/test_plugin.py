"""What the plugin makes handlerlint say; run with `python -m pytest` where both are installed."""

import json
import subprocess
import sys
from pathlib import Path

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.lambda_handler
      Runtime: python3.13
      CodeUri: .
      Events:
        Api:
          Type: Api
          Properties: {Path: /orders, Method: get}
"""

ENVIRONMENT = """\
      Environment:
        Variables:
          ACME_SERVICE: orders
"""


def found(folder: Path, code: str, template: str = TEMPLATE + ENVIRONMENT) -> list[tuple[str, str]]:
    """Code and place of what handlerlint finds."""
    (folder / "app.py").write_text(code)
    (folder / "template.yaml").write_text(template)
    command = [sys.executable, "-m", "handlerlint", "--output-format=json", "--ignore=HL108"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    places = ((item["code"], item["filename"], item["location"]["row"]) for item in json.loads(done.stdout))
    return [(code, f"{file}:{row}") for code, file, row in places]


HANDLER = """\
from acme_tools.clock import now
from acme_tools.http import respond


def lambda_handler(event, context):
    return respond(200, {})
"""


def test_what_is_right(tmp_path: Path) -> None:
    assert found(tmp_path, HANDLER.replace("{}", "now(as_text=True)")) == []
    assert found(tmp_path, HANDLER.replace("{}", "now(event['text'])")) == [], "it may be a text"


def test_the_body_is_followed_through_respond(tmp_path: Path) -> None:
    assert found(tmp_path, HANDLER.replace("{}", "{'at': 1}")) == [("HL402", "app.py:6")]
    assert ("HL301", "app.py:6") in found(tmp_path, HANDLER.replace("{}", "now()"))


def test_the_service_has_a_name(tmp_path: Path) -> None:
    assert found(tmp_path, HANDLER.replace("{}", "'done'"), TEMPLATE) == [("ACM001", "template.yaml:6")]
