"""Lets a child process write below a few folders only, as the read-only file system of Lambda does.

Linux's Landlock (docs.kernel.org/userspace-api/landlock.html) holds for a thread and for what it starts: the
thread that starts the child gives up the right to write. Where there is no Landlock, nothing is confined.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_PR_SET_NO_NEW_PRIVS = 38
_RULE_PATH_BENEATH = 1
_VERSION_FLAG = 1

# linux/landlock.h: write, remove and make files of all sorts; refer (version 2) and truncate (version 3).
_WRITE_FILE = 1 << 1
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_ALL_WRITING = _WRITE_FILE | sum(1 << bit for bit in range(4, 13)) | _REFER

_WRITABLE_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def run_confined(writable: Iterable[Path], start: Callable[[], Result]) -> Result:
    """What `start` returns, run by a thread that may write below `writable` only."""
    outcome: list[Result] = []
    failure: list[BaseException] = []

    def confine_and_start() -> None:
        try:
            _confine_this_thread(writable)
            outcome.append(start())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=confine_and_start, name="start", daemon=True)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def landlock_version() -> int:
    """The version of Landlock's interface; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    answer: int = _library().syscall(
        _CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG)
    )
    return max(answer, 0)


def can_confine() -> bool:
    """Whether writing can be confined here. Version 1 could not allow moving files between two folders."""
    return landlock_version() >= 2


def _confine_this_thread(writable: Iterable[Path]) -> None:
    """Let this thread, and what it starts, write below the given folders only; before Linux 5.19 anywhere."""
    version = landlock_version()
    if version < 2:
        return
    rights = _ALL_WRITING | (_TRUNCATE if version >= 3 else 0)
    attributes = _RulesetAttributes(rights)
    library = _library()
    ruleset = library.syscall(
        _CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), 0
    )
    if ruleset < 0:
        return
    try:
        for folder in writable:
            _allow(ruleset, folder, rights)
        for device in _WRITABLE_DEVICES:
            _allow(ruleset, Path(device), rights & (_WRITE_FILE | _TRUNCATE))
        # Landlock asks for this of whoever is not privileged; `sudo` in a handler is then powerless too.
        library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        library.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return
    try:
        rule = _PathBeneath(rights, descriptor)
        _library().syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
