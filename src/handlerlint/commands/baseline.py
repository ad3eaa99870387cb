"""`--baseline` and `--write-baseline`: findings that are known, so that only new ones are shown.

A finding is told by its code, its file, the place of its value and its message: it stays the same when lines move.
"""

from __future__ import annotations

import os

from handlerlint.errors import UserError
from handlerlint.project.view import read_file
from handlerlint.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections import Counter
    from collections.abc import Container, Iterable
    from pathlib import Path

    from handlerlint.findings import Finding
    from handlerlint.settings import Settings

DEFAULT_FILE = "handlerlint-baseline.json"
_VERSION = 1

Entry = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings that are not in the baseline, how many are, and the entries that match nothing any more."""

    new: tuple[Finding, ...]
    known: int
    stale: tuple[str, ...]


def compared(findings: Iterable[Finding], file: Path, settings: Settings, codes: Container[str]) -> Compared:
    """The findings held against a baseline. Raises UserError for a file that is none.

    An entry that matches nothing is told of only where it could: its file is among the paths, its rule is on.
    """
    left = _read(file)
    working_folder = settings.working_folder
    new: list[Finding] = []
    known = 0
    for finding in findings:
        entry = _entry(finding, file, working_folder)
        if left[entry] > 0:
            left[entry] -= 1
            known += 1
        else:
            new.append(finding)
    stale = tuple(
        f"{filename}: {code} {message}"
        for code, filename, _, message in sorted(left.elements())
        if code in codes and _is_asked_for(os.path.normpath(file.parent / filename), settings)
    )
    return Compared(tuple(new), known, stale)


def write_baseline(findings: Iterable[Finding], file: Path, working_folder: Path) -> int:
    """Write all findings as known; the result is how many they are."""
    import json
    from collections import Counter

    counts = Counter(_entry(finding, file, working_folder) for finding in findings)
    entries = [
        {"code": code, "filename": filename, "value_path": path, "message": message, "count": counts[entry]}
        for entry in sorted(counts)
        for code, filename, path, message in (entry,)
    ]
    text = json.dumps({"version": _VERSION, "findings": entries}, indent=2, ensure_ascii=False) + "\n"
    try:
        file.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise UserError(f"the baseline {file} cannot be written: {error.strerror}") from error
    return counts.total()


def _is_asked_for(path: str, settings: Settings) -> bool:
    return any(f"{path}{os.sep}".startswith(f"{asked}{os.sep}") for asked in settings.paths)


def _entry(finding: Finding, file: Path, working_folder: Path) -> Entry:
    """What tells a finding apart; its file is named from the baseline's folder, wherever handlerlint is run."""
    path = os.path.relpath(working_folder / finding.filename, file.parent).replace(os.sep, "/")
    return finding.code, path, finding.value_path or "", finding.message


def _read(file: Path) -> Counter[Entry]:
    """The entries of a baseline, each as often as it counts."""
    import json
    from collections import Counter

    try:
        content = json.loads(read_file(file).decode())
        if content["version"] != _VERSION:
            raise UserError(
                f"the baseline {file} is of version {content['version']}, this handlerlint reads {_VERSION}"
            )
        return Counter(
            {
                (item["code"], item["filename"], item["value_path"], item["message"]): int(item["count"])
                for item in content["findings"]
            }
        )
    except OSError as error:
        raise UserError(
            f"the baseline {file} cannot be read: {error.strerror} (--write-baseline makes one)"
        ) from error
    except (ValueError, LookupError, TypeError) as error:
        raise UserError(f"the baseline {file} is none: {error}") from error
