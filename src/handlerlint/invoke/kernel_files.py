"""Reads `/proc`, in as few steps as can be: it is done again and again for every process of a run.

pathlib takes longer than the kernel here, and what it takes no other job of the run can have.
"""

from __future__ import annotations

import os

_AT_ONCE = 65_536
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)  # Windows has no such flag, and no such files


def contents(path: str) -> bytes:
    """The bytes of a file. Raises OSError."""
    descriptor = os.open(path, _FLAGS)
    try:
        read = os.read(descriptor, _AT_ONCE)
        parts = [read]
        while read:
            read = os.read(descriptor, _AT_ONCE)
            parts.append(read)
    finally:
        os.close(descriptor)
    return b"".join(parts)


def process_ids() -> list[int]:
    """All processes that can be seen; none where there is no `/proc`."""
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return []


def children_of(pid: int) -> list[int]:
    """The processes that the threads of a process have started; none where that is not told."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            found.extend(map(int, contents(f"/proc/{pid}/task/{thread}/children").split()))
    except OSError:  # it has ended
        pass
    return found
