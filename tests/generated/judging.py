"""What handlerlint says of many programs, each a module of its own, in one run and in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..program import run


def judged(texts: Mapping[str, str], folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The findings of each module, by its name."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    options = ("--no-cache", "--quiet", "--jobs", "1", "--output-format", "json")
    result = run(*options, *(f"{name}.py" for name in texts), folder=folder)
    assert result.returncode in (0, 1), result.stderr
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in texts}
    for finding in json.loads(result.stdout):
        found[Path(finding["filename"]).stem].append(finding)
    return found


def errors(findings: list[dict[str, Any]], family: str = "HL3") -> list[str]:
    return [
        f"{finding['location']['row']}: {finding['code']} {finding['message']}"
        for finding in findings
        if finding["code"].startswith(family) and finding["severity"] == "error"
    ]
