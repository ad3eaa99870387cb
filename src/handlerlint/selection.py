"""Which rules are on, and where: prefixes such as `HL3`, the longest wins. Used by `linter` and `cli`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.records import dataclass
from handlerlint.settings import FileIgnores, Settings
from handlerlint.suggestions import did_you_mean


@dataclass(frozen=True, slots=True)
class Selection:
    """The codes that are on, and those of them that are ignored in some files."""

    codes: frozenset[str]
    per_file_ignores: tuple[FileIgnores, ...] = ()

    def keeps(self, code: str, path: Path) -> bool:
        """Whether a finding of `code` in the file `path` (absolute) is shown."""
        return code in self.codes and not any(
            code.startswith(ignores.codes) and _matches(ignores, path) for ignores in self.per_file_ignores
        )


def select_rules(settings: Settings, known: Mapping[str, bool]) -> Selection:
    """The selection that the settings make among the `known` codes; each says whether it is on by default.

    As in ruff, the longest prefix that fits a code decides; of two equal ones, the one that ignores.
    Raises UserError for a code or prefix that fits no rule.
    """
    selected = (*(settings.select or ()), *settings.extend_select)
    ignored = (*settings.ignore, *settings.extend_ignore)
    for prefix in (*selected, *ignored, *(code for item in settings.per_file_ignores for code in item.codes)):
        _check(prefix, known)
    return Selection(
        frozenset(
            code
            for code, by_default in known.items()
            if _is_on(code, selected, ignored, by_default and settings.select is None)
        ),
        settings.per_file_ignores,
    )


def _is_on(code: str, selected: Iterable[str], ignored: Iterable[str], by_default: bool) -> bool:
    chosen = _longest(code, selected)
    rejected = _longest(code, ignored)
    return chosen > rejected or (by_default and rejected == 0)


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def _check(prefix: str, known: Iterable[str]) -> None:
    if not any(code.startswith(prefix) for code in known):
        raise UserError(f"unknown rule code '{prefix}'{did_you_mean(prefix, known)}")


def _matches(ignores: FileIgnores, path: Path) -> bool:
    """A pattern fits the file's name or its whole path; `!` in front turns it round."""
    negated = ignores.pattern.startswith("!")
    pattern = ignores.pattern.removeprefix("!")
    fits = fnmatchcase(path.name, pattern) or bool(
        _expression(ignores.folder, pattern).match(path.as_posix())
    )
    return fits != negated


@lru_cache(maxsize=256)
def _expression(folder: Path, pattern: str) -> re.Pattern[str]:
    """`*` stays within one folder, `**` does not; a pattern that names a folder fits all in it."""
    absolute = Path(os.path.normpath(folder / pattern)).as_posix()
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", absolute)
    return re.compile("".join(_translated(part) for part in parts) + r"(?:/.*)?\Z")


def _translated(part: str) -> str:
    match part:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if part.startswith("[") and part.endswith("]") and len(part) > 2:
            # As `fnmatch` does it: a range that is reversed holds nothing, and a backslash is one.
            return translate(part).removesuffix(r"\Z").removesuffix(r"\z")
        case _:
            return re.escape(part)
