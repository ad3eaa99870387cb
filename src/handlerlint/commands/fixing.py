"""`check --fix` and `--diff`: applies fixes, and writes the files or shows what would be written."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from handlerlint.fixes.passes import Mended, any_fix, mended, safe_fix
from handlerlint.fixes.texts import FileText
from handlerlint.project.writing import replace_file
from handlerlint.reporters.report import counted
from handlerlint.settings import display_name
from handlerlint.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handlerlint.settings import Settings

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def fixed(
    settings: Settings, *, unsafe: bool, jobs: int, before_group: Callable[[int, int], None] | None = None
) -> Mended:
    """What fixing comes to; nothing is written yet. `before_group` is called as `linter.Run` says."""
    fix_of = any_fix if unsafe else safe_fix
    return mended(Workspace(settings), fix_of=fix_of, jobs=jobs, before_group=before_group)


def written(done: Mended, folder: Path, what: str = "fixed") -> tuple[str, tuple[str, ...]]:
    """Write the files: a note for the summary, and a line for each file that was left as it is."""
    reasons = {path: _write(path, before, after) for path, (before, after) in done.files.items()}
    failed = {display_name(path, folder): reason for path, reason in reasons.items() if reason is not None}
    count = sum(finding.filename not in failed for finding in done.mended)
    complaints = tuple(f"{name}: not {what}: {reason}" for name, reason in failed.items())
    return f"{counted(count, 'finding')} {what}", complaints


def _write(path: Path, before: FileText, after: FileText) -> str | None:
    """Write one file; the reason why it was left as it is, if so."""
    try:
        replace_file(path, after.data, expected=before.data)
    except UnicodeEncodeError as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)
    return None


def difference(done: Mended, folder: Path) -> str:
    """What would be written, as a unified diff."""
    return "".join(
        _file_difference(before, after, display_name(path, folder))
        for path, (before, after) in sorted(done.files.items())
    )


def _file_difference(before: FileText, after: FileText, name: str) -> str:
    lines = difflib.unified_diff(_lines(before.text), _lines(after.text), name, name)
    return "".join(
        line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(text: str) -> list[str]:
    return _LINE.findall(text)
