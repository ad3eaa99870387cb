"""Applies fixes pass by pass, until nothing changes: each is kept only if its finding is gone then. Called by `check`.

Nothing is written here: the texts lie over the files, as those of an editor do, and are linted there.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.findings import Applicability, Edit, Finding, Fix
from handlerlint.fingerprints import Identity, identity
from handlerlint.fixes.texts import FileText, edited, text_of
from handlerlint.project.view import read_file
from handlerlint.records import dataclass, field
from handlerlint.rules import concern_of
from handlerlint.source.parsing import SyntaxProblem, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from handlerlint.linter import Result
    from handlerlint.workspace import Workspace

    FixOf = Callable[[Finding, str], Fix | None]

_MOST_PASSES = 20


@dataclass(frozen=True, slots=True)
class Mended:
    """What fixing came to: each changed file before and after, the findings that are gone, and what is left."""

    files: dict[Path, tuple[FileText, FileText]]
    mended: tuple[Finding, ...]
    result: Result


@dataclass(slots=True)
class _Texts:
    """The files that fixes concern, as they were read, and as they are after the fixes so far."""

    folder: Path
    read: dict[Path, FileText | None] = field(default_factory=dict)
    changed: dict[Path, str] = field(default_factory=dict)

    def text(self, path: Path) -> str | None:
        """The text of a file after the fixes so far; None for one that must not be touched."""
        if path in self.changed:
            return self.changed[path]
        if path not in self.read:
            try:
                data = read_file(path)
            except OSError:
                self.read[path] = None
            else:
                self.read[path] = text_of(data, is_python=path.suffix == ".py")
        known = self.read[path]
        return None if known is None else known.text

    def with_edits(self, path: Path, edits: Iterable[Edit]) -> str | None:
        """The text of a file after some edits; None where they cannot be made, or leave no Python."""
        text = self.text(path)
        after = None if text is None else edited(text, edits)
        if after is None or (path.suffix == ".py" and isinstance(parse(after), SyntaxProblem)):
            return None
        return after


def safe_fix(finding: Finding, text: str) -> Fix | None:
    """The fix of a finding that keeps the meaning of the program."""
    fix = finding.fix
    return fix if fix is not None and fix.applicability is Applicability.SAFE else None


def any_fix(finding: Finding, text: str) -> Fix | None:
    """The fix of a finding, if it has one."""
    return finding.fix


def mended(
    workspace: Workspace,
    *,
    fix_of: FixOf,
    jobs: int = 1,
    before_group: Callable[[int, int], None] | None = None,
) -> Mended:
    """Fix what `fix_of` has a fix for, given the file's text, also what the fixes bring to light.

    `before_group` is called as `linter.Run` says.
    """
    texts = _Texts(workspace.settings.working_folder)
    refused: set[Identity] = set()
    gone: list[Finding] = []
    result = workspace.lint(jobs=jobs, before_group=before_group)
    for _ in range(_MOST_PASSES):
        chosen, trial = _chosen(result, texts, refused, fix_of)
        if not chosen:
            break
        after = workspace.lint(texts.changed | trial, jobs=jobs, before_group=before_group)
        failed = _failed(chosen, result, after)
        if failed:
            refused |= failed
            continue
        texts.changed |= trial
        gone += chosen
        result = after
    files = {}
    for path, text in texts.changed.items():
        before = texts.read[path]
        if before is not None:
            files[path] = (before, before.with_text(text))
    return Mended(files, tuple(gone), result)


def _chosen(
    result: Result, texts: _Texts, refused: set[Identity], fix_of: FixOf
) -> tuple[list[Finding], dict[Path, str]]:
    """The findings whose fixes can be applied together, and the texts after them."""
    chosen: list[Finding] = []
    edits: dict[Path, list[Edit]] = {}
    trial: dict[Path, str] = {}
    for finding in result.findings:
        text = None if identity(finding) in refused else texts.text(texts.folder / finding.filename)
        fix = None if text is None else fix_of(finding, text)
        if fix is None:
            continue
        path = texts.folder / (fix.filename or finding.filename)
        if texts.with_edits(path, fix.edits) is None:
            refused.add(identity(finding))
            continue
        together = [*edits.get(path, ()), *fix.edits]
        after = None if _touch(edits.get(path, ()), fix.edits) else texts.with_edits(path, together)
        if after is not None:  # else in the next pass
            edits[path], trial[path] = together, after
            chosen.append(finding)
    return chosen, trial


def _touch(some: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """Whether two fixes change the same place, but for an import that both of them need."""
    known = set(some)
    return any(
        edit not in known and edit.span.start <= one.span.end and one.span.start <= edit.span.end
        for edit in others
        for one in known
    )


def _failed(chosen: Iterable[Finding], before: Result, after: Result) -> set[Identity]:
    """Those findings that are still there, or that have made way for another one of their concern.

    What a handler returns is judged only once it can be called: that a fix brings it to light is no failure of the fix.
    """
    wanted = Counter(map(identity, chosen))
    counts = [Counter(map(identity, result.findings)) for result in (before, after)]
    failed = {key for key, count in wanted.items() if counts[0][key] - counts[1][key] < count}
    new = [
        finding for finding in after.findings if counts[1][identity(finding)] > counts[0][identity(finding)]
    ]
    for finding in chosen:
        concern = concern_of(finding.code)
        rivals = (one for one in new if concern_of(one.code) == concern and one.filename == finding.filename)
        if any(_is_same_place(finding, one) for one in rivals):
            failed.add(identity(finding))
    return failed


def _is_same_place(one: Finding, other: Finding) -> bool:
    """Whether two findings are about the same handler string, or the same part of what a handler returns."""
    if concern_of(one.code) == "handler string":
        return bool(set(one.functions) & set(other.functions))
    mine, others = (finding.value_path or "" for finding in (one, other))
    return bool(set(one.functions) & set(other.functions)) and others.startswith(mine) and bool(mine)
