"""Whole projects, as users have them: what is configured in each stands in its `expected.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handlerlint.functions import DiscoveryRequest, LambdaFunction, discover

PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
NAMES = sorted(path.parent.name for path in PROJECTS.glob("*/expected.json"))


@pytest.mark.parametrize("name", NAMES)
def test_project(name: str) -> None:
    root = PROJECTS / name
    found = discover(DiscoveryRequest(paths=(root,)))
    assert found.problems == ()
    expected = json.loads((root / "expected.json").read_text(encoding="utf-8"))
    described_all = [described(function, root) for function in found.functions]
    assert json.loads(json.dumps(described_all)) == expected


def described(function: LambdaFunction, root: Path) -> dict[str, Any]:
    """A function as `expected.json` has it: paths relative to the project, nothing that is empty."""
    position = function.source.span
    path = function.source.path
    values: dict[str, Any] = {
        "name": function.name,
        "handler": function.handler,
        "code_root": None if function.code_root is None else relative(function.code_root, root),
        "runtime": function.runtime if function.runtime_given else None,
        "events": [{"kind": event.kind, **event.properties} for event in function.events],
        "unresolved": function.unresolved,
        "build": function.build,
        "import_path": [relative(folder, root) for folder in function.import_path],
        "unknown_layers": list(function.unknown_layers),
        "environment": dict(function.environment),
        "timeout": function.timeout,
        "memory": function.memory,
        "inline_code": None if function.inline_code is None else function.inline_code.text,
        "kind": function.source.kind,
        "source": "" if path is None else relative(path, root),
        "position": None if position is None else [position.row, position.column],
    }
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
