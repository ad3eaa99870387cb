"""AWS's own Runtime Interface Emulator, which ships inside aws-sam-cli: the peer that we are held against.

Optional: `python tools/install_peers.py sam` puts it where it is looked for, or HANDLERLINT_EMULATOR names it.
"""

from __future__ import annotations

import http.client
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

PEER = Path(__file__).parents[2] / ".peers" / "sam"
MISSING = "the Runtime Interface Emulator is not installed: run tools/install_peers.py sam"

_PATH = "/2015-03-31/functions/function/invocations"


def find_emulator() -> Path | None:
    """The binary for this machine, if there is one."""
    if sys.platform != "linux":
        return None
    given = os.environ.get("HANDLERLINT_EMULATOR")
    architecture = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    binary = f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{architecture}"
    return next(iter([Path(given)] if given else PEER.glob(binary)), None)


class Emulator:
    """The emulator with one handler: a context manager; the process starts with the first event."""

    def __init__(self, program: Path, handler: str, folder: Path, variables: Mapping[str, str]) -> None:
        front, back = _free_port(), _free_port()
        self._popen = subprocess.Popen(
            [
                program,
                *("--log-level", "error"),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{front}"),
                *("--runtime-api-address", f"127.0.0.1:{back}"),
                *(sys.executable, "-B", "-m", "awslambdaric", handler),
            ],
            cwd=folder,
            env={"PATH": os.environ["PATH"], **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", front)
        self._connect()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._popen.terminate()
        self._popen.wait()

    def invoke(self, payload: bytes) -> bytes:
        """The body that the caller gets: the response, or the error."""
        self._connection.request("POST", _PATH, payload)
        return self._connection.getresponse().read()

    def _connect(self) -> None:
        deadline = time.monotonic() + 10
        while not self._is_connected():
            assert time.monotonic() < deadline, "the emulator does not listen"
            time.sleep(0.002)

    def _is_connected(self) -> bool:
        try:
            self._connection.connect()
        except ConnectionRefusedError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
