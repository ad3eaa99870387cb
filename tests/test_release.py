"""tools/release.py: a tag becomes a release only if the version, the changelog and the pages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import release

FILES = {
    "src/handlerlint/__init__.py": '__version__ = "1.2.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## 1.2.0 (2026-11-30)\n\n### Rules\n- One more.\n\n## 1.1.0 (2026-10-01)\n- Old.\n",
    "README.md": "    rev: v1.2.0\n",
    "docs/ci.md": "uses: handlerlint/handlerlint@v1.2.0\ndocker build https://github.com/handlerlint/handlerlint.git#v1.2.0\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_the_notes_are_what_the_changelog_says(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["v1.2.0"], project) == 0
    assert capsys.readouterr().out == "### Rules\n- One more.\n"


@pytest.mark.parametrize(
    ("tag", "name", "old", "new", "said"),
    [
        ("1.2.0", "README.md", "", "", "the tag is `1.2.0`, not of the form `v1.2.3`"),
        ("v1.2.0rc1", "README.md", "", "", "the tag is `v1.2.0rc1`, not of the form"),
        ("v1.2.1", "README.md", "", "", "the version is 1.2.0, not 1.2.1"),
        ("v1.2.0", "src/handlerlint/__init__.py", "__version__", "version", "the version is None, not 1.2.0"),
        ("v1.2.0", "CHANGELOG.md", " (2026-11-30)", "", "the newest section is `1.2.0`, not `1.2.0 (YEAR-"),
        (
            "v1.2.0",
            "CHANGELOG.md",
            "## 1.2.0 (2026-11-30)",
            "## Unreleased",
            "the newest section is `Unreleased`",
        ),
        ("v1.2.0", "CHANGELOG.md", "### Rules\n- One more.\n", "", "nothing is said of 1.2.0"),
        ("v1.2.0", "README.md", "v1.2.0", "v1.1.0", "README.md: names v1.1.0, not v1.2.0"),
        ("v1.2.0", "docs/ci.md", "@v1.2.0", "@v1.1.0", "docs/ci.md: names v1.1.0, not v1.2.0"),
        ("v1.2.0", "docs/ci.md", "#v1.2.0", "#v1.1.0", "docs/ci.md: names v1.1.0, not v1.2.0"),
    ],
)
def test_what_stands_against_a_release(
    project: Path, tag: str, name: str, old: str, new: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / name
    path.write_text(path.read_text().replace(old, new))
    assert release.main([tag], project) == 1
    printed = capsys.readouterr()
    assert said in printed.err and printed.out == ""


def test_the_project_can_become_one() -> None:
    """Only the changelog is in the way: the title of its newest section is written with the release."""
    text = (release.ROOT / "src/handlerlint/__init__.py").read_text("utf-8")
    match = re.search(r'__version__ = "(.+)"', text)
    assert match is not None
    found = release.problems(f"v{match[1]}", release.ROOT)
    assert [
        problem
        for problem in found
        if not problem.startswith("CHANGELOG.md: the newest section is `Unreleased`")
    ] == []
