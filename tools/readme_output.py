"""Puts the real output of `handlerlint examples/` into README.md, below the command that makes it.

python tools/readme_output.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Run the program and replace the block."""
    readme = ROOT / "README.md"
    output = subprocess.run(
        [sys.executable, "-m", "handlerlint", "examples/"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    ).stdout
    text = readme.read_text("utf-8")
    block = re.compile(r"(Some of its handlers are wrong:\n\n```\n).*?(```\n)", re.DOTALL)
    readme.write_text(block.sub(lambda found: found[1] + output + found[2], text, count=1), "utf-8")


if __name__ == "__main__":
    main()
