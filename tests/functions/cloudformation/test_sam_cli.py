"""SAM CLI's own provider and discovery must agree on what a template's functions are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from handlerlint.functions import DiscoveryRequest, LambdaFunction, discover

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEMPLATES = sorted([*FIXTURES.glob("projects/sam-*/template.yaml"), *FIXTURES.glob("sam-cli/*/template.*")])


PEER = Path(__file__).parents[3] / ".peers" / "sam" / "bin" / "sam"
MISSING = "SAM CLI is not installed: run tools/install_peers.py sam"


def python_with_sam_cli() -> str | None:
    """The Python that SAM CLI is installed for: HANDLERLINT_SAM, tools/install_peers.py or PATH tell."""
    command = os.environ.get("HANDLERLINT_SAM") or (str(PEER) if PEER.is_file() else shutil.which("sam"))
    if command is None:
        return None
    first_line = Path(command).read_bytes().split(b"\n", 1)[0].decode("utf-8", "replace")
    return first_line.removeprefix("#!").strip() if first_line.startswith("#!/") else None


@pytest.fixture(scope="module")
def answers(without_peer: Callable[[str], NoReturn]) -> dict[str, Any]:
    """What SAM CLI makes of each template."""
    python = python_with_sam_cli() or without_peer(MISSING)
    child = Path(__file__).with_name("sam_cli_child.py")
    arguments = [python, "-W", "ignore", str(child), *map(str, TEMPLATES)]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    finished = subprocess.run(arguments, capture_output=True, text=True, check=True, env=environment)
    return dict(json.loads(finished.stdout))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.parent.name)
def test_sam_cli_sees_the_same_functions(template: Path, answers: dict[str, Any]) -> None:
    theirs = answers[str(template)]
    assert isinstance(theirs, list), theirs
    request = DiscoveryRequest(paths=(template.parent,), disabled=frozenset({"convention"}))
    ours = {function.name: function for function in discover(request).functions}
    python = {one["name"]: one for one in theirs if one["package"] == "Image" or is_python(one)}
    # SAM CLI passes over code in a bucket; discovery lists it with the reason.
    away = {name for name, function in ours.items() if "S3" in (function.unresolved or "")}
    assert set(ours) - away == set(python)
    for name, expected in python.items():
        assert compared(ours[name]) == {key: expected[key] for key in compared(ours[name])}, name


def is_python(function: dict[str, Any]) -> bool:
    return str(function["runtime"]).startswith("python")


def compared(function: LambdaFunction) -> dict[str, object]:
    if function.unresolved is not None and function.build == "container image":
        return {"name": function.name}
    return {
        "name": function.name,
        "handler": function.handler,
        "runtime": function.runtime if function.runtime_given else None,
        "code": None if function.code_root is None else str(function.code_root),
        "inline": None if function.inline_code is None else function.inline_code.text,
        "timeout": function.timeout,
        "memory": function.memory,
        "variables": dict(function.environment) or None,
    }
