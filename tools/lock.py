"""Writes constraints.txt: which version of every package the tests run with, on each Python that they run on.

python tools/lock.py                  the newest of everything
python tools/lock.py boto3 botocore   the newest of these; all others stay as they are

The files in tools/peers/ say the same of the peers, whose own versions stand in install_peers.py. All of them are for
`pip install -c`: names, versions and markers, and nothing of where the packages come from.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

from install_peers import PACKAGES, constraints, make_environment

PROJECT = Path(__file__).parent.parent
LOCK = PROJECT / "constraints.txt"
OLDEST_PYTHON = "3.10"
OPTIONS = ["--quiet", "--universal", "--python-version", OLDEST_PYTHON]
OPTIONS += ["--strip-extras", "--no-header", "--no-annotate"]


def write_locks(packages: list[str]) -> None:
    """Resolve for all versions of Python at once, which only uv does; it gets an environment of its own."""
    upgraded = [f"--upgrade-package={package}" for package in packages] or ["--upgrade"]
    with tempfile.TemporaryDirectory() as folder:
        programs = make_environment(Path(folder), "uv")
        command = [str(programs / "uv"), "pip", "compile", *OPTIONS, *upgraded]
        _write(LOCK, [*command, "--extra=dev", "pyproject.toml"], "")
        for peer, asked in PACKAGES.items():
            _write(constraints(peer), [*command, "-"], "\n".join(asked))


def _write(lock: Path, command: list[str], requirements: str) -> None:
    """What the file holds already is kept where it is not to be upgraded."""
    lock.parent.mkdir(exist_ok=True)
    command = [*command, "--output-file", str(lock)]
    subprocess.run(command, cwd=PROJECT, input=requirements, text=True, check=True, stdout=subprocess.DEVNULL)
    print(f"{lock.relative_to(PROJECT)}: {len(lock.read_text('utf-8').splitlines())} packages")


def main() -> None:
    """What the module's docstring says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    write_locks(parser.parse_args().packages)


if __name__ == "__main__":
    main()
