"""Runs handlerlint on a terminal: one of the system's own kind (pty), of any size."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import tty
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_STYLED = re.compile(r"\x1b\[[\d;]*[mK]")


@dataclass(frozen=True)
class Screen:
    """What was written to the terminal, and how the program ended."""

    written: str
    status: int

    @property
    def lines(self) -> list[str]:
        """The lines without colours."""
        return _STYLED.sub("", self.written).replace("\r\n", "\n").splitlines()


def on_terminal(
    *arguments: str,
    folder: Path,
    columns: int = 80,
    rows: int = 24,
    environment: Mapping[str, str] | None = None,
    keys: bytes = b"",
) -> Screen:
    """Run the program with a terminal as all of its streams; `keys` are pressed when it waits."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    tty.setcbreak(theirs)  # the keys are not echoed
    process = subprocess.Popen(
        [sys.executable, "-m", "handlerlint", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", **(environment or {})},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Control-C is a signal
    )
    os.close(theirs)
    written = _read(ours, keys)
    os.close(ours)
    return Screen(written.decode(), process.wait())


def _read(terminal: int, keys: bytes) -> bytes:
    """All that is written until everybody has closed the terminal."""
    written = b""
    while True:
        ready, _, _ = select.select([terminal], [], [], 20 if not keys or not written else 0.5)
        if not ready:
            assert keys, "the program waits for something"
            os.write(terminal, keys)
            keys = b""
            continue
        try:
            part = os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other end is closed
            part = b""
        if not part:
            return written
        written += part
