"""Collects what a child process writes to its standard output and error; used by `process`.

A thread empties the pipe at once, so that a handler that prints a lot never waits, and keeps only the end.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections import deque

from handlerlint.invoke.log_frames import lines_of
from handlerlint.invoke.model import Logs

LOG_LIMIT = 256 * 1024  # bytes kept of one invocation; the Invoke API itself returns the last 4 KB
_CHUNK = 1 << 16


class LogPipe:
    """A pipe whose writing end is for the child; what was written is taken out by `cut`."""

    def __init__(self, limit: int = LOG_LIMIT) -> None:
        self._reader, self.writer = os.pipe()
        self._limit = limit
        self._chunks: deque[bytes] = deque()
        self._kept = 0
        self._omitted = 0
        self._lock = threading.Lock()
        self._closing = False
        if sys.platform != "win32":
            os.set_blocking(self._reader, False)
            self._poll = select.poll()  # select.select knows no descriptors above 1023
            self._poll.register(self._reader, select.POLLIN)
        self._thread = threading.Thread(target=self._read_all, name="logs", daemon=True)
        self._thread.start()

    def cut(self) -> Logs:
        """All that was written since the last cut. What the child wrote before it answered is in it."""
        with self._lock:
            if sys.platform != "win32":
                self._empty()
            content = b"".join(self._chunks)
            omitted = self._omitted + max(0, len(content) - self._limit)
            self._chunks.clear()
            self._kept = self._omitted = 0
        return Logs(lines_of(content[-self._limit :]) if content else b"", omitted)

    def close(self) -> None:
        """Stop reading, also where somebody still holds the writing end."""
        if self._closing:
            return
        self._closing = True
        os.write(self.writer, b"\0")  # wakes the thread
        self._thread.join()
        os.close(self.writer)
        os.close(self._reader)

    def _read_all(self) -> None:
        while not self._closing:
            if sys.platform == "win32":
                self._keep(os.read(self._reader, _CHUNK))
                continue
            self._poll.poll()
            with self._lock:
                self._empty()

    def _empty(self) -> None:
        try:
            while chunk := os.read(self._reader, _CHUNK):
                self._keep(chunk)
        except BlockingIOError:
            return

    def _keep(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._kept += len(chunk)
        while self._kept - len(self._chunks[0]) >= self._limit:
            dropped = len(self._chunks.popleft())
            self._kept -= dropped
            self._omitted += dropped
