"""Says whether a tag may become a release, and what is new in it.

python tools/release.py v0.1.0

The version of the package, the newest section of CHANGELOG.md with its date, and the tag that README.md and the pages
of docs/ name must all be that one. What the changelog says of it is printed: the notes of the release.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
_VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
# How a page names a release: the `rev` of pre-commit, the action of GitHub, what an image is built of.
_NAMED = re.compile(r"(?:rev: |handlerlint/handlerlint@|handlerlint\.git#)(v?\d+\.\d+\.\d+)")


def problems(tag: str, root: Path) -> list[str]:
    """What stands against a release of this tag; nothing if it may be made."""
    found = []
    version = tag.removeprefix("v")
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        found.append(f"the tag is `{tag}`, not of the form `v1.2.3`")
    match = _VERSION.search((root / "src/handlerlint/__init__.py").read_text("utf-8"))
    packed = None if match is None else match[1]
    if packed != version:
        found.append(f"src/handlerlint/__init__.py: the version is {packed}, not {version}")
    title, text = newest_changes(root)
    if re.fullmatch(re.escape(version) + r" \(\d{4}-\d{2}-\d{2}\)", title) is None:
        found.append(f"CHANGELOG.md: the newest section is `{title}`, not `{version} (YEAR-MONTH-DAY)`")
    elif not text:
        found.append(f"CHANGELOG.md: nothing is said of {version}")
    for page in (root / "README.md", *sorted((root / "docs").rglob("*.md"))):
        others = set(_NAMED.findall(page.read_text("utf-8"))) - {tag, version}
        found += [
            f"{page.relative_to(root).as_posix()}: names {other}, not {tag}" for other in sorted(others)
        ]
    return found


def newest_changes(root: Path) -> tuple[str, str]:
    """The title and the text of the newest section of the changelog."""
    _, title, text, *_ = _SECTION.split((root / "CHANGELOG.md").read_text("utf-8"))
    return title, text.strip()


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Print the notes, or what stands against the release."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tag", metavar="TAG")
    found = problems(parser.parse_args(arguments).tag, root)
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(newest_changes(root)[1])
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
