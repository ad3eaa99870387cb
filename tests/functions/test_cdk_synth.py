"""What the CDK really synthesizes and what is read from a Python application's source must agree."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handlerlint.functions import DiscoveryRequest, LambdaFunction, discover

PROJECT = Path(__file__).parents[1] / "fixtures" / "projects" / "cdk-python"


def python_with_cdk() -> str | None:
    """A Python that has aws-cdk-lib: this one, or the one that HANDLERLINT_CDK_PYTHON names."""
    if importlib.util.find_spec("aws_cdk") is not None:
        return sys.executable
    return os.environ.get("HANDLERLINT_CDK_PYTHON")


def functions(root: Path) -> dict[str, LambdaFunction]:
    found = discover(DiscoveryRequest(paths=(root,), disabled=frozenset({"convention"})))
    assert found.problems == ()
    return {function.name: function for function in found.functions}


def test_source_and_synthesis_agree(tmp_path: Path) -> None:
    python = python_with_cdk()
    if python is None:
        pytest.skip("aws-cdk-lib is not installed")
    if shutil.which("node") is None:
        pytest.skip("the CDK needs Node.js")
    root = tmp_path / "project"
    shutil.copytree(PROJECT, root)
    written = functions(root)
    # The CDK's own command switches these on.
    context = {"aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(root / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(context),
    }
    subprocess.run([python, "app.py"], cwd=root, check=True, capture_output=True, env=environment)
    # As an application in another language, it is read from what was synthesized only.
    (root / "cdk.json").write_text('{"app": "node app.js"}', encoding="utf-8")
    synthesized = functions(root)
    assert set(written) == set(synthesized)
    for name, function in written.items():
        twin = synthesized[name]
        assert (function.handler, function.runtime) == (twin.handler, twin.runtime), name
        assert function.code_root == twin.code_root, name
        assert (function.inline_code is None) is (twin.inline_code is None), name
        assert {event.kind for event in function.events} <= {event.kind for event in twin.events}, name
        assert set(function.environment) == set(twin.environment), name
