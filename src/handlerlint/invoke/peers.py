"""Who is at the other end of a loopback connection: keeps other local processes out of the Runtime API.

A port on the loopback is open to every process of the machine. On Linux the kernel tells whose socket it is;
elsewhere our own runtime client sends a secret (`runtime_api.TOKEN_HEADER`), and nothing is checked here.
"""

from __future__ import annotations

import os
import socket
import struct
import sys

from handlerlint.invoke.kernel_files import contents, process_ids
from handlerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """The two ends of an accepted connection, each an address and a port."""

    theirs: tuple[str, int]
    ours: tuple[str, int]

    @classmethod
    def of(cls, connection: socket.socket) -> Peer:
        """The ends of a connected socket."""
        return cls(connection.getpeername(), connection.getsockname())


def may_connect(peer: Peer, pid: int) -> bool:
    """Whether the peer's socket is held by the process `pid`, or by one of the session that it leads."""
    if sys.platform != "linux":
        return True
    inode = _socket_inode(peer)
    if inode is None:
        return False
    return _holds(pid, inode) or any(_holds(other, inode) for other in _session(pid))


def _socket_inode(peer: Peer) -> str | None:
    """The inode of the peer's socket, if it belongs to our own user."""
    ends = f"{_hexadecimal(peer.theirs)} {_hexadecimal(peer.ours)}"
    try:
        lines = contents("/proc/net/tcp").decode("ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        if ends in line:
            # sl, local, remote, state, queues, timer, retransmits, uid, timeout, inode (man proc_pid_net)
            fields = line.split()
            return fields[9] if int(fields[7]) == os.getuid() else None
    return None


def _hexadecimal(end: tuple[str, int]) -> str:
    """An end as the kernel writes it: the address as one number of this machine, then the port."""
    (number,) = struct.unpack("=I", socket.inet_aton(end[0]))
    return f"{number:08X}:{end[1]:04X}"


def _holds(pid: int, inode: str) -> bool:
    wanted = f"socket:[{inode}]"
    try:
        names = os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208
        return any(_target(f"/proc/{pid}/fd/{name}") == wanted for name in names)
    except OSError:  # it has ended, or is not ours
        return False


def _target(link: str) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115
    except OSError:
        return ""


def _session(leader: int) -> list[int]:
    return [pid for pid in process_ids() if pid != leader and _session_of(pid) == leader]


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1
