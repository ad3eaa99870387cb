"""What a run looks at: contents of files, names in folders, whether something is there. Noted by `view`, for `caching`.

A result holds for as long as all that was seen on the way to it would be seen again, absent files included.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    import re
    from collections.abc import Iterable, Iterator, Mapping

    # mtime, ctime, size and inode where they can be trusted; and what tells the answer apart from others.
    Signature = tuple[int, int, int, int]
    State = tuple[Signature | None, bytes]

# Kinds of looks, the first letter of a key; the path follows.
CONTENT, NAMES, KIND, OWN_KIND, ACCESS, REAL_PATH = "c", "n", "k", "o", "a", "r"
# Whether a pattern is found in a file: it stands before the path, with its flags.
MATCH = "m"

# A file that was changed so shortly before it was read may change again within the same tick of its clock.
_SETTLED_NANOSECONDS = 2_500_000_000
_LARGEST_HASHED = 64 * 1024 * 1024
#: What is read of a file at most.
MAXIMUM_BYTES = 10 * 1024 * 1024
_UNCERTAIN: State = (None, b"?")


class Looks:
    """What was seen, by look. `shared` are looks of any group of functions that all others depend on as well.

    `unsaved` are the texts that lie over files of the disk. `apart` are looks that are kept in another place as well,
    by the name of that and a stamp of what was seen.
    """

    __slots__ = (
        "_ignored",
        "_signatures",
        "apart",
        "current",
        "failure",
        "looks",
        "owned",
        "shared",
        "unsaved",
    )

    def __init__(self, ignored: Iterable[str] = (), unsaved: Unsaved | None = None) -> None:
        self.unsaved = unsaved
        self.looks: dict[str, State] = {}
        self.shared: set[str] = set()
        self.apart: dict[tuple[str, str, bytes], Mapping[str, State]] = {}
        self.current: set[str] | None = None
        self.failure: str | None = None  # a defect of ours: what was seen is not to be relied on
        self._ignored = tuple(f"{folder}{os.sep}" for folder in ignored)
        self.owned = False
        self._signatures: dict[str, tuple[int, ...] | None] = {}

    def another(self) -> Looks:
        """One that has seen nothing yet, for another process."""
        looks = Looks(unsaved=self.unsaved)
        looks._ignored = self._ignored
        return looks

    def note(self, kind: str, path: str) -> None:
        """Keep what is seen there now; a path of which two different things are seen is never certain again.

        What a group depends on by itself counts wherever it lies: its code root may be in an ignored folder.
        Who opens a file never fails for it: a defect of ours is kept in `failure`.
        """
        try:
            self._see(kind, path)
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"

    def _see(self, kind: str, path: str) -> None:
        key = kind + path
        if not self.owned and path_of(key).startswith(self._ignored):
            return
        if self.current is not None and not self.owned:
            self.shared.add(key)
        signature = _signature(path_of(key)) if kind in (CONTENT, NAMES, MATCH) else None
        if key not in self._signatures:  # though another process may have looked there
            self._signatures[key] = signature
            self.add({key: look(kind, path, self.unsaved)})
        elif signature != self._signatures[key]:
            self.looks[key] = _UNCERTAIN

    def add(self, looks: Mapping[str, State]) -> None:
        """Take over what another process has seen, or an earlier run that still holds."""
        for key, state in looks.items():
            known = self.looks.get(key, state)
            self.looks[key] = state if known[1] == state[1] else _UNCERTAIN

    def by_themselves(self) -> dict[str, State]:
        """The looks that are not kept apart."""
        known: dict[str, State] = {}
        for looks in self.apart.values():
            known.update(looks)
        return {
            key: state for key, state in self.looks.items() if key not in known or known[key][1] != state[1]
        }

    @contextmanager
    def group(self) -> Iterator[set[str]]:
        """The looks that are made for one group of functions, apart from the shared ones."""
        found: set[str] = set()
        self.current = found
        try:
            yield found
        finally:
            self.current = None
            self.owned = True
            for key in found.difference(self.looks):  # another name of a file that was read already
                self.note(key[0], key[1:])
            self.owned = False


class Unsaved:
    """Texts of an editor in place of files, or of files that there are not yet; each by the name that no link leads to.

    A run may look at them by any other name.
    """

    __slots__ = ("_digests", "_folders", "_real_folders", "_texts")

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._digests = {path: digest(text.encode("utf-8", "surrogatepass")) for path, text in texts.items()}
        self._folders: dict[str, list[str]] = {}
        for path in self._digests:
            self._folders.setdefault(os.path.dirname(path), []).append(os.path.basename(path))  # noqa: PTH119, PTH120
        self._real_folders: dict[str, str] = {}

    def _real_path(self, path: str) -> str:
        """The name that no link leads to; most looks are at the files of few folders."""
        if os.path.islink(path):  # noqa: PTH114
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        real = self._real_folders.get(folder)
        if real is None:
            real = self._real_folders[folder] = os.path.realpath(folder)
        return os.path.join(real, name)  # noqa: PTH118

    def seen(self, kind: str, path: str) -> State | None:
        """What is to be seen of such a text at a path; None where the disk alone tells."""
        if not self._digests or kind not in (CONTENT, KIND, MATCH, NAMES):
            return None
        if kind == MATCH:
            text = self._texts.get(self._real_path(path_of(MATCH + path)))
            if text is None:
                return None
            return None, b"1" if _is_found(path, text.encode("utf-8", "surrogatepass")) else b"0"
        path = self._real_path(path)
        if path in self._digests:
            if kind == CONTENT:
                return None, self._digests[path]
            if kind == KIND:
                return None, b"%d" % stat.S_IFREG
        if kind == NAMES:
            # Those that the disk has are names that the folder has in any case.
            names = self._folders.get(path, ())
            new = [name for name in names if not os.path.isfile(f"{path}{os.sep}{name}")]  # noqa: PTH113
            if new:
                return None, _names(path)[1] + "\0".join(sorted(new)).encode("utf-8", "surrogateescape")
        return None


def look(kind: str, path: str, unsaved: Unsaved | None = None) -> State:
    """What is seen at a path now."""
    state = None if unsaved is None else unsaved.seen(kind, path)
    if state is not None:
        return state
    if kind == CONTENT:
        return _content(path)
    if kind == NAMES:
        return _names(path)
    if kind == MATCH:
        return _match(path)
    try:
        if kind == REAL_PATH:
            return None, os.fsencode(os.path.realpath(path))
        if kind == ACCESS:
            return None, b"1" if os.access(path, os.R_OK | os.X_OK) else b"0"
        mode = (os.stat if kind == KIND else os.lstat)(path).st_mode
    except (OSError, ValueError):
        return None, b"-"
    return None, b"%d" % stat.S_IFMT(mode)


def stamp(looks: Mapping[str, State]) -> bytes:
    """Tells what was seen apart from anything else that may be seen, whatever the times of the files are."""
    import marshal

    return digest(marshal.dumps(sorted((key, state[1]) for key, state in looks.items()), 0))


def verified(looks: Mapping[str, State], signatures: dict[str, Signature | None]) -> dict[str, State] | None:
    """The looks as they are now, with signatures that can be trusted; None if something else is to be seen.

    `signatures` are those of paths that were looked at already: each is asked for once.
    """
    verified = {}
    for key, state in looks.items():
        signature = state[0]
        if signature is None:
            now = _same(key, state, None)
        else:
            path = path_of(key)
            if path not in signatures:
                signatures[path] = _signature(path)
            now = state if signature == signatures[path] else _same(key, state, None)
        if now is None:
            return None
        verified[key] = now
    return verified


def holds(key: str, state: State, unsaved: Unsaved | None) -> bool:
    """Whether the same is to be seen there now, with unsaved texts over the disk."""
    is_plain = unsaved is None or unsaved.seen(key[0], key[1:]) is None
    return (is_plain and _is_signed(key, state)) or _same(key, state, unsaved) is not None


def _is_signed(key: str, state: State) -> bool:
    """Whether the file's times and size tell that it is the same."""
    return state[0] is not None and state[0] == _signature(path_of(key))


