"""Reads files of the user's: regular ones only, and up to a limit. Used by every stage.

What a project holds may be anything: a pipe that nobody writes to, a device without an end, a file of gigabytes.
"""

from __future__ import annotations

import errno
import os
from os import stat as _status  # itself: a look by `os.stat` would be kept beside that at the content
from stat import S_ISREG

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    import ast
    from pathlib import Path

MAXIMUM_BYTES = 10 * 1024 * 1024


class TooLarge(OSError):
    """A file above the limit: nothing of it is read."""

    def __init__(self, limit: int) -> None:
        self.message = f"larger than {limit // (1024 * 1024)} MB: not read"
        super().__init__(errno.EFBIG, self.message)


def read_file(path: Path | str, limit: int = MAXIMUM_BYTES) -> bytes:
    """The file's bytes; raises TooLarge, and OSError for whatever cannot be read, or is no regular file."""
    data = read_start(path, limit + 1)
    if len(data) > limit:
        raise TooLarge(limit)
    return data


def read_start(path: Path | str, count: int) -> bytes:
    """The first bytes of a file; raises OSError as `read_file` does."""
    try:
        if not S_ISREG(_status(path).st_mode):  # noqa: PTH116  # opening a pipe would wait for ever
            raise OSError(errno.EINVAL, "no regular file")
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(count)
    except ValueError as error:  # a name with a null character
        raise OSError(errno.EINVAL, str(error)) from error


def read_text(path: Path | str, limit: int = MAXIMUM_BYTES) -> str:
    """The file's text where it is UTF-8; what is not becomes U+FFFD. Raises OSError as `read_file` does."""
    return read_file(path, limit).decode("utf-8-sig", "replace")


def python_tree(source: bytes) -> ast.Module:
    """What `ast.parse` makes of it, in silence: warnings about the user's code would go to the terminal."""
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def is_file(path: Path | str) -> bool:
    """Whether it is a file, or a link to one; false, too, where that cannot be told.

    `Path.is_file` raises where a folder above may not be looked into, or the name is too long.
    """
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path | str) -> bool:
    """Whether it is a folder, or a link to one; false, too, where that cannot be told."""
    return os.path.isdir(path)  # noqa: PTH112


def exists(path: Path | str) -> bool:
    """Whether there is anything; false, too, where that cannot be told."""
    return os.path.exists(path)  # noqa: PTH110
