"""`--baseline` and `--write-baseline`: findings that are known, so that only new ones are shown.

An entry of the file stands for as many findings of one identity (see `fingerprints`) as it counts.
"""

from __future__ import annotations

import os

from handlerlint.errors import UserError
from handlerlint.fingerprints import identity, numbered
from handlerlint.project.view import read_file
from handlerlint.records import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from collections.abc import Container, Sequence
    from pathlib import Path

    from handlerlint.findings import Finding
    from handlerlint.fingerprints import Numbered
    from handlerlint.settings import Settings

DEFAULT_FILE = "handlerlint-baseline.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings that are not in the baseline, how many are, and the entries that match nothing any more."""

    new: tuple[Finding, ...]
    known: int
    stale: tuple[str, ...]


def compared(findings: Sequence[Finding], file: Path, settings: Settings, codes: Container[str]) -> Compared:
    """The findings held against a baseline. Raises UserError for a file that is none.

    An entry that matches nothing is told of only where it could: its file is among the paths, its rule is on.
    """
    known = _read(file)
    found = numbered(_named_from(file, findings, settings.working_folder))
    new = tuple(finding for finding, entry in zip(findings, found, strict=True) if entry not in known)
    stale = tuple(
        f"{filename}: {code} {message}"
        for (code, filename, _, message), _ in sorted(known.difference(found))
        if code in codes and _is_asked_for(os.path.normpath(file.parent / filename), settings)
    )
    return Compared(new, len(findings) - len(new), stale)


def write_baseline(findings: Sequence[Finding], file: Path, working_folder: Path) -> int:
    """Write all findings as known; the result is how many they are."""
    import json
    from collections import Counter

    counts = Counter(map(identity, _named_from(file, findings, working_folder)))
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


def _named_from(file: Path, findings: Sequence[Finding], working_folder: Path) -> list[Finding]:
    """The findings, with their files named from the baseline's folder: handlerlint may be run anywhere."""
    return [
        replace(
            finding,
            filename=os.path.relpath(working_folder / finding.filename, file.parent).replace(os.sep, "/"),
        )
        for finding in findings
    ]


def _read(file: Path) -> set[Numbered]:
    """What a baseline knows."""
    import json

    try:
        content = json.loads(read_file(file).decode())
        if content["version"] != _VERSION:
            raise UserError(
                f"the baseline {file} is of version {content['version']}, this handlerlint reads {_VERSION}"
            )
        return {
            ((item["code"], item["filename"], item["value_path"], item["message"]), number)
            for item in content["findings"]
            for number in range(int(item["count"]))
        }
    except OSError as error:
        raise UserError(
            f"the baseline {file} cannot be read: {error.strerror} (--write-baseline makes one)"
        ) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UserError(f"the baseline {file} is not valid: {error}") from error
    except (ValueError, LookupError, TypeError) as error:
        raise UserError(f"the baseline {file} is not one that --write-baseline has written") from error
