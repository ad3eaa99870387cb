"""Draws docs/images/examples.svg: what a terminal shows of `handlerlint examples/`, shortened.

python tools/terminal_picture.py [--check]
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "examples.svg"
COLUMNS = 100
FINDINGS = 2
# As rich draws it, but with the reader's own font: nothing is fetched from elsewhere.
FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; }} {styles}</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>{lines}</defs>
{chrome}<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def drawn() -> str:
    """The picture of what the program prints now."""
    done = subprocess.run(
        [sys.executable, "-m", "handlerlint", "examples/"],
        cwd=ROOT,
        env=os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    *findings, summary = done.stdout.rstrip("\n").split("\n\n")
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), legacy_windows=False)
    console.print("[bold green]$[/] handlerlint examples/")
    for part in (*findings[:FINDINGS], "…", summary):
        console.print(Text.from_ansi(part))
        console.print()
    svg = console.export_svg(title="handlerlint examples/", unique_id="terminal", code_format=FORMAT)
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines())


def main() -> int:
    """Write the picture, or with `--check` say whether it is old."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if it is old")
    check: bool = parser.parse_args().check
    new = drawn()
    if PICTURE.is_file() and PICTURE.read_text("utf-8") == new:
        return 0
    if check:
        print("docs/images/examples.svg is old: run python tools/terminal_picture.py")
        return 1
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
