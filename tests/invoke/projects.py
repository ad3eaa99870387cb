"""Small projects in temporary folders, and `handlerlint invoke` over them, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from handlerlint.cli import main


class Project:
    """A folder with files; commands run in it, in this process."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def write(self, name: str, content: object) -> Path:
        """Write a file: text as it is (without common indentation), anything else as JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = dedent(content) if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """The exit status, standard output and standard error of `handlerlint invoke`."""
        self._capture.readouterr()
        status = main(["invoke", *arguments])
        captured = self._capture.readouterr()
        return status, captured.out, captured.err

    def outcome(self, *arguments: str) -> Any:
        """The JSON of a run; the exit status must say whether there are findings."""
        status, output, errors = self.run("--output-format", "json", *arguments)
        assert errors == ""
        document = json.loads(output)
        assert status == (1 if document["findings"] else 0)
        return document

    def codes(self, *arguments: str) -> list[str]:
        """The codes of the findings of a run."""
        return [finding["code"] for finding in self.outcome(*arguments)["findings"]]
