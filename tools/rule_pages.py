"""Writes what is made from the docstrings of the rules: docs/rules/, a page for each, and the table of the package.

python tools/rule_pages.py [--check]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from handlerlint.extensions import use_plugins
from handlerlint.rules import all_rules
from handlerlint.rules.catalogue import TABLE, entry_of

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "rules"


def table() -> str:
    """The rules as `handlerlint.rules.catalogue` reads them."""
    rows = [
        {
            "code": entry.code,
            "name": entry.name,
            "severity": entry.severity.value,
            "on_by_default": entry.on_by_default,
            "summary": entry.summary,
            "page": entry.page,
        }
        for entry in map(entry_of, all_rules())
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def files() -> dict[Path, str]:
    """The text of every file that is made."""
    rules = [entry_of(rule) for rule in all_rules()]
    found = {FOLDER / f"{rule.name}.md": rule.page for rule in rules}
    rows = [
        f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.severity.value} "
        f"| {'on' if rule.on_by_default else 'off'} | {rule.summary} |"
        for rule in rules
    ]
    index = ["| Code | Name | Level | By default | What it finds |", "| --- | --- | --- | --- | --- |", *rows]
    note = "Made by `tools/rule_pages.py` from the rules themselves."
    found[FOLDER / "index.md"] = "# Rules\n\n" + "\n".join(index) + f"\n\n{note}\n"
    found[TABLE] = table()
    return found


def main() -> int:
    """Write the files, or with `--check` say which are not as they would be written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is old")
    check: bool = parser.parse_args().check
    use_plugins(False)
    wanted = files()
    present = {path: path.read_text("utf-8") for path in (*FOLDER.glob("*.md"), TABLE) if path.exists()}
    old = sorted(path for path in {*wanted, *present} if wanted.get(path) != present.get(path))
    if check:
        for path in old:
            print(f"{path.relative_to(ROOT).as_posix()} is old: run python tools/rule_pages.py")
        return int(bool(old))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in old:
        if path in wanted:
            path.write_text(wanted[path], "utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