def _same(key: str, state: State, unsaved: Unsaved | None) -> State | None:
    """What is seen now, where that is the same."""
    now = look(key[0], key[1:], unsaved)
    return None if now[1] != state[1] or state[1] == _UNCERTAIN[1] else now


def absolute(path: str) -> str:
    """The path of a look; relative ones are those of the working folder."""
    return path if os.path.isabs(path) else os.path.join(os.getcwd(), path)  # noqa: PTH109, PTH117, PTH118


def _signature(path: str) -> Signature | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _settled(path: str) -> Signature | None:
    signature = _signature(path)
    if signature is None or time.time_ns() - max(signature[:2]) < _SETTLED_NANOSECONDS:
        return None
    return signature


def match_name(path: str, pattern: re.Pattern[bytes]) -> str:
    """What the look of a pattern at a path is kept under."""
    return f"{pattern.pattern.decode('latin-1')}\0{pattern.flags}\0{path}"


def path_of(key: str) -> str:
    """The path that a look is at."""
    return key.rpartition("\0")[2] if key[0] == MATCH else key[1:]


def _match(name: str) -> State:
    path = path_of(MATCH + name)
    signature = _settled(path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return None, b"0"
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(MAXIMUM_BYTES + 1)
    except (OSError, ValueError) as error:
        return None, _failure(error)
    found = len(data) <= MAXIMUM_BYTES and _is_found(name, data)
    return signature, b"1" if found else b"0"


def _is_found(name: str, data: bytes) -> bool:
    import re

    pattern, flags, _ = name.rsplit("\0", 2)
    return re.search(pattern.encode("latin-1"), data, int(flags)) is not None


def _content(path: str) -> State:
    signature = _settled(path)  # before it is read: what is written meanwhile will not have it
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  # a pipe that nobody writes to would never end
            return None, b"no regular file"
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(_LARGEST_HASHED + 1)
    except (OSError, ValueError) as error:
        return None, _failure(error)
    if len(data) > _LARGEST_HASHED:
        return signature, b"large" + repr(_signature(path)).encode()
    return signature, digest(data)


def _names(path: str) -> State:
    signature = _settled(path)
    try:
        with os.scandir(path) as entries:
            # What a link leads to may change without the folder: it is looked at each time.
            found = sorted(f"{entry.name}\0{_letter(entry)}" for entry in entries)
    except (OSError, ValueError) as error:
        return None, _failure(error)
    if any(name.endswith("l") for name in found):
        signature = None
    return signature, digest("\0".join(found).encode("utf-8", "surrogateescape"))


def _letter(entry: os.DirEntry[str]) -> str:
    try:
        kind = "d" if entry.is_dir() else "f" if entry.is_file() else "-"
        return f"{kind}l" if entry.is_symlink() else kind
    except OSError:
        return "-"


def _failure(error: Exception) -> bytes:
    return f"{type(error).__name__} {getattr(error, 'errno', 0)}".encode()


def digest(data: bytes) -> bytes:
    """Sixteen bytes that tell the data apart from any other."""
    try:
        from _blake2 import blake2b  # as `hashlib` does, which loads OpenSSL for others (3 ms)
    except ImportError:
        from hashlib import blake2b

    return blake2b(data, digest_size=16).digest()
