"""The hook, run by pre-commit itself on a scratch repository that uses this checkout as its source."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
TERRAFORM = """\
resource "aws_lambda_function" "gone" {
  handler  = "gone.handler"
  runtime  = "python3.13"
  filename = data.archive_file.code.output_path
}
resource "aws_lambda_function" "late" {
  handler  = "late.handler"
  runtime  = "python3.13"
  filename = data.archive_file.code.output_path
}
data "archive_file" "code" {
  type        = "zip"
  source_dir  = path.module
  output_path = "${path.module}/code.zip"
}
"""


def git(*arguments: str, folder: Path) -> str:
    """Run git without the user's own configuration."""
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "HOME": str(folder),
    }
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no checkout that a hook can come from")
def test_pre_commit_finds_what_the_program_finds(tmp_path: Path) -> None:
    revision = git("rev-parse", "HEAD", folder=ROOT)
    repository = tmp_path / "shop"
    shutil.copytree(EXAMPLES, repository, ignore=shutil.ignore_patterns("__pycache__"))
    (repository / "infra").mkdir()
    (repository / "infra" / "main.tf").write_text(TERRAFORM)
    (repository / "infra" / "late.py").write_text("def handler(event):\n    return event\n")
    (repository / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {ROOT.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: handlerlint\n"
        "        args: [--output-format=concise, src/, infra/]\n"
    )
    # The hook's environment gets the versions of this one.
    installed = {found.name: found.version for found in distributions() if found.name != "handlerlint"}
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in installed.items()))
    git("init", folder=repository)
    git("add", ".", folder=repository)
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"],
        cwd=repository,
        env={
            **os.environ,
            "PRE_COMMIT_HOME": str(tmp_path / "home"),
            "PIP_CONSTRAINT": str(constraints),
            "NO_COLOR": "1",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    shown = done.stdout + done.stderr
    assert done.returncode == 1, shown
    assert "src/orders/browse.py:7:5: HL201 [error]" in shown
    assert "infra/late.py:1:5: HL201 [error]" in shown
    assert "infra/main.tf:2:15: HL102 [error]" in shown
    assert "template.yaml:41:16: HL103 [error]" in shown
    assert "Traceback" not in shown
