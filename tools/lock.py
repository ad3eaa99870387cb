"""Writes constraints.txt: which version of every package the tests run with, on each Python that they run on.

python tools/lock.py                  the newest of everything
python tools/lock.py boto3 botocore   the newest of these; all others stay as they are

The file is for `pip install -c`: names, versions and markers, and nothing of where the packages come from.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import venv
from pathlib import Path

PROJECT = Path(__file__).parent.parent
LOCK = PROJECT / "constraints.txt"
OLDEST_PYTHON = "3.10"


def write_lock(packages: list[str]) -> None:
    """Resolve for all versions of Python at once, which only uv does; it gets an environment of its own."""
    upgraded = [f"--upgrade-package={package}" for package in packages] or ["--upgrade"]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / "bin"
        subprocess.run([programs / "pip", "install", "--quiet", "uv"], check=True)
        command = [
            programs / "uv",
            "pip",
            "compile",
            "--quiet",
            "--universal",
            "--python-version",
            OLDEST_PYTHON,
        ]
        command += ["--extra=dev", "--strip-extras", "--no-header", "--no-annotate", *upgraded]
        subprocess.run([*command, "--output-file", LOCK, "pyproject.toml"], cwd=PROJECT, check=True)
    print(f"{LOCK.name}: {len(LOCK.read_text('utf-8').splitlines())} packages")


def main() -> None:
    """What the module's docstring says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    write_lock(parser.parse_args().packages)


if __name__ == "__main__":
    main()
