"""The flake8 plugin: findings in a Python file that holds a handler, under the codes `HL`.

flake8 makes one `HandlerlintPlugin` a file. Nothing that costs is imported for a file without a handler.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint import __version__

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from handlerlint.findings import Finding

Message = tuple[int, int, str, type]


class HandlerlintPlugin:
    """Lints the text that flake8 read, from the file or from an editor's standard input."""

    name = "handlerlint"
    version = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        """`filename` is that of `--stdin-display-name` where flake8 reads standard input."""
        self._filename = filename
        self._lines = lines

    def run(self) -> Iterator[Message]:
        """Row, column from 0, and text of each finding in the file."""
        from handlerlint.errors import UserError

        path = Path(os.path.abspath(self._filename))  # noqa: PTH100  # links stay as they are
        try:
            for finding in _findings(path, "".join(self._lines)):
                start = finding.span.start
                yield start.row, start.column - 1, f"{finding.code} {finding.message}", type(self)
        except UserError as error:
            if str(error) not in _reported:
                _reported.add(str(error))
                yield 1, 0, f"HL002 {error}", type(self)


# A wrong configuration is said once a process, not once a file.
_reported: set[str] = set()


def _findings(path: Path, text: str) -> Iterator[Finding]:
    """The findings in one file as flake8 holds it, of the functions whose handlers are in it."""
    from handlerlint.integrations.project import project_of

    project = project_of(path)
    discovery = project.functions_in(path, text)
    if not discovery.functions:
        return

    import logging

    from handlerlint.linter import lint
    from handlerlint.records import replace
    from handlerlint.settings import display_name

    settings = replace(project.settings, paths=(path,))
    result = lint(settings, unsaved={path: text}, discovery=discovery)
    shown = display_name(path, settings.working_folder)
    for failure in result.failures:
        logging.getLogger("flake8.handlerlint").error("internal error: %s", failure)
    for finding in result.findings:
        if finding.filename == shown:
            yield finding
