"""How much memory a process and its children use, as the kernel tells it; used by `child`.

Only Linux tells it while the process runs; elsewhere the answer is None and no limit is enforced.
"""

from __future__ import annotations

import contextlib
import os
import re

from handlerlint.invoke.kernel_files import children_of, contents

MEGABYTE = 1024 * 1024

_KILOBYTE = 1024
_RESIDENT = re.compile(rb"VmRSS:\s*(\d+)")
_PEAK = re.compile(rb"VmHWM:\s*(\d+)")


class ProcessMemory:
    """The memory of one process; its file in `/proc` stays open, since it is read after every invocation."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._status: int | None = None
        with contextlib.suppress(OSError):
            self._status = os.open(f"/proc/{pid}/status", os.O_RDONLY)

    def close(self) -> None:
        """Close the file."""
        if self._status is not None:
            os.close(self._status)
            self._status = None

    def peak_bytes(self) -> int | None:
        """The most that the process alone has ever held."""
        if self._status is None:
            return None
        try:
            return _number(_PEAK, os.pread(self._status, 8192, 0))
        except OSError:  # it has ended
            return None

    def resident_bytes(self) -> int | None:
        """What the process and all its descendants hold now."""
        sizes = [_resident(pid) for pid in _family(self._pid)]
        known = [size for size in sizes if size is not None]
        return sum(known) if known else None


def _family(pid: int) -> list[int]:
    found = [pid]
    for member in found:
        found.extend(children_of(member))
    return found


def _resident(pid: int) -> int | None:
    try:
        return _number(_RESIDENT, contents(f"/proc/{pid}/status"))
    except OSError:
        return None


def _number(field: re.Pattern[bytes], status: bytes) -> int | None:
    found = field.search(status)
    return None if found is None else int(found[1]) * _KILOBYTE
