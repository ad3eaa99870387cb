"""Installs AWS's Runtime Interface Emulator for the tests: a binary inside the package aws-sam-cli.

Only that package is installed, without what it depends on, into a folder of its own. Run by CI and by hand:
`python tools/install_emulator.py [FOLDER]` (default: `.emulator` in the repository).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEFAULT_FOLDER = Path(__file__).parent.parent / ".emulator"


def main() -> int:
    """Install, unless it is there already; the result is the exit status."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER
    if any(folder.glob("samcli/local/rapid/aws-lambda-rie-*")):
        return 0
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    return subprocess.run([*pip, "--target", str(folder), "aws-sam-cli"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
