"""What the CDK really synthesizes and what is read from a Python application's source must agree."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from handlerlint.functions import DiscoveryRequest, LambdaFunction, discover

PROJECTS = Path(__file__).parents[3] / "fixtures" / "projects"

PEER = Path(__file__).parents[4] / ".peers" / "cdk" / "bin" / "python"
MISSING = "the CDK is not installed: run tools/install_peers.py cdk"


@pytest.fixture
def python_with_cdk(without_peer: Callable[[str], NoReturn]) -> Path:
    """A Python that has aws-cdk-lib: the one that HANDLERLINT_CDK_PYTHON names, or what tools/install_peers.py made."""
    python = Path(os.environ.get("HANDLERLINT_CDK_PYTHON") or PEER)
    return python if python.is_file() else without_peer(MISSING)


def functions(root: Path) -> dict[str, LambdaFunction]:
    found = discover(DiscoveryRequest(paths=(root,), disabled=frozenset({"convention"})))
    assert found.problems == ()
    return {function.name: function for function in found.functions}


def sources(function: LambdaFunction) -> list[str]:
    """What invokes a function, in a form that can be compared: the order does not count."""
    return sorted(
        f"{event.kind} {sorted((k, sorted_if_many(v)) for k, v in event.properties.items())}"
        for event in function.events
    )


def sorted_if_many(value: object) -> object:
    return sorted(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("project", ["cdk-python", "cdk-python-connections"])
def test_source_and_synthesis_agree(tmp_path: Path, python_with_cdk: Path, project: str) -> None:
    root = tmp_path / "project"
    shutil.copytree(PROJECTS / project, root)
    written = functions(root)
    # The CDK's own command switches these on.
    context = {"aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}
    environment = {
        **os.environ,
        # The Node.js beside that Python goes before the machine's own.
        "PATH": f"{python_with_cdk.parent}{os.pathsep}{os.environ['PATH']}",
        "CDK_OUTDIR": str(root / "cdk.out"),
        "CDK_CONTEXT_JSON": json.dumps(context),
    }
    subprocess.run([python_with_cdk, "app.py"], cwd=root, check=True, capture_output=True, env=environment)
    # As an application in another language, it is read from what was synthesized only.
    (root / "cdk.json").write_text('{"app": "node app.js"}', encoding="utf-8")
    synthesized = functions(root)
    assert set(written) == set(synthesized)
    for name, function in written.items():
        twin = synthesized[name]
        assert (function.handler, function.runtime) == (twin.handler, twin.runtime), name
        assert function.code_root == twin.code_root, name
        assert (function.inline_code is None) is (twin.inline_code is None), name
        assert sources(function) == sources(twin), name
        assert set(function.environment) == set(twin.environment), name
