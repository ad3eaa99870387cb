"""Writes docs/rules/: a page for each rule, made from its docstring, and the table of all.

python tools/rule_pages.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from handlerlint.commands.pages import first_sentence, rule_page, rules_by_code

FOLDER = Path(__file__).parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """The text of every file of the folder by its name."""
    rules = rules_by_code()
    found = {f"{rule.name}.md": rule_page(rule) for rule in rules.values()}
    rows = [
        f"| {code} | [{rule.name}]({rule.name}.md) | {rule.severity.value} "
        f"| {'on' if rule.on_by_default else 'off'} | {first_sentence(rule)} |"
        for code, rule in rules.items()
    ]
    table = ["| Code | Name | Level | By default | What it finds |", "| --- | --- | --- | --- | --- |", *rows]
    note = "Made by `tools/rule_pages.py` from the rules themselves."
    found["index.md"] = "# Rules\n\n" + "\n".join(table) + f"\n\n{note}\n"
    return found


def main() -> int:
    """Write the pages, or with `--check` say which are not as they would be written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is old")
    check: bool = parser.parse_args().check
    wanted = pages()
    present = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    old = sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))
    if check:
        for name in old:
            print(f"docs/rules/{name} is old: run python tools/rule_pages.py")
        return int(bool(old))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in old:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], "utf-8")
        else:
            (FOLDER / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
