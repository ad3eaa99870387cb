"""Writes the drawings in docs/architecture.md: which rooms import which, out of the imports themselves.

python tools/draw_architecture.py [--check]
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import grimp

PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
#: What nearly every module imports; arrows to them would say nothing.
_EVERYWHERE = frozenset({"errors", "records", "text", "suggestions"})


def drawn(package: str) -> str:
    """A Mermaid drawing of a package's parts: an arrow from each to those that it imports.

    An arrow that a longer way says already is left out, so that what remains shows the layers.
    """
    parts = _imports_between_parts(package)
    lines = ["flowchart TD"]
    for part, imported in sorted(parts.items()):
        lines += [
            f"    {part} --> {other}" for other in sorted(imported - _reached_through_others(part, parts))
        ]
    return "\n".join(lines)


def _imports_between_parts(package: str) -> dict[str, set[str]]:
    graph = grimp.build_graph("handlerlint", cache_dir=None)
    inside = [module for module in graph.modules if module.startswith(f"{package}.")]

    def part(module: str) -> str:
        return module[len(package) + 1 :].partition(".")[0]

    parts: dict[str, set[str]] = {part(module): set() for module in inside if part(module) not in _EVERYWHERE}
    for module in inside:
        for imported in graph.find_modules_directly_imported_by(module):
            if imported.startswith(f"{package}.") and {part(module), part(imported)} <= parts.keys():
                parts[part(module)].add(part(imported))
    return {name: others - {name} for name, others in parts.items()}


def _reached_through_others(part: str, parts: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [further for other in parts[part] for further in parts[other]]
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting.extend(parts[other])
    return found


def page(text: str) -> str:
    """The page with its drawings as they are now: each stands between a comment that names its package and a fence."""

    def replaced(match: re.Match[str]) -> str:
        return f"{match[1]}```mermaid\n{drawn(match[2])}\n```"

    return re.sub(
        r"(<!-- drawn from the imports of ([\w.]+) -->\n)```mermaid\n.*?```", replaced, text, flags=re.S
    )


def main() -> int:
    """Write the drawings, or with `--check` say whether they are old."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a drawing is old")
    check: bool = parser.parse_args().check
    present = PAGE.read_text("utf-8")
    wanted = page(present)
    if check:
        if wanted != present:
            print(f"{PAGE.name} is old: run python tools/draw_architecture.py", file=sys.stderr)
        return int(wanted != present)
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
