"""The one way in which a file of the user is changed: in one step, as a whole, and only if it is as it was read."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from handlerlint.project.view import read_file, real_path


class ChangedMeanwhile(OSError):
    """The file is no longer what it was when it was read."""

    def __init__(self) -> None:
        super().__init__(errno.EBUSY, "it has changed meanwhile")


def replace_file(path: Path, data: bytes, *, expected: bytes) -> None:
    """Write a file that holds `expected`; its mode stays, and of a link, what it leads to is written.

    Raises OSError, and ChangedMeanwhile where it holds something else; then nothing has been written.
    """
    target = Path(real_path(path))
    temporary = target.with_name(f".{target.name}.{os.getpid()}.handlerlint")
    try:
        temporary.write_bytes(data)
        shutil.copymode(target, temporary)
        if read_file(target) != expected:
            raise ChangedMeanwhile
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
