"""Installs a wheel in an environment of its own, and has it look at the examples, as README.md shows it.

python tools/try_wheel.py dist/handlerlint-0.1.0-py3-none-any.whl
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
EXPECTED = ["HL204", "HL301", "HL201", "HL401", "HL301", "HL103"]


def main() -> int:
    """The exit status: 0 if the program does what it should."""
    (wheel,) = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder, "Scripts" if os.name == "nt" else "bin")
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", wheel.absolute()], check=True)
        version = subprocess.run(
            [programs / "handlerlint", "--version"], check=True, capture_output=True, text=True
        ).stdout.split()[1]
        if wheel.name.split("-")[1] != version:
            print(f"{wheel.name} says that it is {version}", file=sys.stderr)
            return 1
        asked = "from handlerlint.inference.stubs.precompiled import outdated; print(*outdated(), sep=', ')"
        stale = subprocess.check_output([programs / "python", "-c", asked], text=True).strip()
        if stale:
            print(f"stubs that are not compiled in the wheel: {stale}", file=sys.stderr)
            return 1
        done = subprocess.run(
            [programs / "handlerlint", EXAMPLES, "--output-format", "json"],
            cwd=folder,
            stdout=subprocess.PIPE,
        )
        found = [finding["code"] for finding in json.loads(done.stdout)]
        if (done.returncode, found) != (1, EXPECTED):
            print(f"the examples: status {done.returncode}, {', '.join(found)}", file=sys.stderr)
            return 1
    print(f"handlerlint {version} on Python {sys.version.split()[0]}: as it should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
