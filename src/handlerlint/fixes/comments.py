"""A comment that silences a finding on its line. Called by `check --add-noqa` and the language server."""

from __future__ import annotations

from pathlib import Path

from handlerlint.findings import Applicability, Edit, Finding, Fix
from handlerlint.source.suppressions import INLINE, joined_lines
from handlerlint.text import LINE_END, Span

# Formats in which `#` begins a comment behind a value; a Dockerfile's `CMD` would take it for a word.
_WITH_COMMENTS = frozenset({".py", ".yaml", ".yml", ".toml", ".tf", ".tofu", ".hcl"})


def silencing_fix(finding: Finding, text: str) -> Fix | None:
    """The comment for a finding, added to one that is there already."""
    suffix = Path(finding.filename).suffix
    if suffix not in _WITH_COMMENTS:
        return None
    lines = LINE_END.split(text)
    row = finding.span.row
    last = joined_lines(text).get(row, (row, row))[1] if suffix == ".py" else row
    line = lines[last - 1]
    match = INLINE.search(line)
    if match is not None and match["codes"] is not None:
        column = match.end() + 1
        content = f", {finding.code}"
    else:
        column = len(line.rstrip()) + 1
        content = f"  # noqa: {finding.code}"
    edit = Edit(content, Span(last, column, last, column if match is not None else len(line) + 1))
    return Fix(Applicability.SAFE, "silence it", (edit,))
