"""The user's files as a run sees them: those on the disk, and over them the texts that an editor has not saved.

What a project holds may be anything: a pipe that nobody writes to, a device without an end, a file of gigabytes. So
regular files only are read, and up to a limit. Whatever is looked at is noted in the view for the cache of results.

There is one view at a time, a context variable: the linter sets that of a run, and without one it is the bare disk.
"""

from __future__ import annotations

import errno
import io
import os
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase
from stat import S_ISREG

from handlerlint.project.looks import (
    ACCESS,
    CONTENT,
    KIND,
    MATCH,
    MAXIMUM_BYTES,
    NAMES,
    OWN_KIND,
    REAL_PATH,
    absolute,
    match_name,
)

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    import re
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO, TypeAlias

    from handlerlint.project.looks import Looks

    AnyPath: TypeAlias = Path | str
    Entry: TypeAlias = "os.DirEntry[str] | UnsavedFile"


class View:
    """What lies over the disk, and what is noted. `unsaved` are texts by path, `looks` is what the cache asks for."""

    __slots__ = ("_texts", "looks", "unsaved")

    def __init__(self, unsaved: Mapping[Path, str] | None = None, looks: Looks | None = None) -> None:
        self.unsaved = unsaved or {}
        self.looks = looks
        self._texts = {os.path.realpath(path): text for path, text in self.unsaved.items()}

    def text(self, path: AnyPath) -> str | None:
        """The unsaved text of a file, by whatever name."""
        return self._texts.get(os.path.realpath(path)) if self._texts else None

    def files_in(self, folder: AnyPath) -> list[UnsavedFile]:
        """The unsaved files of a folder."""
        return [
            UnsavedFile(os.path.join(folder, os.path.basename(path)))  # noqa: PTH118, PTH119
            for path in self._texts
            if os.path.dirname(path) == os.path.realpath(folder)  # noqa: PTH120
        ]

    def note(self, kind: str, path: AnyPath) -> None:
        """Say that the run looks at something."""
        if self.looks is not None:
            self.looks.note(kind, absolute(os.fspath(path)))

    def note_match(self, path: AnyPath, pattern: re.Pattern[bytes]) -> None:
        """Say that the run asks whether a pattern is found in a file."""
        if self.looks is not None:
            self.looks.note(MATCH, match_name(absolute(os.fspath(path)), pattern))


