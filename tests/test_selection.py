"""Which rules a selection turns on, and in which files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handlerlint.errors import UserError
from handlerlint.selection import select_rules
from handlerlint.settings import FileIgnores, Settings

ROOT = Path("/project").absolute()
KNOWN = {"HL101": True, "HL102": True, "HL207": False, "HL301": True, "HL306": True, "HL501": False}


def settings(**values: Any) -> Settings:
    return Settings(ROOT, ROOT, (ROOT,), **values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "HL101 HL102 HL301 HL306"),
        ({"select": ()}, ""),
        ({"select": ("HL",)}, "HL101 HL102 HL207 HL301 HL306 HL501"),
        ({"select": ("HL1",)}, "HL101 HL102"),
        ({"select": ("HL301", "HL207")}, "HL207 HL301"),
        ({"extend_select": ("HL2",)}, "HL101 HL102 HL207 HL301 HL306"),
        ({"ignore": ("HL3",)}, "HL101 HL102"),
        ({"extend_ignore": ("HL3",)}, "HL101 HL102"),
        ({"ignore": ("HL",)}, ""),
        ({"select": ("HL3",), "ignore": ("HL306",)}, "HL301"),
        ({"select": ("HL306",), "ignore": ("HL3",)}, "HL306"),
        ({"select": ("HL3",), "ignore": ("HL3",)}, ""),
        ({"ignore": ("HL3",), "extend_select": ("HL301",)}, "HL101 HL102 HL301"),
        ({"ignore": ("HL501",)}, "HL101 HL102 HL301 HL306"),
    ],
)
def test_longest_prefix_wins(values: dict[str, Any], expected: str) -> None:
    assert " ".join(sorted(select_rules(settings(**values), KNOWN).codes)) == expected


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("HL9", "unknown rule code 'HL9'"),
        ("HL307", "unknown rule code 'HL307'; did you mean 'HL"),
        ("HL3011", "unknown rule code 'HL3011'; did you mean 'HL301'?"),
    ],
)
@pytest.mark.parametrize("key", ["select", "ignore", "extend_select", "extend_ignore"])
def test_unknown_codes(key: str, code: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        select_rules(settings(**{key: (code,)}), KNOWN)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("pattern", "path", "ignored"),
    [
        ("app.py", "src/main.py", False),
        ("src/*.py", "src/deep/app.py", False),
        ("src", "srcs/app.py", False),
        ("a.py", "aXpy", False),
        ("!tests/**", "tests/app.py", False),
        ("src/[z-a].py", "src/b.py", False),
        ("src/[", "src/b.py", False),
        ("app.py", "src/deep/app.py", True),
        ("*.py", "src/app.py", True),
        ("src/*.py", "src/app.py", True),
        ("src/**/app.py", "src/app.py", True),
        ("src/**/app.py", "src/a/b/app.py", True),
        ("src/**", "src/a/b/app.py", True),
        ("src", "src/a/b/app.py", True),
        ("src/", "src/a/b/app.py", True),
        ("src/[ab]?.py", "src/b1.py", True),
        ("src/[!ab].py", "src/c.py", True),
        ("src/[!z-a].py", "src/c.py", True),
        ("!tests/**", "src/app.py", True),
    ],
)
def test_per_file_ignores(pattern: str, path: str, ignored: bool) -> None:
    selection = select_rules(
        settings(per_file_ignores=(FileIgnores(pattern, ("HL3",), ROOT),)),
        KNOWN,
    )
    assert selection.keeps("HL301", ROOT / path) is not ignored
    assert selection.keeps("HL101", ROOT / path)
    assert not selection.keeps("HL207", ROOT / path), "off by default"
