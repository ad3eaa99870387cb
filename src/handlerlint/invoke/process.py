"""One operating-system process that runs the runtime client, started and ended whole; used by `child`."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from handlerlint.errors import UserError
from handlerlint.invoke.confinement import run_confined
from handlerlint.invoke.kernel_files import contents, process_ids
from handlerlint.records import dataclass

_RLIMIT_LOCKS = 10  # the same on every architecture; the module `resource` does not name it
_MARK_BITS = 60
_LEADER_IS_GONE_AFTER = 5.0  # seconds that the kernel may take to end a killed process


@dataclass(frozen=True, slots=True)
class Program:
    """What is run: the command line, the environment variables, where, and where it may write.

    `writable` is None for a process that may write wherever the user may. `descriptors` are handed on, under the same
    numbers.
    """

    command: Sequence[str]
    variables: Mapping[str, str]
    folder: Path
    writable: Sequence[Path] | None
    descriptors: Sequence[int] = ()


class Process:
    """A running program, in a session of its own. `on_exit` is called once, from a thread, when it ends."""

    def __init__(self, program: Program, output: int, on_exit: Callable[[], None]) -> None:
        self._on_exit = on_exit
        self._popen = _start(program, output)
        self.pid = self._popen.pid
        self._mark = secrets.randbits(_MARK_BITS)
        _forbid_core_dumps(self.pid)
        _set_mark(self.pid, self._mark)
        self._ending = threading.Lock()
        self._ended = False
        self._watcher = threading.Thread(target=self._watch, name="process", daemon=True)
        self._watcher.start()

    def ask_for_traceback(self) -> bool:
        """Have the interpreter write where it is (`-X faulthandler`) and end; whether that can be asked."""
        if sys.platform == "win32" or self._popen.returncode is not None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGABRT)
        return True

    def end(self) -> None:
        """End the process and all that descend from it. Returns when none of them is left."""
        with self._ending:
            self._end()

    def _end(self) -> None:
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(self.pid)], capture_output=True, check=False)
            self._watcher.join()
            return
        if not self._ended:
            # Where there is `waitid`, the leader is not reaped yet: no other group can have got its number.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._watcher.join()
            self._popen.wait(_LEADER_IS_GONE_AFTER)
            self._ended = True
        self._end_descendants()

    @property
    def exit_status(self) -> int:
        """As subprocess tells it: a signal is a negative number. Only after `end`."""
        return self._popen.returncode

    def _watch(self) -> None:
        if hasattr(os, "waitid"):
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._popen.wait()
        self._on_exit()

    def _end_descendants(self) -> None:
        """Those that left the session. Each pass ends some; one that forks all the time needs several."""
        deadline = time.monotonic() + _LEADER_IS_GONE_AFTER
        while (found := _carrying(self._mark)) and time.monotonic() < deadline:
            for pid in found:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def _start(program: Program, output: int) -> subprocess.Popen[bytes]:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=program.folder,
            env=dict(program.variables),
            start_new_session=sys.platform != "win32",
            pass_fds=program.descriptors,
        )

    try:
        return start() if program.writable is None else run_confined(program.writable, start)
    except OSError as error:
        raise UserError(f"{program.command[0]} cannot be run: {error.strerror}") from error
    except ValueError as error:  # a NUL in the handler string or a variable
        raise UserError(f"the handler cannot be run: {error}") from error


def _forbid_core_dumps(pid: int) -> None:
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _set_mark(pid: int, mark: int) -> None:
    """Mark a process and all that will descend from it.

    A limit is inherited whatever a program does to its environment, session or descriptors, and nobody but root can
    raise one again. This one has had no effect since Linux 2.4.25 (man getrlimit).
    """
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(pid, _RLIMIT_LOCKS, (mark, mark))


def _carrying(mark: int) -> list[int]:
    """The processes that have the mark and are not dead already."""
    wanted = str(mark).encode()
    return [pid for pid in process_ids() if wanted in _file_of(pid, "limits").split() and not _is_dead(pid)]


def _is_dead(pid: int) -> bool:
    """Whether a process has ended, though its parent has not asked how (man proc_pid_stat)."""
    state = _file_of(pid, "stat").rpartition(b") ")[2][:1]
    return state in (b"", b"Z", b"X")


def _file_of(pid: int, name: str) -> bytes:
    try:
        return contents(f"/proc/{pid}/{name}")
    except OSError:  # not ours, or gone
        return b""


# Go's names of signals (syscall package), as Lambda shows them: `signal: segmentation fault`.
_SIGNAL_NAMES = {
    "SIGABRT": "aborted",
    "SIGBUS": "bus error",
    "SIGFPE": "floating point exception",
    "SIGHUP": "hangup",
    "SIGILL": "illegal instruction",
    "SIGINT": "interrupt",
    "SIGKILL": "killed",
    "SIGPIPE": "broken pipe",
    "SIGQUIT": "quit",
    "SIGSEGV": "segmentation fault",
    "SIGTERM": "terminated",
    "SIGTRAP": "trace/breakpoint trap",
}


def exit_reason(status: int) -> str | None:
    """`exit status 1` or `signal: killed`; None for a process that said nothing is wrong."""
    if status == 0:
        return None
    if status > 0:
        return f"exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        return f"signal: signal {-status}"
    return f"signal: {_SIGNAL_NAMES.get(name, name.removeprefix('SIG').lower())}"
