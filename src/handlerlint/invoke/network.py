"""Whom a handler's process asks for over the network; used by `child`.

What is on the other side of a connection differs between here and Lambda, so what follows from it is not certain.
The process notes it itself (`startup/sitecustomize.py`): only it knows names, and no kernel tells of what failed.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import shutil
from collections.abc import Collection
from pathlib import Path

_STARTUP_FILE = Path(__file__).parent / "startup" / "sitecustomize.py"
_LOCAL_NAMES = ("localhost", "", "None")

# The suffixes of all partitions' endpoints (botocore, data/partitions.json: `dnsSuffix`, `dualStackDnsSuffix`).
_AWS_SUFFIXES = (
    *(".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".api.amazonwebservices.com.cn"),
    ".api.amazonwebservices.eu",
)


class NetworkWatch:
    """The notes of one process. `folder` comes first on the path of its Python, after the code.

    `ours` are servers of this run, `host:port`: what they answer is certain. With `to_aws` so is what AWS answers.
    """

    def __init__(self, folder: Path, ours: Collection[str], *, to_aws: bool) -> None:
        shutil.copyfile(_STARTUP_FILE, folder / _STARTUP_FILE.name)
        self._notes = folder / "network"
        self._ours = ours
        self._to_aws = to_aws

    def take(self) -> tuple[str, ...]:
        """Who was asked since the last time, each once: `api.example.com`, or `localhost:5432` on this machine."""
        try:
            lines = self._notes.read_text(encoding="utf-8", errors="replace").splitlines()
            os.truncate(self._notes, 0)
        except OSError:  # nobody was
            return ()
        asked = [self._shown(*line.partition("\t")[::2]) for line in lines]
        names = [name for name in dict.fromkeys(asked) if name]
        # An address that a name led to says nothing more.
        return tuple([name for name in names if not _is_address(name)] or names)

    def _shown(self, host: str, port: str) -> str:
        if _is_local(host):
            return "" if not port or f"{host}:{port}" in self._ours else f"localhost:{port}"
        return "" if self._to_aws and host.endswith(_AWS_SUFFIXES) else host


def _is_local(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host in _LOCAL_NAMES


def _is_address(name: str) -> bool:
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return False
