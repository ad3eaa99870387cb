"""A text that is not the document it should be; raised by everything that reads one."""

from __future__ import annotations

import re
from pathlib import Path

from handlerlint.functions.model import ConfigurationProblem
from handlerlint.text import Span

# Jinja and its kin, GitHub Actions, ERB; sed and its kin; what hides secrets. `{{resolve:…}}` is CloudFormation's.
_PLACEHOLDER = re.compile(
    r"\$?\{\{(?!resolve:).*?\}\}|\{%.*?%\}|<%.*?%>|%\w+%|%\(\w+\)s|@\w+@|(?<![\w/])\*{3,}(?:\w+\*{3,})?"
)


class MalformedDocument(Exception):
    """The text is not what it should be: a message without the file, and the place if there is one."""

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span

    def of_template(self, text: str) -> MalformedDocument:
        """This, in plain words where a placeholder stands where the text cannot be read any further."""
        place = self.span
        if place is None:
            return self
        before, line = ["", *text.split("\n"), ""][place.row - 1 : place.row + 1]
        reach = len(before) + place.column
        marks = [mark for mark in _PLACEHOLDER.finditer(f"{before}\n{line}") if mark.start() <= reach]
        if not marks:
            return self
        kind = self.message.partition(":")[0]
        return MalformedDocument(
            f"{kind}: `{marks[-1].group()}` looks like a placeholder: this is a template for another tool",
            place,
        )

    def problem(self, path: Path) -> ConfigurationProblem:
        """This as HL002 reports it."""
        return ConfigurationProblem(path, self.message, self.span)
