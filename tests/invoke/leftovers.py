"""Looks for what a run may have left on the machine: processes, ports, files, unreaped children."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def left_behind(temporary: Path) -> list[str]:
    """One line for each thing that is left; `temporary` is the folder for temporary files of the run."""
    return [
        *(f"process {pid}" for pid in processes_of(temporary)),
        *(f"child {pid}" for pid in _children()),
        *(f"port {port}" for port in listening_ports()),
        *(f"file {path.name}" for path in temporary.iterdir() if path.name.startswith("handlerlint-")),
    ]


def processes_of(temporary: Path) -> list[int]:
    """The processes whose TMPDIR is inside the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if b"TMPDIR=" + os.fsencode(temporary) in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
    return found


def _children() -> list[int]:
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that ends meanwhile
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def listening_ports() -> set[int]:
    """The ports on which this very process listens."""
    inodes = {
        os.path.realpath(descriptor).rpartition("/")[2] for descriptor in Path("/proc/self/fd").iterdir()
    }
    ports = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
            ports.add(int(fields[1].partition(":")[2], 16))
    return ports