class UnsavedFile:
    """What a folder says of a file that an editor has not saved, in the words of `os.DirEntry`."""

    __slots__ = ("name", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.name = os.path.basename(path)  # noqa: PTH119

    def is_file(self) -> bool:
        """It is."""
        return True

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """It is not."""
        return False


_DISK = View()
_current: ContextVar[View] = ContextVar("_current", default=_DISK)


@contextmanager
def viewing(view: View) -> Iterator[View]:
    """See the user's files through `view` inside."""
    token = _current.set(view)
    try:
        yield view
    finally:
        _current.reset(token)


def view_for_process(view: View) -> None:
    """See the user's files through `view` from now on, in a process that takes a part of a run."""
    _current.set(view)


def looks_of_view() -> Looks | None:
    """What notes the looks of the current view."""
    return _current.get().looks


def uses(kind: str, path: AnyPath) -> None:
    """Say that the group at work depends on a look that may have been made before, for another group."""
    looks = _current.get().looks
    if looks is not None and looks.current is not None:
        looks.current.add(kind + absolute(os.fspath(path)))


@contextmanager
def looking() -> Iterator[set[str]]:
    """The looks that are made inside, for who uses again what comes of them."""
    looks = _current.get().looks
    if looks is None:
        yield set()
        return
    around, looks.current = looks.current, set()
    try:
        yield looks.current
    finally:
        if around is not None:
            around |= looks.current
        looks.current = around


def uses_again(keys: Collection[str]) -> None:
    """Say that the group at work depends on all that was looked at for another."""
    looks = _current.get().looks
    if looks is not None and looks.current is not None:
        looks.current.update(keys)


@contextmanager
def owned() -> Iterator[None]:
    """Looks made inside are those of the groups that say `uses`, and not shared."""
    looks = _current.get().looks
    if looks is None:
        yield
        return
    before, looks.owned = looks.owned, True
    try:
        yield
    finally:
        looks.owned = before


class TooLarge(OSError):
    """A file above the limit: nothing of it is read."""

    def __init__(self, limit: int) -> None:
        self.message = f"larger than {limit // (1024 * 1024)} MB: not read"
        super().__init__(errno.EFBIG, self.message)


def unsaved_text(path: AnyPath) -> str | None:
    """What an editor has not written to a file yet."""
    view = _current.get()
    text = view.text(path)
    if text is not None:
        view.note(CONTENT, os.path.realpath(path))
    return text


def open_file(path: AnyPath) -> BinaryIO:
    """The file, to be read and closed; raises OSError for whatever cannot be read, or is no regular file."""
    view = _current.get()
    text = view.text(path)
    if text is not None:
        view.note(CONTENT, os.path.realpath(path))
        return io.BytesIO(text.encode("utf-8", "surrogatepass"))
    view.note(CONTENT, path)
    try:
        if not S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  # opening a pipe would wait for ever
            raise OSError(errno.EINVAL, "no regular file")
        return open(path, "rb")  # noqa: PTH123
    except ValueError as error:  # a name with a null character
        raise OSError(errno.EINVAL, str(error)) from error


def read_file(path: AnyPath, limit: int = MAXIMUM_BYTES) -> bytes:
    """The file's bytes; raises TooLarge, and OSError as `open_file` does."""
    data = read_start(path, limit + 1)
    if len(data) > limit:
        raise TooLarge(limit)
    return data


def read_start(path: AnyPath, count: int) -> bytes:
    """The first bytes of a file; raises OSError as `open_file` does."""
    with open_file(path) as file:
        return file.read(count)


def read_text(path: AnyPath, limit: int = MAXIMUM_BYTES) -> str:
    """The file's text where it is UTF-8; what is not becomes U+FFFD. Raises OSError as `read_file` does."""
    return read_file(path, limit).decode("utf-8-sig", "replace")


def matches(path: AnyPath, pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern is found in a file, as `read_file` reads it; not in one that cannot be read.

    Noted is the answer, and not the content: the file may change as long as that stays.
    """
    view = _current.get()
    text = view.text(path)
    if text is not None:
        view.note_match(os.path.realpath(path), pattern)
        return pattern.search(text.encode("utf-8", "surrogatepass")) is not None
    view.note_match(path, pattern)
    with viewing(_DISK):
        try:
            return pattern.search(read_file(path)) is not None
        except OSError:
            return False


def is_file(path: AnyPath) -> bool:
    """Whether it is a file, or a link to one; false, too, where that cannot be told.

    `Path.is_file` raises where a folder above may not be looked into, or the name is too long.
    """
    view = _current.get()
    view.note(KIND, path)
    return view.text(path) is not None or os.path.isfile(path)  # noqa: PTH113


def is_folder(path: AnyPath) -> bool:
    """Whether it is a folder, or a link to one; false, too, where that cannot be told."""
    _current.get().note(KIND, path)
    return os.path.isdir(path)  # noqa: PTH112


def exists(path: AnyPath) -> bool:
    """Whether there is anything; false, too, where that cannot be told."""
    view = _current.get()
    view.note(KIND, path)
    return view.text(path) is not None or os.path.exists(path)  # noqa: PTH110


def is_link(path: AnyPath) -> bool:
    """Whether it is a symbolic link."""
    _current.get().note(OWN_KIND, path)
    return os.path.islink(path)  # noqa: PTH114


def is_readable_folder(path: AnyPath) -> bool:
    """Whether this user may list a folder and go into it."""
    _current.get().note(ACCESS, path)
    return os.access(path, os.R_OK | os.X_OK)


def status(path: AnyPath) -> os.stat_result:
    """What the system says of a path: its kind, and of a file its size and time. Raises OSError and ValueError."""
    view = _current.get()
    view.note(KIND, path)
    result = os.stat(path)  # noqa: PTH116
    if S_ISREG(result.st_mode):  # its size and time tell of its content
        view.note(CONTENT, path)
    return result


def real_path(path: AnyPath) -> str:
    """The name that no link leads to; what a circle of links leads to is left as it is."""
    view = _current.get()
    if os.path.islink(path):  # noqa: PTH114
        view.note(REAL_PATH, path)
    else:  # the files of a folder share what is noted of it
        view.note(OWN_KIND, path)
        view.note(REAL_PATH, os.path.dirname(path))  # noqa: PTH120
    return os.path.realpath(path)


def entries(folder: AnyPath) -> list[Entry]:
    """What lies in a folder, by name, and what each entry says of itself; raises OSError."""
    view = _current.get()
    view.note(NAMES, folder)
    try:
        with os.scandir(folder) as scanned:
            found: list[Entry] = list(scanned)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error)) from error
    if view.unsaved:
        saved = {entry.name for entry in found}
        found.extend(file for file in view.files_in(folder) if file.name not in saved)
    return sorted(found, key=_name)


def _name(entry: Entry) -> str:
    return entry.name


def is_file_entry(entry: Entry) -> bool:
    """Whether an entry is a file, or a link to one: not a named pipe, which nobody may ever write to."""
    try:
        return entry.is_file()
    except OSError:  # a link that leads in a circle
        return False


def is_folder_entry(entry: Entry) -> bool:
    """Whether an entry is a folder, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def matching(folder: AnyPath, pattern: str) -> list[Path]:
    """The paths below a folder that match a pattern of names, with `/` and `*`, sorted; `**` are any folders."""
    from pathlib import Path

    first, _, rest = pattern.partition("/")
    try:
        found = entries(folder)
    except OSError:
        return []
    paths: list[Path] = []
    if first == "**":
        paths += matching(folder, rest)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                paths += matching(entry.path, pattern)
        return sorted(paths)
    for entry in found:
        if fnmatchcase(entry.name, first):
            paths += matching(entry.path, rest) if rest else [Path(entry.path)]
    return sorted(paths)
